"""`read-your-writes`: what was written is what is read next.

Each creating and changing operation is asked with every kind of surely valid request, in the first state that lets it
through, and the instance is read at once. Told is a sent member that the read does not show, or shows with another
value; with `equal`, also an answer of the write that is not what the read shows, in body or headers. Members of `exact`
are sent with spaces at both ends and letters beyond ASCII as well, and come back so. Left open: what the
server adds, whether a null is shown or left out, and, without `equal`, what the answer of the write shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assay.laws.comparing import BODY, EQUAL, IGNORE, READ, answers_differ, own, readable
from assay.laws.reading import in_body, reader, writers
from assay.laws.table import able
from assay.laws.terms import Finding, Ground, Missing, Seen, Told, broken, holds, untold
from assay.laws.writing import FIELDS, misplaced, named, places, with_body
from assay.machine.expression import MISSING
from assay.model.case import BodyKind, Case, Script
from assay.model.copied import replace
from assay.model.lifecycle import Law
from assay.model.terms import Schema

NAME = "read-your-writes"
TITLE = "what was written is what is read next"
PARAMETERS: Schema = {
    "type": "object",
    "properties": {
        "writes": {
            "type": "array",
            "items": {"type": "string", "x-names": "operation"},
            "minItems": 1,
            "description": "The operations that write; by default the creating one and those of the table not safe.",
        },
        "read": READ,
        "fields": FIELDS,
        "equal": {**EQUAL, "description": "What the answer of a write has in common with the read that follows: "
                  "`body`, and names of response headers. Without it only what was sent is looked for."},
        "ignore": IGNORE,
        "exact": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Members with text that is kept to the last character: neither trimmed nor normalised.",
        },
    },
    "additionalProperties": False,
}  # fmt: skip

_WRITE, _READ = "write", "read"
#: what a careless server trims, collapses or garbles
_TEXT = "  Tw\u00f6  w\u00f6rds "


def aspects(law: Law) -> Mapping[str, str]:
    """None: it is one promise."""
    return {}


def drills(ground: Ground, law: Law) -> Iterator[Script | Missing]:
    """For each write, in each form: the write, and the read."""
    view = own(ground, law)
    if view is None:
        yield Missing("no operation of the table shows an instance: name one with «read»")
        return
    read = view.case.operation
    created = ground.cycle.created_by
    for operation in law.parameters.get("writes", (created, *writers(ground.api, ground.cycle))):
        states = able(ground, operation)
        if operation != created and not states:
            yield Missing(f"no documented way leads into a state in which {operation} succeeds")
            continue
        leads = () if operation == created else ground.lead(states[0])
        if operation != created and not _leaves_readable(ground, operation, states[0], read):
            continue
        where = places(ground.api, ground.cycle, law, operation, read)
        if not where and "equal" not in law.parameters:
            yield Missing(
                f"{operation} sends nothing that {read} is known to show: say with «fields» or «equal» what to compare"
            )
            continue  # fmt: skip
        forms = tuple(_forms(ground, law, operation))
        if not forms:
            yield Missing(
                f"no request of {operation} is surely valid, so it may keep what is sent in its own way"
            )
        for case in forms:
            steps = (*leads, replace(case, role=_WRITE), replace(view.case, role=_READ))
            yield Script(f"{operation} ({case.title}), then {read}", steps)


def judge(told: Told) -> Sequence[Finding]:
    """What is read is what was sent and, with `equal`, what the write answered."""
    last = told.last
    if last.role == _WRITE and last.succeeded and BODY in told.law.parameters.get("equal", ()):
        return _answered(told, last)
    if last.role != _READ:
        return ()
    wrote = told.at(_WRITE)
    if wrote is None or not wrote.succeeded or not all(seen.clean for seen in told.steps[:-1]):
        return (untold("the write did not go as documented"),)
    if not readable(last):
        return (untold(f"{last.operation} was answered {last.status or 'nothing'}"),)
    if not last.succeeded:
        what = f"after {wrote.operation} ({wrote.status}) {last.operation} answers {last.status}"
        return (broken(what, f"{wrote.operation} status"),)
    return _compared(told, wrote, last)


def _compared(told: Told, wrote: Seen, read: Seen) -> Sequence[Finding]:
    if read.body is MISSING:
        return (untold(f"the answer of {read.operation} is no JSON"),)
    where = places(told.api, told.cycle, told.law, wrote.operation, read.operation)
    sent = named(wrote) or {}
    if (wrong := misplaced(sent, read.body, where)) is not None:
        name, place, words = wrong
        what = f"after {wrote.operation} ({wrote.status}) {read.operation} does not show what was written: {words}"
        return (broken(what, f"{wrote.operation} {name}", place),)
    if "equal" in told.law.parameters and (found := answers_differ(told, wrote, read)) is not None:
        what = f"{wrote.operation} answered something else than {read.operation} shows after it: {found[1]}"
        return (broken(what, f"{wrote.operation} {found[0]}", in_body(found[0])),)
    shown = any(name in sent for name in where) or "equal" in told.law.parameters
    return (holds(),) if shown and read.clean else ()


def _answered(told: Told, wrote: Seen) -> Sequence[Finding]:
    """Where the answer shows what a read would, it shows what was sent."""
    read = reader(told.api, told.cycle, told.law)
    if read is None or wrote.body is MISSING or not all(seen.clean for seen in told.steps[:-1]):
        return ()
    where = places(told.api, told.cycle, told.law, wrote.operation, read)
    if (wrong := misplaced(named(wrote) or {}, wrote.body, where)) is None:
        return ()
    name, place, words = wrong
    what = f"{wrote.operation} ({wrote.status}) does not show what was written: {words}"
    return (broken(what, f"{wrote.operation} {name}", place),)


def _leaves_readable(ground: Ground, operation: str, state: str, read: str) -> bool:
    """True when what that operation leaves behind can be read: a removal leaves nothing."""
    cell = ground.cycle.cell(state, operation)
    after = {way.to or state for way in cell.transitions if way.status < 300} if cell is not None else set()
    cells = [ground.cycle.cell(name, read) for name in after]
    return all(c is None or c.silent or any(way.status < 300 for way in c.transitions) for c in cells)


def _forms(ground: Ground, law: Law, operation: str) -> Iterator[Case]:
    """Every kind of valid request, and one whose texts a careless server would not keep as they are."""
    exact = set(law.parameters.get("exact", ()))
    ways = tuple(way for way in ground.ways(operation, "i1") if ground.valid(way))
    yield from ways
    for way in ways:
        body = way.body.value if way.body.kind is BodyKind.JSON else None
        if isinstance(body, Mapping) and any(isinstance(body.get(name), str) for name in exact):
            changed = {n: _TEXT if n in exact and isinstance(v, str) else v for n, v in body.items()}
            yield replace(with_body(way, changed), title="text with spaces at both ends")
            return
