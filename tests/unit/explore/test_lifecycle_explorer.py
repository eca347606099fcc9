"""The lifecycle explorer: random walks through the table, over a shop in memory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assay.evidence.redact import Policy
from assay.explore import lifecycle
from assay.explore.lifecycle import Effort
from assay.explore.line import TargetDown
from assay.explore.stage import Stage
from assay.explore.vocabulary import ORIGIN, Vocabulary, wrong_credentials
from assay.judge import Judge
from assay.model.case import SubjectKind
from assay.plan.witness import Planner
from fakes.clock import FakeClock
from fakes.contracts import supply
from fakes.send import REFUSED, FakeSend, reply
from fakes.shop import API, Shop
from fakes.sink import ListSink

EFFORT = Effort(histories=12, steps=8, shrinking=300, directed=0)
CYCLE = API.lifecycles[0]


def vocabulary():
    planner = Planner(API, supply(API))
    valid = {name: (planner.usual(name, None, ORIGIN),) for name in CYCLE.operations}
    wrong = {name: wrong_credentials(cases[0]) for name, cases in valid.items()}
    return Vocabulary(CYCLE, valid, wrong)


def explored(server, effort=EFFORT, seed=1, down=False):
    sink = ListSink()
    stage = Stage(
        API, Judge(API, supply(API)), FakeSend(server), sink, FakeClock(), Policy(()), seed,
        shrinking=effort.shrinking,
    )  # fmt: skip
    if down:
        with pytest.raises(TargetDown):
            lifecycle.explore(stage, lifecycle.walks(vocabulary(), effort, seed), CYCLE)
    else:
        lifecycle.explore(stage, lifecycle.walks(vocabulary(), effort, seed), CYCLE)
    return sink, stage


def stories(sink):
    """Clause -> the shortest history told."""
    found = {}
    for event in sink.violations:
        steps = [step.case.operation for step in event.history]
        clause = event.verdict.clause.split("/", 1)[1]
        found[clause] = min(found.get(clause, steps), steps, key=len)
    return found


def test_an_honest_shop():
    """Every cell of the table is visited, nothing is told, and the effort is kept."""
    sink, stage = explored(Shop())
    assert sink.violations == sink.notes == []
    cells = {
        v.clause
        for e in sink.steps
        for v in e.verdicts
        if "/lifecycle/tab/" in v.clause and v.kind == "holds"
    }
    assert cells >= {
        f"made/lifecycle/tab/{s}/{o}" for s in ("absent", "open", "paid") for o in ("look", "pay")
    }
    assert stage.requests["lifecycle"] <= EFFORT.random


def third_look_forgets(shop, request, honest):
    """A fault of depth: from the third look on, a tab is unknown."""
    if not request.path.endswith("look") or honest.status != 200:
        return honest
    looks = shop.__dict__.setdefault("looks", {})
    looks[request.path] = looks.get(request.path, 0) + 1
    return reply(404) if looks[request.path] >= 3 else honest


def test_a_failing_history_shrinks():
    """Whatever long walk found it, the story told is the shortest there is."""
    sink, stage = explored(Shop(third_look_forgets))
    clause = (
        "lifecycle/tab/open/look" if "lifecycle/tab/open/look" in stories(sink) else "lifecycle/tab/paid/look"
    )
    expected = (
        ["open", "look", "look", "look"]
        if "open" in clause.split("/")[2]
        else ["open", "pay", "look", "look", "look"]
    )
    assert stories(sink)[clause] == expected
    assert all(event.reproduced[0] > 0 for event in sink.violations)
    assert stage.requests["confirm"] < 300


def two_faults(shop, request, honest):
    if request.path.endswith("pay") and honest.status == 409:
        return reply(200, {})
    if request.path.endswith("look") and honest.status == 404:
        return reply(200, {})
    return honest


def test_one_failure_hides_no_other():
    """What is broken in one history keeps nobody from seeing what is broken in another."""
    sink, _ = explored(Shop(two_faults))
    assert stories(sink) == {
        "lifecycle/tab/paid/pay": ["open", "pay", "pay"],
        "lifecycle/tab/absent/look": ["look"],
    }


def test_what_was_told_is_not_shrunk_again():
    """What another explorer has told already costs no requests here."""
    server = Shop(two_faults)
    sink, stage = explored(server)
    before = len(sink.violations)
    lifecycle.explore(stage, lifecycle.walks(vocabulary(), EFFORT, 2), CYCLE)
    assert len(sink.violations) == before


def test_shrinking_has_a_budget():
    """However little may be spent on shrinking, the failure is told."""
    sink, stage = explored(Shop(third_look_forgets), replace(EFFORT, shrinking=0))
    assert sink.violations
    assert stage.requests["lifecycle"] <= EFFORT.random + 3


def test_equal_seeds_walk_alike():
    """The walk depends on the seed alone."""
    walks = [
        [(s.step.case.operation, s.step.state) for s in explored(Shop(), seed=5)[0].steps] for _ in range(2)
    ]
    assert walks[0] == walks[1]
    assert walks[0] != [(s.step.case.operation, s.step.state) for s in explored(Shop(), seed=6)[0].steps]


def test_a_target_that_goes_down():
    """The run ends, and what was found before is told."""

    def fault(shop, request, honest):
        if shop.asked > 40:
            return REFUSED
        return two_faults(shop, request, honest)

    sink, _ = explored(Shop(fault), down=True)
    assert sink.violations


def test_a_flaky_shop_does_not_break_the_explorer():
    """A failure that comes and goes ends no run, and is told as seen."""

    def fault(shop, request, honest):
        return reply(500) if shop.asked % 7 == 0 else honest

    sink, _ = explored(Shop(fault))
    assert any(clause.endswith("no-server-error") for clause in stories(sink))


def test_nothing_hangs_on_a_shop_that_makes_nothing():
    """Where no instance can be made there is nothing to ask, and the explorer ends."""
    sink, _ = explored(
        Shop(lambda shop, request, honest: reply(201, {"id": ""}) if request.path == "/tabs" else honest)
    )
    assert stories(sink) == {}


def test_the_step_budget_is_honoured_to_the_last_step():
    """On an honest server the walks spend what they were given, silently."""
    for seed in (1, 2, 3):
        sink, stage = explored(Shop(), replace(EFFORT, histories=7, steps=5), seed)
        assert stage.requests["lifecycle"] == 35
        assert sink.notes == []


def test_walks_that_cannot_be_sent_say_so_and_why():
    """Where nothing can be sent there is no silent end: the remark names how much was not, and why."""
    sink = ListSink()
    judge = Judge(API, supply(API))
    send = FakeSend(Shop())
    stage = Stage(API, judge, send, sink, FakeClock(), Policy(()), 1, has_credentials=False)
    lifecycle.explore(stage, lifecycle.walks(vocabulary(), EFFORT, 1), CYCLE)
    (note,) = sink.notes
    assert note.kind == "early-stop"
    assert "requests of random histories could not be sent: needs credentials" in note.text
    assert f"of {EFFORT.random} requests" in note.text


def test_shrinking_that_ran_out_says_so():
    """A history that may not be the shortest is told as such."""
    sink, _ = explored(Shop(third_look_forgets), replace(EFFORT, shrinking=6))
    assert any("shrinking ended after 6 requests" in note.text for note in sink.notes)


def test_no_walk_asks_what_was_not_made():
    """Whatever the seed, an instance is created before anything is asked of it, and no walk is longer than allowed."""
    for seed in range(30):
        for script in lifecycle.walks(vocabulary(), EFFORT, seed):
            made = set()
            assert 0 < len(script.steps) <= EFFORT.steps
            for case in script.steps:
                if case.subject.kind is SubjectKind.NEW:
                    made.add(case.subject.symbol)
                assert case.subject.kind is not SubjectKind.KNOWN or case.subject.symbol in made
