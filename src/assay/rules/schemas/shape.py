"""The normal form of a JSON Schema (2020-12): a union of branches, each of one kind of value.

Whatever way a set of values is written (`$ref` or inlined, `allOf` in any order, `const` or an `enum` of one), its
shape is the same wherever that can be told; equal shapes allow equal values. The opposite is not claimed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from assay.model.terms import Json
from assay.rules.schemas.checked import accepts

KINDS: Final = ("null", "boolean", "number", "string", "array", "object")
#: words whose absence means the same as this
_DEFAULTS: Final[Mapping[str, Json]] = {"fewest": 0, "shortest": 0, "unique": False, "whole": False}


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """Values of one kind that satisfy all its words; without words, all values of the kind.

    `values`: texts of the values there are, and then nothing else. `low`, `high`: a number and whether it is excluded;
    `whole`, `multiples`. `shortest`, `longest`, `patterns`, `formats`. `fewest`, `most` (elements or members),
    `unique`, `prefix`, `items`, `contains`. `properties`, `required`, `patterned`, `rest` (the members that neither
    names), `names`, `depend`, `dependent`. Of every kind: `nots` and `conditions`, texts of what is left as it is.
    """

    kind: str
    words: Mapping[str, Any] = field(default_factory=dict)
    key: str = field(init=False)
    #: the key, with what is remarked of the values inside
    noted: str = field(init=False)

    def __post_init__(self) -> None:
        """Spells the keys, once: they are compared often."""
        object.__setattr__(self, "key", f"{self.kind}{_spelled(self.words, 'key')}")
        object.__setattr__(self, "noted", f"{self.kind}{_spelled(self.words, 'noted')}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Branch) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def get(self, word: str, default: Any = None) -> Any:  # noqa: ANN401 - each word has its own form
        """What the branch says of that word."""
        return self.words.get(word, default)

    @property
    def finite(self) -> bool:
        """True when its values are listed."""
        return "values" in self.words


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A set of values: all that one of its branches allows. Without branches, none."""

    branches: tuple[Branch, ...]
    #: what is said of the values and constrains none: `default`, `deprecated`, `readOnly`, …
    notes: Mapping[str, Json] = field(default_factory=dict)
    key: str = field(init=False)
    noted: str = field(init=False)

    def __post_init__(self) -> None:
        """Puts the branches into one order, whatever order they were written in."""
        ordered = tuple(sorted({one.key: one for one in self.branches}.values(), key=lambda one: one.key))
        object.__setattr__(self, "branches", ordered)
        object.__setattr__(self, "key", f"[{'|'.join(one.key for one in ordered)}]")
        told = json.dumps(self.notes, sort_keys=True, default=str) if self.notes else ""
        object.__setattr__(self, "noted", f"[{'|'.join(one.noted for one in ordered)}]{told}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shape) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def of(self, kind: str) -> tuple[Branch, ...]:
        """Its branches of one kind."""
        return tuple(one for one in self.branches if one.kind == kind)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of its values, in a fixed order."""
        return tuple(kind for kind in KINDS if any(one.kind == kind for one in self.branches))

    def with_notes(self, notes: Mapping[str, Json]) -> Shape:
        """The same values, of which that is remarked, too; what was remarked before stays."""
        return Shape(self.branches, {**notes, **self.notes}) if notes else self


def text(value: Json) -> str:
    """A JSON value as a text, the same for the same value: 1 and 1.0 are one number."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, default=str)


def _plain(value: Json) -> Json:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(member) for key, member in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def kind_of(value: Json) -> str:
    """The kind of a JSON value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case Mapping():
            return "object"
        case _:
            return "array"


def branch(kind: str, words: Mapping[str, Any]) -> Branch | None:
    """The branch with those words, each in its one form; None when plainly no value has all of them."""
    said = {
        word: value
        for word, value in words.items()
        if value is not None and value != _DEFAULTS.get(word) and not _empty(word, value)
    }
    if "values" in said:
        return _listed(kind, said)
    match kind:
        case "null" if said.keys() <= {"values"}:
            return Branch(kind)
        case "number":
            return _number(said)
        case "string":
            return _within_bounds("string", said, "shortest", "longest")
        case "array":
            return _array(said)
        case "object":
            return _object(said)
    return Branch(kind, said)


def _empty(word: str, value: Any) -> bool:  # noqa: ANN401 - each word has its own form
    if word == "names":
        return any(not one.words for one in value.of("string"))
    if word in {"items", "rest"}:
        return bool(value == ANY)
    return word != "values" and isinstance(value, Mapping | Sequence | frozenset) and not value


def _listed(kind: str, said: dict[str, Any]) -> Branch | None:
    values = tuple(sorted(set(said["values"])))
    if not values:
        return None
    left = {word: said[word] for word in said if word != "values"}
    if not left and (kind == "null" or (kind == "boolean" and len(values) == 2)):
        return Branch(kind)
    return Branch(kind, {**left, "values": values})


def _number(said: dict[str, Any]) -> Branch | None:
    if multiples := said.get("multiples"):
        if said.get("whole"):  # whole multiples of p/q, in lowest terms, are the multiples of p
            multiples = frozenset(Fraction(one.numerator) for one in multiples)
        elif any(one.denominator == 1 for one in multiples):
            said["whole"] = True
        multiples = frozenset(
            one
            for one in multiples
            if not any(other != one and (other / one).denominator == 1 for other in multiples)
        )
        said["multiples"] = multiples
        if said.get("whole") and multiples <= {Fraction(1)}:
            del said["multiples"]
    if said.get("whole"):
        if "low" in said:
            low, excluded = said["low"]
            said["low"] = (Fraction(-(-low // 1) + (1 if excluded and low.denominator == 1 else 0)), False)
        if "high" in said:
            high, excluded = said["high"]
            said["high"] = (Fraction(high // 1 - (1 if excluded and high.denominator == 1 else 0)), False)
    if "low" in said and "high" in said:
        (low, below), (high, above) = said["low"], said["high"]
        if low > high or (low == high and (below or above)):
            return None
    return Branch("number", said)


def _within_bounds(kind: str, said: dict[str, Any], least: str, most: str) -> Branch | None:
    return None if said.get(least, 0) > said.get(most, float("inf")) else Branch(kind, said)


def _array(said: dict[str, Any]) -> Branch | None:
    prefix: list[Shape] = list(said.get("prefix", ()))
    closed = next((index for index, one in enumerate(prefix) if one == NOTHING), None)
    if closed is None and said.get("items") == NOTHING:
        closed = len(prefix)
    if closed is not None:  # there can be no element there, nor after it
        prefix = prefix[:closed]
        said["most"] = min(said.get("most", closed), closed)
    most = said.get("most")
    if most is not None and most <= len(prefix):
        prefix = prefix[:most]
        said.pop("items", None)
    rest = said.get("items", ANY)
    while prefix and prefix[-1] == rest and (most is None or most > len(prefix)):
        prefix.pop()
    said.pop("prefix", None)
    if prefix:
        said["prefix"] = tuple(prefix)
    if most is not None and most <= 1:
        said.pop("unique", None)
    return _within_bounds("array", said, "fewest", "most")


def _object(said: dict[str, Any]) -> Branch | None:
    required = said.get("required", frozenset())
    properties: Mapping[str, Shape] = said.get("properties", {})
    if any(properties.get(name) == NOTHING for name in required):
        return None
    closed = said.get("rest") == NOTHING and "patterned" not in said
    if closed and not required <= properties.keys():
        return None
    if closed:  # to forbid what is forbidden anyway says nothing
        kept = {name: one for name, one in properties.items() if one != NOTHING}
        said["properties"] = kept
        if not kept:
            said.pop("properties")
        if said.get("most", 0) >= len(kept):
            said.pop("most", None)
    if "depend" in said:
        said["depend"] = frozenset((one, other) for one, other in said["depend"] if other not in required)
        if not said["depend"]:
            del said["depend"]
    if len(required) >= said.get("fewest", 0):
        said.pop("fewest", None)
    if len(required) > said.get("most", float("inf")):
        return None
    return _within_bounds("object", said, "fewest", "most")


def _spelled(value: Any, key: str) -> str:  # noqa: ANN401 - each word has its own form
    match value:
        case Shape() | Branch():
            return str(getattr(value, key))
        case Mapping():
            return f"{{{','.join(f'{json.dumps(name)}:{_spelled(value[name], key)}' for name in sorted(value))}}}"
        case frozenset():
            return f"<{','.join(sorted(_spelled(one, key) for one in value))}>"
        case tuple():
            return f"({','.join(_spelled(one, key) for one in value)})"
        case str():
            return json.dumps(value)
    return str(value)


ANY: Final = Shape(tuple(Branch(kind) for kind in KINDS))
NOTHING: Final = Shape(())


def applicable(one: Branch, name: str) -> tuple[Shape, ...]:
    """What a branch of objects says of the member of that name: all of these hold of it."""
    found = [one.get("properties", {})[name]] if name in one.get("properties", {}) else []
    found += [shape for pattern, shape in one.get("patterned", {}).items() if matches(pattern, name)]
    return tuple(found) or (one.get("rest", ANY),)


def element(one: Branch, index: int) -> Shape:
    """What a branch of arrays says of the element at that place."""
    most = one.get("most")
    if most is not None and index >= most:
        return NOTHING
    prefix: Sequence[Shape] = one.get("prefix", ())
    found: Shape = prefix[index] if index < len(prefix) else one.get("items", ANY)
    return found


def matches(pattern: str, value: str) -> bool:
    """True when the regular expression (ECMA 262) is found in the text."""
    return accepts(text({"pattern": pattern}), text(value))
