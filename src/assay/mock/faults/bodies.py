"""Faults of the body and the head of an answer. What was asked is done; only what is said of it is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from assay.inputs.constraints import is_json
from assay.inputs.merge import CyclicReferenceError, flatten, inline
from assay.mock.faults.terms import ONCE, Aim, Kind, Outcome, Site, Turn
from assay.mock.world import MockReply
from assay.model.contract import Content, Reply
from assay.model.pointer import escape, tokens
from assay.model.terms import Json, Schema

#: members of one body that are tried at most, and how deep they lie
_MOST, _DEEPEST = 24, 3
_GONE: Final = object()
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_STRANGER = "assay_undeclared"
#: headers that a server adds without any documentation
_ORDINARY = frozenset({"content-type", "content-length", "x-assay-cell", "vary", "connection"})

#: the member as it was, and what its schema says -> what stands there instead; `_GONE`: nothing
_Bend = Callable[[Json, Schema], Json]


def _bending(bend: _Bend) -> Callable[[Turn], Outcome]:
    """Bends one member of a JSON body."""

    def act(turn: Turn) -> Outcome:
        body = _read(turn.reply)
        if not isinstance(body, dict | list):
            return None
        pointer = turn.fault.field or _any(body, turn.draw)
        schema = _schema_at(turn, pointer)
        changed = _bent(body, tokens(pointer), lambda value: bend(value, schema))
        return None if changed is _GONE or changed == body else (turn.after, _written(turn.reply, changed))

    return act


def _bent(value: Json, path: list[str] | tuple[str, ...], bend: Callable[[Json], Json]) -> Json:
    """The value with what lies at the path bent; `_GONE` where there is no such place, or it cannot be bent."""
    if not path:
        return bend(value)
    name, rest = path[0], path[1:]
    if isinstance(value, dict) and name in value:
        inner = _bent(value[name], rest, bend)
        if inner is _GONE:
            return _GONE if rest else {key: member for key, member in value.items() if key != name}
        return {**value, name: inner}
    if isinstance(value, list) and name.isdigit() and int(name) < len(value):
        at = int(name)
        inner = _bent(value[at], rest, bend)
        return _GONE if inner is _GONE else [*value[:at], inner, *value[at + 1 :]]
    return _GONE


def _read(reply: MockReply) -> Json:
    if not is_json((reply.header("content-type") or "").partition(";")[0].strip()):
        return None
    try:
        return json.loads(reply.body)
    except ValueError:
        return None


def _written(reply: MockReply, body: Json) -> MockReply:
    return replace(reply, body=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())


def _any(body: Json, draw: Callable[[int], int]) -> str:
    """The place of some member."""
    places = list(_members(body, ""))
    return places[draw(len(places))] if places else ""


def _members(value: Json, pointer: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield f"{pointer}/{escape(name)}"
            yield from _members(member, f"{pointer}/{escape(name)}")
    elif isinstance(value, list) and value:
        yield from _members(value[0], f"{pointer}/0")


# -- where members are documented -----------------------------------------------------------------------------------


def documented_reply(site: Site) -> Reply | None:
    """The documented reply of the cell, or of a success where no lifecycle has a say."""
    cell = site.cycle.cell(site.state, site.operation.id) if site.cycle is not None else None
    if cell is not None:
        ways = cell.transitions or ((cell.mock,) if cell.mock is not None else ())
        return site.operation.reply_for(ways[0].status) if ways else None
    return next((reply for reply in site.operation.replies if reply.status[:1] == "2"), None)


def json_content(reply: Reply | None) -> Content | None:
    """What a reply documents as JSON; None where it does not."""
    return (
        next((content for content in reply.content if is_json(content.media_type)), None) if reply else None
    )


def _documented(site: Site, content: Content) -> Schema:
    try:
        return flatten(inline(content.schema, site.api.resolve))
    except CyclicReferenceError:
        return True


def fields(site: Site) -> Iterator[tuple[str, Schema]]:
    """The documented members of the answer that is due there: their place and schema."""
    content = json_content(documented_reply(site))
    if content is not None:
        found = _below(_documented(site, content), "", 0)
        yield from (field for _, field in zip(range(_MOST), found, strict=False))


def _below(schema: Schema, pointer: str, depth: int) -> Iterator[tuple[str, Schema]]:
    schema = flatten(schema)
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return
    for name, member in schema.get("properties", {}).items():
        place = f"{pointer}/{escape(name)}"
        yield place, flatten(member)
        yield from _below(member, place, depth + 1)
    if isinstance(schema.get("items"), Mapping):
        yield from _below(schema["items"], f"{pointer}/0", depth + 1)


def _schema_at(turn: Turn, pointer: str) -> Schema:
    reply = turn.site.operation.reply_for(turn.reply.status)
    content = json_content(reply)
    if content is None:
        return True
    known = dict(_below(_documented(turn.site, content), "", 0))
    parts = ["0" if part.isdigit() else part for part in tokens(pointer)]
    return known.get("".join(f"/{escape(part)}" for part in parts), True)


def _each(site: Site) -> Iterator[Aim]:
    return (Aim(field=pointer) for pointer, _ in fields(site))


def _each_of(wanted: Callable[[Schema], bool]) -> Callable[[Site], Iterator[Aim]]:
    return lambda site: (Aim(field=pointer) for pointer, schema in fields(site) if wanted(schema))


# -- the kinds --------------------------------------------------------------------------------------------------------

FIELD_MISSING = Kind(
    "field-missing",
    "Leaves a member out of the body.",
    _bending(lambda _value, _schema: _GONE),
    _each,
    frozenset({"field"}),
)


def _retyped(value: Json, _: Schema) -> Json:
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return str(value)
        case str():
            return 7
        case None:
            return {"assay": "not null"}
        case list():
            return {"0": value[0]} if value else "none"
        case _:
            return [value]


FIELD_WRONG_TYPE = Kind(
    "field-wrong-type",
    "Gives a member a value of another JSON type.",
    _bending(_retyped),
    _each,
    frozenset({"field"}),
)
FIELD_NULL = Kind(
    "field-null",
    "Gives a member the value null.",
    _bending(lambda _value, _schema: None),
    _each,
    frozenset({"field"}),
)


def _other(value: Json, schema: Schema) -> Json:
    """Another value that fits as well, as far as the type and its common formats go."""
    if isinstance(schema, Mapping) and len(schema.get("enum", ())) > 1:
        return next((one for one in schema["enum"] if one != value and type(one) is type(value)), value)
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return _other_text(value)
        case list():
            return [] if value else value
        case _:
            return value


def _other_text(value: str) -> str:
    if _MOMENT.match(value):  # ten years earlier
        return f"{int(value[:4]) - 10:04d}{value[4:]}"
    if _UUID.fullmatch(value):
        return f"{'0' if value[0] != '0' else '1'}{value[1:]}"
    return f"{value}-assay"


FIELD_CHANGED = Kind(
    "field-changed",
    "Gives a member another value of the same type.",
    _bending(_other),
    _each,
    frozenset({"field"}),
)


def _beyond(value: Json, schema: Schema) -> Json:
    if not isinstance(schema, Mapping) or not ({"enum", "const"} & set(schema)):
        return value
    return "assay-none-of-these" if isinstance(value, str | None) else -987654321


ENUM_VIOLATED = Kind(
    "enum-violated",
    "Gives a member a value that is not among the documented ones.",
    _bending(_beyond),
    _each_of(lambda schema: isinstance(schema, Mapping) and bool({"enum", "const"} & set(schema))),
    frozenset({"field"}),
)


def _more(turn: Turn) -> Outcome:
    body = _read(turn.reply)
    if not isinstance(body, dict):
        return None
    return turn.after, _written(turn.reply, {**body, _STRANGER: "here"})


def _where_json(site: Site) -> tuple[Aim, ...]:
    return ONCE if json_content(documented_reply(site)) is not None else ()


FIELD_EXTRA = Kind("field-extra", "Adds a member that nobody documented.", _more, _where_json)


def _mislabelled(turn: Turn) -> Outcome:
    if not turn.reply.body:
        return None
    kept = tuple(field for field in turn.reply.headers if field[0].lower() != "content-type")
    return turn.after, replace(turn.reply, headers=(("Content-Type", "text/html; charset=utf-8"), *kept))


def _where_content(site: Site) -> tuple[Aim, ...]:
    reply = documented_reply(site)
    return ONCE if reply is not None and reply.content else ()


WRONG_CONTENT_TYPE = Kind(
    "wrong-content-type", "Calls the body HTML, whatever it is.", _mislabelled, _where_content
)


def _garbled(turn: Turn) -> Outcome:
    body = turn.reply.body
    at = body.find(b'"')
    return (
        (turn.after, replace(turn.reply, body=body[: at + 1] + b"\xff" + body[at + 1 :])) if at >= 0 else None
    )


INVALID_UTF8 = Kind(
    "invalid-utf8", "Puts a byte into a text of the body that is not UTF-8.", _garbled, _where_json
)


def _headless(turn: Turn) -> Outcome:
    wanted = (turn.fault.field or _some_header(turn)).lower()
    kept = tuple(field for field in turn.reply.headers if field[0].lower() != wanted)
    return None if kept == turn.reply.headers else (turn.after, replace(turn.reply, headers=kept))


def _some_header(turn: Turn) -> str:
    there = [name for name, _ in turn.reply.headers if name.lower() not in _ORDINARY]
    return there[turn.draw(len(there))] if there else "content-type"


def _headers(site: Site) -> Iterator[Aim]:
    reply = documented_reply(site)
    if reply is not None:
        yield from (Aim(field=header.name) for header in reply.headers)
        if reply.content:
            yield Aim(field="Content-Type")


HEADER_MISSING = Kind(
    "header-missing", "Leaves a header field out.", _headless, _headers, frozenset({"field"})
)
