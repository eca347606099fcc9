"""One deterministic value of a JSON Schema (2020-12), as close as possible to what a person would write.

Documented examples come first, then `default`, `enum`, `const`, then values made from the seed. Making is
generous (what cannot be merged is ignored) and checking is strict: a validator accepted what is returned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from assay.inputs.merge import CyclicReferenceError, flatten, inline, merge_all
from assay.inputs.number import number
from assay.inputs.text import digest, texts
from assay.inputs.validator import Validator
from assay.model.copied import replace
from assay.model.equality import same
from assay.model.pointer import escape
from assay.model.terms import Json, Schema

__all__ = ["CannotSample", "Sampler", "fit", "inline", "merge_all", "sample"]

#: how often the whole is tried again with other values
_ATTEMPTS = 8
_MOST_ITEMS = 1_000
_DEEPEST = 60
_NOTHING: Final = object()
_TYPE_HINTS = (
    ("object", ("properties", "required", "additionalProperties", "minProperties", "patternProperties")),
    ("array", ("items", "prefixItems", "minItems", "uniqueItems", "contains")),
    ("string", ("minLength", "maxLength", "pattern", "format")),
    ("number", ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
)
#: what a schema of a text says in most cases, and what says nothing of the value
_OF_TEXT = frozenset({"type", "minLength", "maxLength", "pattern", "format"})
_REMARKS = frozenset({"title", "description", "example", "examples", "default", "deprecated", "$comment"})


# not frozen: the interpreter and contextlib set __traceback__ on exceptions
@dataclass(unsafe_hash=True)
class CannotSample(Exception):
    """No value could be made. Not a proof that there is none."""

    #: where in the value (JSON Pointer)
    pointer: str
    why: str

    def __str__(self) -> str:
        return f"Cannot make a value at «{self.pointer}»: because {self.why}. Give an example in the schema."


def sample(
    schema: Schema,
    resolve: Callable[[Schema], Schema],
    *,
    seed: str,
    present: Mapping[str, Json] | None = None,
    formats: Mapping[str, Json] | None = None,
    prefer_examples: bool = True,
    optional: bool = True,
    varied: bool = False,
) -> Json:
    """One value that `schema` accepts, the same for the same arguments.

    `present`: members the object has already; they stay where the schema accepts them. `formats`: preferred
    strings by format. `optional`: are properties included that are not required? `varied`: is the seed to choose among
    listed values, alternatives and truths, too, rather than the first of each? Raises `CannotSample`.
    """
    near = _NOTHING if present is None else present
    mode = _Mode(seed, formats or {}, examples=prefer_examples, optional=optional, varied=varied)
    return _make(*_prepared(schema, resolve), near, mode)


class Sampler:
    """Draws values of one schema, which is made ready once."""

    def __init__(self, schema: Schema, resolve: Callable[[Schema], Schema]) -> None:
        """Raises `CannotSample`."""
        self._schema, self._validator = _prepared(schema, resolve)

    def draw(self, seed: str) -> Json:
        """A value as `sample` would make it, examples aside. Raises `CannotSample`."""
        return _make(self._schema, self._validator, _NOTHING, _Mode(seed, {}, examples=False, optional=True))


def fit(value: Json, schema: Schema, resolve: Callable[[Schema], Schema], *, seed: str) -> Json:
    """`value` with as little changed as `schema` asks for. Raises `CannotSample`."""
    return _make(*_prepared(schema, resolve), value, _Mode(seed, {}, examples=True, optional=False))


def _prepared(schema: Schema, resolve: Callable[[Schema], Schema]) -> tuple[Schema, Validator]:
    """The schema without references, and compiled."""
    try:
        schema = inline(schema, resolve)
    except (CyclicReferenceError, RecursionError) as error:
        raise CannotSample("", str(error)) from error
    try:
        return schema, Validator(schema, {})
    except ValueError as error:  # a schema may be wrong only once expressions in it were replaced
        raise CannotSample("", f"the schema is invalid: {str(error).partition('.')[0]}") from error


def _make(schema: Schema, validator: Validator, near: Json, mode: _Mode) -> Json:
    problem = CannotSample("", "no value that was tried fits")
    for attempt in range(_ATTEMPTS):
        # an example that contradicts another constraint must not spoil every attempt
        tried = replace(mode, variant=attempt, examples=mode.examples and attempt < _ATTEMPTS // 2)
        try:
            value = _value(schema, _Spot("", tried, near))
        except CannotSample as error:
            problem = error
            continue
        if validator.accepts(value):
            return value
        mismatch = next(validator.mismatches(value))
        problem = CannotSample(mismatch.pointer, f"no value that was tried fits `{mismatch.keyword}`")
    raise problem


@dataclass(frozen=True, slots=True)
class _Mode:
    """How values are made."""

    seed: str
    formats: Mapping[str, Json]
    examples: bool
    optional: bool
    varied: bool = False
    variant: int = 0


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where in the value we are, and what stands there already."""

    pointer: str
    mode: _Mode
    near: Json = _NOTHING
    depth: int = 0

    def below(self, key: str | int, near: Json, variant: int | None = None) -> _Spot:
        token = escape(str(key))
        mode = self.mode if variant is None else replace(self.mode, variant=variant)
        return _Spot(f"{self.pointer}/{token}", mode, near, self.depth + 1)

    @property
    def seed(self) -> str:
        return f"{self.mode.seed}|{self.pointer}|{self.mode.variant}"

    @property
    def turn(self) -> int:
        """Which of several possibilities comes first."""
        return self.mode.variant + (digest(self.seed) % 2**16 if self.mode.varied else 0)

    @property
    def hint(self) -> str:
        return next((part for part in reversed(self.pointer.split("/")) if part and not part.isdigit()), "")


def _value(schema: Schema, spot: _Spot) -> Json:
    if spot.depth > _DEEPEST:
        raise CannotSample(spot.pointer, "the schema is nested too deeply")
    schema = flatten(schema)
    if schema is False:
        raise CannotSample(spot.pointer, "the schema is `false`, which no value fits")
    if not isinstance(schema, Mapping) or not schema:
        return f"any-{digest(spot.seed) % 16**6:06x}" if spot.near is _NOTHING else spot.near
    for ready in _ready(schema, spot):
        if Validator(schema, {}).accepts(ready):
            return ready
    if "const" in schema:
        return schema["const"]
    branches = list(_branches(schema))
    return _branched(schema, branches, spot) if branches else _typed(schema, spot)


def _ready(schema: Mapping[str, Json], spot: _Spot) -> Iterator[Json]:
    """Values that need no making, best first."""
    # an object that fits is still to be completed where optional members are wanted
    if spot.near is not _NOTHING and not (spot.mode.optional and isinstance(spot.near, Mapping)):
        yield spot.near
    if spot.mode.examples and spot.near is _NOTHING:
        if "example" in schema:
            yield schema["example"]
        if isinstance(examples := schema.get("examples"), Sequence) and not isinstance(examples, str):
            yield from _rotated(examples, spot.mode.variant)
        if "default" in schema:
            yield schema["default"]
    yield from _rotated(schema.get("enum", ()), spot.turn)


def _rotated(values: Sequence[Json], by: int) -> Sequence[Json]:
    start = by % len(values) if values else 0
    return [*values[start:], *values[:start]]


def _branches(schema: Mapping[str, Json]) -> Iterator[Schema]:
    """The schema once for every way of choosing among its alternatives; nothing when it offers none."""
    for key in ("anyOf", "oneOf"):
        if schema.get(key):
            rest = {k: v for k, v in schema.items() if k != key}
            yield from (merge_all([rest, branch]) for branch in schema[key])
            return
    if "if" in schema:
        rest = {k: v for k, v in schema.items() if k not in ("if", "then", "else")}
        yield merge_all([rest, schema["if"], schema.get("then", True)])
        yield merge_all([rest, schema.get("else", True)])


def _branched(schema: Schema, branches: list[Schema], spot: _Spot) -> Json:
    problem = CannotSample(spot.pointer, "none of the alternatives could be made")
    validator = Validator(schema, {})
    for branch in _rotated(branches, spot.turn):
        try:
            value = _value(branch, spot)
        except CannotSample as error:
            problem = error
            continue
        if validator.accepts(value):
            return value
    raise problem


def _typed(schema: Mapping[str, Json], spot: _Spot) -> Json:
    kind = _type(schema, spot)
    match kind:
        case "object":
            return _object(schema, spot)
        case "array":
            return _array(schema, spot)
        case "string":
            return _string(schema, spot)
        case "integer" | "number":
            found = number(schema, kind == "integer", digest(spot.seed))
            if found is None:
                raise CannotSample(spot.pointer, "no number lies within its bounds")
            return found
        case "boolean":
            return spot.turn % 2 == 0
        case "null":
            return None
    raise CannotSample(spot.pointer, f"«{kind}» is no JSON type that fits")


def _type(schema: Mapping[str, Json], spot: _Spot) -> str:
    kinds = schema.get("type")
    if isinstance(kinds, str):
        return kinds
    if kinds is not None:
        if not kinds:
            raise CannotSample(spot.pointer, "no type satisfies all its schemas")
        wordy = [kind for kind in kinds if kind != "null"] or ["null"]
        return str(_rotated(wordy, spot.turn)[0])
    hinted = (kind for kind, keywords in _TYPE_HINTS if any(keyword in schema for keyword in keywords))
    return next(hinted, "string")


def _string(schema: Mapping[str, Json], spot: _Spot) -> str:
    accepts = _of_text(schema).accepts
    for text in texts(schema, spot.hint, spot.seed, spot.mode.formats):
        if accepts(text):
            return text
    raise CannotSample(spot.pointer, "no text that was tried fits its pattern, format and lengths")


def _of_text(schema: Mapping[str, Json]) -> Validator:
    """The schema of a text, compiled: most say the same few things of theirs."""
    said = {key: value for key, value in schema.items() if key not in _REMARKS}
    if all(key in _OF_TEXT and isinstance(value, str | int) for key, value in said.items()):
        return _plain_text(tuple(sorted(said.items())))
    return Validator(schema, {})


@lru_cache(maxsize=512)
def _plain_text(said: tuple[tuple[str, Json], ...]) -> Validator:
    return Validator(dict(said), {})


def _object(schema: Mapping[str, Json], spot: _Spot) -> dict[str, Json]:
    near = spot.near if isinstance(spot.near, Mapping) else {}
    properties: Mapping[str, Schema] = schema.get("properties", {})
    rest = schema.get("additionalProperties", True)
    required = _required(schema, properties if spot.mode.optional else near)
    most = schema.get("maxProperties", len(properties) + len(required) + len(near))
    result: dict[str, Json] = {}
    # in the order in which people wrote the names, the required ones never crowded out by the optional ones
    room = most - len(required)
    for name in dict.fromkeys([*near, *properties, *required]):
        if name not in required:
            wanted = name in near or spot.mode.optional
            if not wanted or room <= 0:
                continue
        try:
            result[name] = _value(properties.get(name, rest), spot.below(name, near.get(name, _NOTHING)))
        except CannotSample:
            if name in required:
                raise
            continue
        room -= name not in required
    _fill(result, schema, rest, spot)
    return result


def _required(schema: Mapping[str, Json], present: Mapping[str, Json]) -> list[str]:
    """Names that must be there, those included that depend on names that will be."""
    names = list(schema.get("required", ()))
    dependent: Mapping[str, Sequence[str]] = schema.get("dependentRequired", {})
    todo = [*names, *present]
    while todo:
        for name in dependent.get(todo.pop(), ()):
            if name not in names:
                names.append(name)
                todo.append(name)
    return names


def _fill(result: dict[str, Json], schema: Mapping[str, Json], rest: Schema, spot: _Spot) -> None:
    """Adds what `minProperties` still asks for: declared names first, then made-up ones."""
    least = min(schema.get("minProperties", 0), _MOST_ITEMS)
    for name, value in schema.get("properties", {}).items():
        if len(result) < least and name not in result:
            result[name] = _value(value, spot.below(name, _NOTHING))
    names = schema.get("propertyNames", True)
    for index in range(_MOST_ITEMS):
        if len(result) >= least:
            return
        below = spot.below(f"key-{index + 1}", _NOTHING, index)
        name = f"key-{index + 1}" if names is True else _value(merge_all([{"type": "string"}, names]), below)
        if name not in result:
            result[name] = _value(rest, below)


def _array(schema: Mapping[str, Json], spot: _Spot) -> list[Json]:
    near = spot.near if isinstance(spot.near, Sequence) and not isinstance(spot.near, str) else ()
    first: Sequence[Schema] = schema.get("prefixItems", ())
    items = schema.get("items", True)
    result: list[Json] = []
    for index in range(_length(schema, first, near, spot)):
        item = first[index] if index < len(first) else items
        if index == len(first) and "contains" in schema:
            item = merge_all([item, schema["contains"]])
        below = spot.below(index, near[index] if index < len(near) else _NOTHING)
        result.append(_item(item, below, result if schema.get("uniqueItems") else ()))
    return result


def _length(schema: Mapping[str, Json], first: Sequence[Schema], near: Sequence[Json], spot: _Spot) -> int:
    least = schema.get("minItems", 0)
    if least > _MOST_ITEMS:
        raise CannotSample(spot.pointer, f"{least} elements are more than {_MOST_ITEMS}")
    contained = len(first) + schema.get("minContains", 1) if "contains" in schema else 0
    closed = schema.get("items", True) is False
    usual = len(first) + (not closed) if spot.mode.optional and spot.near is _NOTHING else 0
    return int(min(max(least, contained, usual, len(near)), schema.get("maxItems", _MOST_ITEMS), _MOST_ITEMS))


def _item(schema: Schema, spot: _Spot, taken: Sequence[Json]) -> Json:
    """An element that is not among `taken`."""
    value = _value(schema, spot)
    for variant in range(1, len(taken) + 2):
        if not any(same(value, other) for other in taken):
            break
        value = _value(schema, replace(spot, near=_NOTHING, mode=replace(spot.mode, variant=variant)))
    return value
