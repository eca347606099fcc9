"""A target that bears only so many instances at a time: what is over is ended while the run goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from assay.app.target import Target
from assay.app.tidy import tidy
from assay.files.ledger import Ledger
from assay.model.contract import Api
from assay.model.copied import replace
from assay.model.event import CleanedUp
from assay.ports import Clock, Send

#: seconds for one clean-up in between
_CARE = 60.0


class Relief:
    """Implements `ports.Relief` with the ledger of a run."""

    def __init__(self, ledger: Ledger, most: int, apis: Callable[[], Mapping[str, Api]], target: Target,
                 sender: Callable[[Api], Send], clock: Clock) -> None:  # fmt: skip
        """No more than `most` instances are to be there when a history begins."""
        self._ledger, self._most, self._apis = ledger, most, apis
        self._target, self._sender, self._clock = target, sender, clock
        #: instances that could not be ended: they do not count, or each history would begin with trying again
        self._staying = 0
        #: requests so far, and instances ended by kind
        self.requests = 0
        self._ended: Counter[str] = Counter()

    @property
    def due(self) -> bool:
        """True when as many are there as the target is to bear."""
        return self._ledger.alive - self._staying >= self._most

    def __call__(self) -> None:
        """Ends all that is there. Raises what sending raises, `OSError`, and `KeyboardInterrupt` once that is kept."""
        found = tidy(self._ledger, self._apis(), self._target, self._sender, self._clock, _CARE)
        self.requests += found.told.requests
        self._ended.update(found.told.ended)
        self._staying = self._ledger.alive
        if found.interrupted:
            raise KeyboardInterrupt

    def with_last(self, last: CleanedUp) -> CleanedUp:
        """What the clean-up at the end tells, and what was ended before it."""
        ended = self._ended + Counter(last.ended)
        return replace(last, ended=dict(ended), requests=last.requests + self.requests)
