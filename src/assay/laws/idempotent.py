"""`idempotent`: the same request again has no further effect (RFC 9110 §9.2.2).

Each operation is asked, the instance read, the very same request sent again, the instance read again: both reads show
the same. What counts is what `equal` names; without it, whether the instance is there and what clients have written
into it, as a server is free to note down each request (RFC 9110 §9.2.2). What the second request answers is another
matter: a second DELETE may well be told 404. With `answer` a success that is repeated is answered as it was the first
time. Operations that take merge patches are also asked with the empty patch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assay.laws.comparing import (
    AFTER,
    BEFORE,
    EQUAL,
    IGNORE,
    READ,
    answers_differ,
    differ,
    doubt,
    looked,
    own,
)
from assay.laws.reading import difference, in_body, writers
from assay.laws.table import able
from assay.laws.terms import Finding, Ground, Missing, Seen, Told, broken, holds, untold
from assay.laws.writing import clients_part, merges, places, with_body, written_schema
from assay.machine.expression import UNRESOLVED, point
from assay.model.case import BodyKind, Case, Script
from assay.model.copied import replace
from assay.model.lifecycle import Law
from assay.model.terms import Schema

NAME = "idempotent"
TITLE = "the same request again has no further effect"
PARAMETERS: Schema = {
    "type": "object",
    "properties": {
        "operations": {
            "type": "array",
            "items": {"type": "string", "x-names": "operation"},
            "minItems": 1,
            "description": "The operations; by default those of the table with PUT and DELETE (RFC 9110 §9.2.2).",
        },
        "read": READ,
        "equal": {**EQUAL, "description": "What of the answers is equal: `body`, and names of response headers. "
                  "Without it only what clients write counts."},
        "ignore": IGNORE,
        "answer": {"type": "boolean", "description": "True: the second success is answered as the first was, in what "
                   "`equal` names. By default only the effect counts."},
    },
    "additionalProperties": False,
}  # fmt: skip

_FIRST, _AGAIN = "first", "again"
_METHODS = ("put", "delete")


def aspects(law: Law) -> Mapping[str, str]:
    """None: it is one promise."""
    return {}


def drills(ground: Ground, law: Law) -> Iterator[Script | Missing]:
    """For each operation, in up to two forms: once, a look, once more, a look."""
    view = own(ground, law)
    if view is None:
        yield Missing("no operation of the table shows an instance: name one with «read»")
        return
    operations = _operations(ground, law)
    if not operations:
        yield Missing("no operation of the table has PUT or DELETE: name some with «operations»")
    for operation in operations:
        states = able(ground, operation)
        if not states:
            yield Missing(f"no documented way leads into a state in which {operation} succeeds")
            continue
        for case in _forms(ground, operation):
            body = {"body": f"$steps.{_FIRST}.request.body"} if case.body.kind is BodyKind.JSON else {}
            again = replace(case, role=_AGAIN, title=f"{case.title}, again", refs={**case.refs, **body})
            steps = (*ground.lead(states[0]), replace(case, role=_FIRST), view.before[-1], again, view.after)
            yield Script(f"{operation} twice ({case.title})", steps)


def judge(told: Told) -> Sequence[Finding]:
    """Both looks show the same; with `answer`, both answers do."""
    last, first = told.last, told.at(_FIRST)
    if first is None or last.role not in {_AGAIN, AFTER}:
        return ()
    if not first.succeeded:
        return (
            (untold(f"{first.operation} was answered {first.status or 'nothing'}"),)
            if last.role == AFTER
            else ()
        )
    if last.role == _AGAIN:
        alike = told.law.parameters.get("answer") is True and last.succeeded
        if not alike or not all(seen.clean for seen in told.steps[:-1]):
            return ()
        if (found := answers_differ(told, first, last)) is None:
            return ()
        what = f"the same {last.operation} is answered otherwise the second time: {found[1]}"
        return (broken(what, f"{last.operation} answer", in_body(found[0])),)
    if why := doubt(told):
        return (untold(why),)
    before = looked(told, BEFORE)
    if before is not None and (found := _effect(told, first, before, last)) is not None:
        what = f"the same {first.operation} again changed something: {found[1]}"
        return (broken(what, f"{first.operation} effect", in_body(found[0])),)
    return (holds(),) if last.clean else ()


def _effect(told: Told, first: Seen, before: Seen, after: Seen) -> tuple[str, str] | None:
    """How the two looks differ in what counts: place and words."""
    if "equal" in told.law.parameters or not (before.succeeded and after.succeeded):
        return differ(told, before, after)
    for name, place in places(told.api, told.cycle, told.law, first.operation, after.operation).items():
        schema = written_schema(told.api, first.operation, name)
        one, other = (clients_part(told.api, schema, point(seen.body, place)) for seen in (before, after))
        if (
            one is not UNRESOLVED
            and other is not UNRESOLVED
            and (found := difference(one, other, pointer=place))
        ):
            return found
    return None


def _operations(ground: Ground, law: Law) -> tuple[str, ...]:
    named = law.parameters.get("operations")
    if named is not None:
        return tuple(named)
    changing = writers(ground.api, ground.cycle)
    return tuple(o for o in changing if ground.api.operation(o).method.lower() in _METHODS)


def _forms(ground: Ground, operation: str) -> Iterator[Case]:
    ways = ground.ways(operation, "i1")
    if merges(ground.api, operation):
        empty = replace(with_body(ways[0], {}), title="an empty patch")
        if ground.valid(empty):
            yield empty
    yield from ways[:2]
