"""Coverage levels: what a run touched, counted once however it comes, and never more than it was."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from assay.model.contract import Strength
from assay.model.event import RunFinished, RunStarted, Step, StepJudged
from assay.model.verdict import Clause, ClauseKind, Verdict, VerdictKind
from assay.report import levels_told
from assay.report.fold import fold
from assay.report.levels import CRITERIA
from assay.report.log import dump
from assay.report.result import Levels
from assay.report.skim import skimmed
from golden.story import exchange, step

READ: dict[str, Any] = {
    "api": "shop", "id": "list", "method": "GET", "path": "/carts/{size}", "summary": "",
    "statuses": ["200", "4XX"],
    "elements": {
        "consumes": [], "produces": ["application/json", "text/csv"], "body": False,
        "parameters": [{"in": "path", "name": "size", "values": ["big", "small"]},
                       {"in": "query", "name": "sort", "values": ["up", "down"]},
                       {"in": "query", "name": "filter[x]"}, {"in": "header", "name": "X-Page"}],
        "properties": {"200": [["items"], ["items", "*", "sku"], ["ünï"]]},
    },
}  # fmt: skip
MAKE: dict[str, Any] = {
    "api": "shop", "id": "make", "method": "POST", "path": "/carts", "summary": "", "statuses": ["201", "default"],
    "elements": {"consumes": ["application/json"], "produces": [], "body": True, "parameters": [], "properties": {}},
}  # fmt: skip
TABLE: dict[str, Any] = {
    "api": "shop", "name": "cart", "operations": ["make", "list"],
    "states": [{"name": "absent", "final": False, "description": ""},
               {"name": "open", "final": True, "description": ""}],
    "cells": [{"state": "absent", "operation": "make", "expected": "201", "ways": [{"status": 201, "to": "open"}]},
              {"state": "open", "operation": "list", "expected": "200", "ways": [{"status": 200}]}],
}  # fmt: skip


def _header(*operations: dict[str, Any]) -> RunStarted:
    return RunStarted("r", "2026-11-20T22:00:00Z", 1, "gate", "mock", "d", "0", (), operations=operations)


def _asked(
    path: str,
    status: int | None = 200,
    body: bytes = b"{}",
    *,
    operation: str = "list",
    kind: str = "application/json",
    sent: bytes | None = None,
    headers: tuple[tuple[str, str], ...] = (),
) -> Step:
    made = exchange("GET", path, status, body, sent=sent, headers=(("Content-Type", kind),))
    return step("shop", operation, "t", replace(made, sent_headers=(*made.sent_headers, *headers)))


def _levels(header: RunStarted, steps: Iterable[Step]) -> Levels:
    """Those of the log, which are those of the run itself."""
    events = [
        header,
        *(StepJudged(number, one, ()) for number, one in enumerate(steps, 1)),
        RunFinished("2026-11-20T22:00:09Z", True),
    ]
    live, read = fold(events), fold(skimmed((dump(event) + "\n").encode() for event in events))
    assert live.levels == read.levels
    return live.levels[-1]


def _missing(found: Levels, criterion: str) -> list[str]:
    (one,) = (one for one in found.criteria if one.name == criterion)
    assert one.of - one.covered == len(one.missing)
    return [missing.element for missing in one.missing]


ALL = (
    _asked("/v1/carts/big?sort=up", body=b'{"items":[{"sku":"a"}]}', headers=(("x-page", "2"),)),
    _asked("/v1/carts/small?sort=down&filter%5Bx%5D=", 418, kind="text/csv; charset=utf-8"),
    _asked("/v1/carts/small", body='{"items":[],"ünï":null}'.encode()),
    _asked("/v1/carts", 201, operation="make", sent=b"{}"),
    _asked("/v1/carts", 400, operation="make"),
)


def test_a_level_needs_all_of_its_criteria_and_of_those_below() -> None:
    """With everything touched but flows, which no table documents, it is the sixth."""
    found = _levels(_header(READ, MAKE), ALL)
    assert [(one.name, one.level) for one in found.criteria] == list(CRITERIA.items())
    assert [one.missing for one in found.criteria if one.name != "operation flows"] == [()] * 9
    assert found.level == 6
    assert levels_told.headline(found).startswith("level 6 of 7; for 7: operation flows 0 of 0")


@pytest.mark.parametrize(
    ("without", "level", "criterion", "missing"),
    [
        (0, 3, "parameters", ["header X-Page"]),
        (1, 2, "response content types", ["text/csv"]),
        (2, 5, "response properties", ["200 ünï"]),
        (3, 2, "request content types", ["application/json"]),
        (4, 4, "statuses", ["default"]),
    ],
)
def test_what_is_not_touched_is_named(without: int, level: int, criterion: str, missing: list[str]) -> None:
    """And keeps the level down, whatever of higher levels is there."""
    found = _levels(_header(READ, MAKE), [one for at, one in enumerate(ALL) if at != without])
    assert found.level == level
    assert _missing(found, criterion) == missing


def test_values_count_one_by_one() -> None:
    """In the path, in the query, and each of them only as it is written."""
    found = _levels(_header(READ), [_asked("/v1/carts/Big?sort=downwards&sort=up")])
    assert _missing(found, "parameter values") == ["path size=big", "path size=small", "query sort=down"]


def test_properties_count_at_their_place_and_of_their_status() -> None:
    """The same name elsewhere in the body, or in the answer to another status, is another property."""
    steps = [
        _asked("/c/big", body=b'{"sku":1,"items":{"sku":2}}'),
        _asked("/c/big", 404, b'{"items":[{"sku":1}]}'),
    ]
    assert _missing(_levels(_header(READ), steps), "response properties") == ["200 items.*.sku", "200 ünï"]


def test_an_escaped_name_is_a_name() -> None:
    r"""A server may write `\u0073ku` for `sku` (RFC 8259 §7)."""
    plain = READ | {
        "elements": READ["elements"] | {"properties": {"200": [["items"], ["items", "*", "sku"]]}}
    }
    # everything else of the operation is touched before, so that nothing but the name has the step read
    first = _asked("/v1/carts/big?sort=up", headers=(("x-page", "2"),))
    steps = [first, ALL[1], _asked("/c/small", body=rb'{"\u0069tems":[{"s\u006bu":1}]}')]
    assert _missing(_levels(_header(plain), steps), "response properties") == []


def test_a_body_that_nobody_can_read_touches_nothing() -> None:
    """One that is no JSON, is nested beyond reading, or was cut for the log."""
    bodies = [b'{"items"', b"[" * 9000, b'{"items":[{"sku":"' + b"a" * 20000 + b'"}]}']
    found = _levels(_header(READ), [_asked("/c/big", body=body) for body in bodies])
    assert len(_missing(found, "response properties")) == 3


def test_a_request_without_an_answer_touches_what_it_asks_for() -> None:
    """The criteria of requests are about requests."""
    found = _levels(_header(READ), [_asked("/c/big?sort=up", None)])
    assert _missing(found, "operations") == []
    assert _missing(found, "statuses") == ["200", "4XX"]
    assert "query sort" not in _missing(found, "parameters")


def test_a_range_and_a_class_are_two_things() -> None:
    """A documented 404 is of the class 4XX, and not of the documented rest of 4XX."""
    one = READ | {"statuses": ["200", "404", "4XX"]}
    found = _levels(_header(one), [_asked("/c/big", 404)])
    assert _missing(found, "statuses") == ["200", "4XX"]
    assert _missing(found, "status classes") == ["2XX"]


def test_flows_are_walked_on_one_instance() -> None:
    """One straight after the other; elsewhere asked, they are two requests."""
    cells = (
        ("shop/lifecycle/cart/absent/make", "make", "absent"),
        ("shop/lifecycle/cart/open/list", "list", "open"),
    )
    clauses = tuple(
        Clause(name, "shop", ClauseKind.CELL, Strength.DOCUMENTED, "docs", name, operation, "cart", state)
        for name, operation, state in cells
    )
    header = replace(_header(READ, MAKE), tables=(TABLE,), clauses=clauses)

    def missing(one: str, other: str) -> list[str]:
        made = replace(ALL[3], state="absent", after="open", instance=one)
        listed = replace(ALL[0], state="open", after="open", instance=other)
        held = [(Verdict(name, VerdictKind.HOLDS),) for name, _, _ in cells]
        events = [StepJudged(1, made, held[0]), StepJudged(2, listed, held[1])]
        return [
            f"{gap.operation} {gap.element}" for gap in fold([header, *events]).levels[0].criteria[-1].missing
        ]

    assert missing("cart#1", "cart#2") == ["make then list", "list then list"]
    assert missing("cart#1", "cart#1") == ["list then list"]


def test_an_old_log_leaves_open_what_it_does_not_say() -> None:
    """Its header has no elements: then no level rests on them, and none is said to be missing."""
    old = {key: value for key, value in READ.items() if key != "elements"}
    found = _levels(_header(old), [_asked("/c/big"), _asked("/c/big", 404)])
    assert found.level == 2
    assert [one.name for one in found.criteria if not one.told] == [
        "request content types", "response content types", "parameters", "parameter values", "response properties",
    ]  # fmt: skip
    assert "unknown" in levels_told.headline(found)


def test_statuses_are_covered_or_not_or_missing_in_the_specification() -> None:
    """As Specmatic counts them, with how often."""
    steps = [_asked("/c/big"), _asked("/c/big"), _asked("/c/big", 500)]
    found = _levels(_header(READ), steps)
    told = [(use.status, levels_told.word(use), use.count) for use in found.statuses]
    assert told == [("200", "covered", 2), ("4XX", "not covered", 0), ("500", "missing in spec", 1)]
    assert levels_told.statuses(found) == "1 of 2 documented statuses covered (50 %), 1 missing in spec"


def test_several_apis_are_told_together_too() -> None:
    """The last is of all of them, and an element of one does not stand for that of another."""
    other = MAKE | {"api": "other"}
    found = _levels(_header(READ, MAKE, other), ALL)
    assert found.api == ""
    assert found.level == 0
    paths = next(one for one in found.criteria if one.name == "paths")
    assert (paths.covered, paths.of) == (2, 3)


def test_nothing_is_level_zero() -> None:
    """A run that sent nothing, and one that had nothing to send to."""
    assert _levels(_header(READ), []).level == 0
    assert fold([_header()]).levels == ()


def test_levels_are_json() -> None:
    """What the log does not tell is null, not zero."""
    old = {key: value for key, value in READ.items() if key != "elements"}
    report = fold([_header(old), StepJudged(1, _asked("/c/big"), ())])
    (told,) = json.loads(json.dumps(levels_told.document(report)))
    by_name = {one["criterion"]: one for one in told["criteria"]}
    assert by_name["parameters"]["of"] is None
    assert by_name["operations"]["covered"] == 1
