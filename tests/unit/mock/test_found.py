"""Claims about runtime expressions that were read once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from assay.machine.expression import InstanceFacts, RequestFacts, ResponseFacts, Scope, evaluate, timestamp
from assay.mock.found import finder, shown_at, written

NOW = datetime(2026, 3, 4, 5, 6, 7, 890, tzinfo=UTC)
BODY = {"a": {"b": [1, {"c": None}]}, "x/y": "slash", "": "nameless", "n": 1.5}
FULL = Scope(
    RequestFacts("PUT", "/x?q=1", {"id": "i"}, {"q": ["1", "2"]}, {"x-a": "v"}, BODY),
    ResponseFacts(201, {"etag": '"e"'}, BODY),
    InstanceFacts("i-1", {"name": None, "obj": {"$now": 1}}),
    NOW,
)
BARE = Scope(RequestFacts("GET", "/"), ResponseFacts(204), InstanceFacts(None))
TEXTS = [
    "plain", "", "$", "$5", "$now", "$now+1d", "$now-90m", "$now+999999999d", "$nowhere", "$instance.id",
    "$instance.name", "$instance.obj", "$instance.none", "$request.body", "$request.body#", "$request.body#/a/b/0",
    "$request.body#/a/b/1/c", "$request.body#/a/b/01", "$request.body#/a/b/c/d", "$request.body#/x~1y",
    "$request.body#/", "$response.body#/n", "$response.body#/n/m", "$response.body#n", "$response.header.ETag",
    "$request.header.X-A", "$request.query.q", "$request.path.id", "$response.path.id", "$method", "$url",
    "$statusCode", "a {$instance.id} b {$request.body#/a}", "{$instance.none}", "{$nothing}",
]  # fmt: skip


@pytest.mark.parametrize("scope", [FULL, BARE, Scope()])
@pytest.mark.parametrize("text", TEXTS)
def test_it_finds_what_reading_it_anew_would(text, scope):
    """An expression that was read once finds what `evaluate` finds, whatever is there."""
    assert finder(text)(scope) == evaluate(text, scope)


@pytest.mark.parametrize(
    "moment",
    [NOW, NOW.replace(year=33), NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))],
)
def test_moments_are_written_alike(moment):
    """A moment is written as `timestamp` writes it, in whatever zone it is told."""
    assert written(moment) == timestamp(moment)


def test_only_answers_have_ways():
    """The way into an answer's body is told for expressions that point there, and for no others."""
    assert shown_at("$response.body#/a/b") == ("a", "b")
    assert shown_at("$response.body") == ()
    assert shown_at("$request.body#/a") is None
    assert shown_at("$response.header.a") is None
