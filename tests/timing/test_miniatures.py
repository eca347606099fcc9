"""Farms, each wrong in one way with time or remembered values, and honest ones. Nobody really waits."""

from __future__ import annotations

import pytest

from fakes.clock import FakeClock
from timing import farm
from timing.bench import CLAUSES, Outcome, explored
from timing.farm import Farm

#: by how much a told wait may differ from the documented time: a poll more, and what requests take
_TOLERANCE = 0.05

#: what is wrong -> exactly the clauses that say so
WRONG: list[tuple[type[Farm], set[str]]] = [
    (farm.NeverRipe, {"sown/look"}),
    (farm.LateRipe, {"sown/look"}),
    # the operation that says that a bed expires, and the one that only finds it gone
    (farm.NeverGone, {"ripe/look/expires", "gone/eat"}),
    (farm.GoneEarly, {"ripe/look"}),
    (farm.EatsTheDead, {"gone/eat"}),
    (farm.StuckCounter, {"field/looks"}),
    (farm.StaleTotal, {"field/total"}),
]


class Slow(Farm):
    """Honest: ripe in the last moment, and gone in the last."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock, ripens=59.9, lasts=629.0)


class AtOnce(Farm):
    """Honest: ripe as soon as it is sown, and gone as soon as it may be."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock, ripens=0.0, lasts=600.5)


@pytest.mark.parametrize("honest", [Farm, Slow, AtOnce], ids=lambda f: f.__name__)
def test_an_honest_farm_is_never_accused(honest: type[Farm]) -> None:
    """Whatever it does within what the documentation leaves open, early or late, is no violation."""
    assert explored(honest).broken == set()


def test_an_honest_farm_keeps_every_clause() -> None:
    """Against the honest farm each clause is seen to hold: what comes, what expires, what is worked out."""
    assert explored(Farm).held == CLAUSES
    assert {"sown/look", "ripe/look/expires", "field/total", "field/looks"} <= CLAUSES


@pytest.mark.parametrize(("wrong", "clauses"), WRONG, ids=[f.__name__ for f, _ in WRONG])
def test_a_wrong_farm_is_caught(wrong: type[Farm], clauses: set[str]) -> None:
    """Each fault is told by exactly its clauses, comes back when it is tried again, and takes at most six requests."""
    found = explored(wrong)
    assert found.broken == clauses
    for clause in clauses:
        story = found.story(clause)
        assert story.reproduced == (2, 2)
        assert len(story.history) <= 6


def _told(found: Outcome, clause: str) -> list[tuple[str, float, int | None]]:
    steps = found.story(clause).history
    return [(step.case.operation, step.case.wait, step.evidence.status) for step in steps]


def test_what_was_asked_again_and_again_is_told_by_first_and_last() -> None:
    """Of many polls the history shows two, with the time between them, and so do its lines to paste."""
    found = explored(farm.NeverRipe)
    (sown, _, made), (first, _, early), (last, wait, late) = _told(found, "sown/look")
    assert (sown, first, last, made, early, late) == ("sow", "look", "look", 201, 200, 200)
    assert wait == pytest.approx(60, rel=_TOLERANCE)
    assert wait >= 60
    step = found.story("sown/look").history[-1]
    assert step.evidence.curl.startswith(f"sleep {wait:g} && curl ")
    assert step.case.title.endswith("s later")


def test_polls_keep_the_documented_interval() -> None:
    """What is awaited is asked for every ten seconds, as the contract says."""
    assert 10.0 in explored(farm.NeverRipe).slept


def test_who_expires_early_is_asked_early() -> None:
    """A bed that is gone too soon is told with the time after which it should have been there."""
    found = explored(farm.GoneEarly)
    assert "before it may expire" in found.story("ripe/look").verdict.message
    assert 150 <= _told(found, "ripe/look")[-1][1] <= 600


def test_without_the_time_nobody_waits() -> None:
    """With less time left than it takes, an expiry is not witnessed, and the reason says how long it would take."""
    found = explored(Farm, left=300.0)
    assert found.broken == set()
    assert "ripe/look/expires" not in found.held
    assert "s of waiting, and" in found.reason("ripe/look/expires")
    assert max(found.slept) <= 10.0


def test_a_run_without_time_accuses_nobody() -> None:
    """A farm that never ripens is not accused by a run that cannot wait for it."""
    found = explored(farm.NeverRipe, left=5.0)
    assert found.broken == set()
    assert "it had not come yet" in found.reason("sown/look")
