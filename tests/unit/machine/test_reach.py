"""The shortest way into each state."""

from __future__ import annotations

from test_step import MAKE, OPERATIONS, TABLE

from assay.machine.reach import paths
from fakes.contracts import made, shipped


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
