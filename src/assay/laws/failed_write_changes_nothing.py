"""`failed-write-changes-nothing`: a write that is refused leaves everything as it was.

Refused is what the documentation refuses: by the state (a cell of the table with nothing but 4xx), for want of valid
credentials, for one broken constraint, as `provoke` entries say, and for an `If-Match` that names a version of before
(RFC 9110 §13.1.1). Up to three refused writes stand between the looks; one that is let through, or answered otherwise
than with a documented 4xx, leaves the drill untold. What `watch` names is looked at in drills of its own, around
refused creations too. Left open: what a 5xx leaves behind, and everything that `ignore` and `volatile` take out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import TypeVar

from assay.laws.comparing import (
    AFTER,
    BEFORE,
    EQUAL,
    IGNORE,
    READ,
    WATCH,
    View,
    ask,
    differ,
    doubt,
    elsewhere,
    looked,
    own,
    watched,
)
from assay.laws.preconditions import IF_MATCH
from assay.laws.reading import difference, in_body, writers
from assay.laws.table import able, succeeds
from assay.laws.terms import Finding, Ground, Missing, Told, broken, holds, untold
from assay.laws.writing import bodies, with_body
from assay.model.case import BodyKind, Case, Credentials, Script
from assay.model.contract import Operation
from assay.model.copied import replace
from assay.model.lifecycle import Law
from assay.model.terms import Json, Schema

NAME = "failed-write-changes-nothing"
TITLE = "a write that is refused changes nothing"
PARAMETERS: Schema = {
    "type": "object",
    "properties": {
        "operations": {
            "type": "array",
            "items": {"type": "string", "x-names": "operation"},
            "minItems": 1,
            "description": "The operations that write; by default the creating one and those of the table not safe.",
        },
        "on": {
            "type": "array",
            "items": {"type": "integer", "minimum": 400, "maximum": 499},
            "minItems": 1,
            "description": "The statuses that refuse; by default every 4xx that the operation documents.",
        },
        "read": READ,
        "equal": EQUAL,
        "ignore": IGNORE,
        "watch": WATCH,
    },
    "additionalProperties": False,
}  # fmt: skip

T = TypeVar("T")

_REFUSED = "refused"
_TAG = "ETag"
#: broken constraints of one operation, the most telling first: each of another member of the request
_MOST = 4
#: where a rate limit is documented, nobody brings it about to look at a write (RFC 6585 §4)
_TOO_MANY = "429"
#: what `4XX` stands for
_ALL = frozenset(map(str, range(400, 500)))


def aspects(law: Law) -> Mapping[str, str]:
    """None: it is one promise."""
    return {}


def drills(ground: Ground, law: Law) -> Iterator[Script | Missing]:
    """Refused by the state, then for the request, for its version, for its credentials; then beside what is watched."""
    created = ground.cycle.created_by
    operations = tuple(law.parameters.get("operations", (created, *writers(ground.api, ground.cycle))))
    view, others = own(ground, law), list(watched(ground, law))
    yield from (other for other in others if isinstance(other, Missing))
    if view is None:
        yield Missing("no operation of the table shows an instance: name one with «read»")
    else:
        inside = tuple(operation for operation in operations if operation != created)
        scripts = chain(_by_state(ground, view, inside), _by_request(ground, law, view, inside),
                        _by_version(ground, law, view, inside), _by_credentials(ground, law, view, inside))  # fmt: skip
        yield next(
            scripts,
            Missing("the documentation refuses none of its writes in a way that could be brought about"),
        )
        yield from scripts
    for other in others:
        if isinstance(other, View):
            around = tuple(operation for operation in operations if other.around(operation))
            yield from _by_state(ground, other, tuple(o for o in around if o != created))
            yield from _by_request(ground, law, other, around)
            yield from _by_credentials(ground, law, other, tuple(o for o in around if o == created))


def judge(told: Told) -> Sequence[Finding]:
    """What is seen after refused writes is what was seen before."""
    last = told.last
    if last.role.partition("-")[0] != AFTER:
        return ()
    refused = told.all(_REFUSED)
    for seen in refused:
        if str(seen.status) not in _statuses(told.api.operation(seen.operation), told.law):
            answered = f"{seen.operation} was answered {seen.status or 'nothing'}"
            return (untold(f"{answered}, which is no documented refusal"),)
    if why := doubt(told):
        return (untold(why),)
    before = looked(told, BEFORE)
    if before is not None and (found := differ(told, before, last)) is not None:
        what = " and ".join(
            f"{seen.operation} ({seen.case.title}), refused with {seen.status}," for seen in refused
        )
        facet = " ".join(sorted({f"{seen.operation} {seen.status}" for seen in refused}))
        message = f"{what} changed something: {found[1]}"
        place, others = in_body(found[0]), elsewhere(told)
        return (broken(message, facet, place, transient=others),)
    return (holds(),) if last.clean else ()


# -- by the state ---------------------------------------------------------------------------------------------------


def _by_state(ground: Ground, view: View, operations: Sequence[str]) -> Iterator[Script]:
    for state in ground.states:
        # what nothing can be done with any more has no look of its own, and holds nothing elsewhere
        if not any(succeeds(ground.cycle, state, o) for o in ground.cycle.operations):
            continue
        if view.case.subject is not None and not succeeds(ground.cycle, state, view.case.operation):
            continue
        lead = ground.lead(state)
        asked = [o for o in operations if view.around(o) and _refuses(ground, state, o)]
        for some in _groups(asked, view.room(lead)):
            yield _between(view, lead, [ask(ground, o, f"on {state}") for o in some])


def _groups(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _refuses(ground: Ground, state: str, operation: str) -> bool:
    cell = ground.cycle.cell(state, operation)
    return (
        cell is not None
        and not cell.silent
        and bool(cell.transitions)
        and all(400 <= way.status < 500 for way in cell.transitions)
    )


# -- for the request ------------------------------------------------------------------------------------------------


def _by_request(ground: Ground, law: Law, view: View, operations: Sequence[str]) -> Iterator[Script]:
    """Broken constraints (what is sound beside them may take effect), then what `provoke` says; operations in turns."""
    waiting = [_faults(ground, law, view, operation) for operation in operations]
    while waiting:
        for scripts in tuple(waiting):
            script = next(scripts, None)
            if script is None:
                waiting.remove(scripts)
            else:
                yield script


def _faults(ground: Ground, law: Law, view: View, operation: str) -> Iterator[Script]:
    if (lead := _lead(ground, view, operation)) is not None:
        for some in _groups(_at_fault(ground, law, operation), view.room(lead)):
            yield _between(view, lead, some)


def _by_credentials(ground: Ground, law: Law, view: View, operations: Sequence[str]) -> Iterator[Script]:
    """Requests without valid credentials; those of several operations together, where they start alike."""
    alike: dict[tuple[str, ...], tuple[tuple[Case, ...], list[Case]]] = {}
    for operation in operations:
        lead = _lead(ground, view, operation)
        if lead is not None and {"401", "403"} & _statuses(ground.api.operation(operation), law):
            refused = ground.refused(operation, _subject(ground, operation))
            cases = [case for case in refused if case.credentials is not Credentials.VALID]
            alike.setdefault(tuple(step.operation for step in lead), (lead, []))[1].extend(cases)
    for lead, cases in alike.values():
        yield from (_between(view, lead, some) for some in _groups(cases, view.room(lead)))


def _lead(ground: Ground, view: View, operation: str) -> tuple[Case, ...] | None:
    """What brings about the instance to ask for; None when there is none."""
    if operation == ground.cycle.created_by:
        return () if view.alone else None
    states = able(ground, operation)
    return ground.lead(states[0]) if states else None


def _between(view: View, lead: tuple[Case, ...], refused: Sequence[Case]) -> Script:
    names = ", ".join(dict.fromkeys(case.operation for case in refused))
    cases = (replace(case, role=_REFUSED) for case in refused)
    return Script(f"{names}: {refused[0].title}", (*lead, *view.before, *cases, view.after))


def _at_fault(ground: Ground, law: Law, operation: str) -> list[Case]:
    statuses = _statuses(ground.api.operation(operation), law)
    refused = list(ground.refused(operation, _subject(ground, operation)))
    provoked = [c for c in refused if c.provokes in statuses and c.provokes != _TOO_MANY]
    invalid = [c for c in refused if c.credentials is Credentials.VALID and c.provokes is None]
    return [*(_most_telling(invalid) if {"400", "422"} & statuses else ()), *provoked]


def _subject(ground: Ground, operation: str) -> str:
    return "n1" if operation == ground.cycle.created_by else "i1"


def _most_telling(cases: Sequence[Case]) -> list[Case]:
    """One for each member of the request that is at fault, objects first: their sound members may have taken effect."""
    first: dict[str, Case] = {}
    for case in cases:
        first.setdefault("/".join((case.aim or case.title).partition("/rejects/")[2].split("/")[:2]), case)
    whole = [c for c in first.values() if c.body.kind is BodyKind.JSON and isinstance(c.body.value, Mapping)]
    return [*whole, *(c for c in first.values() if c not in whole)][:_MOST]


def _statuses(operation: Operation, law: Law) -> frozenset[str]:
    """The documented statuses of a refusal; a documented range stands for each of its codes."""
    wanted = law.parameters.get("on")
    if wanted is None:
        replies = [reply.status for reply in operation.replies if reply.status[:1] == "4"]
        exact = frozenset(status for status in replies if status.isdigit())
        return exact if len(exact) == len(replies) else exact | _ALL
    return frozenset(str(code) for code in wanted if any(reply.covers(code) for reply in operation.replies))


# -- for a version of before ----------------------------------------------------------------------------------------


def _by_version(ground: Ground, law: Law, view: View, operations: Sequence[str]) -> Iterator[Script]:
    """A write that is meant for the version which another write has replaced."""
    if not _tagged(ground.api.operation(ground.cycle.created_by)):
        return
    for operation in operations:
        asked = ground.api.operation(operation)
        heeds = any(p.location == "header" and p.name.lower() == IF_MATCH.lower() for p in asked.parameters)
        made = list(bodies(ground, operation))[:3]
        states = able(ground, operation)
        if not heeds or "412" not in _statuses(asked, law) or len(made) < 2 or not states:
            continue
        lead = ground.lead(states[0])
        if not _alters(made[-1], lead[0].body.value):
            continue  # the version of before might be the version of now
        marked = (replace(lead[0], role="made"), *lead[1:])
        plain = ground.ask(operation, "i1")
        change = replace(with_body(plain, made[-1]), title="makes another version of it")
        stale = replace(
            with_body(plain, made[0]),
            role=_REFUSED,
            title="If-Match of the version before",
            refs={f"header.{IF_MATCH}": f"$steps.made.response.header.{_TAG}"},
        )
        yield Script(
            f"{operation} of a version of before", (*marked, change, *view.before, stale, view.after)
        )


def _alters(body: Mapping[str, Json], made: Json) -> bool:
    """True when the body surely writes something else than the instance was made with."""
    return isinstance(made, Mapping) and any(
        name in made and difference(made[name], value) is not None for name, value in body.items()
    )


def _tagged(operation: Operation) -> bool:
    return any(
        header.name.lower() == _TAG.lower()
        for reply in operation.replies
        if reply.status[:1] == "2"
        for header in reply.headers
    )
