"""References: what a step takes from earlier ones, and when it is left out."""

from __future__ import annotations

import json
from dataclasses import replace
from uuid import UUID

import pytest

from assay.evidence.redact import Policy
from assay.explore.history import History
from assay.explore.references import Needless, Unresolved, resolve
from assay.explore.stage import Stage
from assay.judge import Judge
from assay.model.case import Subject, SubjectKind
from assay.plan.witness import Planner
from fakes.clock import FakeClock
from fakes.contracts import supply
from fakes.send import FakeSend, reply
from fakes.shop import API, Shop
from fakes.sink import ListSink

NEW, KNOWN = (Subject(kind, "i1") for kind in (SubjectKind.NEW, SubjectKind.KNOWN))
PLANNER = Planner(API, supply(API))
OPEN = API.operation("open")


def counting(_shop, request, honest):
    """An answer to opening that shows a number and no next page."""
    if request.path != "/tabs":
        return honest
    return reply(201, {**json.loads(honest.body), "n": 3, "name": "x", "next": None})


def staged():
    """A stage on such a shop, and a history in which a tab was opened and looked at."""
    clock = FakeClock()
    send = FakeSend(Shop(counting), clock)
    stage = Stage(API, Judge(API, supply(API)), send, ListSink(), clock, Policy(()), 7)
    history = History()
    made = replace(PLANNER.usual("open", NEW), role="made")
    assert stage.perform_all(history, [made, replace(PLANNER.usual("look", KNOWN), role="seen")])
    return stage, history


def found(history, place, reference, salt="s"):
    """The case with that reference in its place."""
    return resolve(replace(PLANNER.usual("open", NEW), refs={place: reference}), OPEN, history, salt)


def test_a_fresh_value_is_the_same_within_a_history_and_new_in_every_other():
    """One name, one value: so that a second step can repeat it; another history, another value."""
    history = History()
    keys = [found(history, "header.Key", "$fresh.uuid.key", salt).headers["Key"] for salt in ("1", "2")]
    assert keys[0] == keys[1]
    assert UUID(keys[0]).version == 4
    assert found(history, "header.Key", "$fresh.uuid.other").headers["Key"] != keys[0]
    assert found(History(), "header.Key", "$fresh.uuid.key", "3").headers["Key"] != keys[0]


def test_the_stage_makes_fresh_values_new():
    """Two histories of one run, the same cases, never the same value."""
    stage, _ = staged()
    case = replace(PLANNER.usual("open", NEW), refs={"header.Key": "$fresh.uuid.key"})
    keys = [stage.perform(History(), case).step.case.headers["Key"] for _ in range(2)]
    assert keys[0] != keys[1]


def test_a_whole_number_may_be_shifted():
    """`- 1` and `+ 2` after a reference reckon; what is no number cannot be reckoned with."""
    _, history = staged()
    assert found(history, "query.n", "$steps.made.response.body#/n - 1").query == {"n": 2}
    assert found(history, "query.n", "$steps.made.response.body#/n + 2").query == {"n": 5}
    with pytest.raises(Unresolved, match="no whole number"):
        found(history, "query.n", "$steps.made.response.body#/name - 1")


@pytest.mark.parametrize(
    "reference", ["$steps.made.response.body#/next", "$steps.nobody.response.body#/next"]
)
def test_a_step_may_be_left_out(reference):
    """Where a place ends in `?` and nothing is found, the step is left out and the history goes on."""
    stage, history = staged()
    with pytest.raises(Needless):
        found(history, "query.cursor?", reference)
    look = replace(PLANNER.usual("look", KNOWN), role="again")
    assert stage.perform_all(history, [replace(look, refs={"query.cursor?": reference}), look])
    assert [one.step.case.role for one in history.performed] == ["made", "seen", "again"]
    assert stage.perform_all(history, [replace(look, refs={"url?": reference})])
    assert len(history.performed) == 3


def test_what_is_there_is_placed_all_the_same():
    """A place that may find nothing and finds something is filled."""
    _, history = staged()
    assert found(history, "query.n?", "$steps.made.response.body#/n").query == {"n": 3}


def test_a_missing_value_elsewhere_ends_the_history():
    """Without `?` a reference that finds nothing is an obstacle: what follows would not mean what it should."""
    stage, history = staged()
    look = replace(PLANNER.usual("look", KNOWN), refs={"header.Key": "$steps.nobody.response.header.ETag"})
    assert not stage.perform_all(history, [look])
    assert "nobody" in stage.obstacle


def test_an_instance_of_another_lifecycle_is_asked_for_by_its_own_id():
    """A request about nothing in particular gets an id that was never issued, but not where a reference says whose."""
    stage, history = staged()
    plain = PLANNER.usual("look", None)
    assert stage.perform(history, plain).step.evidence.status == 404
    named = stage.perform(history, replace(plain, refs={"path.id": "$instances.i1.id"}))
    assert named.step.evidence.status == 200
