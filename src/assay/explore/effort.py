"""How hard to try one lifecycle."""

from __future__ import annotations

from dataclasses import dataclass

from assay.model.copied import replace


@dataclass(frozen=True, slots=True)
class Effort:
    """Requests that may be spent on one lifecycle, by what they are for."""

    #: random histories to make
    histories: int
    #: steps in each
    steps: int
    #: requests that may be spent on shrinking one failure
    shrinking: int
    #: requests that may be spent on directed histories: cells, pairs, two instances
    directed: int
    #: requests that may be spent on the drills of its laws
    laws: int = 0
    #: times that each race of its laws is run
    rounds: int = 1
    #: times that the shortest history of a violation is played again, to tell the real from the flaky
    tries: int = 3

    @property
    def random(self) -> int:
        """The most requests of random histories."""
        return self.histories * self.steps

    @property
    def requests(self) -> int:
        """The most requests of all parts when nothing fails."""
        return self.random + self.directed + self.laws

    def after(self, spent: int) -> Effort:
        """What is left of the random part when so many of its requests were spent on something better."""
        return replace(self, histories=max(self.histories - -(-spent // max(self.steps, 1)), 0))
