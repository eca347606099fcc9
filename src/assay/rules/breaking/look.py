"""What a rule about changes looks at, and how it says what it found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import ModuleType
from typing import NamedTuple, Protocol, cast

from assay.model.breaking import Level, Whom
from assay.rules.changes.terms import Change, Kind
from assay.rules.schemas.comparing import Proof
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

#: aspects that have rules of their own, whatever is proven of the values
APART = frozenset({Aspect.ADDED, Aspect.WITHDRAWN, Aspect.ACCESS, Aspect.CONTENT})


class Card(NamedTuple):
    """What stands on a rule, whatever it finds."""

    level: Level
    whom: Whom
    #: the standard, or the idea, that it rests on
    source: str
    #: what to do instead
    fix: str
    #: a change that trips it
    example: str


class Told(NamedTuple):
    """What a rule found: one sentence, and its weight where that is not the usual one."""

    message: str
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """One change, as a rule sees it."""

    change: Change
    #: the present day; None when nobody said
    today: date | None = None

    def lost(self, side: Side, *aspects: Aspect) -> bool:
        """Are there surely values that this side could send, and cannot any more, because of one of those aspects?"""
        judged = self.change.judged
        return self._about(side, *aspects) and judged is not None and judged.loses is Proof.YES

    def gained(self, side: Side, *aspects: Aspect) -> bool:
        """Are there surely values that this side can send, and could not, because of one of those aspects?"""
        judged = self.change.judged
        return self._about(side, *aspects) and judged is not None and judged.gains is Proof.YES

    def remarked(self, side: Side, *aspects: Aspect) -> bool:
        """Is it one of those aspects of values of that side, whatever it does to them?"""
        return self._about(side, *aspects)

    def proofs(self, side: Side) -> tuple[Proof, Proof] | None:
        """Whether values of that side were lost, and gained; None for other changes, and for `APART`."""
        judged = self.change.judged
        if judged is None or self.change.side is not side or judged.aspect in APART:
            return None
        return judged.loses, judged.gains

    def _about(self, side: Side, *aspects: Aspect) -> bool:
        judged = self.change.judged
        return judged is not None and self.change.side is side and judged.aspect in aspects

    @property
    def went(self) -> str:
        """`from … to …`, or what came or went alone."""
        before, after = self.change.before, self.change.after
        if before and before == after:
            return f"{before}, in another form"
        if before and after:
            return f"from {before} to {after}"
        return f"{before} is gone" if before else f"{after} is new"

    def has(self, fact: str) -> bool:
        """Is that known of the change?"""
        return fact in self.change.facts


class Rule(Protocol):
    """What every rule's module has."""

    #: kebab-case id that never changes
    RULE: str
    CARD: Card
    #: the kinds of change that it is asked about
    KINDS: Sequence[Kind]

    def check(self, look: Look) -> Told | None:
        """What the rule has to say of that change; None: nothing."""
        ...


def rules(*modules: ModuleType) -> tuple[Rule, ...]:
    """Modules as rules: each has a `RULE`, a `CARD`, its `KINDS` and a `check`."""
    return tuple(cast("Rule", module) for module in modules)
