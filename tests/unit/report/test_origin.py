"""`origin`: since when it is there, and the last run that proved that it was not."""

from __future__ import annotations

import pytest

from assay.report.origin import Origin, Sighting, origin
from fakes.records import INCONCLUSIVE, UNWITNESSED, VERIFIED, VIOLATED

#: `+` verified, `-` broken, `o` broken in another way, `?` not witnessed, `!` inconclusive
_KINDS = {
    "+": (VERIFIED, False),
    "-": (VIOLATED, True),
    "o": (VIOLATED, False),
    "?": (UNWITNESSED, False),
    "!": (INCONCLUSIVE, False),
}


def told(row: str) -> Origin[str]:
    """What a row of runs tells; they are called r0, r1, …"""
    return origin("c", "", [Sighting(f"r{at}", *_KINDS[kind]) for at, kind in enumerate(row)])


def names(found: Origin[str]) -> tuple[str | None, ...]:
    """Good → first, good again → again, last, mended."""
    return found.good, found.first, found.good_again, found.again, found.last, found.mended


@pytest.mark.parametrize(
    ("row", "good", "first", "good_again", "again", "last", "mended"),
    [
        ("++-", "r1", "r2", None, None, "r2", None),
        ("+?-", "r0", "r2", None, None, "r2", None),
        ("+!o-", "r0", "r3", None, None, "r3", None),
        ("--", None, "r0", None, None, "r1", None),
        ("?-", None, "r1", None, None, "r1", None),
        ("+-+", "r0", "r1", None, None, "r1", "r2"),
        ("+-?", "r0", "r1", None, None, "r1", None),
        ("+-+--", "r0", "r1", "r2", "r3", "r4", None),
        ("+-?-", "r0", "r1", None, None, "r3", None),
        ("-++-?++", None, "r0", "r2", "r3", "r3", "r5"),
        ("+-+-+-", "r0", "r1", "r4", "r5", "r5", None),
    ],
)
def test_where_it_comes_from(row: str, good, first, good_again, again, last, mended) -> None:  # type: ignore[no-untyped-def]
    """Only a run that verified the clause is a good one; a gap in which nobody looked ends no stretch."""
    assert names(told(row)) == (good, first, good_again, again, last, mended)
    assert (told(row).runs, told(row).broken) == (len(row), row.count("-"))


@pytest.mark.parametrize("row", ["", "+", "+?!o+"])
def test_what_was_never_broken_comes_from_nowhere(row: str) -> None:
    """And that is said by numbers."""
    assert names(told(row)) == (None,) * 6
    assert (told(row).runs, told(row).broken) == (len(row), 0)


def test_runs_may_be_named_otherwise() -> None:
    """By whoever knows more of them; what is not there stays away."""
    found = told("+-+").named({"r0": 0, "r1": 1, "r2": 2}.__getitem__)
    assert (found.good, found.first, found.again, found.last, found.mended) == (0, 1, None, 1, 2)
    assert (found.runs, found.broken, found.clause) == (3, 1, "c")
