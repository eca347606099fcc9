"""Shrinking: a directed history is told without the steps that its failure does not need."""

from __future__ import annotations

from dataclasses import replace

from assay.evidence.redact import Policy
from assay.explore.shrink import shorter, shrinkable
from assay.explore.stage import Stage
from assay.judge import Judge
from assay.model.case import Case, Subject, SubjectKind
from assay.model.event import Step
from assay.model.evidence import Evidence
from assay.model.verdict import Verdict, VerdictKind
from assay.plan.witness import Planner
from assay.report.names import names
from fakes.clock import FakeClock
from fakes.contracts import supply
from fakes.send import FakeSend, reply
from fakes.shop import API, Shop
from fakes.sink import ListSink

PLANNER = Planner(API, supply(API))
EVIDENCE = Evidence("GET", "/", (), None, 200, "", (), None, 0, None, "", 0.0, "")
CELL = Verdict("made/lifecycle/tab/paid/pay", VerdictKind.VIOLATED)


def step(title, **more):
    return Step(Case("made", "look", title, "lifecycle", **more), EVIDENCE)


def played(server, *operations):
    sink = ListSink()
    stage = Stage(API, Judge(API, supply(API)), FakeSend(server), sink, FakeClock(), Policy(()), 7)
    kinds = {"open": SubjectKind.NEW}
    stage.play(
        [PLANNER.usual(o, Subject(kinds.get(o, SubjectKind.KNOWN), "i1"), "lifecycle") for o in operations]
    )
    return [(v.verdict.clause.split("/", 1)[1], v.history) for v in sink.violations]


def paid_twice(shop, request, honest):
    return reply(200, {}) if request.path.endswith("pay") and honest.status == 409 else honest


def test_needless_steps_are_left_out():
    """Looking has no part in paying twice, so the story told does not look."""
    ((clause, history),) = played(Shop(paid_twice), "open", "look", "pay", "look", "look", "pay")
    assert clause == "lifecycle/tab/paid/pay"
    assert [s.case.operation for s in history] == ["open", "pay", "pay"]


def test_the_story_is_as_it_went_without_them():
    """Its evidence is of one history: every step is about one and the same instance."""
    ((_, history),) = played(Shop(paid_twice), "open", "look", "pay", "pay")
    assert set(names(history)) == {"tab₁"}
    assert len({s.instance for s in history}) == 1
    assert history[1].evidence.url.split("/")[-2] in (history[0].evidence.response_body or "")


def test_needed_steps_stay():
    """A failure that needs every step keeps every step."""

    def third_look(shop, request, honest):
        looks = shop.__dict__.setdefault("looks", {})
        looks[request.path] = looks.get(request.path, 0) + request.path.endswith("look")
        return reply(404) if looks[request.path] >= 3 else honest

    ((_, history),) = played(Shop(third_look), "open", "look", "look", "look")
    assert [s.case.operation for s in history] == ["open", "look", "look", "look"]


def test_nobody_shrinks_drills_races_or_waits():
    """What a law says rests on each step of its drill; what was sent at once or waited for is not itself without."""
    assert shrinkable((step("a"), step("b")), CELL)
    assert not shrinkable((step("a"),), CELL)
    for more in ({"law": "idempotent"}, {"together": "r"}, {"wait": 1.0}):
        assert not shrinkable((step("a"), step("b", **more)), CELL)
    assert not shrinkable((step("a"), step("b")), replace(CELL, clause="made/lifecycle/tab/law/unique-ids"))


def test_shrinking_has_a_budget():
    """A long history costs no more than its budget of requests, and is told as far as it got."""
    sent = []

    def again(steps):
        sent.append(len(steps))
        return ()

    long = tuple(step(str(number)) for number in range(30))
    assert shorter(long, again) == long
    assert sum(sent) <= 40
