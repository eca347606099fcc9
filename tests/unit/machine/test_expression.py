"""Claims about runtime expressions (OpenAPI 3.1 §4.8.20.4) and ours."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assay.machine.expression import (
    UNRESOLVED,
    InstanceFacts,
    RequestFacts,
    ResponseFacts,
    Scope,
    evaluate,
    is_expression,
    parse_problem,
    point,
    substitute,
    timestamp,
)

NOW = datetime(2024, 1, 2, 12, 0, 0, 999, tzinfo=UTC)
SCOPE = Scope(
    request=RequestFacts(
        "POST",
        "https://api.example/things?limit=3",
        path={"id": "a/b"},
        query={"limit": 3},
        headers={"x-trace": "t1"},
        body={
            "name": "Ada",
            "tags": ["x", None],
            "a/b": {"m~n": 1},
            "": 0,
            "nil": None,
            "evil": "$request.url",
        },
    ),
    response=ResponseFacts(201, {"location": "/things/1"}, {"id": "i-1", "list": list(range(11))}),
    instance=InstanceFacts("i-1", {"total": 8, "none": None}),
    now=NOW,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$method", "POST"),
        ("$url", "https://api.example/things?limit=3"),
        ("$statusCode", 201),
        ("$request.path.id", "a/b"),
        ("$request.query.limit", 3),
        ("$request.header.X-Trace", "t1"),
        ("$request.body#/name", "Ada"),
        ("$request.body#/tags/0", "x"),
        ("$request.body#/tags/1", None),
        ("$request.body#/a~1b/m~0n", 1),
        ("$request.body#/", 0),
        ("$request.body#/nil", None),
        ("$response.header.location", "/things/1"),
        ("$response.body#/id", "i-1"),
        ("$response.body#/list/10", 10),
        ("$instance.id", "i-1"),
        ("$instance.total", 8),
        ("$instance.none", None),
        ("$now", "2024-01-02T12:00:00Z"),
        ("$now+10m", "2024-01-02T12:10:00Z"),
        ("$now-1d", "2024-01-01T12:00:00Z"),
        ("$now+24h", "2024-01-03T12:00:00Z"),
        ("https://x/{$response.body#/id}/{$statusCode}", "https://x/i-1/201"),
        ("{$request.body#/tags}", '["x",null]'),
    ],
)
def test_finds(text, value):
    """Every form of expression finds the value it names, of whatever JSON type."""
    assert evaluate(text, SCOPE) == value
    assert parse_problem(text) is None


def test_whole_body():
    """`$request.body` and the empty pointer are the whole document."""
    assert evaluate("$request.body", SCOPE) == SCOPE.request.body
    assert evaluate("$request.body#", SCOPE) == SCOPE.request.body


@pytest.mark.parametrize(
    "text",
    [
        "$request.body#/nope",
        "$request.body#/tags/2",
        "$request.body#/tags/00",
        "$request.body#/tags/-",
        "$request.body#/tags/" + "9" * 5000,
        "$request.body#/name/0",
        "$request.query.none",
        "$request.header.none",
        "$instance.nope",
        "$now+999999999d",
        "$now-999999999d",
        "a {$instance.nope} b",
    ],
)
def test_finds_nothing(text):
    """What is not there is UNRESOLVED: never null, never an exception."""
    assert evaluate(text, SCOPE) is UNRESOLVED


@pytest.mark.parametrize(
    "text",
    [
        "$method",
        "$statusCode",
        "$request.body",
        "$response.body#/x",
        "$instance.id",
        "$now",
        "$request.path.id",
    ],
)
def test_an_empty_scope_answers_nothing(text):
    """Before anything happened, every expression is UNRESOLVED."""
    assert evaluate(text, Scope()) is UNRESOLVED
    assert evaluate(text, Scope(RequestFacts("GET", "/"), None, InstanceFacts(None))) in (UNRESOLVED, "GET")


@pytest.mark.parametrize("text", ["$5", "$", "$$", "plain", "", "{$5}", "{}", "$response.query.x", "{$.x}"])
def test_literals_are_themselves(text):
    """A string that is no known expression stands for itself, a leading `$` or not."""
    assert evaluate(text, SCOPE) == text
    assert not is_expression(text)


def test_substitution_walks_schemas():
    """Expressions are replaced anywhere in a schema; what finds nothing takes its keyword along."""
    schema = {
        "required": ["id"],
        "properties": {
            "id": {"const": "$instance.id"},
            "gone": {"const": "$instance.nope"},
            "url": {"type": "string", "const": "https://x/{$instance.id}"},
            "one": {"enum": ["$instance.nope", "a"]},
            "any": {"enum": ["$instance.nope"]},
            "price": {"const": "$5"},
        },
        "prefixItems": [],
    }
    assert substitute(schema, SCOPE) == {
        "required": ["id"],
        "properties": {
            "id": {"const": "i-1"},
            "gone": {},
            "url": {"type": "string", "const": "https://x/i-1"},
            "one": {"enum": ["a"]},
            "any": {},
            "price": {"const": "$5"},
        },
        "prefixItems": [],
    }
    assert substitute("$instance.nope", SCOPE) is UNRESOLVED
    assert substitute(True, SCOPE) is True


def test_found_values_are_not_searched_again():
    """A request cannot smuggle expressions: a value that looks like one stays text."""
    assert substitute({"const": "$request.body#/evil"}, SCOPE) == {"const": "$request.url"}
    assert substitute("<{$request.body#/evil}>", SCOPE) == "<$request.url>"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("$requst.body#/name", "«$request»"),
        ("$request.boddy#/name", "$request.body"),
        ("$request.body/name", "$request.body#/name"),
        ("$response.path.id", "$response.body or $response.header"),
        ("$request.header.", "$request.header.NAME"),
        ("$instance", "$instance.id"),
        ("$now+10", "$now+10m"),
        ("$method.x", "$method alone"),
        ("$statuscode", "«$statusCode»"),
        ("https://x/{$instanc.id}", "«$instance»"),
    ],
)
def test_misspellings_are_explained(text, part):
    """What looks meant as an expression and is none is reported with the spelling that was meant."""
    problem = parse_problem(text)
    assert problem is not None
    assert problem.startswith("Cannot read «")
    assert part in problem


@pytest.mark.parametrize("text", ["$5", "$", "", "x", "{$5}", "$dollars", "cost {x}"])
def test_literals_are_no_problem(text):
    """Strings that nobody meant as an expression are not reported."""
    assert parse_problem(text) is None


def test_pointers_follow_rfc_6901():
    """The examples of RFC 6901 §5 find what the RFC says."""
    document = {
        "foo": ["bar", "baz"],
        "": 0,
        "a/b": 1,
        "c%d": 2,
        "e^f": 3,
        "g|h": 4,
        "i\\j": 5,
        'k"l': 6,
        " ": 7,
        "m~n": 8,
    }
    pointers = ["", "/foo/0", "/", "/a~1b", "/c%d", "/e^f", "/g|h", "/i\\j", '/k"l', "/ ", "/m~0n"]
    assert [point(document, p) for p in pointers] == [document, "bar", 0, 1, 2, 3, 4, 5, 6, 7, 8]
    assert point(document, "foo") is UNRESOLVED


def test_timestamps_are_utc_and_four_digit_years():
    """RFC 3339: UTC with Z, whole seconds, years of four digits."""
    assert timestamp(NOW) == "2024-01-02T12:00:00Z"
    assert timestamp(datetime(5, 1, 1, tzinfo=UTC)) == "0005-01-01T00:00:00Z"
