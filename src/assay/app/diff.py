"""Diff: what changed between two sets of contracts, and whom that breaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from assay.app.errors import Exit
from assay.app.sides import Side, read_side
from assay.model.breaking import Diff, Finding, Level
from assay.model.contract import ContractSet
from assay.model.copied import replace
from assay.model.problem import Place
from assay.rules.breaking import findings, titles
from assay.rules.changes import pairs

#: what `--fail-on` takes -> the lightest finding that fails
FAIL_ON: Final = {"breaking": Level.BREAKING, "warning": Level.WARNING, "never": None}


@dataclass(frozen=True, slots=True)
class DiffOptions:
    """What the user asked for."""

    old: str
    new: str
    fail_on: str = "breaking"


def diff(options: DiffOptions, today: date) -> Diff:
    """Reads both sides and compares them.

    Raises `SideError` when the contracts of a side cannot be used, `UsageError` when a side names nothing.
    """
    old = read_side("OLD", options.old, options.new, today)
    new = read_side("NEW", options.new, options.old, today)
    sides = _alike(old, new)
    found = findings(*sides, today=today)
    spoken = tuple(replace(one, old=_said(one.old, old), new=_said(one.new, new)) for one in found)
    both = [pairs.operations(*pair) for pair in pairs.apis(*sides).both]
    return Diff(
        options.old,
        options.new,
        spoken,
        sum(len(one.both) for one in both),
        max(sum(len(api.operations) for api in side.apis) for side in sides),
        titles(one.rule for one in found),
        lifecycles=not (old.document or new.document),
    )


def exit_code(found: Diff, fail_on: str) -> Exit:
    """1 when there is a finding that fails, else 0."""
    return Exit.VIOLATED if found.reaches(FAIL_ON[fail_on]) else Exit.CONFORMS


def _alike(old: Side, new: Side) -> tuple[ContractSet, ContractSet]:
    """Both sides with what both kinds of them can say: a document has no lifecycles."""
    if not (old.document or new.document):
        return old.contracts, new.contracts
    one, other = (
        replace(side.contracts, apis=tuple(replace(api, lifecycles=()) for api in side.contracts.apis))
        for side in (old, new)
    )
    return one, other


def _said(place: Place, side: Side) -> Place:
    """The place as people would name it."""
    if not place.file:
        return place
    if side.document:  # the contract's lines are not the document's
        return Place(side.spoken(place.file))
    return replace(place, file=side.spoken(place.file))


__all__ = ["FAIL_ON", "DiffOptions", "Finding", "diff", "exit_code"]
