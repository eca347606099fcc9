"""Predicates over response bodies."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.machine.expression import (
    MISSING,
    UNRESOLVED,
    InstanceFacts,
    RequestFacts,
    RuleError,
    Scope,
    substitute,
)
from assay.machine.predicate import Predicate, compiled, has_expressions
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


#: values that some would take for one another
_ODD = st.sampled_from(
    [
        None,
        True,
        False,
        0,
        1,
        1.0,
        -0.0,
        2**53,
        2**53 + 1,
        1e300,
        10**30,
        "",
        "a",
        "1",
        "é",
        "\ud800",
        [],
        [1],
        {},
    ]
)


@settings(max_examples=300, deadline=None)
@given(_ODD | st.just(UNRESOLVED), _ODD, st.sampled_from(["whole", "member", "deep", "branch"]))
def test_a_constant_that_varies_is_compared_as_a_validator_does(wanted, found, where):
    """What is known to fit without the schema filled in fits it, and what does not fit is told in its words."""
    pin = {"const": "$instance.it"}
    schema = {
        "whole": pin,
        "member": {"type": "object", "required": ["a"], "properties": {"a": {"minLength": 0, **pin}}},
        "deep": {"properties": {"a": {"properties": {"b": pin}, "required": ["b"]}}},
        "branch": {"allOf": [{"properties": {"a": pin}}, {"maxProperties": 1}]},
    }[where]
    bodies = [found, {"a": found}, {"a": {"b": found}}, {"b": found}]
    scope = Scope(instance=InstanceFacts("i", {} if wanted is UNRESOLVED else {"it": wanted}))
    predicate = Predicate(schema, {})
    for body in bodies:
        try:
            told = list(compiled(substitute(schema, scope), {}).mismatches(body))
        except RuleError:
            told = None
        try:
            assert list(predicate.mismatches(body, scope)) == told
            assert predicate.first(body, scope) == (told[0] if told else None)
        except RuleError:
            assert told is None
