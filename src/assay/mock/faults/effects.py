"""Faults of what a request brings about: the answer may look right, and the world is not as it should be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

from assay.inputs.classify import text
from assay.inputs.wire import encode
from assay.mock.faults.terms import ONCE, Aim, Kind, Outcome, Site, Turn
from assay.mock.world import Instance, Key, Manner, MockRequest, World
from assay.model.lifecycle import ABSENT, Cell
from assay.model.terms import Json

#: seconds between looking and writing
_WINDOW = 0.02


def _cell(site: Site) -> Cell | None:
    return site.cycle.cell(site.state, site.operation.id) if site.cycle is not None else None


def _writes(site: Site) -> bool:
    """True where the request is to change something: a way leads elsewhere, sets a field, or is a write's success."""
    cell = _cell(site)
    if cell is None or site.reads:
        return False
    ways = cell.transitions or ((cell.mock,) if cell.mock is not None else ())
    return any(way.status < 300 for way in ways) and (site.state != ABSENT or site.creates)


def _moves(site: Site) -> bool:
    cell = _cell(site)
    return (
        cell is not None
        and not site.creates
        and any(way.to not in (None, site.state) for way in cell.transitions)
    )


def _made(turn: Turn) -> tuple[Key, Instance] | None:
    """The instance that the request made or changed."""
    key = turn.site.key
    if turn.site.creates and turn.after.created > turn.world.created:
        key = turn.after.lately[-1][1] if turn.after.lately else None
    found = turn.after.instance(key) if key is not None else None
    return (key, found) if key is not None and found is not None else None


# -- lost, twice, halfway -------------------------------------------------------------------------------------------


def _lost(turn: Turn) -> Outcome:
    made = _made(turn)
    if made is None or turn.after.instances == turn.world.instances:
        return None
    # ids go on as if it were there, so that none is used twice
    return replace(turn.world, created=turn.after.created), turn.reply


LOST_WRITE = Kind(
    "lost-write",
    "Answers as if it had done what was asked, and does not do it.",
    _lost,
    lambda site: ONCE if _writes(site) else (),
)


def _twice(turn: Turn) -> Outcome:
    if turn.after.instances == turn.world.instances:
        return None
    again, _ = turn.engine.respond(turn.after, turn.request)
    return (again, turn.reply) if again.instances != turn.after.instances else None


DUPLICATE_EFFECT = Kind(
    "duplicate-effect",
    "Does what was asked twice, and answers once.",
    _twice,
    lambda site: ONCE if _writes(site) else (),
)


def _stayed(turn: Turn) -> Outcome:
    before, made = turn.site.instance, _made(turn)
    if before is None or made is None or made[1].state == before.state:
        return None
    key, found = made
    return turn.after.with_changed(key, replace(found, state=before.state, since=before.since)), turn.reply


FORGETS_TRANSITION = Kind(
    "forgets-transition",
    "Answers, and leaves the instance in the state it was in.",
    _stayed,
    lambda site: ONCE if _moves(site) else (),
)


# -- the wrong instance -----------------------------------------------------------------------------------------------


def _stale(turn: Turn) -> Outcome:
    """What was shown before the last change to that instance."""
    key = turn.site.key
    for instances, changed in reversed(turn.world.lately):
        if changed == key and key in instances:
            _, reply = turn.engine.respond(replace(turn.world, instances=instances), turn.request)
            return (
                None
                if reply.body == turn.reply.body and reply.status == turn.reply.status
                else (turn.after, reply)
            )
    return None


STALE_READ = Kind(
    "stale-read",
    "Shows an instance as it was before its last change.",
    _stale,
    lambda site: ONCE if site.reads and site.cycle is not None and site.state != ABSENT else (),
)


def _mixed_up(turn: Turn) -> Outcome:
    """The answer about another instance of that kind."""
    site = turn.site
    if site.key is None or site.instance is None:
        return None
    others = [
        key for _, key in reversed(turn.world.lately)
        if key[:2] == site.key[:2] and key != site.key and turn.world.instance(key) is not None
    ]  # fmt: skip
    for key in dict.fromkeys(others):
        asked = _about(turn.request, site, key[2])
        if asked is None:
            return None
        _, reply = turn.lenient("unowned").respond(turn.world, asked)
        if (reply.status, reply.body) != (turn.reply.status, turn.reply.body):
            return turn.after, reply
    return None


def _about(request: MockRequest, site: Site, other: str) -> MockRequest | None:
    """The same request, about another instance; None where the id does not stand in its path."""
    if site.key is None:
        return None
    mine, theirs = quote(site.key[2], safe=""), quote(other, safe="")
    parts = [theirs if part in (mine, site.key[2]) else part for part in request.path.split("/")]
    path = "/".join(parts)
    return None if path == request.path else replace(request, path=path)


ANOTHER_BODY = Kind(
    "another-body",
    "Answers about another instance of that kind.",
    _mixed_up,
    lambda site: ONCE if site.cycle is not None and not site.creates and site.state != ABSENT else (),
)


def _reused(turn: Turn) -> Outcome:
    """A new instance gets the id of the one that was made before it, and takes its place."""
    made = _made(turn)
    if made is None or not turn.site.creates:
        return None
    key, fresh = made
    old = next(
        (k for _, k in reversed(turn.world.lately) if k[:2] == key[:2] and k in turn.world.instances), None
    )
    before = turn.world.instance(old) if old is not None else None
    if old is None or before is None:
        return None
    after = replace(turn.after, instances=turn.after.instances.discard(key))
    headers = tuple(
        (name, value.replace(text(fresh.id), text(before.id))) for name, value in turn.reply.headers
    )
    reply = replace(turn.reply, body=_renamed(turn.reply.body, fresh.id, before.id), headers=headers)
    return after.with_changed(old, replace(fresh, id=before.id)), reply


def _renamed(body: bytes, fresh: Json, old: Json) -> bytes:
    try:
        value = json.loads(body)
    except ValueError:
        return body
    return encode(_with_name(value, fresh, old))


def _with_name(value: Json, fresh: Json, old: Json) -> Json:
    if isinstance(value, dict):
        return {name: _with_name(member, fresh, old) for name, member in value.items()}
    if isinstance(value, list):
        return [_with_name(item, fresh, old) for item in value]
    if isinstance(value, str) and isinstance(fresh, str) and isinstance(old, str):
        return value.replace(fresh, old)
    return old if type(value) is type(fresh) and value == fresh else value


ID_REUSE = Kind(
    "id-reuse",
    "Gives a new instance the id of an older one.",
    _reused,
    lambda site: ONCE if site.creates else (),
)


# -- between looking and writing -------------------------------------------------------------------------------------


def settled(world: World, request: MockRequest) -> World:
    """The world with the writes that have come to pass by now."""
    due = [entry for entry in world.unsettled.waiting if entry[0] <= request.now]
    if not due:
        return world
    left = tuple(entry for entry in world.unsettled.waiting if entry[0] > request.now)
    for _, key, instance in due:
        world = world.with_changed(key, instance)
    return replace(world, unsettled=world.unsettled._replace(waiting=left))


def _later(turn: Turn) -> Outcome:
    """The write comes to pass after a while, when the answer goes out; who asks meanwhile sees what was before."""
    made = _made(turn)
    if made is None or turn.site.creates or turn.after.instances == turn.world.instances:
        return None
    seconds = turn.fault.seconds or _WINDOW
    moment = turn.request.now + timedelta(seconds=seconds)
    waiting = (*turn.world.unsettled.waiting, (moment, *made))
    world = replace(turn.world, unsettled=turn.world.unsettled._replace(waiting=waiting))
    return world, replace(turn.reply, manner=Manner(delay=seconds))


def _elsewhere(site: Site) -> Iterator[Aim] | tuple[Aim, ...]:
    return ONCE if _writes(site) and not site.creates else ()


NON_ATOMIC = Kind(
    "non-atomic",
    "Looks at an instance, and writes what it made of it a little later.",
    _later,
    _elsewhere,
    frozenset({"seconds"}),
)
