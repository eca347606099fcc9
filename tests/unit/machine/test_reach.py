"""The shortest way into each state."""

from __future__ import annotations

from test_step import MAKE, OPERATIONS, TABLE

from assay.machine.reach import Move, paths, routes
from fakes.contracts import made, shipped
from timing.farm import API, EAT, LOOK, SOW
from timing.farm import TABLE as BEDS


def test_shipped_tables():
    """Every state of the shipped tables has a shortest documented way."""
    ways = {cycle.name: paths(cycle) for api in shipped().apis for cycle in api.lifecycles}
    assert ways["multi-session"] == {
        "absent": (),
        "active": ("startAMultiSession",),
        "ended": ("startAMultiSession", "endMultiSession"),
    }
    assert {state: len(way) for state, way in ways["session-pass"].items()} == {
        "absent": 0,
        "running": 1,
        "stopped": 2,
    }


def test_silence_leads_nowhere():
    """What a silent cell leads to, nobody can rely on: a state behind it is not reachable."""
    api = made(*OPERATIONS, MAKE, TABLE.replace("up: {status: 200, to: gone, body: nothing}", "up: silent")
               .replace("down: {status: 200, to: GONE}", "down: silent"))  # fmt: skip
    assert set(paths(api.lifecycles[0])) == {"absent", "up", "down"}


def test_time_leads_on():
    """What comes by itself is asked for until it has come; what expires is waited for a little longer than needed."""
    ways = routes(API.lifecycles[0])
    sown, ripened = Move("sow"), Move("look", poll=True)
    assert ways["ripe"] == (sown, ripened)
    assert ways["gone"][:2] == (sown, ripened)
    last = ways["gone"][2]
    assert (last.operation, last.poll) == ("look", False)
    assert 630 < last.wait < 700


def test_the_way_with_the_least_waiting_is_taken():
    """A state that an operation leads to at once is not waited for, though waiting takes fewer operations."""
    table = BEDS.replace("ripe: {status: 200, set: {rows", "ripe: {status: 200, to: gone, set: {rows")
    refused = "eat:\n    absent: {status: 404}\n    sown: "
    late = "[{status: 409}, {expires: {after: 1h}, status: 404, to: gone}]"
    table = table.replace(refused + "{status: 409}", refused + late)
    assert "1h" in table
    cycle = made(SOW, LOOK, EAT, table).lifecycles[0]
    assert paths(cycle)["gone"] == ("sow", "look", "eat")
    assert [move.wait for move in routes(cycle)["gone"]] == [0.0, 0.0, 0.0]
