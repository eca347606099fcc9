"""Two schemas compared: what differs, and for each difference whether values were lost or gained by it.

«Lost» are values that the old schema allows and the new one does not. That none are is proven by sub-typing; that some
are is proven by a value that a validator accepts under the one schema and refuses under the other. Where neither
succeeds, nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Final

from assay.inputs.validator import Validator
from assay.model.terms import Json, Schema
from assay.rules.schemas.differing import REMARKS, Aspect, Difference, differences, only
from assay.rules.schemas.making import edges, embedded, plain
from assay.rules.schemas.reading import Reader, Side
from assay.rules.schemas.shape import Branch, Shape, text
from assay.rules.schemas.within import any_of, holds, within

#: values that are tried for one difference, and for two schemas as wholes
_TRIED: Final = 160
_TRIED_OF_ALL: Final = 400


class Proof(StrEnum):
    """How surely values were lost, or gained."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Judged:
    """A difference, and what follows from it."""

    difference: Difference
    loses: Proof
    gains: Proof
    #: JSON texts of whole values: allowed before and not now; allowed now and not before
    lost: str = ""
    gained: str = ""

    @property
    def aspect(self) -> Aspect:
        """What is different."""
        return self.difference.aspect


@dataclass(frozen=True, slots=True)
class Comparison:
    """All of it."""

    judged: tuple[Judged, ...]
    #: of the schemas as wholes
    loses: Proof
    gains: Proof


@dataclass(slots=True)
class Comparer:
    """Compares schemas of two apis as one side sends them; the same pair once."""

    old: Reader
    new: Reader
    side: Side
    #: may values be tried? Not where expressions stand for some
    witnesses: bool = True
    _known: dict[tuple[str, str], Comparison] = field(default_factory=dict)

    def __call__(self, old: Schema, new: Schema) -> Comparison | None:
        """The comparison; None where there is no difference."""
        before, after = self.old.shape(old), self.new.shape(new)
        key = (before.noted, after.noted)
        if before.noted == after.noted:
            return None
        if key not in self._known:
            self._known[key] = self._compared(before, after, self.old.plain(old), self.new.plain(new))
        return self._known[key]

    def _compared(self, before: Shape, after: Shape, old: Schema, new: Schema) -> Comparison:
        found = differences(before, after, self.side)
        trial = _Trial(before, after, old, new) if self.witnesses else None
        lost = _Direction(before, after, 0, trial)
        gained = _Direction(after, before, 1, trial)
        judged = [
            Judged(one, *_interleaved(lost.of(one, may=one.may_lose), gained.of(one, may=one.may_gain)))
            for one in found
        ]
        loses, example = lost.whole([one.loses for one in judged])
        gains, other = gained.whole([one.gains for one in judged])
        # whatever the differences add up to, the whole has the last word
        unsaid_loss = loses is not Proof.NO and all(one.loses is Proof.NO for one in judged)
        unsaid_gain = gains is not Proof.NO and all(one.gains is Proof.NO for one in judged)
        if unsaid_loss or unsaid_gain:
            whole = Difference(Aspect.OTHER, (), before, after)
            judged.append(
                Judged(
                    whole,
                    loses if unsaid_loss else Proof.NO,
                    gains if unsaid_gain else Proof.NO,
                    example,
                    other,
                )
            )
        return Comparison(tuple(judged), loses, gains)


def _interleaved(lost: tuple[Proof, str], gained: tuple[Proof, str]) -> tuple[Proof, Proof, str, str]:
    return lost[0], gained[0], lost[1], gained[1]


class _Trial:
    """The two schemas, compiled when first needed."""

    def __init__(self, before: Shape, after: Shape, old: Schema, new: Schema) -> None:
        self._schemas = (old, new)
        self._compiled: list[Validator | None] = [None, None]
        self.shapes = (before, after)

    def accepts(self, which: int, value: Json) -> bool:
        """True when the old (0) or the new (1) schema allows it."""
        compiled = self._compiled[which]
        if compiled is None:
            compiled = self._compiled[which] = Validator(self._schemas[which], {})
        return compiled.accepts(value)


@dataclass(slots=True)
class _Direction:
    """Looks for values of `one` that are none of `other`."""

    one: Shape
    other: Shape
    #: 0: from old to new; 1: from new to old
    which: int
    trial: _Trial | None
    _proven: bool | None = None

    def proven(self) -> bool:
        """True when all of `one` surely lies within `other`."""
        if self._proven is None:
            self._proven = within(self.one, self.other)
        return self._proven

    def of(self, difference: Difference, *, may: bool) -> tuple[Proof, str]:
        """Are values missing because of this difference? With one of them as a JSON text."""
        if difference.aspect is Aspect.CUT:  # one side does not say: there is nothing to prove
            return Proof.UNKNOWN, ""
        if difference.aspect in REMARKS or not may or self.proven():
            return Proof.NO, ""
        if difference.aspect is Aspect.ACCESS:
            return Proof.UNKNOWN, ""
        if self.trial is not None:
            for local in islice(_candidates(difference, self.which), _TRIED):
                for value in islice(embedded(self.one, difference.steps, local, self.which), 8):
                    if self._missing(value):
                        return Proof.YES, text(value)
        return Proof.UNKNOWN, ""

    def whole(self, parts: list[Proof]) -> tuple[Proof, str]:
        """The same of the schemas as wholes."""
        if self.proven():
            return Proof.NO, ""
        if Proof.YES in parts:
            return Proof.YES, ""
        if self.trial is not None:
            for value in islice(_all_over(self.one, self.other), _TRIED_OF_ALL):
                if self._missing(value):
                    return Proof.YES, text(value)
        return Proof.UNKNOWN, ""

    def _missing(self, value: Json) -> bool:
        trial = self.trial
        if trial is None:
            return False
        try:
            return trial.accepts(self.which, value) and not trial.accepts(1 - self.which, value)
        except (ValueError, RecursionError):  # not to be compiled or too deep: nothing is proven
            return False


def _all_over(one: Shape, other: Shape) -> Iterator[Json]:
    for branch in one.branches:
        for near in (*other.of(branch.kind), None):
            yield from edges(branch, near)
    yield from plain(one)


def _candidates(difference: Difference, which: int) -> Iterator[Json]:
    """Values at the difference's own place that it is about."""
    here, there = (difference.old, difference.new) if which == 0 else (difference.new, difference.old)
    misses = _misses(difference, there)
    for branch in here.branches:
        for near in there.of(branch.kind) or (None,):
            for value in edges(branch, near):
                if misses(value):
                    yield value


def _misses(difference: Difference, there: Shape) -> Callable[[Json], bool]:
    """Is that value missing for just this reason?"""
    word, name = difference.word, difference.name
    if difference.aspect in {Aspect.REQUIRED, Aspect.ADDED, Aspect.WITHDRAWN}:
        needed = any(name in branch.get("required", ()) for branch in there.branches)
        return lambda value: (
            isinstance(value, dict) and (name in value or needed) and any_of(value, there) is not True
        )
    if word in {"", "kinds", "values"}:
        return lambda value: any_of(value, there) is not True
    kept: list[Branch] = [_with(branch, word) for branch in there.branches]
    return lambda value: not any(holds(value, branch) is True for branch in kept)


def _with(branch: Branch, word: str) -> Branch:
    if word in {"patterned", "rest"}:
        words = {key: branch.words[key] for key in ("patterned", "rest", "properties") if key in branch.words}
        return Branch(branch.kind, words)
    return only(branch, word)
