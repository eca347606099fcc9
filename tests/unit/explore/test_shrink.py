"""Shrinking: a directed history is told without the steps that its failure does not need."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assay.evidence.redact import Policy
from assay.explore.shrink import Shrinker, shrinkable
from assay.explore.stage import Stage
from assay.inputs.smaller import smaller_requests
from assay.judge import Judge
from assay.model.case import BodyKind, Case, Payload, Subject, SubjectKind
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
EMPTY = Step(Case("made", "look", "", "lifecycle"), EVIDENCE)
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
    for more in ({"law": "idempotent"}, {"together": "r"}, {"wait": 1.0}, {"poll": True}):
        assert not shrinkable((step("a"), step("b", **more)), CELL)
    assert not shrinkable((step("a"), step("b")), replace(CELL, clause="made/lifecycle/tab/law/unique-ids"))


def test_shrinking_has_a_budget():
    """A long history costs no more than its budget of requests, is told as far as it got, and says that this was so."""
    sent = []

    def again(cases):
        sent.append(len(cases))
        return ()

    long = tuple(step(str(number)) for number in range(30))
    shrinker = Shrinker(again, 100)
    assert shrinker(long) == long
    assert sum(sent) <= 100
    assert shrinker.spent


@pytest.mark.parametrize("needed", [{0}, {0, 29}, {3, 11, 29}, {29}, set(range(30))])
def test_what_is_left_is_what_is_needed(needed):
    """Whichever steps a failure needs, they are left and no other; each try has a whole history behind it."""

    def again(cases):
        kept = {int(case.title) for case in cases}
        return tuple(step(case.title) for case in cases) if needed | {29} <= kept else ()

    found = Shrinker(again, 10_000)(tuple(step(str(number)) for number in range(30)))
    assert {int(one.case.title) for one in found} == needed | {29}


def test_nothing_is_asked_of_what_was_not_made():
    """A step that makes an instance is left out only with those that are about it: nothing else is worth a request."""
    steps = (
        step("0", subject=Subject(SubjectKind.NEW, "i1")),
        step("1", subject=Subject(SubjectKind.NEW, "i2")),
        step("2", subject=Subject(SubjectKind.KNOWN, "i2")),
        step("3", subject=Subject(SubjectKind.KNOWN, "i1")),
    )
    tried = []

    def again(cases):
        tried.append([case.title for case in cases])
        return tuple(replace(EMPTY, case=case) for case in cases)

    assert [one.case.title for one in Shrinker(again, 100)(steps)] == ["0", "3"]
    assert ["2", "3"] not in tried


def test_a_made_up_request_is_told_with_what_matters():
    """Of a large body only the member is left that the failure needs, and the lead-up is as it was."""
    body = {"a": [1, 2, 3], "b": {"c": "x" * 40, "d": None}, "e": 7}
    steps = (step("0"), step("1", body=Payload(BodyKind.JSON, body)))

    def again(cases):
        value = cases[-1].body.value
        shown = isinstance(value, dict) and "c" in (value.get("b") or {})
        return tuple(replace(EMPTY, case=case) for case in cases) if shown else ()

    def simpler(case):
        return smaller_requests(case) if case.title == "1" else iter(())

    (found,) = Shrinker(again, 500, simpler)(steps)
    assert found.case.body.value == {"b": {"c": "a"}} or found.case.body.value == {"b": {"c": "x"}}
