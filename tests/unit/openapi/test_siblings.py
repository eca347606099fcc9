"""Keywords beside a reference: the schema means what it meant, and a tool that merges loses nothing of it."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from assay.openapi.siblings import apart

REFERENCE = "#/components/schemas/Thing"


def document(schema: Any, target: Any) -> dict[str, Any]:
    """A document in which an answer has that schema, which may refer to that target."""
    return {
        "components": {"schemas": {"Thing": target}},
        "paths": {
            "/things": {
                "get": {
                    "responses": {
                        "200": {"description": "", "content": {"application/json": {"schema": schema}}}
                    }
                }
            }
        },
    }


def parted(schema: Any, target: Any) -> Any:
    """What becomes of the schema."""
    made = document(copy.deepcopy(schema), copy.deepcopy(target))
    apart(made)
    return made["paths"]["/things"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]


def merged(schema: Any, target: Any) -> Any:
    """The schema as tools read it that lay what stands beside a reference over what it leads to."""
    if isinstance(schema, list):
        return [merged(one, target) for one in schema]
    if not isinstance(schema, dict):
        return schema
    own = {key: merged(value, target) for key, value in schema.items() if key != "$ref"}
    return {**merged(target, {}), **own} if "$ref" in schema else own


def test_properties_of_both_move_into_all_of() -> None:
    """The reference stays where it is, and so do words and annotations."""
    schema = {
        "$ref": REFERENCE,
        "description": "one",
        "x-known-good": True,
        "properties": {"a": {"const": 1}},
    }
    assert parted(schema, {"type": "object", "properties": {"a": {"type": "integer"}}}) == {
        "$ref": REFERENCE,
        "description": "one",
        "x-known-good": True,
        "allOf": [{"properties": {"a": {"const": 1}}}],
    }


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": REFERENCE},
        {"$ref": REFERENCE, "description": "one"},
        {"$ref": REFERENCE, "required": ["a"]},
        {"$ref": REFERENCE, "allOf": [{"required": ["a"]}]},
        {"properties": {"$ref": {"type": "string"}}},
        {"const": {"$ref": REFERENCE, "properties": {}}},
    ],
)
def test_what_loses_nothing_stays(schema: Any) -> None:
    """Where no keyword is in both, where there is none, and where a reference is none."""
    assert parted(schema, {"description": "two", "properties": {"a": {"type": "integer"}}}) == schema


def test_what_looks_at_its_neighbours_stays_beside_them() -> None:
    """`unevaluatedProperties` has seen what the reference has (JSON Schema 2020-12, core §11.3)."""
    schema = {"$ref": REFERENCE, "unevaluatedProperties": False, "properties": {"b": {}}}
    target = {"properties": {"a": {}}}
    made = parted(schema, target)
    assert made["unevaluatedProperties"] is False
    asked = Draft202012Validator({**made, **document(None, target)})
    assert [asked.is_valid(body) for body in ({"a": 1, "b": 2}, {"c": 3})] == [True, False]


@pytest.mark.parametrize(
    ("beside", "target", "body"),
    [
        ({"additionalProperties": False}, {"properties": {"a": {}}}, {"a": 1}),
        ({"properties": {"a": {}}}, {"additionalProperties": False}, {"a": 1}),
        ({"patternProperties": {"a": {}}}, {"additionalProperties": False}, {"a": 1}),
        ({"items": {"type": "string"}}, {"prefixItems": [{"type": "integer"}]}, [1]),
        ({"then": False}, {"if": True}, 1),
        ({"minContains": 0}, {"contains": {"const": 1}}, []),
        ({"allOf": [{"required": ["a"]}]}, {"allOf": [{"required": ["b"]}]}, {"a": 1}),
    ],
)
def test_what_looks_at_what_stands_beside_it_is_kept_from_it(beside: Any, target: Any, body: Any) -> None:
    """`additionalProperties` beside a reference knows nothing of the properties that it leads to."""
    schema = {"$ref": REFERENCE, **beside}
    before = Draft202012Validator({**schema, **document(None, target)}).is_valid(body)
    made = parted(schema, target)
    assert Draft202012Validator({**made, **document(None, target)}).is_valid(body) == before
    assert Draft202012Validator(merged(made, target)).is_valid(body) == before
    assert Draft202012Validator(merged(schema, target)).is_valid(body) != before


_LEAVES = st.sampled_from(
    [
        {"type": "integer"},
        {"type": "string"},
        {"const": 1},
        {"minimum": 2},
        {"enum": [1, "a", None]},
        True,
        {},
    ]
)
_OBJECTS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["object", ["object", "null"]]),
        "required": st.lists(st.sampled_from("abc"), unique=True, max_size=2),
        "properties": st.dictionaries(st.sampled_from("abc"), _LEAVES, max_size=3),
        "additionalProperties": st.booleans(),
        "minProperties": st.integers(0, 2),
        "unevaluatedProperties": st.booleans(),
        "allOf": st.lists(st.fixed_dictionaries({"properties": st.dictionaries(st.sampled_from("abc"), _LEAVES)}),
                          min_size=1, max_size=2),
        "title": st.just("a title"),
    },
)  # fmt: skip
_BODIES = st.none() | st.dictionaries(st.sampled_from("abcd"), st.sampled_from([1, 2, "a", None, True]))


@given(_OBJECTS, _OBJECTS, st.lists(_BODIES, min_size=1, max_size=8))
def test_any_two_mean_the_same_together(target: Any, beside: Any, bodies: list[Any]) -> None:
    """To those who read the standard before and after; and to those who merge, what it means to the former."""
    schema = {"$ref": REFERENCE, **beside}
    made = parted(schema, target)
    before = Draft202012Validator({**schema, **document(None, target)})
    after = Draft202012Validator({**made, **document(None, target)})
    assert [after.is_valid(body) for body in bodies] == [before.is_valid(body) for body in bodies]
    if "unevaluatedProperties" not in target and "unevaluatedProperties" not in beside:
        lenient = Draft202012Validator(merged(made, target))
        assert [lenient.is_valid(body) for body in bodies] == [before.is_valid(body) for body in bodies]
