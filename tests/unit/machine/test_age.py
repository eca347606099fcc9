"""How old an instance is, and where time alone may have brought it."""

from __future__ import annotations

import math

import pytest

from assay.machine.age import SOMETIME, Span, Timetable, age
from assay.machine.expression import Scope
from assay.machine.step import Machine
from fakes.contracts import made
from timing.farm import API, EAT, LOOK, SOW, TABLE

TIMES = Timetable(API.lifecycles[0])
NOW = Span(1000.0, 1000.1)


def since(**moments: float) -> dict[str, Span]:
    """Since so many seconds before `NOW`; the request that brought it took a tenth of a second."""
    return {state: Span(NOW.earliest - ago, NOW.earliest - ago + 0.1) for state, ago in moments.items()}


def test_an_age_is_counted_on_the_safe_side() -> None:
    """At least: from the answer that brought the state to the request; at most: from its request to the answer."""
    found = age("sown", since(sown=5.0), NOW)
    assert (found.earliest, found.latest) == pytest.approx((4.9, 5.1))


def test_an_unknown_age_may_be_any() -> None:
    """Without a clock nothing is too early or too late."""
    assert age("sown", {}, SOMETIME) == Span(0.0, math.inf)
    assert age("sown", {}, NOW) == Span(0.0, math.inf)
    assert age("sown", since(sown=5.0), SOMETIME) == Span(0.0, math.inf)


@pytest.mark.parametrize(
    ("state", "ago", "operation", "states"),
    [
        # the answer to `look` shows whether it has ripened; `eat` finds it so or not
        ("sown", 0.0, "look", "sown"),
        ("sown", 0.0, "eat", "ripe sown"),
        ("sown", 59.0, "eat", "ripe sown"),
        ("sown", 61.0, "eat", "ripe"),
        ("sown", 61.0, "look", "sown"),
        ("ripe", 599.0, "eat", "ripe"),
        ("ripe", 601.0, "eat", "gone ripe"),
        ("ripe", 629.0, "eat", "gone ripe"),
        ("ripe", 631.0, "eat", "gone"),
        ("ripe", 631.0, "look", "ripe"),
        # ripe within a minute, gone ten minutes later: in between everything is possible, then nothing but that
        ("sown", 599.0, "eat", "ripe"),
        ("sown", 650.0, "eat", "gone ripe"),
        ("sown", 692.0, "eat", "gone"),
        ("gone", 9999.0, "eat", "gone"),
    ],
)
def test_where_time_may_have_brought_it(state: str, ago: float, operation: str, states: str) -> None:
    """Before it may happen it has not, once it must have it has, and in between both are possible."""
    drifted = TIMES.drift(frozenset({state}), since(**{state: ago}), NOW, operation)
    assert sorted(drifted.states) == states.split()


def test_an_instance_of_unknown_age_may_be_anywhere_time_leads() -> None:
    """Whoever asks without a clock must allow everything."""
    assert TIMES.drift(frozenset({"sown"}), {}, SOMETIME).states == {"sown", "ripe", "gone"}


def test_fields_that_change_with_time_are_unsure() -> None:
    """What ripening sets may be set already, or not."""
    assert TIMES.drift(frozenset({"sown"}), since(sown=1.0), NOW, "eat").unsure == {"looks"}
    assert TIMES.drift(frozenset({"ripe"}), since(ripe=1.0), NOW, "eat").unsure == frozenset()


def test_a_circle_of_time_ends() -> None:
    """Day and night that follow each other by themselves: at any time either may be, and telling so takes no time."""
    table = TABLE.replace(
        "gone: {status: 404}\n  eat", "gone: {eventually: {within: 1s, status: 200, to: sown}}\n  eat"
    )
    table = table.replace("final: true", "")
    cycle = made(SOW, LOOK, EAT, table).lifecycles[0]
    found = Timetable(cycle).drift(frozenset({"sown"}), since(sown=9999.0), NOW, "eat")
    assert found.states == {"sown", "ripe", "gone"}


BODY = {"id": "i", "looks": 0, "total": 1}


@pytest.mark.parametrize(
    ("state", "ago", "status", "body", "told", "after"),
    [
        ("sown", 30.0, 200, {**BODY, "ripe": False}, "pending", "sown"),
        ("sown", 30.0, 200, {**BODY, "ripe": True}, "fits", "ripe"),
        ("sown", 61.0, 200, {**BODY, "ripe": True}, "fits", "ripe"),
        ("sown", 61.0, 200, {**BODY, "ripe": False}, "miss", ""),
        ("sown", 30.0, 404, None, "miss", ""),
        ("ripe", 30.0, 200, {**BODY, "ripe": True}, "fits", "ripe"),
        ("ripe", 30.0, 404, None, "miss", ""),
        ("ripe", 610.0, 200, {**BODY, "ripe": True}, "fits", "ripe"),
        ("ripe", 610.0, 404, None, "expired", "gone"),
        ("ripe", 640.0, 404, None, "expired", "gone"),
        ("ripe", 640.0, 200, {**BODY, "ripe": True}, "overdue", ""),
    ],
)
def test_what_an_answer_means_at_that_age(
    state: str, ago: float, status: int, body: object, told: str, after: str
) -> None:
    """A cell with time in it allows one answer early, another late, and both in between."""
    taken = Machine(API.lifecycles[0], {}).step(
        frozenset({state}), "look", status, body, Scope(), since=since(**{state: ago}), asked=NOW
    )
    expired, pending = bool(taken.expired), bool(taken.pending)
    miss = taken.misses[0] if taken.misses else None
    words = "overdue" if miss and miss.overdue else "miss" if miss else "expired" if expired else "fits"
    assert ("pending" if pending else words) == told
    assert " ".join(sorted(taken.states)) == after


def test_without_times_every_alternative_is_open() -> None:
    """`step` as races and own tests call it: nothing is too early or too late, so nobody is accused for it."""
    machine = Machine(API.lifecycles[0], {})
    for status, body in ((404, None), (200, {**BODY, "ripe": True})):
        assert machine.step(frozenset({"ripe"}), "look", status, body, Scope()).fits


def test_since_when_it_is_in_a_state() -> None:
    """What a request did happened during it; what time did may have happened long before it was seen."""
    machine, ripe = Machine(API.lifecycles[0], {}), {**BODY, "ripe": True}
    sown = machine.step(frozenset({"absent"}), "sow", 201, BODY, Scope(), asked=NOW)
    assert sown.since == {"sown": NOW}
    seen = machine.step(frozenset({"sown"}), "look", 200, ripe, Scope(), since=since(sown=30.0), asked=NOW)
    assert seen.since == {"ripe": Span(970.0, NOW.latest)}
    stays = machine.step(frozenset({"ripe"}), "look", 200, ripe, Scope(), since=since(ripe=30.0), asked=NOW)
    assert stays.since == since(ripe=30.0)


def test_a_state_that_is_entered_again_begins_anew() -> None:
    """`to:` its own state says that the time counts from now on; without `to` it goes on."""
    table = TABLE.replace("ripe: {status: 200, set: {rows", "ripe: {status: 200, to: ripe, set: {rows")
    machine = Machine(made(SOW, LOOK, EAT, table).lifecycles[0], {})
    taken = machine.step(frozenset({"ripe"}), "eat", 200, {}, Scope(), since=since(ripe=30.0), asked=NOW)
    assert taken.since == {"ripe": NOW}
