"""Validators hold the components that they need, and no others."""

from __future__ import annotations

import pytest

from assay.inputs.validator import Validator, needed

COMPONENTS = {
    "schemas": {
        "A": {"properties": {"b": {"$ref": "#/components/schemas/B"}}},
        "B": {"items": {"$ref": "#/components/schemas/C~1D/properties/e"}},
        "C/D": {"properties": {"e": {"type": "integer"}}},
        "Unused": {"$ref": "#/components/schemas/A"},
    },
    "responses": {"R": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/B"}}}}},
}


def test_what_is_referred_to_comes_along_also_through_others() -> None:
    """All that a chain of references leads to, names with a slash in them too; nothing else."""
    assert needed({"$ref": "#/components/schemas/A"}, COMPONENTS).keys() == {"schemas"}
    assert needed({"$ref": "#/components/schemas/A"}, COMPONENTS)["schemas"].keys() == {"A", "B", "C/D"}
    assert needed({"type": "string"}, COMPONENTS) == {}


def test_a_component_of_another_section_leads_on() -> None:
    """A reference into a response needs the schemas of that response."""
    found = needed({"$ref": "#/components/responses/R/content/application~1json/schema"}, COMPONENTS)
    assert {section: set(of) for section, of in found.items()} == {
        "responses": {"R"},
        "schemas": {"B", "C/D"},
    }


def test_what_is_not_there_is_left_out() -> None:
    """A member called `$ref` in an example is data, and may lead nowhere."""
    assert needed({"example": {"$ref": "#/components/schemas/Nobody"}}, COMPONENTS) == {}


def test_such_a_validator_still_validates() -> None:
    """References are followed as before."""
    validator = Validator({"$ref": "#/components/schemas/A"}, COMPONENTS)
    assert validator.accepts({"b": [1]})
    assert not validator.accepts({"b": ["one"]})


@pytest.mark.parametrize(
    ("schema", "value", "said"),
    [
        (
            {"anyOf": [{"properties": {"s": {"not": {"const": "a"}}}}, {"required": ["total"]}]},
            {"s": "a"},
            """fits none of 2 alternatives: (1) /s: {"const":"a"} is not allowed for "a"; """
            """(2) "total" is a required property""",
        ),
        (
            {
                "oneOf": [
                    {"type": "string"},
                    {"anyOf": [{"type": "null"}, {"const": 4}]},
                    {"type": "array"},
                    {"type": "boolean"},
                ]
            },
            3,
            """fits none of 4 alternatives: (1) 3 is not of type "string"; (2) fits none of 2 """
            """(3 is not of type "null", 4 was expected, got 3); (3) 3 is not of type "array"; and 1 more""",
        ),
        (
            {"oneOf": [{"type": "object"}, {"required": ["a"]}]},
            {"a": 1},
            """{"a":1} is valid under more than one of the schemas listed in the 'oneOf' keyword""",
        ),
    ],
)
def test_what_keeps_from_each_alternative_is_told(schema, value, said) -> None:
    """«Not valid under any of the schemas» helps nobody."""
    (found,) = Validator({"properties": {"data": schema}}, {}).mismatches({"data": value})
    assert (found.message, found.pointer) == (said, "/data")


def test_what_keeps_from_alternatives_is_told_in_short() -> None:
    wide = {
        "anyOf": [{"properties": {f"p{n}": {"const": "x" * 200}}, "required": [f"p{n}"]} for n in range(40)]
    }
    (found,) = Validator(wide, {}).mismatches({f"p{n}": "y" * 500 for n in range(40)})
    assert len(found.message) < 320
