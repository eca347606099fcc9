"""Changes of what comes back: statuses, headers, bodies, and what is promised beyond them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assay.model.contract import Content, Header, Operation, Promise, Reply
from assay.model.terms import Strength
from assay.rules.changes.media import essence, governing
from assay.rules.changes.pairs import Both, by_name, paired, two
from assay.rules.changes.schemas import schema_changes
from assay.rules.changes.spot import Spot
from assay.rules.changes.terms import Change, Kind
from assay.rules.schemas.reading import Side
from assay.rules.schemas.within import within

#: the weaker of two comes first
_STRENGTHS = (Strength.SILENT, Strength.EXEMPLIFIED, Strength.DOCUMENTED)


def response_changes(both: Both, old: Operation, new: Operation) -> Iterator[Change]:
    """Of an operation's responses."""
    yield from _replies(both, old, new)
    yield from _promises(both, old, new)


def _replies(both: Both, old: Operation, new: Operation) -> Iterator[Change]:
    spots = two(spot.below("responses") for spot in both.spots(old, new))
    for status in dict.fromkeys((*(one.status for one in old.replies), *(one.status for one in new.replies))):
        one, other = _governing(old, status), _governing(new, status)
        facts = frozenset({_class(status)})
        if one is None and other is not None:
            yield Change(Kind.STATUS_ADDED, both.name, new.id, f"response {status}", status, "", status,
                         spots[0].place, spots[1].below(status).place, other.strength, facts)  # fmt: skip
        elif one is not None and other is None:
            yield Change(Kind.STATUS_REMOVED, both.name, new.id, f"response {status}", status, status, "",
                         spots[0].below(status).place, spots[1].place, one.strength, facts)  # fmt: skip
        elif one is not None and other is not None:
            pair = (spots[0].below(one.status), spots[1].below(other.status))
            yield from _reply(both, new.id, f"response {status}", (one, other), pair, facts)


def _governing(operation: Operation, status: str) -> Reply | None:
    """The reply that holds for a status as contracts write it."""
    exact = next((one for one in operation.replies if one.status == status), None)
    if exact is not None or status == "default":
        return exact
    if status.isdigit():
        return operation.reply_for(int(status))
    return next((one for one in operation.replies if one.status == "default"), None)


def _class(status: str) -> str:
    # `default` stands for all that is not named, which is mostly what goes wrong
    return "success" if status[:1] in {"2", "3"} else "error"


def _reply(
    both: Both,
    subject: str,
    at: str,
    replies: tuple[Reply, Reply],
    spots: tuple[Spot, Spot],
    facts: frozenset[str],
) -> Iterator[Change]:
    old, new = replies
    weaker = min(old.strength, new.strength, key=_STRENGTHS.index)
    yield from strength_changes(both, subject, at, (old.strength, new.strength), (spots[0], spots[1]))
    yield from _contents(both, subject, at, (old.content, new.content), spots, weaker, facts)
    yield from _headers(both, subject, at, (old.headers, new.headers), spots, weaker)


def strength_changes(
    both: Both, subject: str, at: str, strengths: tuple[Strength, Strength], spots: tuple[Any, Any]
) -> Iterator[Change]:
    """Of how firmly the documentation stands behind something."""
    if strengths[0] is not strengths[1]:
        weaker = _STRENGTHS.index(strengths[1]) < _STRENGTHS.index(strengths[0])
        yield Change(
            Kind.STRENGTH, both.name, subject, at, "", str(strengths[0]), str(strengths[1]),
            *two(getattr(spot, "place", spot) for spot in spots), max(strengths, key=_STRENGTHS.index),
            frozenset({"weaker" if weaker else "stronger"}),
        )  # fmt: skip


def _contents(
    both: Both, subject: str, at: str, contents: tuple[tuple[Content, ...], tuple[Content, ...]],
    spots: tuple[Spot, Spot], strength: Strength, facts: frozenset[str],
) -> Iterator[Change]:  # fmt: skip
    old, new = contents
    for one in new:
        other = governing(one.media_type, old)
        here = spots[1].below("content", one.media_type)
        if other is None:
            if any(governing(known.media_type, (one,)) for known in old):
                continue  # it takes the place of a narrower one, which is told of that
            yield Change(Kind.MEDIA_TYPE_ADDED, both.name, subject, at, essence(one.media_type), "", "there",
                         spots[0].below("content").place, here.place, strength,
                         facts | ({"first"} if not old else frozenset()), Side.RESPONSE)  # fmt: skip
            continue
        there = spots[0].below("content", other.media_type)
        told = at if len(new) == 1 else f"{at} ({essence(one.media_type)})"
        yield from schema_changes(
            both, subject, told, Side.RESPONSE, (there.below("schema"), here.below("schema")),
            (other.schema, one.schema), strength=strength, facts=facts,
        )  # fmt: skip
    for other in old:
        if not _still(other, new) and not _covers(other, new):
            yield Change(Kind.MEDIA_TYPE_REMOVED, both.name, subject, at, essence(other.media_type), "there", "",
                         spots[0].below("content", other.media_type).place, spots[1].below("content").place,
                         strength, facts, Side.RESPONSE)  # fmt: skip


def _still(old: Content, new: tuple[Content, ...]) -> bool:
    """Is it said as firmly as before that this media type is answered? A wider range says less."""
    found = governing(old.media_type, new)
    return found is not None and ("*" not in found.media_type or "*" in old.media_type)


def _covers(old: Content, new: tuple[Content, ...]) -> bool:
    """Is every new media type one of those that the old range meant?"""
    return "*" in old.media_type and bool(new) and any(governing(one.media_type, (old,)) for one in new)


def _headers(
    both: Both, subject: str, at: str, headers: tuple[tuple[Header, ...], tuple[Header, ...]],
    spots: tuple[Spot, Spot], strength: Strength,
) -> Iterator[Change]:  # fmt: skip
    homes = two(spot.below("headers") for spot in spots)
    # what is said of a header of this name is ignored (OpenAPI 3.1 §4.8.17): the media type says it
    kept = two([one for one in side if one.name.lower() != "content-type"] for side in headers)
    found = paired(*kept, lambda header: header.name.lower())
    for one in found.gone:
        yield Change(Kind.HEADER_REMOVED, both.name, subject, f"{at}, header '{one.name}'", one.name, "there", "",
                     homes[0].below(one.name).place, homes[1].place, strength, _needed(one))  # fmt: skip
    for one in found.come:
        yield Change(Kind.HEADER_ADDED, both.name, subject, f"{at}, header '{one.name}'", one.name, "", "there",
                     homes[0].place, homes[1].below(one.name).place, strength, _needed(one))  # fmt: skip
    for one, other in found.both:
        here = (homes[0].below(one.name), homes[1].below(other.name))
        where = f"{at}, header '{other.name}'"
        if one.required != other.required:
            kind = Kind.HEADER_REQUIRED if other.required else Kind.HEADER_OPTIONAL
            yield Change(
                kind, both.name, subject, where, other.name, "", "", here[0].place, here[1].place, strength
            )
        yield from schema_changes(
            both, subject, where, Side.RESPONSE, (here[0].below("schema"), here[1].below("schema")),
            (one.schema, other.schema), strength=strength,
        )  # fmt: skip


def _needed(header: Header) -> frozenset[str]:
    return frozenset({"required"} if header.required else ())


def _promises(both: Both, old: Operation, new: Operation) -> Iterator[Change]:
    mine, theirs = (by_name(one.promises, lambda promise: promise.id) for one in (old, new))
    for name in dict.fromkeys((*mine, *theirs)):
        at = f"promise '{name}'"
        one, other = mine.get(name), theirs.get(name)
        if one is None and other is not None:
            yield Change(Kind.PROMISE_ADDED, both.name, new.id, at, name, "", _said(other), old.place, other.place,
                         other.strength)  # fmt: skip
        elif one is not None and other is None:
            moved = frozenset({"kept"} if _kept(both, one, new) else ())
            yield Change(Kind.PROMISE_REMOVED, both.name, new.id, at, name, _said(one), "", one.place, new.place,
                         one.strength, moved)  # fmt: skip
        elif one is not None and other is not None:
            yield from _promise(both, new.id, at, one, other)


def _promise(both: Both, subject: str, at: str, old: Promise, new: Promise) -> Iterator[Change]:
    weaker = min(old.strength, new.strength, key=_STRENGTHS.index)
    places = (old.place, new.place)
    yield from strength_changes(both, subject, at, (old.strength, new.strength), places)
    gone, come = [one for one in old.on if one not in new.on], [one for one in new.on if one not in old.on]
    if gone:
        yield Change(Kind.PROMISE_REMOVED, both.name, subject, f"{at} on {', '.join(gone)}", old.id, _said(old), "",
                     *places, weaker)  # fmt: skip
    if come:
        yield Change(Kind.PROMISE_ADDED, both.name, subject, f"{at} on {', '.join(come)}", new.id, "", _said(new),
                     *places, weaker)  # fmt: skip
    if (old.rule or "").split() != (new.rule or "").split():
        yield Change(Kind.PROMISE_RULE, both.name, subject, at, old.id, " ".join((old.rule or "").split()),
                     " ".join((new.rule or "").split()), *places, weaker)  # fmt: skip
    bodies = two(True if one.body is None else one.body for one in (old, new))
    spots = _spots(both, places, "body", bodies)
    yield from schema_changes(both, subject, at, Side.RESPONSE, spots, (bodies[0], bodies[1]), strength=weaker,
                              expressions=True)  # fmt: skip
    for name in dict.fromkeys((*old.headers, *new.headers)):
        schemas = two(one.headers.get(name, True) for one in (old, new))
        spots = _spots(both, places, f"headers/{name}", schemas)
        yield from schema_changes(both, subject, f"{at}, header '{name}'", Side.RESPONSE, spots,
                                  (schemas[0], schemas[1]), strength=weaker, expressions=True)  # fmt: skip


def _spots(both: Both, places: tuple[Any, Any], below: str, nodes: tuple[Any, Any]) -> tuple[Spot, Spot]:
    old, new = (
        Spot(contracts, api, place.file, f"{place.pointer}/{below}", node)
        for contracts, api, place, node in zip(both.contracts, both.apis, places, nodes, strict=True)
    )
    return old, new


def _kept(both: Both, promise: Promise, new: Operation) -> bool:
    """Does what the responses look like say as much already?"""
    if promise.rule is not None or promise.headers or promise.body is None:
        return False
    comparer = both.comparer(Side.RESPONSE, expressions=True)
    said = comparer.old.shape(promise.body)
    replies = [reply for status in promise.on if (reply := _governing(new, status)) is not None]
    schemas = [content.schema for reply in replies for content in reply.content]
    return bool(schemas) and all(within(comparer.new.shape(schema), said) for schema in schemas)


def _said(promise: Promise) -> str:
    parts = [f"on {', '.join(promise.on)}"]
    parts += ["body"] if promise.body is not None else []
    parts += [f"headers {', '.join(promise.headers)}"] if promise.headers else []
    parts += [" ".join(promise.rule.split())] if promise.rule else []
    return ": ".join([parts[0], ", ".join(parts[1:])]) if parts[1:] else parts[0]
