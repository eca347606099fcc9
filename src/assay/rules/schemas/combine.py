"""Sets of values put together: what is in both, what is in either, what is in neither."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any, Final

from assay.rules.schemas.shape import ANY, Branch, Shape, applicable, branch, element
from assay.rules.schemas.within import apart, holds, inside

#: branches of one shape; beyond it nobody looks into them
MOST: Final = 48


class TooManyError(ValueError):
    """A schema offers more alternatives than are looked into."""


def meet(one: Shape, other: Shape) -> Shape:
    """The values that are in both. Raises `TooManyError`."""
    notes = {**other.notes, **one.notes}
    if ANY in (one, other):
        return Shape((other if one == ANY else one).branches, notes)
    found = (_meet(left, right) for left in one.branches for right in other.of(left.kind))
    return Shape(_unlike(filter(None, found)), notes)


def join(shapes: Iterable[Shape]) -> Shape:
    """The values that are in any. Raises `TooManyError`."""
    return Shape(_unlike(one for shape in shapes for one in shape.branches))


def lacking(shape: Shape) -> Shape:
    """The values that are not in it, as far as that can be said: exactly where whole kinds are meant."""
    kept = []
    for one in ANY.branches:
        there = shape.of(one.kind)
        if not there:
            kept.append(one)
        elif all(inner.words for inner in there):
            kept.append(Branch(one.kind, {"nots": (Shape(there),)}))
    return Shape(tuple(kept))


def one_of(shapes: list[Shape]) -> Shape:
    """The values that are in exactly one; where two may share some, that is kept as a condition."""
    joined = join(shapes)
    if all(apart(left, right) for at, left in enumerate(shapes) for right in shapes[:at]):
        return joined
    condition = f"oneOf:{','.join(sorted(shape.key for shape in shapes))}"
    return conditioned(joined, condition)


def conditioned(shape: Shape, condition: str) -> Shape:
    """The values of which that holds, too."""
    return Shape(
        tuple(
            Branch(one.kind, {**one.words, "conditions": one.get("conditions", frozenset()) | {condition}})
            for one in shape.branches
        ),
        shape.notes,
    )


def _unlike(found: Iterable[Branch]) -> tuple[Branch, ...]:
    """Branches of which none lies within another; lists of values become one."""
    listed: dict[str, set[str]] = {}
    kept: list[Branch] = []
    # of two that say the same in more and fewer words the wordier one stays, whatever the order they come in
    for one in sorted(found, key=lambda branch: (-len(branch.key), branch.key)):
        if one.words.keys() == {"values"}:
            listed.setdefault(one.kind, set()).update(one.get("values"))
            continue
        if any(inside(one, other) for other in kept):
            continue
        kept = [other for other in kept if not inside(other, one)]
        kept.append(one)
        if len(kept) > MOST:
            raise TooManyError(f"more than {MOST} alternatives")
    for kind, values in listed.items():
        made = branch(kind, {"values": tuple(values)})
        if made is not None and not any(inside(made, other) for other in kept):
            kept = [other for other in kept if not inside(other, made)]
            kept.append(made)
    return tuple(kept)


def _meet(one: Branch, other: Branch) -> Branch | None:
    words: dict[str, Any] = {**one.words}
    for word, value in other.words.items():
        words[word] = _BOTH[word](words[word], value) if word in words and word in _BOTH else value
    if one.kind == "object":
        words |= _members(one, other)
    elif one.kind == "array" and ("prefix" in words or "items" in words):
        length = max(len(one.get("prefix", ())), len(other.get("prefix", ())))
        words["prefix"] = tuple(meet(element(one, at), element(other, at)) for at in range(length))
        words["items"] = meet(one.get("items", ANY), other.get("items", ANY))
    if "values" in words:
        words = _sifted(one, other, words)
    return branch(one.kind, words)


def _sifted(one: Branch, other: Branch, words: dict[str, Any]) -> dict[str, Any]:
    """The values that are left of a list; the rest of what is said is kept only where it could not be tried."""
    kept, open_ = [], False
    for value in words["values"]:
        told = [holds(json.loads(value), side) for side in (one, other)]
        if False not in told:
            kept.append(value)
            open_ = open_ or None in told
    return {**(words if open_ else {}), "values": tuple(kept)}


def _members(one: Branch, other: Branch) -> dict[str, Any]:
    """What both say of members. Where patterns meet a closed rest, each keeps to both."""
    named = dict.fromkeys((*one.get("properties", {}), *other.get("properties", {})))
    found: dict[str, Any] = {}
    properties: dict[str, Shape] = {}
    for name in named:
        own = [
            side.get("properties", {})[name] for side in (one, other) if name in side.get("properties", {})
        ]
        others = [
            shape
            for side in (one, other)
            if name not in side.get("properties", {})
            for shape in applicable(side, name)
        ]
        properties[name] = reduce(meet, [*own, *others])
    if properties:
        found["properties"] = properties
    rest, outer = one.get("rest", ANY), other.get("rest", ANY)
    found["rest"] = meet(rest, outer)
    mine: Mapping[str, Shape] = one.get("patterned", {})
    theirs: Mapping[str, Shape] = other.get("patterned", {})
    if (outer != ANY and mine.keys() - theirs.keys()) and (rest != ANY or theirs.keys() - mine.keys()):
        raise TooManyError("patterns of names that overlap in ways nobody can tell")
    if (rest != ANY and theirs.keys() - mine.keys()) and mine.keys() - theirs.keys():
        raise TooManyError("patterns of names that overlap in ways nobody can tell")
    if mine or theirs:
        patterned = {pattern: meet(shape, theirs.get(pattern, outer)) for pattern, shape in mine.items()}
        patterned |= {pattern: meet(shape, rest) for pattern, shape in theirs.items() if pattern not in mine}
        found["patterned"] = patterned
    return found


def _stricter_low(one: Any, other: Any) -> Any:  # noqa: ANN401 - bound and whether it is excluded
    return max(one, other, key=lambda bound: (bound[0], bound[1]))


def _stricter_high(one: Any, other: Any) -> Any:  # noqa: ANN401 - bound and whether it is excluded
    return min(one, other, key=lambda bound: (bound[0], not bound[1]))


def _both_maps(one: Mapping[str, Shape], other: Mapping[str, Shape]) -> Mapping[str, Shape]:
    return {name: meet(one.get(name, ANY), other.get(name, ANY)) for name in dict.fromkeys((*one, *other))}


def _together(one: tuple[Any, ...], other: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(sorted({*one, *other}, key=lambda item: str(getattr(item, "key", item))))


def _texts(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value for value in one if value in other)


_BOTH: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "values": _texts,
    "low": _stricter_low,
    "high": _stricter_high,
    "names": meet,
    "nots": _together,
    "contains": _together,
    "dependent": _both_maps,
    "content": lambda one, _: one,
    **dict.fromkeys(("whole", "unique"), lambda one, other: one or other),
    **dict.fromkeys(("shortest", "fewest"), max),
    **dict.fromkeys(("longest", "most"), min),
    **dict.fromkeys(
        ("multiples", "patterns", "formats", "required", "depend", "conditions"),
        lambda one, other: one | other,
    ),
}
