"""Breaking one documented constraint at a time, and touching each of its limits from the inside.

Candidates are proposed liberally; the classifier, not the proposer, decides which of them breaks exactly the
constraint in question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assay.inputs.classify import Validity, text
from assay.inputs.constraints import BODY_REQUIRED, BODY_WELL_FORMED, Constraint
from assay.inputs.copies import copied
from assay.inputs.valid import Maker, Parts
from assay.inputs.wire import encode
from assay.model.case import BodyKind, Case, Payload
from assay.model.contract import Json
from assay.model.copied import replace

ORIGIN = "witness"
#: characters or items; a limit beyond is left alone: a request to show it would be a flood
_LONGEST = 100_000
#: members of an object that are made up to be too many
_MOST_MEMBERS = 64
_ODD_VALUES: tuple[Json, ...] = (12345, "assay", True, ["assay"], {"assay": "assay"}, None, -1, 0.5, "")


def invalid(maker: Maker, constraint: Constraint) -> Case | None:
    """A request that breaks `constraint` and, if at all possible, nothing else; None when none could be built.

    The same for all who ask: laws and plans do so many times.
    """
    if constraint.id not in maker.broken:
        maker.broken[constraint.id] = _invalid(maker, constraint)
    return maker.broken[constraint.id]


def _invalid(maker: Maker, constraint: Constraint) -> Case | None:
    second_best: Case | None = None
    for parts in _candidates(maker, constraint):
        case = parts.case(maker.operation, f"breaks {constraint.id}", ORIGIN)
        broken = maker.classify(case).broken
        if broken == (constraint.id,):
            return case
        if constraint.id in broken and second_best is None:
            second_best = case
    return second_best


def limits(maker: Maker, constraint: Constraint) -> Iterator[Case]:
    """Surely valid requests at the edge of what `constraint` allows."""
    for value in (*_edges(constraint), *_bent(constraint, _current(maker.full, constraint), beyond=False)):
        for parts in _with(maker, constraint, value):
            case = parts.case(
                maker.operation, f"{constraint.root}/{'/'.join(constraint.path)} = {_brief(value)}", ORIGIN
            )
            if maker.classify(case).validity is Validity.VALID:
                yield case
                break


def _candidates(maker: Maker, constraint: Constraint) -> Iterator[Parts]:
    full = maker.full
    if constraint.id == BODY_REQUIRED:
        yield replace(full, body=Payload())
    elif constraint.id == BODY_WELL_FORMED:
        whole = encode(full.body.value)
        yield replace(
            full, body=Payload(BodyKind.RAW, raw=whole[:-1] or b"{", media_type=full.body.media_type)
        )
        yield replace(full, body=Payload(BodyKind.RAW, raw=b'{"assay":', media_type=full.body.media_type))
    elif constraint.keyword == "required":
        for parts in (full, maker.minimal):
            yield from _without(parts, constraint)
    else:
        # the usual value bent breaks little else; a foreign one may also break a pattern or an enumeration
        for value in (*_bent(constraint, _current(full, constraint), beyond=True), *_wrong(constraint)):
            yield from _with(maker, constraint, value)


def _without(parts: Parts, constraint: Constraint) -> Iterator[Parts]:
    if constraint.root != "body":
        yield _edit_parameter(parts, constraint.root, None, remove=True)
        return
    body = copied(parts.body.value)
    holder = _find(body, constraint.path[:-1])
    if isinstance(holder, dict) and constraint.path[-1] in holder:
        del holder[constraint.path[-1]]
        yield parts.with_json(body)


def _with(maker: Maker, constraint: Constraint, value: Json) -> Iterator[Parts]:
    """The request with `value` where the constraint looks; an extra property for closed objects."""
    for parts in (maker.full, maker.minimal):
        if constraint.root != "body":
            yield _edit_parameter(parts, constraint.root, value)
            continue
        body = copied(parts.body.value)
        if constraint.keyword == "additionalProperties":
            holder = _find(body, constraint.path)
            if isinstance(holder, dict):
                holder["assay_undeclared"] = value
                yield parts.with_json(body)
        elif not constraint.path:
            yield parts.with_json(value)
        elif _put(body, constraint.path, value):
            yield parts.with_json(body)


def _edit_parameter(parts: Parts, root: str, value: Json, *, remove: bool = False) -> Parts:
    location, name = root.split("/", 1)

    def edited(values: Mapping[str, Json], new: Json) -> dict[str, Json]:
        rest = {key: old for key, old in values.items() if key != name}
        return rest if remove else {**rest, name: new}

    match location:
        case "path":
            return replace(parts, path=edited(parts.path, value))
        case "query":
            return replace(parts, query=edited(parts.query, value))
        case "header":
            return replace(parts, headers=edited(parts.headers, text(value)))
        case _:
            return replace(parts, cookies=edited(parts.cookies, text(value)))


def _find(value: Json, path: tuple[str, ...]) -> Json:
    for part in path:
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = value.get(part)
        else:
            return None
    return value


def _put(body: Json, path: tuple[str, ...], value: Json) -> bool:
    holder = _find(body, path[:-1])
    if isinstance(holder, list) and holder:
        holder[0] = value
        return True
    if isinstance(holder, dict):
        holder[path[-1]] = value
        return True
    return False


def _current(parts: Parts, constraint: Constraint) -> Json:
    """The value that the usual request has where the constraint looks."""
    if constraint.root == "body":
        return _find(parts.body.value, constraint.path)
    location, name = constraint.root.split("/", 1)
    attribute = {"path": "path", "query": "query", "header": "headers", "cookie": "cookies"}[location]
    return getattr(parts, attribute).get(name)


def _bent(constraint: Constraint, current: Json, *, beyond: bool) -> Iterator[Json]:
    """The usual value, made as long as the limit allows, or one step `beyond`."""
    step = int(beyond)
    match constraint.keyword, constraint.argument, current:
        case "minLength", int(n), str() if 0 < n <= len(current):
            yield current[: n - step]
        case "maxLength", int(n), str() if current and n < _LONGEST:
            yield (current * (n // len(current) + 1))[: n + step]
        case "maxItems", int(n), list() if current and n < _LONGEST:
            items = constraint.schema.get("items") if isinstance(constraint.schema, dict) else None
            choice = items.get("enum", current) if isinstance(items, dict) else current
            yield (choice * (n // len(choice) + 1))[: n + step]
        # nearly right, so that it is the operation that is asked and not another route
        case "pattern", _, str() if current and beyond and constraint.root.startswith("path/"):
            yield from (f"{current[:-1]}z", f"{current}z", f"{current}~")
        case "uniqueItems", True, list() if current and beyond:
            yield [current[0], current[0]]
        case "minProperties", int(n), dict() if 0 < n <= len(current):
            yield dict(list(current.items())[: n - step])
        case "maxProperties", int(n), dict() if n <= _MOST_MEMBERS:
            kept = dict(list(current.items())[: n + step])
            missing = range(len(kept), n + step)
            yield {**kept, **{f"assay_undeclared_{number}": "assay" for number in missing}}
        case _:
            pass


def _wrong(constraint: Constraint) -> Iterator[Json]:
    match constraint.keyword, constraint.argument:
        case "minLength", int(n) if 0 < n <= _LONGEST:
            yield "a" * (n - 1)
        case "maxLength", int(n) if n < _LONGEST:
            yield "a" * (n + 1)
        case (("minimum" | "exclusiveMinimum"), (int() | float()) as n):
            yield from (n - 1, n)
        case (("maximum" | "exclusiveMaximum"), (int() | float()) as n):
            yield from (n + 1, n)
        case "multipleOf", (int() | float()) as n:
            yield n * 1.5
        case "minItems", int(n) if 0 < n <= _LONGEST:
            yield from ([item] * (n - 1) for item in ("assay", 1))
        case "maxItems", int(n) if n < _LONGEST:
            yield from ([item] * (n + 1) for item in ("assay", 1))
        case "uniqueItems", True:
            yield from ([item, item] for item in ("assay", 1))
        case "pattern" | "format", _:
            yield from ("not what was asked for", "", "~", "0", "A" * 64)
        case "enum" | "const", _:
            yield from ("assay-none-of-these", 987654321, None, False)
        case _:
            pass
    yield from _ODD_VALUES


def _edges(constraint: Constraint) -> Iterator[Json]:
    match constraint.keyword, constraint.argument:
        case "type", list(kinds) if "null" in kinds:
            yield None
        case "enum", list(values):
            yield from values[:8]
        case (("minLength" | "maxLength"), int(n)) if n <= _LONGEST:
            yield "a" * n
        case (("minimum" | "maximum"), (int() | float()) as n):
            yield n
        case "type", "boolean":
            yield from (True, False)
        case _:
            known = constraint.schema.get("x-known-good") if isinstance(constraint.schema, dict) else None
            if constraint.keyword == "type" and isinstance(known, dict):
                yield from known.get("enum", ())[:8]


def _brief(value: Json) -> str:
    text = repr(value) if not isinstance(value, str) else value
    return text if len(text) <= 40 else f"{text[:20]}… ({len(text)} characters)"
