"""Which parts of a scope a rule mentions."""

from __future__ import annotations

import pytest

from assay.machine.expression import InstanceFacts, RequestFacts, ResponseFacts, Scope, compile_rule
from assay.machine.mention import chosen, mentions


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("true", {}),
        ("instance.level > 1", {"instance": {"level": None}}),
        ("has(request.body.item) && response . body . item == 1",
         {"request": {"body": {"item": None}}, "response": {"body": {"item": None}}}),
        ("response.body.items.all(i, i > 0)", {"response": {"body": {"items": None}}}),
        ("response.body.all(k, k != '')", {"response": {"body": None}}),
        ("response.body.a.b == response.body.a", {"response": {"body": {"a": None}}}),
        ("response.body.a == response.body.a.b", {"response": {"body": {"a": None}}}),
        ("response['body'] == request", {"response": None, "request": None}),
        ("response.headers['etag'] == instance['id']", {"response": {"headers": None}, "instance": None}),
        ("responses == 1", {}),
        ("has(request.body) && request.body.a == 1", {"request": {"body": {"a": None}}}),
        ("type( request.body ) != map || request.body.a == 1", {"request": {"body": {"a": None}}}),
        ("type(request.body) == map && request.body == {}", {"request": {"body": None}}),
        ("size(request.body) == 1 && request.body.a == 1", {"request": {"body": None}}),
        ("x.type(request.body) && request.body.a == 1", {"request": {"body": None}}),
        ("[request.body].all(b, type(b) == map) && request.body.a == 1", {"request": {"body": None}}),
        ("has(request.body)", {"request": {"body": None}}),
        ("request.body == null || request.body.a == 1", {"request": {"body": {"a": None}}}),
        ("true && (request.body != null) && request.body.a == 1", {"request": {"body": {"a": None}}}),
        ("1 in request.body == null || request.body.a == 1", {"request": {"body": None}}),
        ("request.body == nullable || request.body.a == 1", {"request": {"body": None}}),
    ],
)  # fmt: skip
def test_paths(rule, found) -> None:
    """A path reaches as far as it is written with points; calls and indexes end it before them."""
    assert mentions(rule) == found


def test_what_is_not_an_object_is_left_whole() -> None:
    """A list where members are asked for stays what it is: the rule shall fail as it would have."""
    assert chosen({"a": [1], "b": 2}, {"a": {"x": None}, "c": None}) == {"a": [1]}


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("has(response.body.a) && !has(response.body.z)", True),
        ("response.body.b.map(x, x * 2) == [2, 4]", True),
        ("size(response.body) == 2", True),
        ("request.body == response.body.a", False),
        ("instance.level == request.query.level", True),
        ("response.headers['etag'] == 't' && response.status == 200", True),
        ("has(response.body) && type(response.body) == map && response.body.a.c == 2", True),
        ("type(response.body.b) == list && !has(response.body.a.z)", True),
        ("response.body != null && response.body.a.c == 2", True),
        ("response.body == null || response.body.b == null", False),
    ],
)
def test_a_rule_sees_all_that_it_mentions(rule, holds) -> None:
    """Handing over only what is mentioned changes no rule's result."""
    request = RequestFacts("GET", "/x", query={"level": 3}, body={"c": 1})
    response = ResponseFacts(200, {"etag": "t"}, {"a": {"c": 2}, "b": [1, 2]})
    scope = Scope(request, response, InstanceFacts("i", {"level": 3}))
    assert compile_rule(rule)(scope) is holds
