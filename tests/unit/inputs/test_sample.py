"""Claims about sampling: what is returned fits and is the same for the same seed."""

from __future__ import annotations

import jsonschema_rs
import pytest

from assay.inputs.sample import CannotSample, fit, merge_all, sample
from assay.inputs.text import FORMATS

COMPONENTS = {
    "#/components/schemas/Name": {"type": "string", "minLength": 3},
    "#/components/schemas/Thing": {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"$ref": "#/components/schemas/Name"}, "size": {"type": "integer"}},
    },
    "#/components/schemas/Loop": {
        "type": "object",
        "properties": {"next": {"$ref": "#/components/schemas/Loop"}},
    },
}


def resolve(schema):
    while isinstance(schema, dict) and "$ref" in schema:
        schema = COMPONENTS[schema["$ref"]]
    return schema


def make(schema, seed="s", **options):
    return sample(schema, resolve, seed=seed, **options)


SCHEMAS = [
    True,
    {},
    {"type": "null"},
    {"type": "boolean"},
    {"type": ["string", "null"]},
    {"type": ["integer", "string"], "minimum": 7},
    {"const": None},
    {"const": {"a": [1]}},
    {"enum": ["a", 1, None]},
    {"type": "integer", "enum": ["a", 1, None]},
    {"type": "integer"},
    {"type": "integer", "minimum": 5, "maximum": 5},
    {"type": "integer", "exclusiveMinimum": 5, "exclusiveMaximum": 7},
    {"type": "integer", "exclusiveMinimum": 5.5, "maximum": 6},
    {"type": "integer", "maximum": -3},
    {"type": "integer", "minimum": 10, "multipleOf": 7},
    {"type": "integer", "minimum": 1, "multipleOf": 1.5},
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    {"type": "number", "minimum": 0.01, "maximum": 0.02, "multipleOf": 0.01},
    {"type": "number", "minimum": 10**40},
    {"minimum": 3},
    {"type": "string", "minLength": 300},
    {"type": "string", "maxLength": 0},
    {"type": "string", "minLength": 2, "maxLength": 3},
    {"type": "string", "pattern": "^[A-Z]{3}$"},
    {"type": "string", "pattern": "^[A-Z]{2,3}-(\\d+|x)?\\w$", "maxLength": 6},
    {"type": "string", "pattern": "^([!-~]([ -~]*[!-~])?)?$", "minLength": 1, "maxLength": 255},
    {"type": "string", "pattern": "^a+$", "minLength": 50, "maxLength": 50},
    {"type": "string", "pattern": "foo|bar"},
    {"type": "string", "pattern": "^(?:[^a-z]|\\.)\\u0041\\x42$"},
    {"type": "string", "pattern": "^(?<year>\\d{4})-\\d{2}$"},
    {"type": "array"},
    {"type": "array", "minItems": 3, "items": {"type": "integer"}},
    {"type": "array", "maxItems": 0, "items": {"type": "integer"}},
    {"type": "array", "minItems": 3, "uniqueItems": True, "items": {"enum": ["a", "b", "c"]}},
    {"type": "array", "minItems": 4, "uniqueItems": True, "items": {"type": "string", "maxLength": 2}},
    {"type": "array", "prefixItems": [{"const": 1}, {"type": "string"}], "items": False},
    {"type": "array", "items": {"type": "string"}, "contains": {"const": "x"}},
    {"type": "object"},
    {"type": "object", "required": ["a", "b"], "properties": {"a": {"type": "integer"}}},
    {"type": "object", "minProperties": 3, "additionalProperties": {"type": "integer"}},
    {"type": "object", "minProperties": 2, "propertyNames": {"pattern": "^[a-z]{4}$"}},
    {"type": "object", "maxProperties": 1, "required": ["b"], "properties": {"a": {}, "b": {}}},
    {"properties": {"a": {"const": 1}}, "required": ["a"], "additionalProperties": False},
    {"properties": {"a": {}}, "dependentRequired": {"a": ["b"]}},
    {"$ref": "#/components/schemas/Thing"},
    {"$ref": "#/components/schemas/Name", "maxLength": 4},
    {"type": "array", "minItems": 2, "items": {"$ref": "#/components/schemas/Thing"}},
    {"allOf": [{"$ref": "#/components/schemas/Thing"}, {"required": ["size"]}]},
    {"allOf": [{"type": "number", "minimum": 3}, {"type": "integer", "maximum": 3}]},
    {"allOf": [{"pattern": "^a"}, {"pattern": "b$"}, {"type": "string", "enum": ["ba", "ab"]}]},
    {"allOf": [{"properties": {"a": {}}, "additionalProperties": False}, {"properties": {"b": {}}}]},
    {"anyOf": [False, {"type": "integer"}]},
    {"oneOf": [{"type": "integer"}, {"type": "number"}, {"type": "string"}]},
    {"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
    {"type": "integer", "minimum": 1, "maximum": 3, "not": {"const": 1}},
    {"type": "object", "properties": {"k": {"enum": ["x", "y"]}}, "required": ["k"],
     "if": {"properties": {"k": {"const": "x"}}}, "then": {"required": ["z"]}},
    {"type": "string", "example": "nice"},
    {"type": "string", "examples": [1, "nice"]},
    {"type": "string", "minLength": 5, "example": "bad", "default": "worse"},
    {"type": "integer", "example": True},
]  # fmt: skip


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
@pytest.mark.parametrize("optional", [True, False])
def test_samples_fit(schema, optional):
    """Whatever the schema says, the sample satisfies it, and the same seed gives the same sample."""
    value = make(schema, optional=optional)
    document = {
        "allOf": [schema],
        "components": {"schemas": {k.rpartition("/")[2]: v for k, v in COMPONENTS.items()}},
    }
    assert jsonschema_rs.Draft202012Validator(document, validate_formats=True).is_valid(value)
    assert make(schema, optional=optional) == value


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_formats(name):
    """Every format known here is generated so that the validator accepts it."""
    schema = {"type": "string", "format": name}
    for seed in "abcdefgh":
        assert jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(make(schema, seed))


@pytest.mark.parametrize(
    ("schema", "pointer"),
    [
        (False, ""),
        ({"required": ["a"], "properties": {"a": False}}, "/a"),
        ({"type": "integer", "minimum": 5, "maximum": 4}, ""),
        ({"type": "integer", "exclusiveMinimum": 5, "exclusiveMaximum": 6}, ""),
        ({"type": "string", "pattern": "(?=look)ahead", "minLength": 5}, ""),
        ({"type": "string", "pattern": "((a{1000}){1000}){1000}"}, ""),
        ({"type": "string", "minLength": 10**12}, ""),
        ({"type": "array", "minItems": 10**12}, ""),
        ({"type": "array", "minItems": 3, "uniqueItems": True, "items": {"enum": [1, 2]}}, ""),
        ({"allOf": [{"type": "string"}, {"type": "integer"}]}, ""),
        ({"required": ["l"], "properties": {"l": {"items": {"not": {}}, "minItems": 1}}}, "/l/0"),
        ({"minLength": "x"}, ""),
        ({"not": {}}, ""),
        ({"$ref": "#/components/schemas/Loop"}, ""),
        ({"enum": []}, ""),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_made_is_refused(schema, pointer):
    """Where nothing fits, `CannotSample` says where and why, in bounded time."""
    with pytest.raises(CannotSample) as caught:
        make(schema)
    assert caught.value.pointer == pointer
    assert str(caught.value).startswith("Cannot make a value")


def test_what_two_branches_want_of_two_types_is_left_out():
    """Where no value fits a member that may be left out, it is: a schema never gets an empty list of types."""
    branches = [
        {"properties": {"a": {"type": kind}, "b": {"type": "string"}}}
        for kind in ("array", ["object", "null"])
    ]
    made = make({"type": "object", "required": ["b"], "allOf": branches})
    assert made.keys() == {"b"}
    assert merge_all([{"type": "array"}, {"type": ["object", "null"]}]) is False


def test_examples_come_first_only_when_valid_and_wanted():
    """A documented example is used when it is valid; an invalid one never is."""
    assert make({"type": "string", "example": "nice"}) == "nice"
    assert make({"type": "string", "examples": [1, "nice"]}) == "nice"
    assert make({"type": "string", "default": "nice"}) == "nice"
    assert make({"type": "string", "example": "nice"}, prefer_examples=False) != "nice"
    assert make({"type": "array", "items": {"type": "string"}, "example": [1, 2]}) != [1, 2]


def test_optional_properties_are_a_choice():
    """Optional properties are included or left out as asked; one that cannot be made is left out."""
    schema = {"required": ["a"], "properties": {"a": {}, "b": {}, "c": False}}
    assert set(make(schema)) == {"a", "b"}
    assert set(make(schema, optional=False)) == {"a"}


def test_present_members_stay():
    """Members that are there already stay where the schema accepts them, and are replaced where not."""
    schema = {"properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}, "required": ["a", "b"]}
    value = make(schema, present={"a": 5, "b": "x", "extra": 1})
    assert value["a"] == 5
    assert isinstance(value["b"], int)
    assert value["extra"] == 1


def test_seeds_differ():
    """Another seed gives another value where the schema leaves room."""
    assert make({"type": "string"}, "a") != make({"type": "string"}, "b")
    assert make({"type": "string", "format": "uuid"}, "a") != make({"type": "string", "format": "uuid"}, "b")


def test_preferred_formats():
    """A preferred string of a format is used where it is valid."""
    schema = {"properties": {"at": {"type": "string", "format": "date-time"}, "n": {"type": "string"}}}
    value = make(schema, formats={"date-time": "2030-01-01T00:00:00Z"})
    assert value["at"] == "2030-01-01T00:00:00Z"
    assert value["n"] != value["at"]


def test_fit_changes_as_little_as_needed():
    """Fitting keeps what is right, replaces what is wrong, adds what is missing and nothing else."""
    schema = {
        "required": ["id", "name"],
        "properties": {
            "id": {"const": "i-9"},
            "name": {"type": "string"},
            "deep": {"properties": {"n": {"minimum": 3}}},
            "list": {"items": {"type": "integer"}},
            "optional": {"type": "string"},
        },
    }
    value = {"id": "i-1", "kept": [1], "deep": {"n": 1, "m": 2}, "list": [1, "x", 3]}
    fitted = fit(value, schema, resolve, seed="s")
    assert fitted["id"] == "i-9"
    assert fitted["kept"] == [1]
    assert fitted["deep"]["m"] == 2
    assert fitted["deep"]["n"] >= 3
    assert fitted["list"][0] == 1
    assert fitted["list"][2] == 3
    assert isinstance(fitted["list"][1], int)
    assert isinstance(fitted["name"], str)
    assert "optional" not in fitted
    assert fit(fitted, schema, resolve, seed="other") == fitted


def test_merging_keeps_every_constraint():
    """Merged schemas accept exactly what all of them accept, for values on both sides of each bound."""
    schemas = [
        {"type": ["integer", "string"], "minimum": 2, "maxLength": 5, "not": {"const": 4}},
        {"type": ["number", "string"], "maximum": 9, "minLength": 2, "pattern": "a", "not": {"const": 5}},
        {"pattern": "b", "multipleOf": 2},
        {"multipleOf": 3, "title": "last"},
    ]
    merged = jsonschema_rs.Draft202012Validator(merge_all(schemas))
    separate = jsonschema_rs.Draft202012Validator({"allOf": schemas})
    values = [*range(-1, 20), 2.5, "ab", "a", "b", "abcdef", "xx", None, True, {}, []]
    assert [merged.is_valid(v) for v in values] == [separate.is_valid(v) for v in values]
    assert any(merged.is_valid(v) for v in values)


def test_varied_values_are_chosen_by_the_seed() -> None:
    """Listed values, alternatives, truths and types: over some seeds each comes, and the same for the same one."""
    schema = {
        "type": "object",
        "required": ["listed", "truth", "either", "kind"],
        "properties": {
            "listed": {"enum": ["a", "b", "c"]},
            "truth": {"type": "boolean"},
            "either": {"oneOf": [{"const": 1}, {"const": 2}]},
            "kind": {"type": ["integer", "string"]},
        },
    }
    drawn = [sample(schema, lambda s: s, seed=str(seed), varied=True) for seed in range(30)]
    assert drawn == [sample(schema, lambda s: s, seed=str(seed), varied=True) for seed in range(30)]
    assert {value["listed"] for value in drawn} == {"a", "b", "c"}
    assert {value["truth"] for value in drawn} == {True, False}
    assert {value["either"] for value in drawn} == {1, 2}
    assert {type(value["kind"]) for value in drawn} == {int, str}
    usual = {sample(schema, lambda s: s, seed=str(seed))["listed"] for seed in range(5)}
    assert usual == {"a"}
