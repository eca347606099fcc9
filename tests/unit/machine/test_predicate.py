"""Predicates over response bodies."""

from __future__ import annotations

import pytest

from assay.machine.expression import MISSING, RequestFacts, RuleError, Scope
from assay.machine.predicate import Predicate, has_expressions
from assay.model.lifecycle import Nothing

SCOPE = Scope(
    RequestFacts("POST", "/", body={"name": "Ada", "most": 3, "odd": "(", "ref": {"$ref": "#/nowhere"}})
)


@pytest.mark.parametrize(
    ("body", "fits"), [(None, True), ({}, False), ("", False), (False, False), (0, False), (MISSING, False)]
)
def test_nothing(body, fits):
    """`nothing` is null, as which an empty body is read, and no other value however empty."""
    assert (not list(Predicate(Nothing.NOTHING, {}).mismatches(body, SCOPE))) is fits


@pytest.mark.parametrize(
    ("schema", "body", "fits"),
    [
        ({"type": "object"}, {}, True),
        ({"type": "object"}, MISSING, False),
        ({}, MISSING, False),
        ({"const": "$request.body#/name"}, "Ada", True),
        ({"const": "$request.body#/name"}, "Eve", False),
        ({"const": "I am {$request.body#/name}"}, "I am Ada", True),
        ({"const": "$request.body#/nobody"}, "Eve", True),
        ({"const": "$request.body#/ref"}, {"$ref": "#/nowhere"}, True),
        ({"const": "$request.body#/ref"}, {"$ref": "#/elsewhere"}, False),
        ({"const": "$5"}, "$5", True),
        ({"$ref": "#/components/schemas/S"}, 5, True),
        ({"$ref": "#/components/schemas/S"}, "5", False),
    ],
)
def test_schemas_with_expressions(schema, body, fits):
    """Expressions are filled in per exchange; one that finds nothing constrains nothing."""
    predicate = Predicate(schema, {"schemas": {"S": {"type": "integer"}}})
    assert (not list(predicate.mismatches(body, SCOPE))) is fits


@pytest.mark.parametrize("schema", [{"maximum": "$request.body#/name"}, {"pattern": "$request.body#/odd"}])
def test_what_was_sent_makes_no_schema(schema):
    """A value that makes the schema none is neither a match nor a mismatch."""
    with pytest.raises(RuleError):
        list(Predicate(schema, {}).mismatches("x", SCOPE))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("$now", True),
        ("a{$now}b", True),
        ("$5", False),
        ({"a": ["$method"]}, True),
        ([1, {}], False),
        (None, False),
    ],
)
def test_which_values_vary(value, expected):
    """A schema without expressions is compiled once."""
    assert has_expressions(value) is expected
