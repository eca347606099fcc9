"""Whether one set of values surely lies within another. «No» is never said here: only a value can prove that."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from assay.model.terms import Json
from assay.rules.schemas.checked import accepts
from assay.rules.schemas.shape import ANY, NOTHING, Branch, Shape, applicable, element, kind_of, matches, text

#: formats whose values all have another one, too (JSON Schema 2020-12, Validation §7.3; OpenAPI's registry)
_NARROWER: Final[Mapping[str, frozenset[str]]] = {
    "int32": frozenset({"int64"}),
    "float": frozenset({"double"}),
    "email": frozenset({"idn-email"}),
    "hostname": frozenset({"idn-hostname"}),
    "uri": frozenset({"iri", "uri-reference", "iri-reference"}),
    "iri": frozenset({"iri-reference"}),
    "uri-reference": frozenset({"iri-reference"}),
}


@lru_cache(maxsize=100_000)
def within(one: Shape, other: Shape) -> bool:
    """True when it is proven that every value of `one` is a value of `other`."""
    if other in (one, ANY):
        return True
    return all(_covered(branch, other) for branch in one.branches)


def _covered(one: Branch, other: Shape) -> bool:
    there = other.of(one.kind)
    if any(inside(one, branch) for branch in there):
        return True
    if one.finite and one.words.keys() == {"values"}:
        return all(any(holds(json.loads(value), branch) for branch in there) for value in one.get("values"))
    if one.kind == "boolean" and not one.words:
        return all(any(holds(value, branch) for branch in there) for value in (True, False))
    return False


@lru_cache(maxsize=100_000)
def inside(one: Branch, other: Branch) -> bool:
    """True when it is proven that every value of `one` is one of `other`."""
    if one.kind != other.kind:
        return False
    if one.key == other.key or not other.words:
        return True
    if one.finite and one.words.keys() == {"values"}:
        return all(holds(json.loads(value), other) is True for value in one.get("values"))
    if other.finite and not (one.finite and set(one.get("values")) <= set(other.get("values"))):
        return False
    if not other.get("conditions", frozenset()) <= one.get("conditions", frozenset()):
        return False
    if not all(_avoids(one, forbidden) for forbidden in other.get("nots", ())):
        return False
    return one.kind not in _KINDS or _KINDS[one.kind](one, other)


def _avoids(one: Branch, forbidden: Shape) -> bool:
    """True when surely no value of the branch is forbidden."""
    return any(within(forbidden, known) for known in one.get("nots", ())) or apart(Shape((one,)), forbidden)


def apart(one: Shape, other: Shape) -> bool:
    """True when surely no value is in both."""
    return all(_apart(left, right) for left in one.branches for right in other.of(left.kind))


def _apart(one: Branch, other: Branch) -> bool:
    if one.finite or other.finite:
        listed, rest = (one, other) if one.finite else (other, one)
        return all(holds(json.loads(value), rest) is False for value in listed.get("values"))
    match one.kind:
        case "number":
            return _beyond(one, other) or _beyond(other, one)
        case "string":
            return _over(one, other, "shortest", "longest") or _over(other, one, "shortest", "longest")
        case "array":
            return _over(one, other, "fewest", "most") or _over(other, one, "fewest", "most")
        case "object":
            needed = one.get("required", frozenset()) | other.get("required", frozenset())
            return any(
                apart(left, right)
                for name in needed
                for left in applicable(one, name)
                for right in applicable(other, name)
            )
    return False


def _beyond(one: Branch, other: Branch) -> bool:
    if "low" not in one.words or "high" not in other.words:
        return False
    (low, below), (high, above) = one.get("low"), other.get("high")
    return bool(low > high or (low == high and (below or above)))


def _over(one: Branch, other: Branch, least: str, most: str) -> bool:
    return bool(one.get(least, 0) > other.get(most, float("inf")))


def _numbers(one: Branch, other: Branch) -> bool:
    if "low" in other.words and not ("low" in one.words and _at_least(one.get("low"), other.get("low"))):
        return False
    if "high" in other.words and not ("high" in one.words and _at_most(one.get("high"), other.get("high"))):
        return False
    multiples = one.get("multiples", frozenset()) | ({Fraction(1)} if one.get("whole") else frozenset())
    wanted = other.get("multiples", frozenset()) | ({Fraction(1)} if other.get("whole") else frozenset())
    if not all(any((mine / theirs).denominator == 1 for mine in multiples) for theirs in wanted):
        return False
    return _formats(one, other)


def _at_least(one: Any, other: Any) -> bool:  # noqa: ANN401 - bound and whether it is excluded
    return bool(one[0] > other[0] or (one[0] == other[0] and (one[1] or not other[1])))


def _at_most(one: Any, other: Any) -> bool:  # noqa: ANN401 - bound and whether it is excluded
    return bool(one[0] < other[0] or (one[0] == other[0] and (one[1] or not other[1])))


def _formats(one: Branch, other: Branch) -> bool:
    mine = one.get("formats", frozenset())
    implied = mine.union(*(_NARROWER.get(name, frozenset()) for name in mine))
    return bool(other.get("formats", frozenset()) <= implied)


def _strings(one: Branch, other: Branch) -> bool:
    return bool(
        one.get("shortest", 0) >= other.get("shortest", 0)
        and one.get("longest", float("inf")) <= other.get("longest", float("inf"))
        and other.get("patterns", frozenset()) <= one.get("patterns", frozenset())
        and _formats(one, other)
    )


def _arrays(one: Branch, other: Branch) -> bool:
    most = one.get("most", float("inf"))
    if one.get("fewest", 0) < other.get("fewest", 0) or most > other.get("most", float("inf")):
        return False
    if other.get("unique") and not (one.get("unique") or most <= 1):
        return False
    length = max(len(one.get("prefix", ())), len(other.get("prefix", ()))) + 1
    if not all(within(element(one, at), element(other, at)) for at in range(length) if at < most):
        return False
    return all(
        any(_contains(mine, theirs) for mine in one.get("contains", ()))
        for theirs in other.get("contains", ())
    )


def _contains(one: tuple[Shape, int, int | None], other: tuple[Shape, int, int | None]) -> bool:
    """Does «contains» with its counts imply another?"""
    most = float("inf") if other[2] is None else other[2]
    counted = one[2] is not None and one[2] <= most
    if one[0] == other[0]:
        return one[1] >= other[1] and (counted or other[2] is None)
    return other[2] is None and one[1] >= other[1] and within(one[0], other[0])


def _objects(one: Branch, other: Branch) -> bool:
    required = one.get("required", frozenset())
    if not other.get("required", frozenset()) <= required:
        return False
    if max(one.get("fewest", 0), len(required)) < other.get("fewest", 0):
        return False
    closed = one.get("rest") == NOTHING and "patterned" not in one.words
    most = min(one.get("most", float("inf")), len(one.get("properties", ())) if closed else float("inf"))
    if most > other.get("most", float("inf")):
        return False
    if not within(one.get("names", ANY), other.get("names", ANY)):
        return False
    named = {*one.get("properties", ()), *other.get("properties", ())}
    if not all(_member(one, other, name) for name in named):
        return False
    if not _unnamed(one, other):
        return False
    return all(_depends(one, *pair) for pair in other.get("depend", ())) and all(
        _implies(one, name, shape) for name, shape in other.get("dependent", {}).items()
    )


def _member(one: Branch, other: Branch, name: str) -> bool:
    mine, theirs = applicable(one, name), applicable(other, name)
    return NOTHING in mine or all(any(within(left, right) for left in mine) for right in theirs)


def _unnamed(one: Branch, other: Branch) -> bool:
    """Members that neither names: by their patterns, and the rest."""
    mine, theirs = one.get("patterned", {}), other.get("patterned", {})
    rest, outer = one.get("rest", ANY), other.get("rest", ANY)
    if not within(rest, outer):
        return False
    for pattern, shape in theirs.items():
        # names of this pattern may be those of any pattern of ours, and of none
        own = mine.get(pattern)
        if own is not None:
            if not within(own, shape):
                return False
        elif not (within(rest, shape) and all(within(left, shape) for left in mine.values())):
            return False
    return all(pattern in theirs or within(shape, outer) for pattern, shape in mine.items())


def _depends(one: Branch, name: str, needed: str) -> bool:
    return (
        (name, needed) in one.get("depend", ())
        or needed in one.get("required", ())
        or NOTHING in applicable(one, name)
    )


def _implies(one: Branch, name: str, shape: Shape) -> bool:
    own = one.get("dependent", {}).get(name)
    return (
        NOTHING in applicable(one, name)
        or (own is not None and within(own, shape))
        or within(Shape((one,)), shape)
    )


_KINDS: Final[Mapping[str, Callable[[Branch, Branch], bool]]] = {
    "number": _numbers,
    "string": _strings,
    "array": _arrays,
    "object": _objects,
}


def holds(value: Json, one: Branch) -> bool | None:
    """Is the value one of the branch's? None where that cannot be told."""
    if kind_of(value) != one.kind:
        return False
    if one.finite and text(value) not in one.get("values"):
        return False
    parts = [*_each(value, one)]
    parts += [_negated(any_of(value, shape)) for shape in one.get("nots", ())]
    if one.get("conditions"):
        parts.append(None)
    return _every(parts)


def any_of(value: Json, shape: Shape) -> bool | None:
    """Is the value one of the shape's? None where that cannot be told."""
    parts = [holds(value, branch) for branch in shape.branches]
    return True if True in parts else None if None in parts else False


def _negated(part: bool | None) -> bool | None:
    return None if part is None else not part


def _every(parts: list[bool | None]) -> bool | None:
    return False if False in parts else None if None in parts else True


def _each(value: Json, one: Branch) -> list[bool | None]:
    match one.kind:
        case "number":
            return _number_holds(Fraction(str(value)), value, one)
        case "string":
            length = len(value)
            fits: list[bool | None] = [one.get("shortest", 0) <= length <= one.get("longest", length)]
            fits += [matches(pattern, value) for pattern in one.get("patterns", ())]
            return fits + [accepts(text({"format": name}), text(value)) for name in one.get("formats", ())]
        case "array":
            return _array_holds(value, one)
        case "object":
            return _object_holds(value, one)
    return []


def _number_holds(exact: Fraction, value: Json, one: Branch) -> list[bool | None]:
    fits: list[bool | None] = []
    if "low" in one.words:
        fits.append(_at_least((exact, False), one.get("low")))
    if "high" in one.words:
        fits.append(_at_most((exact, False), one.get("high")))
    if one.get("whole"):
        fits.append(exact.denominator == 1)
    fits += [(exact / step).denominator == 1 for step in one.get("multiples", ())]
    return fits + [accepts(text({"format": name}), text(value)) for name in one.get("formats", ())]


def _array_holds(value: list[Json], one: Branch) -> list[bool | None]:
    fits: list[bool | None] = [one.get("fewest", 0) <= len(value) <= one.get("most", len(value))]
    fits += [any_of(item, element(one, at)) for at, item in enumerate(value)]
    if one.get("unique"):
        fits.append(len({text(item) for item in value}) == len(value))
    for shape, least, most in one.get("contains", ()):
        told = [any_of(item, shape) for item in value]
        sure, possible = told.count(True), len(told) - told.count(False)
        if sure >= least and (most is None or possible <= most):
            fits.append(True)
        else:
            fits.append(False if possible < least or (most is not None and sure > most) else None)
    return fits


def _object_holds(value: Mapping[str, Json], one: Branch) -> list[bool | None]:
    fits: list[bool | None] = [one.get("fewest", 0) <= len(value) <= one.get("most", len(value))]
    fits.append(one.get("required", frozenset()) <= value.keys())
    fits += [any_of(member, shape) for name, member in value.items() for shape in applicable(one, name)]
    fits += [any_of(name, one.get("names", ANY)) for name in value]
    fits += [needed in value for name, needed in one.get("depend", ()) if name in value]
    return fits + [any_of(value, shape) for name, shape in one.get("dependent", {}).items() if name in value]
