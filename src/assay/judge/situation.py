"""What the judge knows besides the exchange: the model's view of the instance before the step."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from assay.machine.age import SOMETIME, Since, Span, age
from assay.model.contract import Json


@dataclass(frozen=True, slots=True)
class Situation:
    """The world as the model sees it when a request goes out."""

    #: states the subject may be in; empty when the model has lost track of it
    states: frozenset[str] = frozenset()
    #: the subject's id as the server named it; None for one that does not exist yet
    instance: str | None = None
    #: remembered values of the subject
    values: Mapping[str, Json] = field(default_factory=dict)
    #: ids issued earlier in this run, for that lifecycle
    issued: Set[str] = frozenset()
    #: True once the target has accepted our credentials: from then on a refusal is its own doing
    credentials_proven: bool = False
    #: True when another principal asks about somebody's instance: the table speaks of its owner only
    stranger: bool = False
    #: since when it has been in each of these states, and when it was asked: by one clock, in seconds. Where they are
    #: not known, nothing comes too early or too late
    since: Since = field(default_factory=dict)
    asked: Span = SOMETIME

    def when(self, asked: Span) -> Situation:
        """The same, asked then."""
        return Situation(
            self.states, self.instance, self.values, self.issued, self.credentials_proven, self.stranger,
            self.since, asked,
        )  # fmt: skip

    def age(self, state: str) -> Span:
        """How long it had been in that state when the request was answered, at least and at most, in seconds."""
        return age(state, self.since, self.asked)
