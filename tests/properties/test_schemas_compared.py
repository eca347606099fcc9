"""Schemas as sets of values: what is claimed of two of them never contradicts a validator."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from itertools import islice

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from assay.inputs.validator import Validator
from assay.model.contract import Json, Schema
from assay.rules.schemas.comparing import Comparer, Comparison, Proof
from assay.rules.schemas.making import edges, plain
from assay.rules.schemas.reading import Reader, Side
from assay.rules.schemas.shape import Branch, Shape
from assay.rules.schemas.within import any_of, within
from fakes.any_schema import COMPONENTS, NAMES, SCHEMAS, VALUES, resolve

_SLOW = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def _reader() -> Reader:
    return Reader(resolve, Side.REQUEST)


def comparison(old: Schema, new: Schema) -> Comparison | None:
    """Two schemas compared, as requests."""
    return Comparer(_reader(), _reader(), Side.REQUEST)(old, new)


def accepts(schema: Schema, value: Json) -> bool:
    """Does the validator accept the value?"""
    return Validator(schema, COMPONENTS).accepts(value)


def _nudged(data: st.DataObject, schema: Schema) -> Schema:
    """The schema with its numbers a little different, and here and there a word less, or a required name more."""

    def change(one: Schema) -> Schema:
        made: Json = {}
        for key, value in one.items():
            if isinstance(value, int) and not isinstance(value, bool) and key.startswith(("m", "exclusive")):
                made[key] = max(
                    value + data.draw(st.sampled_from([-1, 0, 1])), 1 if key == "multipleOf" else -4
                )
                if key[3:] in {"Length", "Items", "Properties", "Contains"}:
                    made[key] = max(made[key], 0)
            elif key == "required":
                made[key] = sorted(set(value) ^ data.draw(st.sets(NAMES, max_size=1)))
            elif key == "enum" and len(value) > 1 and data.draw(st.booleans()):
                made[key] = value[1:]
            elif data.draw(st.integers(0, 6)):
                made[key] = value
        return made

    return _everywhere(schema, change, lambda: True)


@given(schema=SCHEMAS, value=VALUES, data=st.data())
@settings(_SLOW, max_examples=500)
def test_a_shape_holds_what_its_schema_holds(schema: Schema, value: Json, data: st.DataObject) -> None:
    """Where a shape says whether a value is one of its own, the validator says the same."""
    if data.draw(st.booleans()):
        schema = {"allOf": [schema, _nudged(data, schema)]}
    shape = _reader().shape(schema)
    for one in (value, *_few(shape)):
        told = any_of(one, shape)
        assert told is None or told is accepts(schema, one)


def _few(shape: Shape, near: Shape | None = None) -> list[Json]:
    """Values of a shape, those at its edges and those of another one among them."""
    found = list(islice(plain(shape), 12))
    for one in shape.branches:
        for other in (one, *(near.of(one.kind) if near else ())):
            found += islice(edges(Branch(one.kind), other), 24)
            found += islice(edges(one, other), 24)
    return found


@given(one=SCHEMAS, other=SCHEMAS, values=st.lists(VALUES, max_size=6), data=st.data())
@settings(_SLOW, max_examples=300)
def test_what_is_proven_no_value_refutes(
    one: Schema, other: Schema, values: list[Json], data: st.DataObject
) -> None:
    """If one schema lies within another, whatever the one accepts the other accepts."""
    if data.draw(st.integers(0, 3)):
        other = _nudged(data, one)
    left, right = _reader().shape(one), _reader().shape(other)
    together = {"allOf": [one, other]}
    both = _reader().shape(together)
    candidates = [*values, *_few(left, right), *_few(right, left)]
    for inner, outer, a, b in (
        (left, right, one, other),
        (right, left, other, one),
        (both, left, together, one),
    ):
        if within(inner, outer):
            for value in candidates:
                assert not accepts(a, value) or accepts(b, value), value


@given(one=SCHEMAS, other=SCHEMAS, data=st.data())
@_SLOW
def test_samples_are_proofs(one: Schema, other: Schema, data: st.DataObject) -> None:
    """Whatever is said to be lost or gained, its sample shows it; and swapped, lost is gained."""
    if data.draw(st.integers(0, 3)):
        other = _nudged(data, one)
    found = comparison(one, other)
    if found is None:
        return
    for judged in found.judged:
        if judged.loses is Proof.YES:
            value = json.loads(judged.lost or "null")
            assert not judged.lost or (accepts(one, value) and not accepts(other, value))
        if judged.gains is Proof.YES:
            value = json.loads(judged.gained or "null")
            assert not judged.gained or (accepts(other, value) and not accepts(one, value))
    swapped = comparison(other, one)
    assert swapped is not None
    contrary = {(found.loses, swapped.gains), (found.gains, swapped.loses)}
    assert all(Proof.NO not in pair or pair[0] is pair[1] for pair in contrary)


def _wrapped(schema: Schema) -> Schema:
    return {"allOf": [schema]}


def _split(schema: Schema) -> Schema:
    if not isinstance(schema, dict) or len(schema) < 2 or any(key in schema for key in _TOGETHER):
        return _wrapped(schema)
    items = list(schema.items())
    return {"allOf": [dict(items[1:]), dict(items[:1])]}


#: keywords that speak of their neighbours
_TOGETHER = ("additionalProperties", "items", "if", "then", "else", "contains", "minContains", "maxContains",
             "unevaluatedProperties", "unevaluatedItems")  # fmt: skip


def _described(schema: Schema) -> Schema:
    return (
        {**schema, "description": "Told.", "title": "T", "examples": [1]}
        if isinstance(schema, dict)
        else schema
    )


def _reordered(schema: Schema) -> Schema:
    if not isinstance(schema, dict):
        return schema
    made = dict(reversed(schema.items()))
    for key in ("anyOf", "oneOf", "allOf", "enum", "required"):
        if key in made:
            made[key] = made[key][::-1]
    return made


def _respelled(schema: Schema) -> Schema:
    if not isinstance(schema, dict):
        return {} if schema is True else {"not": {}}
    made = dict(schema)
    if isinstance(made.get("type"), str):
        made["type"] = [made["type"]]
    elif isinstance(made.get("type"), list) and len(made["type"]) > 1 and len(made) == 1:
        return {"anyOf": [{"type": kind} for kind in made["type"]]}
    if "const" in made and "enum" not in made:
        made["enum"] = [made.pop("const")]
    elif len(made.get("enum", ())) == 1 and "const" not in made:
        made["const"] = made.pop("enum")[0]
    return made


def _inlined(schema: Schema) -> Schema:
    if isinstance(schema, dict) and "$ref" in schema and len(schema) == 1:
        return copy.deepcopy(resolve(schema))
    return schema


_REFACTORINGS: tuple[Callable[[Schema], Schema], ...] = (
    _wrapped,
    _split,
    _described,
    _reordered,
    _respelled,
    _inlined,
)


def _everywhere(schema: Schema, change: Callable[[Schema], Schema], pick: Callable[[], bool]) -> Schema:
    """The schema with the change made at some of the schemas inside it."""
    if not isinstance(schema, dict):
        return schema
    made = dict(schema)
    for key in ("items", "additionalProperties", "not", "contains", "if", "then", "else", "propertyNames"):
        if key in made:
            made[key] = _everywhere(made[key], change, pick)
    for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
        if key in made:
            made[key] = [_everywhere(one, change, pick) for one in made[key]]
    for key in ("properties", "patternProperties"):
        if key in made:
            made[key] = {name: _everywhere(one, change, pick) for name, one in made[key].items()}
    return change(made) if pick() else made


@given(schema=SCHEMAS, which=st.lists(st.sampled_from(_REFACTORINGS), min_size=1, max_size=3), data=st.data())
@settings(_SLOW, max_examples=400)
def test_another_way_of_writing_it_is_no_change(
    schema: Schema, which: list[Callable[[Schema], Schema]], data: st.DataObject
) -> None:
    """However a schema is rearranged without changing what it allows, nothing is told but what is undecided."""
    other = schema
    for change in which:
        other = _everywhere(other, change, lambda: data.draw(st.booleans()))
    found = comparison(schema, other)
    assert found is None or (Proof.YES not in {found.loses, found.gains})
    # what these say is kept as it is written
    if not any(
        f"'{word}'" in repr(schema)
        for word in ("not", "oneOf", "if", "unevaluatedItems", "unevaluatedProperties")
    ):
        assert found is None, [
            (one.aspect, one.difference.before, one.difference.after) for one in found.judged
        ]


@given(old=SCHEMAS, extra=SCHEMAS, value=VALUES)
@settings(_SLOW, max_examples=300)
def test_a_narrowing_that_a_value_shows_is_never_called_compatible(
    old: Schema, extra: Schema, value: Json
) -> None:
    """A value that was allowed and is not any more: then nobody says that nothing was lost."""
    new = {"allOf": [old, extra]}
    assume(accepts(old, value) and not accepts(new, value))
    found = comparison(old, new)
    assert found is not None
    assert found.loses is not Proof.NO
    assert any(one.loses is not Proof.NO for one in found.judged)
    back = comparison(new, old)
    assert back is not None
    assert back.gains is not Proof.NO


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "string"}, {"type": "string", "pattern": "^a"}),
        (
            {"type": "string", "pattern": "^a"},
            {"allOf": [{"type": "string", "pattern": "^a"}, {"pattern": "z$"}]},
        ),
        ({"type": "integer"}, {"type": "integer", "minimum": 0}),
        ({"type": "array", "items": {"type": "string"}}, {"type": "array", "items": {"enum": ["a"]}}),
    ],
)
def test_plain_narrowings_are_proven(old: Schema, new: Schema) -> None:
    """The everyday ones are not left undecided."""
    found = comparison(old, new)
    assert found is not None
    assert (found.loses, found.gains) == (Proof.YES, Proof.NO)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("^[a-z0-9_-]+$", "^[a-z0-9]+$"),
        ("^[A-Za-z]+$", "^[a-z]+$"),
        ("^[a-z]+( [a-z]+)*$", "^[a-z]+$"),
        ("^a{2,5}$", "^a{2,4}$"),
        ("^[0-9]+(\\.[0-9]+)?$", "^[0-9]+$"),
    ],
)
def test_patterns_that_refuse_more_are_seen_to(old: str, new: str) -> None:
    """A text that only the old pattern fits is found; that none is lost the other way is not claimed."""
    found = comparison({"type": "string", "pattern": old}, {"type": "string", "pattern": new})
    assert found is not None
    assert (found.loses, found.gains) == (Proof.YES, Proof.UNKNOWN)
