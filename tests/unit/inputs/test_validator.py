"""Validators hold the components that they need, and no others."""

from __future__ import annotations

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
