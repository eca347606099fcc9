"""Claims about schemas with expressions, compiled as far as that goes."""

from __future__ import annotations

import itertools

import pytest

from assay.inputs.validator import Validator
from assay.machine.expression import MISSING, InstanceFacts, RequestFacts, Scope
from assay.mock.asked import Asked, together

VALUES = [None, True, False, 0, 1, 1.0, 2**60, "1", "", "Ünï", {"a": 1}, [1], MISSING]
SCHEMAS = [
    {"properties": {"v": {"const": "$request.body"}}},
    {"required": ["v"], "properties": {"v": {"type": ["string", "integer"], "const": "$request.body"}}},
    {"allOf": [{"properties": {"v": {"const": "$request.body"}}}, {"properties": {"v": {"type": "string"}}}]},
    {"properties": {"v": {"not": {"const": "$request.body"}}}},
    {"properties": {"v": {"enum": ["$request.body", 1]}}},
    {"properties": {"v": {"const": "{$request.body}"}}},
]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_split_or_whole_the_answer_is_the_same(schema):
    """Whether a member's value is compared or the schema filled in, the same bodies fit: 1 is 1.0 and not true."""
    asked = Asked(schema, {})
    fixed = together([asked.fixed], {}) if asked.fixed is not None else Validator(True, {})
    for sent, shown in itertools.product(VALUES, VALUES):
        scope = Scope(RequestFacts("POST", "/", body=sent))
        body = {} if shown is MISSING else {"v": shown}
        split = fixed.accepts(body) and asked.rest_holds(body, scope)
        assert split == asked.holds(body, scope), (sent, shown)


def test_what_can_be_told_apart_is_compiled_once():
    """Of a member that is held to an expression only its value is left open; other uses leave nothing fixed."""
    assert Asked(SCHEMAS[1], {}).fixed == {
        "required": ["v"],
        "properties": {"v": {"type": ["string", "integer"]}},
    }
    assert Asked(SCHEMAS[3], {}).fixed is None
    assert not Asked({"const": "plain"}, {}).varies


def test_what_finds_nothing_asks_for_nothing():
    """A value that is not there constrains nothing."""
    asked = Asked({"properties": {"id": {"const": "$instance.id"}}}, {})
    assert asked.rest_holds({"id": 7}, Scope(instance=InstanceFacts(None)))
    assert not asked.rest_holds({"id": "other"}, Scope(instance=InstanceFacts("one")))


def test_one_that_is_no_schema_is_told():
    """Schemas of which one cannot be compiled have no validator in common."""
    assert together([True, {"type": 7}], {}) is None
