"""`unchanged-after`: these operations leave these fields as they were.

Tried: for each operation and each state in which the table lets it succeed, the instance is read, the operation asked,
the instance read again. The instance is created with every optional part, so that what may get lost is there.

Told: a field that the first reading shows and the second shows with another value, or no more. Every other field may
change. Without `fields` it is what the lifecycle's `fields` remember and no cell of the operation sets; what
follows from others (`derived`) has a clause of its own.

Left open: what an operation does that was refused, and what an instance shows once it cannot be read any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assay.laws.comparing import READ
from assay.laws.reading import difference, place, reader, shows, writers
from assay.laws.steps import rich, step
from assay.laws.table import watchable
from assay.laws.terms import Finding, Ground, Missing, Told, broken, holds, untold
from assay.machine.expression import UNRESOLVED, point
from assay.model.case import Script
from assay.model.lifecycle import FieldKind, Law, Lifecycle
from assay.model.terms import Schema

NAME = "unchanged-after"
TITLE = "what an operation is not there to change stays as it was"
PARAMETERS: Schema = {
    "type": "object",
    "properties": {
        "operations": {
            "type": "array",
            "items": {"type": "string", "x-names": "operation"},
            "minItems": 1,
            "description": "What leaves the fields alone; by default all that carry an instance and are not safe.",
        },
        "fields": {
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
            "description": "Names or JSON Pointers in the body of `read`; by default every remembered field that no "
            "cell of the operation sets.",
        },
        "read": READ,
    },
    "additionalProperties": False,
}
_BODY = "$response.body#"
#: never compared, or following others that the operation may change
_FOLLOWS = (FieldKind.VOLATILE, FieldKind.DERIVED)


def aspects(law: Law) -> Mapping[str, str]:
    """None: it is one promise."""
    return {}


def drills(ground: Ground, law: Law) -> Iterator[Script | Missing]:
    """For each operation and each state in which it succeeds: read, ask, read."""
    read = reader(ground.api, ground.cycle, law)
    if read is None:
        yield Missing("no operation shows an instance: `read` can name one")
        return
    asked = law.parameters.get("operations", writers(ground.api, ground.cycle))
    tried = False
    for state, operation in watchable(ground, asked, read):
        if not _fields(ground.cycle, law, operation, read):
            continue
        tried = True
        looks = (step(ground, read, "before"), step(ground, operation, "asked"), step(ground, read, "after"))
        yield Script(f"{operation} on {state}, between two readings", (*rich(ground, state), *looks))
    if not tried:
        yield Missing(
            "none of the operations succeeds in a reachable state, or there are no `fields` to compare"
        )


def judge(told: Told) -> Sequence[Finding]:
    """Every field is as it was before."""
    before, asked, after = told.at("before"), told.at("asked"), told.last
    if after.role != "after" or before is None or asked is None:
        return ()
    if not shows(before) or not shows(asked) or not shows(after):
        return (untold(f"{before.operation} or {asked.operation} did not succeed"),)
    compared = False
    for name in _fields(told.cycle, told.law, asked.operation, after.operation):
        was, now = point(before.body, name), point(after.body, name)
        if was is UNRESOLVED:
            continue
        compared = True
        if now is UNRESOLVED:
            found = f"{name} was there before and is missing afterwards"
        elif (unlike := difference(was, now, pointer=name)) is not None:
            found = unlike[1]
        else:
            continue
        facet = f"{asked.operation} {name}"
        return (broken(f"{asked.operation} leaves {name} alone, but {found}", facet, name),)
    return (holds(),) if compared else (untold(f"{before.operation} shows none of the fields"),)


def _fields(cycle: Lifecycle, law: Law, operation: str, read: str) -> tuple[str, ...]:
    """JSON Pointers into the answer of `read`."""
    if named := law.parameters.get("fields"):
        return tuple(place(name) for name in named)
    row = cycle.cells.get(operation, {})
    changed = {name for cell in row.values() for way in cell.transitions for name in way.set}
    return tuple(
        field.at[read].removeprefix(_BODY)
        for field in cycle.fields
        if field.kind not in _FOLLOWS
        and field.name not in changed
        and field.at.get(read, "").startswith(_BODY)
    )
