"""`put-replaces`: a PUT leaves nothing of what was there before (RFC 9110 §9.3.4).

The instance is written full, then replaced by a body in which members are left out, and read: what was sent is shown,
and what was left out is as `absent` or the schema's `default` says. Where neither says what a member that was left out
becomes, it is replaced twice, over two different values: told is only a member that is no longer what it was after the
first, but the value that was written in between. With `answer` the PUT's own answer shows all that as well. Left open
otherwise: what the server's own defaults are, and what the answer of the PUT shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assay.laws.comparing import READ, own, readable
from assay.laws.reading import brief, difference, reader, writers
from assay.laws.table import able
from assay.laws.terms import Finding, Ground, Missing, Seen, Told, broken, holds, untold
from assay.laws.writing import FIELDS, bodies, misplaced, places, with_body, written_schema
from assay.machine.expression import MISSING, UNRESOLVED, point
from assay.model.case import Case, Script
from assay.model.contract import Api
from assay.model.copied import replace
from assay.model.lifecycle import Law
from assay.model.terms import Json, Schema

NAME = "put-replaces"
TITLE = "a PUT replaces everything that is the client's to write"
PARAMETERS: Schema = {
    "type": "object",
    "properties": {
        "operation": {
            "type": "string",
            "x-names": "operation",
            "description": "The operation that replaces; by default the first PUT of the table.",
        },
        "read": READ,
        "fields": FIELDS,
        "absent": {
            "type": "object",
            "additionalProperties": True,
            "description": "What a member is after it was left out, by name; null also where it is not shown at all.",
        },
        "answer": {"type": "boolean", "description": "True: the answer shows the outcome as a read would. By default "
                   "only the read that follows is looked at."},
    },
    "additionalProperties": False,
}  # fmt: skip

_FILLED, _PUT, _AFTER = "filled", "put", "after"


def aspects(law: Law) -> Mapping[str, str]:
    """None: it is one promise."""
    return {}


def drills(ground: Ground, law: Law) -> Iterator[Script | Missing]:
    """Left out: all that can be, then each alone. Then plain replacements, with several bodies."""
    view, operation = own(ground, law), _operation(ground, law)
    if view is None or operation is None:
        yield Missing(
            "the table has no PUT, or nothing that shows an instance: name them with «operation» and «read»"
        )
        return  # fmt: skip
    where = places(ground.api, ground.cycle, law, operation, view.case.operation)
    states = able(ground, operation)
    if not states:
        yield Missing(f"no documented way leads into a state in which {operation} succeeds")
        return
    if not where:
        yield Missing(
            f"which members of {operation} {view.case.operation} shows is not known: say with «fields»"
        )
        return
    lead, plain = ground.lead(states[0]), ground.ask(operation, "i1")
    look = replace(view.case, role=_AFTER)
    known = [body for body in bodies(ground, operation) if set(body) & set(where)]
    for dropped, full, other in _left_out(ground, law, plain, known, where):
        put = _put(plain, {name: value for name, value in full.items() if name not in dropped}, _PUT)
        title = f"{operation} without {', '.join(dropped)}"
        if all(_becomes(ground.api, law, operation, name)[0] for name in dropped):
            yield Script(title, (*lead, _put(plain, full, _FILLED), put, look))
        else:
            yield Script(f"{title}, twice", (*lead, put, look, _put(plain, other, _FILLED), put, look))
    for body in known[:3]:
        yield Script(f"{operation}, then {view.case.operation}", (*lead, _put(plain, body, _PUT), look))
    if not known:
        yield Missing(f"no body could be made for {operation} that has one of {', '.join(where)}")


def judge(told: Told) -> Sequence[Finding]:
    """What was sent is shown, and what was left out is not what it was."""
    last, put = told.last, told.at(_PUT)
    if put is None or (
        last.role != _AFTER and not (last is put and told.law.parameters.get("answer") is True)
    ):
        return ()
    if not put.succeeded or not all(seen.clean for seen in told.steps[:-1]):
        return (untold(f"{put.operation} did not go as documented"),) if last.role == _AFTER else ()
    if not readable(last) or (last.succeeded and last.body is MISSING):
        return (untold(f"{last.operation} was answered {last.status or 'nothing'}, without JSON"),)
    if not last.succeeded:
        return (
            broken(f"after {put.operation} ({put.status}) {last.operation} answers {last.status}", "status"),
        )
    if (wrong := _wrong(told, put, last)) is not None:
        return (wrong,)
    return (holds(),) if last.role == _AFTER and last.clean else ()


def _wrong(told: Told, put: Seen, last: Seen) -> Finding | None:
    sent = put.sent if isinstance(put.sent, Mapping) else {}
    read = reader(told.api, told.cycle, told.law) or last.operation
    where = places(told.api, told.cycle, told.law, put.operation, read)
    shows = "its answer" if last is put else last.operation
    if (found := misplaced(sent, last.body, where)) is not None:
        name, place, words = found
        return broken(
            f"{put.operation}: {shows} does not have what was written: {words}", f"sent {name}", place
        )
    for name, place in where.items():
        shown = point(last.body, place)
        if name not in sent and (words := _kept(told, put, name, shown, place)):
            what = f"{put.operation} left out {name}, but {shows} has {brief(shown)} at {place}: {words}"
            return broken(what, f"left out {name}", place)
    return None


def _kept(told: Told, put: Seen, name: str, shown: Json, place: str) -> str:
    """What is wrong with a member that was left out; empty when nothing is, or nothing is known."""
    stated, value = _becomes(told.api, told.law, put.operation, name)
    if stated:
        gone = shown is UNRESOLVED and value is None
        return "" if gone or difference(value, shown) is None else f"expected {brief(value)}"
    filled, first = told.at(_FILLED), told.at(_AFTER)
    if filled is None or first is None or shown is UNRESOLVED or not isinstance(filled.sent, Mapping):
        return ""
    before = point(told.all(_AFTER)[0].body, place)
    written = filled.sent.get(name, UNRESOLVED)
    old = written is not UNRESOLVED and difference(written, shown) is None
    otherwise = before is UNRESOLVED or difference(before, shown) is not None
    return "what was there before the PUT" if old and otherwise and told.last.role == _AFTER else ""


def _becomes(api: Api, law: Law, operation: str, name: str) -> tuple[bool, Json]:
    """Whether it is documented what a member is that was left out, and what."""
    absent = law.parameters.get("absent", {})
    if name in absent:
        return True, absent[name]
    schema = written_schema(api, operation, name)
    return "default" in schema, schema.get("default")


def _left_out(
    ground: Ground, law: Law, plain: Case, known: Sequence[Mapping[str, Json]], where: Mapping[str, str]
) -> Iterator[tuple[tuple[str, ...], Mapping[str, Json], Mapping[str, Json]]]:
    """Names to leave out, a body that has them all with values, and one with other values for each of them."""
    full = max(known, key=lambda body: len(set(body) & set(where)), default={})
    becomes = {name: _becomes(ground.api, law, plain.operation, name)[1] for name in where}
    full = _otherwise(ground, plain, known, full, becomes)
    optional = tuple(n for n in where if full.get(n) is not None and _valid(ground, plain, full, (n,)))
    groups = [optional, *((name,) for name in optional if len(optional) > 1)] if optional else []
    other = _otherwise(ground, plain, known, full, full)
    for dropped in groups[:4]:
        if _valid(ground, plain, full, dropped):
            yield dropped, full, other


def _otherwise(
    ground: Ground,
    plain: Case,
    known: Sequence[Mapping[str, Json]],
    body: Mapping[str, Json],
    but: Mapping[str, Json],
) -> Mapping[str, Json]:
    """The body with another value, neither null, for each member that has the one in `but`, where there is one."""
    for name in tuple(body):
        if name not in but or difference(but[name], body[name]) is not None:
            continue
        values = (one[name] for one in known if one.get(name) is not None)
        others = ({**body, name: value} for value in values if difference(value, but[name]) is not None)
        body = next((made for made in others if _valid(ground, plain, made, ())), body)
    return body


def _valid(ground: Ground, plain: Case, body: Mapping[str, Json], dropped: Sequence[str]) -> bool:
    return ground.valid(
        with_body(plain, {name: value for name, value in body.items() if name not in dropped})
    )


def _put(plain: Case, body: Mapping[str, Json], role: str) -> Case:
    return replace(with_body(plain, dict(body)), role=role, title=f"writes {', '.join(body)}")


def _operation(ground: Ground, law: Law) -> str | None:
    named = law.parameters.get("operation")
    if isinstance(named, str):
        return named
    changing = writers(ground.api, ground.cycle)
    return next((o for o in changing if ground.api.operation(o).method == "put"), None)
