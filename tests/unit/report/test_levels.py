"""`report.levels`: what was touched of what is documented, counted as other tools count it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assay.app.header import header
from assay.model.case import BodyKind, Case, Payload
from assay.model.contract import Api, ContractSet
from assay.model.event import Event, RunStarted, Step, StepJudged
from assay.model.evidence import Evidence
from assay.plan.clauses import clauses
from assay.report.fold import fold
from assay.report.levels import CRITERIA
from assay.report.log import dump
from assay.report.result import Levels
from assay.report.skim import skim
from fakes.contracts import made

THINGS = """
operation: makeThing
method: post
path: /things
parameters:
  - {name: dry, in: query, schema: {type: boolean}}
  - {name: X-Kind, in: header, schema: {type: string, enum: [small, large]}}
requestBody:
  content:
    application/json:
      schema:
        type: object
        properties: {size: {type: string, enum: [s, m]}, deep: {type: object, properties: {on: {type: boolean}}}}
responses:
  201:
    description: made
    content:
      application/json:
        schema:
          type: object
          properties:
            id: {type: string}
            tags: {type: array, items: {type: object, properties: {name: {type: string}}}}
  400: {description: refused, content: {text/plain: {schema: {type: string}}}}
"""
LOOK = """
operation: lookAtThing
method: get
path: /things/{id}
parameters: [{name: id, in: path, required: true, schema: {type: string}}]
responses:
  200: {description: there it is}
  4XX: {description: no such thing}
"""  # fmt: skip


@pytest.fixture(scope="module")
def api() -> Api:
    return made(THINGS, LOOK)


def _started(api: Api) -> RunStarted:
    return header(ContractSet((api,), "d"), clauses(api), run="r", started=datetime(2026, 1, 1, tzinfo=UTC), seed=1,
                  profile="gate", target="mock", strict=False)  # fmt: skip


def _step(operation: str, status: int, media: str = "", body: str | None = None, sent: object = None,
          **parts: object) -> StepJudged:  # fmt: skip
    payload = Payload() if sent is None else Payload(BodyKind.JSON, sent, media_type="application/json")
    case = Case("made", operation, "t", "witness", body=payload, **parts)  # type: ignore[arg-type]
    headers = (("Content-Type", media),) if media else ()
    evidence = Evidence("GET", "http://x/", (), None, status, "", headers, body, len(body or ""), None,
                        "2026-01-01T00:00:00Z", 1.0, "curl")  # fmt: skip
    return StepJudged(1, Step(case, evidence), ())


def _levels(api: Api, *events: Event) -> Levels:
    (live,) = fold([_started(api), *events]).levels
    lines = [dump(event).encode() for event in events]
    (again,) = fold([_started(api), *map(skim, lines)]).levels
    assert again == live, "a log that is read again tells something else"
    return live


def _counted(found: Levels) -> dict[str, tuple[int, int]]:
    return {one.name: (one.covered, one.of) for one in found.criteria if one.of}


LOOKED = _step("lookAtThing", 200, path={"id": "7"})


def test_nothing_touched_is_level_0(api: Api) -> None:
    found = _levels(api)
    assert found.level == 0
    assert (found.covered, found.documented) == (0, 4)
    assert sorted(found.lacks[0].missing) == ["/things", "/things/{id}"]


def test_every_path_is_level_1_and_every_operation_2(api: Api) -> None:
    assert _levels(api, LOOKED).level == 0
    both = _levels(api, LOOKED, _step("makeThing", 201))
    assert both.level == 2
    assert [one.name for one in both.lacks] == ["request media types", "response media types"]


FULL = (
    LOOKED,
    _step("lookAtThing", 404, path={"id": "8"}),
    _step("makeThing", 400, "text/plain; charset=utf-8", "no", sent={"size": "s"}, query={"dry": True}),
    _step("makeThing", 201, "application/json", '{"id":"a","tags":[{"name":"b"}]}',
          sent={"size": "m", "deep": {"on": True}}, query={"dry": False}, headers={"x-kind": "small"}),
    _step("makeThing", 201, "application/json", "{}", sent={"deep": {"on": False}}, headers={"X-Kind": "large"}),
)  # fmt: skip


def test_all_of_it_is_level_6_where_no_flow_is_documented(api: Api) -> None:
    found = _levels(api, *FULL)
    assert found.level == 6
    assert _counted(found) == {
        "paths": (2, 2), "operations": (2, 2), "request media types": (1, 1), "response media types": (2, 2),
        "parameters": (4, 4), "status classes": (4, 4), "parameter values": (8, 8), "statuses": (4, 4),
        "response properties": (3, 3),
    }  # fmt: skip
    assert found.share == 1.0


@pytest.mark.parametrize(
    ("without", "level", "name", "missing"),
    [
        (1, 3, "status classes", "lookAtThing 4xx"),
        (2, 2, "response media types", "makeThing 400 text/plain"),
        (4, 4, "parameter values", "makeThing body/deep/on=false"),
    ],
)
def test_what_is_missing_keeps_from_its_level(
    api: Api, without: int, level: int, name: str, missing: str
) -> None:
    found = _levels(api, *FULL[:without], *FULL[without + 1 :])
    assert found.level == level
    lacking = {one.name: one.missing for one in found.lacks}
    assert missing in lacking[name]


def test_undocumented_statuses_are_named_apart(api: Api) -> None:
    odd = StepJudged(2, _step("lookAtThing", 503).step, (), undocumented=True)
    assert _levels(api, odd).strange == ("lookAtThing 503",)


def test_a_log_that_does_not_tell_what_can_be_asked_counts_nothing_of_it(api: Api) -> None:
    """Logs of older versions."""
    started = _started(api)
    old = tuple({k: v for k, v in o.items() if k not in {"asks", "replies"}} for o in started.operations)
    (found,) = fold([RunStarted("r", "", 1, "gate", "mock", "d", "1", (), operations=old), *FULL]).levels
    assert "parameters" not in _counted(found)
    assert found.covered == 4
    assert found.level == 2, "what nobody knows is not covered"


def test_several_apis_are_told_together_too(api: Api) -> None:
    """Last, and an element of one does not stand for that of another."""
    started = _started(api)
    twice = tuple({**o, "api": "other"} for o in started.operations)
    one, other, both = fold([replace(started, operations=(*started.operations, *twice)), *FULL]).levels
    assert (one.level, other.level, both.api, both.level) == (6, 0, "", 0)
    assert (both.covered, both.documented) == (one.covered, 2 * one.documented)
    paths = next(criterion for criterion in both.criteria if criterion.name == "paths")
    assert sorted(paths.missing) == ["other: /things", "other: /things/{id}"]


def test_a_request_has_its_path(api: Api) -> None:
    """Also where the id of an instance is put into it as it goes out."""
    parameters = next(c for c in _levels(api, _step("lookAtThing", 200)).criteria if c.name == "parameters")
    assert not [name for name in parameters.missing if "path/" in name]


def test_what_an_earlier_answer_fills_in_was_asked_too(api: Api) -> None:
    step = _step("makeThing", 201, refs={"header.X-Kind": "$steps.made.response.header.Kind"})
    parameters = next(c for c in _levels(api, step).criteria if c.name == "parameters")
    assert "makeThing header/x-kind" not in parameters.missing
    assert "makeThing query/dry" in parameters.missing


def test_what_comes_late_counts(api: Api) -> None:
    """However many requests and answers there were before."""
    plain = _step("makeThing", 201, "application/json", "{}")
    late = _step("makeThing", 201, "application/json", '{"id":"a"}', query={"dry": True})
    (found,) = fold([_started(api), *[plain] * 3500, late]).levels
    missing = {criterion.name: criterion.missing for criterion in found.criteria}
    assert "makeThing query/dry" not in missing["parameters"]
    assert "makeThing query/dry=false" in missing["parameter values"]
    assert missing["response properties"] == ("makeThing 201 /tags", "makeThing 201 /tags/*/name")


def test_every_criterion_has_a_level() -> None:
    assert sorted(set(CRITERIA.values())) == list(range(1, 8))
