"""Claims about rules that say what a value is."""

from __future__ import annotations

import pytest

from assay.machine.expression import RequestFacts, Scope
from assay.mock.solve import equalities, solved


@pytest.mark.parametrize(
    ("rule", "body", "expected"),
    [
        ("response.body.total == response.body.n * 350", {"n": 3, "total": 1}, {"n": 3, "total": 1050}),
        ("request.body.n == response.body.deep.n", {"deep": {"n": 1}}, {"deep": {"n": 7}}),
        ("response.body.a == response.body.b", {"a": 1, "b": 2}, {"a": 2, "b": 2}),
        ("response.body.a == 1 && response.body.b == response.body.a + 1", {}, {"a": 1, "b": 2}),
        ("response.body.t == {'a==b': 5, 'c && d': 6}['a==b']", {"t": 0}, {"t": 5}),
    ],
)
def test_an_equality_with_a_lone_path_is_solved(rule, body, expected):
    """The lone path gets the value of the other side; the left one follows where both are; conjuncts go in order."""
    assert solved(rule, body, Scope(request=RequestFacts("POST", "/", body={"n": 7}))) == expected


@pytest.mark.parametrize(
    "rule",
    [
        "response.body.a <= 3",
        "response.body.a == 1 || response.body.b == 2",
        "has(request.body.n) ? response.body.a == 1 : true",
        "response.body.items[0] == 1",
        "(response.body.a == 1)",
        "response.body.a != 1",
        "response.body.a == 1 == true",
        "size(response.body.items) == 3",
        "response.headers.etag == 'x'",
    ],
)
def test_what_is_no_such_equality_is_left_alone(rule):
    """Alternatives, inequalities, indexes and calls are for checking only."""
    assert equalities(rule) == ()
    assert solved(rule, {"a": 9}, Scope()) == {"a": 9}


def test_a_side_that_has_no_value_changes_nothing():
    """What cannot be worked out is left as it is, and so is a place that nothing holds."""
    assert solved("response.body.a == request.body.nothing", {"a": 1}, Scope()) == {"a": 1}
    assert solved("response.body.a.b == 1", {"a": 5}, Scope()) == {"a": 5}
