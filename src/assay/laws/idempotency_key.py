"""`idempotency-key`: a request that repeats a key and a body gets the first answer again, and has no effect of its own.

Tried: the operation with a key that nobody has used before, and the very same again; with `reused`, the same key and
another body; with `per-principal`, the same key and body from a second principal of the target; with `counted`, the
total of a list before and after the repetition; with `at-once`, both requests at the same moment.

Told: another status, body or header than the first time (another id means a second instance); a key that was used for
another body answered with anything but the `reused` status; one principal's key answering for another; a total that
a repetition raised.

Left open: how long a key is kept, and what becomes of a key whose first request was refused. Where others may add to
the list that `counted` names, leave it out: one instance more would be told as an effect. The contract's parameter
for the key is `x-known-good: false`: what becomes of a request with a key depends on the key's story, not its form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assay.laws.comparing import readable
from assay.laws.reading import difference, ignored, place, shows
from assay.laws.steps import ALONE, other
from assay.laws.table import home
from assay.laws.terms import Finding, Ground, Missing, Seen, Told, apart, broken, holds, untold
from assay.machine.expression import UNRESOLVED, point
from assay.model.case import BodyKind, Case, Script
from assay.model.copied import replace
from assay.model.lifecycle import Law, Lifecycle
from assay.model.terms import Schema

NAME = "idempotency-key"
TITLE = "the same key with the same body gets the first answer again, and nothing happens twice"
PARAMETERS: Schema = {
    "type": "object",
    "properties": {
        "operation": {
            "type": "string",
            "x-names": "operation",
            "description": "The operation that takes the key; by default the one that creates instances.",
        },
        "header": {
            "type": "string",
            "description": "The header that carries the key; `Idempotency-Key` by default.",
        },
        "format": {"enum": ["uuid"], "description": "The form of a key; `uuid` is the only one so far."},
        "headers": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Response headers that come again as well, `Location` and `ETag` say; none by default.",
        },
        "ignore": {
            "type": "array",
            "items": {"type": "string"},
            "description": "JSON Pointers into the answer that may differ the second time.",
        },
        "reused": {
            "type": "integer",
            "minimum": 400,
            "maximum": 499,
            "description": "Status of a request whose key was used with another body.",
        },
        "per-principal": {
            "type": "boolean",
            "description": "Keys of different principals have nothing to do with each other; needs a target with two.",
        },
        "counted": {
            "type": "object",
            "properties": {
                "operation": {
                    "type": "string",
                    "x-names": "operation",
                    "description": "A list to which nobody else adds meanwhile.",
                },
                "total": {"type": "string", "description": "JSON Pointer to its total."},
            },
            "required": ["operation", "total"],
            "additionalProperties": False,
            "description": "A list whose total shows that a repetition has no effect.",
        },
        "at-once": {
            "type": "boolean",
            "description": "Two requests with one key at the same moment make one instance, too.",
        },
    },
    "additionalProperties": False,
}
_KEY = "$fresh.uuid.key"
_PRINCIPALS, _BODY, _EFFECT, _RACE = "per-principal", "reused", "counted", "at-once"


def aspects(law: Law) -> Mapping[str, str]:
    """What of the law is stated besides the repetition."""
    header = _header(law)
    told = {
        _BODY: f"a {header} that was used with another body is answered {law.parameters.get('reused')}",
        _PRINCIPALS: f"a {header} of one principal says nothing to another",
        _EFFECT: f"repeating a {header} adds nothing",
        _RACE: f"requests with one {header} at the same moment make one instance",
    }
    return {name: sentence for name, sentence in told.items() if law.parameters.get(name)}


def drills(ground: Ground, law: Law) -> Iterator[Script | Missing]:
    """The repetition, then each part that the law states."""
    operation = _operation(ground.cycle, law)
    lead = _lead(ground, operation)
    if lead is None:
        yield Missing(f"no reachable state lets {operation} succeed")
        return
    key = f"header.{_header(law)}"
    usual = ground.ask(operation, "i1")
    first = replace(usual, role="first", title="a fresh key", refs={key: _KEY})
    body = {} if usual.body.kind is BodyKind.ABSENT else {"body": "$steps.first.request.body"}
    again = replace(
        _twin(ground, first), role="again", title="the same key and body again", refs={key: _KEY, **body}
    )
    yield Script("the same key and body again", (*lead, first, again))
    parts = {
        _BODY: _other_body(ground, law, first),
        _PRINCIPALS: _other_principal(ground, first, again),
        _EFFECT: _counted(ground, law, first, again),
        _RACE: _race(ground, first),
    }
    for name, items in parts.items():
        for item in items if law.parameters.get(name) else ():
            yield replace(item, steps=(*lead, *item.steps)) if isinstance(item, Script) else item


def _lead(ground: Ground, operation: str) -> tuple[Case, ...] | None:
    if operation == ground.cycle.created_by:
        return ()
    state = home(ground, operation)
    return None if state is None else ground.lead(state)


def _other_body(ground: Ground, law: Law, first: Case) -> Iterator[Script | Missing]:
    ways = (*ground.ways(first.operation, "i1"), other(ground, first, "another body"))
    differs = next((case.body for case in ways if case.body != first.body), None)
    if differs is None:
        yield Missing(f"{first.operation} has no second valid body", _BODY)
        return
    status = str(law.parameters["reused"])
    case = replace(
        _twin(ground, first), role="reused", title="the same key, another body", body=differs, provokes=status
    )
    yield Script("the same key with another body", (first, case))


def _other_principal(ground: Ground, first: Case, again: Case) -> Iterator[Script | Missing]:
    if first.operation != ground.cycle.created_by:
        yield Missing(f"a second principal has nothing that {first.operation} could be asked of", _PRINCIPALS)
    elif len(ground.principals) < 2:
        yield Missing(ALONE, _PRINCIPALS)
    else:
        bob = ground.principals[-1]
        case = replace(again, role="stranger", title="the same key of another principal", principal=bob)
        yield Script("the same key of another principal", (first, case))


def _counted(ground: Ground, law: Law, first: Case, again: Case) -> Iterator[Script | Missing]:
    count = replace(
        ground.ask(law.parameters[_EFFECT]["operation"]), role="count", title="how many there are"
    )
    yield Script("a repetition adds nothing", (first, count, again, count))


def _race(ground: Ground, first: Case) -> Iterator[Script | Missing]:
    if first.operation != ground.cycle.created_by:
        yield Missing("only two instances would show that both took effect", _RACE)
        return
    racer = replace(first, together="key", title="one key, twice at once")
    yield Script("one key, twice at once", (racer, replace(_twin(ground, racer), role="racer")))


def _twin(ground: Ground, case: Case) -> Case:
    """The same request. Where it may make a second instance by mistake, that one is known by its own name."""
    if case.operation != ground.cycle.created_by or case.subject is None:
        return case
    return replace(case, subject=replace(case.subject, symbol="i2"))


def judge(told: Told) -> Sequence[Finding]:
    """The part of the drill against the first answer."""
    first, last = told.at("first"), told.last
    if first is None or last is first:
        return ()
    aspect = {"reused": _BODY, "stranger": _PRINCIPALS, "count": _EFFECT, "racer": _RACE}.get(last.role, "")
    if not shows(first):
        return (untold("the first request with the key did not succeed", aspect),)
    if not readable(last):
        return (untold(f"the second was answered {last.status or 'nothing'}", aspect),)
    match last.role:
        case "again":
            return _same(told, first, last)
        case "reused":
            return _refused(told, last)
        case "stranger":
            return _stranger(first, last)
        case "racer":
            return _raced(first, last)
        case _:
            return _unmoved(told)


def _same(told: Told, first: Seen, again: Seen) -> Sequence[Finding]:
    if again.succeeded and again.id != first.id:
        message = (
            f"the key and body of the first request made a second instance, {again.id!r} besides {first.id!r}"
        )
        return (broken(message, "second instance"),)
    if again.status != first.status:
        return (
            broken(
                f"the first answer was {first.status}, the same key and body got {again.status}", "status"
            ),
        )
    but = ignored(told.cycle, told.law, first.operation)
    if (found := difference(first.body, again.body, but)) is not None:
        return (
            broken(f"the same key and body got another answer: {found[1]}", f"body {found[0]}", found[0]),
        )
    for name in told.law.parameters.get("headers", ()):
        one, two = first.headers.get(name.lower()), again.headers.get(name.lower())
        if one != two:
            return (
                broken(f"the same key and body got another {name}: {two!r} after {one!r}", f"header {name}"),
            )
    return (holds(),)


def _refused(told: Told, reused: Seen) -> Sequence[Finding]:
    wanted = told.law.parameters["reused"]
    if reused.status == wanted:
        return (holds(_BODY),)
    message = f"the key was used with another body: expected {wanted}, got {reused.status}"
    return (broken(message, "accepted" if reused.succeeded else "status", aspect=_BODY),)


def _stranger(first: Seen, stranger: Seen) -> Sequence[Finding]:
    if not stranger.succeeded:
        return (untold(f"{stranger.case.principal} was answered {stranger.status}", _PRINCIPALS),)
    if stranger.id is not None and stranger.id == first.id:
        message = f"{stranger.case.principal} used the key of another principal and got their {first.id!r}"
        return (broken(message, "shared", aspect=_PRINCIPALS),)
    return (holds(_PRINCIPALS),)


def _raced(first: Seen, racer: Seen) -> Sequence[Finding]:
    if first.succeeded and racer.succeeded and first.id != racer.id:
        message = f"one key at the same moment made two instances, {first.id!r} and {racer.id!r}"
        return (broken(message, "two instances", aspect=_RACE),)
    overlapped = racer.overlap >= 2
    return (holds(_RACE),) if overlapped else (apart("the two requests did not overlap", _RACE),)


def _unmoved(told: Told) -> Sequence[Finding]:
    counts, again = told.all("count"), told.at("again")
    if len(counts) < 2 or again is None:
        return ()
    was, now = (point(seen.body, place(told.law.parameters[_EFFECT]["total"])) for seen in counts[-2:])
    if was is UNRESOLVED or now is UNRESOLVED or not all(map(shows, counts[-2:])):
        return (untold("the list shows no total", _EFFECT),)
    if now != was:
        message = f"the total was {was} and is {now} after a repetition of the same key and body"
        return (broken(message, "total", aspect=_EFFECT),)
    return (holds(_EFFECT),)


def _header(law: Law) -> str:
    return str(law.parameters.get("header", "Idempotency-Key"))


def _operation(cycle: Lifecycle, law: Law) -> str:
    return str(law.parameters.get("operation", cycle.created_by))
