"""`patch-merges`: a JSON Merge Patch changes what it names and nothing else (RFC 7396 §2).

Each subset of the members is patched with values that are new (of many members: each alone, all but each, all), then
each member that may be null is removed, members of nested objects one by one, and last nothing at all. Before and
afterwards the instance is read. Told is a named member without its new value, a member of null that is still there
with a value (shown as null or not at all: both are gone), and a member that was not named and is not what it was. With
`answer` the answer of the patch shows all that as well. Left open: members beside `fields`, members of nested objects
that the request schema does not name (the server's), and what a null does where the schema does not allow it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from assay.laws.comparing import READ, own, readable
from assay.laws.reading import brief, difference, reader, writers
from assay.laws.table import able
from assay.laws.terms import Finding, Ground, Missing, Seen, Told, broken, holds, untold
from assay.laws.writing import (
    FIELDS,
    bodies,
    clients_part,
    merges,
    places,
    unlike,
    with_body,
    written_schema,
)
from assay.machine.expression import MISSING, UNRESOLVED, point
from assay.model.case import Case, Script
from assay.model.copied import replace
from assay.model.lifecycle import Law
from assay.model.terms import Json, Schema

NAME = "patch-merges"
TITLE = "a merge patch changes what it names, and nothing else (RFC 7396)"
PARAMETERS: Schema = {
    "type": "object",
    "properties": {
        "operation": {
            "type": "string",
            "x-names": "operation",
            "description": "The operation that merges; by default the first of the table that takes "
            "`application/merge-patch+json`.",
        },
        "read": READ,
        "fields": FIELDS,
        "answer": {"type": "boolean", "description": "True: the answer shows the outcome as a read would. By default "
                   "only the read that follows is looked at."},
    },
    "additionalProperties": False,
}  # fmt: skip

_FILLED, _BEFORE, _PATCH, _AFTER = "filled", "before", "patch", "after"
#: of so many members every subset is tried
_FEW = 3


def aspects(law: Law) -> Mapping[str, str]:
    """None: it is one promise."""
    return {}


def drills(ground: Ground, law: Law) -> Iterator[Script | Missing]:
    """Subsets of the members, then nulls, nested members, and nothing."""
    view, operation = own(ground, law), _operation(ground, law)
    if view is None or operation is None:
        yield Missing(
            "no operation takes merge patches, or none shows an instance: name them with «operation», «read»"
        )
        return  # fmt: skip
    where = places(ground.api, ground.cycle, law, operation, view.case.operation)
    states = able(ground, operation)
    if not states:
        yield Missing(f"no documented way leads into a state in which {operation} succeeds")
        return
    plain, lead = ground.ask(operation, "i1"), ground.lead(states[0])
    values = _values(ground, operation, plain, where, lead)
    if not values:
        yield Missing(
            f"no member is known that {operation} may change and {view.case.operation} shows: say with «fields»"
        )
        return  # fmt: skip
    before, after = replace(view.case, role=_BEFORE), replace(view.case, role=_AFTER)
    for patch, filled in _patches(ground, plain, values):
        case = _patch(plain, patch, _PATCH)
        filler = (_patch(plain, filled, _FILLED),) if filled else ()
        yield Script(f"{operation}: {case.title}", (*lead, *filler, before, case, after))


def judge(told: Told) -> Sequence[Finding]:
    """Named members are new, nulls are gone, and the rest is what it was."""
    last, patch, before = told.last, told.at(_PATCH), told.at(_BEFORE)
    answer = last is patch and told.law.parameters.get("answer") is True
    if patch is None or before is None or (last.role != _AFTER and not answer):
        return ()
    if not patch.succeeded or not before.succeeded or not all(seen.clean for seen in told.steps[:-1]):
        return (untold(f"{patch.operation} did not go as documented"),) if last.role == _AFTER else ()
    if not readable(last) or (last.succeeded and last.body is MISSING):
        return (untold(f"{last.operation} was answered {last.status or 'nothing'}, without JSON"),)
    if not last.succeeded:
        return (
            broken(
                f"after {patch.operation} ({patch.status}) {last.operation} answers {last.status}", "status"
            ),
        )
    sent = patch.sent if isinstance(patch.sent, Mapping) else {}
    shows = "its answer" if last is patch else last.operation
    read = reader(told.api, told.cycle, told.law) or last.operation
    for name, place in places(told.api, told.cycle, told.law, patch.operation, read).items():
        schema = written_schema(told.api, patch.operation, name)
        one, other = (clients_part(told.api, schema, point(seen.body, place)) for seen in (before, last))
        words, how = _wrong(one, other, sent, name, place)
        if words:
            what = f"{patch.operation} of {brief(dict(sent))}, as {shows} shows it: {words}"
            return (broken(what, f"{how} {name}", place),)
    return (holds(),) if last.role == _AFTER and last.clean and _telling(before, sent) else ()


def _telling(before: Seen, sent: Mapping[str, Json]) -> bool:
    """True when there was something that could have gone wrong."""
    return before.body is not MISSING and isinstance(sent, Mapping)


def _wrong(one: Json, other: Json, sent: Mapping[str, Json], name: str, place: str) -> tuple[str, str]:
    """What is wrong with one member, and which way; empty words when nothing is."""
    if name not in sent:
        if one is UNRESOLVED or other is UNRESOLVED:
            gone = (one is UNRESOLVED) != (other is UNRESOLVED) and None not in (one, other)
            return (f"{name} was not named and came or went" if gone else ""), "unnamed"
        found = difference(one, other, pointer=place)
        return (f"{name} was not named, but {found[1]}" if found else ""), "unnamed"
    wrong = _unmerged(one, sent[name], other, place)
    return wrong, "null" if sent[name] is None else "named"


def _unmerged(old: Json, patch: Json, found: Json, place: str) -> str:
    """How what is shown differs from the outcome of RFC 7396 §2 on `old`; empty when it does not."""
    if patch is None:
        return (
            "" if found is UNRESOLVED or found is None else f"null removes {place}, but it is {brief(found)}"
        )
    if not isinstance(patch, Mapping) or not isinstance(found, Mapping):
        wrong = unlike(patch, found, place)
        return wrong[1] if wrong else ""
    kept = old if isinstance(old, Mapping) else {}
    for name, value in patch.items():
        inner = _unmerged(kept.get(name, UNRESOLVED), value, found.get(name, UNRESOLVED), f"{place}/{name}")
        if inner:
            return inner
    for name, value in kept.items():
        if name not in patch and difference(value, found.get(name, UNRESOLVED)) is not None:
            return f"{place}/{name} was not named, was {brief(value)} and is {brief(found.get(name))} now"
    return ""


def _operation(ground: Ground, law: Law) -> str | None:
    named = law.parameters.get("operation")
    if isinstance(named, str):
        return named
    return next((o for o in writers(ground.api, ground.cycle) if merges(ground.api, o)), None)


def _values(
    ground: Ground, operation: str, plain: Case, where: Mapping[str, str], lead: tuple[Case, ...]
) -> dict[str, Json]:
    """A new value for each member: valid alone, and other than what the instance is made with."""
    made = lead[0].body.value if isinstance(lead[0].body.value, Mapping) else {}
    known = list(bodies(ground, operation))
    found: dict[str, Json] = {}
    for name in where:
        values = (body[name] for body in known if body.get(name) is not None)
        fresh = (value for value in values if difference(value, made.get(name, UNRESOLVED)) is not None)
        value = next((v for v in fresh if ground.valid(with_body(plain, {name: v}))), None)
        if value is not None:
            found[name] = value
    return found


def _patches(
    ground: Ground, plain: Case, values: Mapping[str, Json]
) -> Iterator[tuple[dict[str, Json], dict[str, Json]]]:
    """Patches, each with what is to be written before it so that it has something to change."""
    few = len(values) <= _FEW
    sizes = range(1, len(values) + 1) if few else sorted({1, len(values) - 1, len(values)})
    for size in sizes:
        for names in combinations(values, size):
            yield {name: values[name] for name in names}, {}
        if size == 1:
            yield from _removals(ground, plain, values)
    if ground.valid(with_body(plain, {})):
        yield {}, {}


def _removals(
    ground: Ground, plain: Case, values: Mapping[str, Json]
) -> Iterator[tuple[dict[str, Json], dict[str, Json]]]:
    for name, value in values.items():
        if ground.valid(with_body(plain, {name: None})):
            yield {name: None}, {name: value}
        if isinstance(value, Mapping):
            for inner, item in value.items():
                for patch in ({name: {inner: item}}, {name: {inner: None}}):
                    if ground.valid(with_body(plain, patch)):
                        yield patch, {name: value}


def _patch(plain: Case, body: Mapping[str, Json], role: str) -> Case:
    nulls = [name for name, value in body.items() if value is None]
    title = f"removes {', '.join(nulls)}" if nulls else f"names {', '.join(body) or 'nothing'}"
    return replace(with_body(plain, dict(body)), role=role, title=title)
