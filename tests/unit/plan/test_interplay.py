"""Directed histories: cells first, then what nobody has walked yet."""

from __future__ import annotations

from assay.machine.hops import Hop, pairs, table_hops
from assay.plan import interplay
from assay.plan.witness import Planner
from fakes.contracts import made, supply
from fakes.shop import ACT, API, MAKE

PLANNER = Planner(API, supply(API))
CYCLE = API.lifecycles[0]
WALKED = set(table_hops(CYCLE))
#: `look` may end the tab or not, as the server likes
MOODY = """
lifecycle: tab
instance: {created-by: open, id: $response.body#/id, carried-in: {id: path}}
states: {absent: {}, open: {}, paid: {final: true}}
cells:
  open: {absent: {status: 201, to: open}}
  look:
    absent: {status: 404}
    open: [{status: 200}, {status: 409, to: paid}]
    paid: {status: 200}
"""


def told(script):
    return [case.operation for case in script.steps]


def played(scripts):
    """The transitions that an honest shop makes of histories."""
    move = {(hop.state, hop.operation): hop.to for hop in WALKED}
    seen = set()
    for script in scripts:
        state, last = "absent", None
        for case in script.steps:
            hop = Hop(state, case.operation, move[state, case.operation])
            if last is not None:
                seen.add((last, hop))
            state, last = hop.to, hop
    return seen


def test_cells_come_first_and_near_states_first_of_all():
    """Every cell once, by the shortest way, so that the first requests show the whole table."""
    scripts = list(interplay.cells(PLANNER, CYCLE))
    assert [told(script) for script in scripts] == [
        ["open"],
        ["look"],
        ["pay"],
        ["open", "look"],
        ["open", "pay"],
        ["open", "pay", "look"],
        ["open", "pay", "pay"],
    ]
    everything = [told(script) for script in interplay.scripts(PLANNER, CYCLE)]
    assert everything[: len(scripts)] == [told(script) for script in scripts]


def test_walks_cover_every_pair():
    """All pairs of transitions that can be had are in the walks, several in each, none longer than six requests."""
    scripts = list(interplay.walks(PLANNER, CYCLE, WALKED, set()))
    assert played(scripts) == set(pairs(table_hops(CYCLE)))
    assert max(len(script.steps) for script in scripts) <= 6
    assert len(scripts) < len(set(pairs(table_hops(CYCLE))))


def test_walks_leave_out_what_was_followed():
    """Only what is missing is walked; where nothing is, nothing is."""
    followed = set(pairs(table_hops(CYCLE)))
    assert list(interplay.walks(PLANNER, CYCLE, WALKED, followed)) == []
    missing = (Hop("paid", "pay", "paid"), Hop("paid", "look", "paid"))
    (script,) = interplay.walks(PLANNER, CYCLE, WALKED, followed - {missing})
    assert told(script) == ["open", "pay", "pay", "look"]


def test_walks_are_of_what_can_be_had_by_asking():
    """What was never seen is not walked; of what may end in several ways, the way that is documented first."""
    api = made(MAKE, ACT.replace("OPERATION", "look"), MOODY)
    cycle, planner = api.lifecycles[0], Planner(api, supply(api))
    known = {Hop("absent", "open", "open"), Hop("open", "look", "open")}
    assert [told(s) for s in interplay.walks(planner, cycle, known, set())] == [["open", "look", "look"]]
    luck = {*known, Hop("open", "look", "paid")}
    assert [told(s) for s in interplay.walks(planner, cycle, luck, set())] == [["open", "look", "look"]]


def test_equal_inputs_walk_alike():
    """Walks depend on nothing but the table and what was seen of it."""
    walks = [list(interplay.walks(PLANNER, CYCLE, WALKED, set())) for _ in range(2)]
    assert walks[0] == walks[1]
