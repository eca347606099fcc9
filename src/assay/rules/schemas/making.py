"""Values of shapes: plain ones, ones at the edge of another shape, and ones that hold a given value deep inside.

They are candidates, not promises: a validator says whether they are what they were made for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from typing import Any, Final, NamedTuple

from assay.inputs.pattern import PatternError, matching
from assay.inputs.text import FORMATS, digest, texts
from assay.model.terms import Json
from assay.rules.schemas.reading import CUT
from assay.rules.schemas.shape import ANY, NOTHING, Branch, Shape, applicable, element, text
from assay.rules.schemas.within import any_of, holds

#: how deep values are nested, how long they are, and how many are tried
_DEEPEST: Final = 12
_LONGEST: Final = 4_096
_MOST_ITEMS: Final = 64
_FEW: Final = 4
_ONE_OF_EACH: Final[tuple[Json, ...]] = (None, True, 0.5, "text", [], {})
_CHARACTERS: Final = "-_. A0z:/+@é"
_MADE_UP: Final = "other-member"
_WORDS: Final = ("text", "", "a", "A", "0", "-1", " ", "é", "a b", "2024-01-01", "not-a-date", "x@example.com",
                 "https://example.com/a", "Aa0-_.", "\U0001f600")  # fmt: skip
_NUMBERS: Final = tuple(
    map(Fraction, ("1", "0", "-1", "1/2", "3", "7", "12", "-7/2", "1000003", "1099511627776"))
)


class Step(NamedTuple):
    """One step from a value to a value inside, or, as `branch`, to one of its alternatives."""

    #: `member`, `element`, `items`, `rest`, `pattern` or `branch`
    way: str
    #: a name, a place, a pattern; of `branch`: the old and the new one
    at: Any = None


def plain(shape: Shape, depth: int = 0) -> Iterator[Json]:
    """Values of the shape, the simplest first; none where it is too deep."""
    if depth <= _DEEPEST:
        for one in shape.branches if shape != ANY else _TEXT.branches:
            yield from _plain(one, depth)


_TEXT: Final = Shape((Branch("string"),))


@lru_cache(maxsize=20_000)
def _first(shape: Shape, depth: int) -> Json:
    """The simplest value, which nobody may change; `NOTHING` where there is none."""
    return next(plain(shape, depth), NOTHING)


def _plain(one: Branch, depth: int) -> Iterator[Json]:
    if one.finite:
        yield from map(json.loads, one.get("values"))
        return
    match one.kind:
        case "null":
            yield None
        case "boolean":
            yield from (True, False)
        case "number":
            yield from _numbers(one, one)
        case "string":
            yield from _strings(one, one)
        case "array":
            yield from _arrays(one, one, depth)
        case "object":
            yield from islice(_objects(one, one, depth), 3)


def edges(one: Branch, other: Branch | None) -> Iterator[Json]:
    """Values of `one`, those first that lie where `other`, a branch of the same kind, may end."""
    if one.finite:
        yield from map(json.loads, one.get("values"))
        return
    near = other if other is not None else one
    for forbidden in near.get("nots", ()):
        yield from (value for value in islice(plain(forbidden), _FEW) if holds(value, one) is not False)
    match one.kind:
        case "number":
            yield from _numbers(one, near)
        case "string":
            yield from _strings(one, near)
        case "array":
            yield from _arrays(one, near, 0)
        case "object":
            yield from _objects(one, near, 0)
        case _:
            yield from _plain(one, 0)


def _numbers(one: Branch, near: Branch) -> Iterator[Json]:
    bounds = [side.get(word)[0] for side in (one, near) for word in ("low", "high") if word in side.words]
    steps = [*one.get("multiples", ()), Fraction(1)]
    tried = [
        bound + change
        for bound in bounds
        for step in steps
        for change in (0, step, -step, step / 2, -step / 2)
    ]
    tried += [step * times for step in steps for times in (1, 2, 3, 5, 7, 11)]
    if bounds:
        tried += [sum(bounds, Fraction(0)) / len(bounds)]
        tried += [(bound // step + more) * step for bound in bounds for step in steps for more in (0, 1, 2)]
    for value in dict.fromkeys([*_NUMBERS[:1], *tried, *_NUMBERS]):
        made = int(value) if value.denominator == 1 else float(value)
        if holds(made, one) is not False:
            yield made


def _strings(one: Branch, near: Branch) -> Iterator[Json]:
    lengths = {
        one.get("shortest", 0),
        one.get("longest", 8),
        near.get("shortest", 1) - 1,
        near.get("longest", 7) + 1,
    }
    wanted = sorted(length for length in lengths if 0 <= length <= _LONGEST)
    made: list[str] = []
    for side in (one, near):
        for pattern in side.get("patterns", ()):
            for seed in range(_FEW):
                with suppress(PatternError):
                    made.append(
                        matching(pattern, _picker(seed), one.get("shortest", 0), one.get("longest", _LONGEST))
                    )
            for length in wanted:
                with suppress(PatternError):
                    made.append(matching(pattern, _picker(length), length, length))
        made += [
            FORMATS[name](f"{seed}")
            for name in side.get("formats", ())
            if name in FORMATS
            for seed in range(2)
        ]
    least, most = one.get("shortest", 0), one.get("longest", _LONGEST)
    made += texts({"minLength": least, "maxLength": most}, "", "text", {}) if least <= _LONGEST else []
    made += [base.ljust(length, "x")[:length] for length in wanted for base in ("x", *made[:2])]
    if "patterns" in one.words or "patterns" in near.words:
        made += [changed for text in made[:_FEW] for changed in _touched(text)]
    for value in dict.fromkeys([*made, *_WORDS]):
        if holds(value, one) is not False:
            yield value


def _touched(text: str) -> Iterator[str]:
    """The text with one character another one: what classes of a pattern may hold besides letters and digits."""
    places = sorted({0, len(text) // 2, max(len(text) - 1, 0)})
    for character in _CHARACTERS:
        for place in places:
            yield f"{text[:place]}{character}{text[place + 1 :]}"
        yield f"{text}{character}"


def _picker(seed: int) -> Any:  # noqa: ANN401 - a callable with a count of its own
    count = 0

    def pick(below: int) -> int:
        nonlocal count
        count += 1
        return digest("diff", seed, count) % below

    return pick


def _arrays(one: Branch, near: Branch, depth: int) -> Iterator[Json]:
    lengths = [one.get("fewest", 0), 1, 2, near.get("fewest", 1) - 1, near.get("most", 0) + 1]
    lengths += [len(one.get("prefix", ())), len(one.get("prefix", ())) + 1, one.get("most", 0)]
    for _, least, most in near.get("contains", ()):
        lengths += [max(least - 1, 0), least, 0 if most is None else most + 1]
    for length in dict.fromkeys(lengths):
        if one.get("fewest", 0) <= length <= min(one.get("most", _MOST_ITEMS), _MOST_ITEMS):
            for twins in (True, False) if near.get("unique") and not one.get("unique") else (False,):
                made = _items(one, length, depth, twins=twins)
                if made is not None:
                    yield made


def _items(one: Branch, length: int, depth: int, *, twins: bool) -> list[Json] | None:
    made: list[Json] = []
    contained = [shape for shape, _, _ in one.get("contains", ())]
    for at in range(length):
        wanted = element(one, at)
        sources = [*(plain(shape, depth + 1) for shape in contained), plain(wanted, depth + 1)]
        found = next(
            (
                value
                for source in sources
                for value in islice(source, _MOST_ITEMS)
                if any_of(value, wanted) is not False
                and (twins or not any(text(value) == text(old) for old in made))
            ),
            NOTHING,
        )
        if found is NOTHING and not one.get("unique"):
            found = next(plain(wanted, depth + 1), NOTHING)
        if found is NOTHING:
            return None
        made.append(found)
    return made


def _objects(one: Branch, near: Branch, depth: int) -> Iterator[Json]:
    named: Sequence[str] = tuple(dict.fromkeys((*one.get("properties", {}), *near.get("properties", {}))))
    bare = _object(one, sorted(one.get("required", ())), depth)
    full = _object(one, [*sorted(one.get("required", ())), *named], depth)
    for made in (bare, full):
        if made is not None:
            yield made
    rest = _first(one.get("rest", ANY), depth + 1)
    for made in filter(None, (bare or {}, full)):
        for name in made:
            if name not in one.get("required", ()):
                yield {key: value for key, value in made.items() if key != name}
    for name, shape in near.get("dependent", {}).items():
        made = _object(one, [*sorted(one.get("required", ())), name], depth)
        for inner in shape.of("object") if made is not None else ():
            for more in (
                islice(_objects(Branch("object"), inner, depth + 1), _MOST_ITEMS) if depth < _FEW else ()
            ):
                yield {**(made or {}), **{key: value for key, value in more.items() if key != name}}
    for value in _ONE_OF_EACH if near.get("rest", ANY) not in {ANY, NOTHING} else ():
        yield {**(bare or {}), _MADE_UP: value}
    for name, needed in near.get("depend", ()):
        made = _object(one, [*sorted(one.get("required", ())), name], depth)
        if made is not None:
            yield {key: value for key, value in made.items() if key != needed}
    for made in (bare, full):
        if made is None:
            continue
        for name in _names(one, near):
            value = _first(applicable(one, name)[0], depth + 1)
            if name not in made and value is not NOTHING:
                yield {**made, name: value}
        if rest is not NOTHING:
            count = min(max(near.get("most", 0) + 1, one.get("fewest", 0)), _MOST_ITEMS) - len(made)
            if count > 0:
                yield {**made, **{f"{_MADE_UP}-{at}": rest for at in range(count)}}
    for name in named:
        for value in islice(plain(applicable(one, name)[0], depth + 1), _FEW):
            yield {**(bare or {}), name: value}
    for name in near.get("properties", {}).keys() - one.get("properties", {}).keys():
        for value in _ONE_OF_EACH:
            if all(any_of(value, shape) is not False for shape in applicable(one, name)):
                yield {**(bare or {}), name: value}
    for name in _names(near, near):
        for value in (
            _ONE_OF_EACH if name not in one.get("properties", {}) and "patterned" in near.words else ()
        ):
            if all(any_of(value, shape) is not False for shape in applicable(one, name)):
                yield {**(bare or {}), name: value}


def _names(one: Branch, near: Branch) -> Iterable[str]:
    """Names of members that patterns speak of, and one that nobody has thought of."""
    yield _MADE_UP
    for side in (one, near):
        for pattern in side.get("patterned", {}):
            with suppress(PatternError):
                yield matching(pattern, _picker(1))
        for names in side.get("names", NOTHING).branches:
            yield from islice((name for name in _plain(names, 0) if isinstance(name, str)), _FEW)
    yield from ("a", "B", "x-other", "0", "a b")


def _object(one: Branch, names: Iterable[str], depth: int) -> dict[str, Json] | None:
    """An object with those members, as far as they may be, and what they depend on; None where it has to miss one."""
    made: dict[str, Json] = {}
    todo = list(dict.fromkeys(names))
    needed = {*one.get("required", ())}
    while todo:
        name = todo.pop(0)
        if name in made:
            continue
        if name not in needed and CUT in applicable(one, name)[0].notes:
            continue  # nobody knows what it may be
        shapes = applicable(one, name)
        value = _first(shapes[0], depth + 1)
        if value is not NOTHING and not all(any_of(value, shape) is not False for shape in shapes):
            several = islice(plain(shapes[0], depth + 1), _FEW * 4)
            value = next(
                (v for v in several if all(any_of(v, shape) is not False for shape in shapes)), NOTHING
            )
        if value is NOTHING:
            if name in needed:
                return None
            continue
        made[name] = value
        more = [other for first, other in one.get("depend", ()) if first == name]
        todo += more
        needed.update(more)
    short = one.get("fewest", 0) - len(made)
    rest = _first(one.get("rest", ANY), depth + 1)
    if short > 0 and rest is not NOTHING:
        made |= {f"{_MADE_UP}-{at}": rest for at in range(min(short, _MOST_ITEMS))}
    return made


def embedded(shape: Shape, steps: Sequence[Step], value: Json, which: int) -> Iterator[Json]:
    """Values of the shape in which `value` stands where the steps lead. `which`: 0 for old branches, 1 for new ones."""
    if not steps:
        yield value
        return
    step, rest = steps[0], steps[1:]
    if step.way == "branch":
        if step.at[which] is not None:
            yield from embedded(Shape((step.at[which],)), rest, value, which)
        return
    kind = "object" if step.way in {"member", "rest", "pattern"} else "array"
    for one in shape.of(kind):
        yield from (
            _members(one, step, rest, value, which)
            if kind == "object"
            else _elements(one, step, rest, value, which)
        )


def _members(one: Branch, step: Step, rest: Sequence[Step], value: Json, which: int) -> Iterator[Json]:
    names = [step.at] if step.way == "member" else [_MADE_UP]
    if step.way == "pattern":
        names = []
        with suppress(PatternError):
            names = [matching(step.at, _picker(seed)) for seed in range(2)]
    shape_of: Mapping[str, Shape] = one.get("properties", {})
    for name in names:
        shape = one.get("patterned", {}).get(step.at) if step.way == "pattern" else None
        for inner in islice(embedded(shape or applicable(one, name)[0], rest, value, which), _FEW):
            for others in ((), shape_of):
                wanted = [*sorted(one.get("required", ())), *others]
                made = _object(one, [each for each in wanted if each != name], 1)
                if made is not None:
                    extra = (
                        _object(one, [other for first, other in one.get("depend", ()) if first == name], 1)
                        or {}
                    )
                    yield {**extra, **made, name: inner}


def _elements(one: Branch, step: Step, rest: Sequence[Step], value: Json, which: int) -> Iterator[Json]:
    at = step.at if step.way == "element" else len(one.get("prefix", ()))
    for inner in islice(embedded(element(one, at), rest, value, which), _FEW):
        before = _items(one, at, 1, twins=False)
        if before is None:
            continue
        made = [*before, inner]
        while len(made) < min(one.get("fewest", 0), _MOST_ITEMS):
            more = next((v for v in islice(plain(element(one, len(made)), 1), 8) if v not in made), inner)
            made.append(more)
        yield made
