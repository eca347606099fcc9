"""`monotone`: a number or a date-time of an instance never goes back.

Tried: for each operation and each state in which the table lets it succeed, something else is changed, the instance is
read, the operation asked, the instance read again; and the same request twice, the second of which may change nothing.

Told, of each field from one reading to the next: it is less than before. With `strictly`, also that it is the same
although the rest of the body changed; with `by`, that it differs by anything else than that number where the rest
changed, or at all where the rest stayed; with `still`, only the latter. The rest is the body without the fields of this
law, `volatile` fields and what `ignore` names. Date-times are compared as moments (RFC 3339), whatever their offset.

Left open: values that are neither numbers nor date-times with an offset; how much a date-time moves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from math import isclose

from assay.laws.comparing import IGNORE, READ
from assay.laws.moments import Size, comparable, less, size
from assay.laws.reading import brief, difference, ignored, place, reader, safe, shows, success, writers
from assay.laws.steps import rich, step
from assay.laws.table import watchable
from assay.laws.terms import Finding, Ground, Missing, Seen, Told, broken, holds, untold
from assay.machine.expression import point
from assay.model.case import Case, Script
from assay.model.copied import replace
from assay.model.lifecycle import Law
from assay.model.terms import Json, Schema

NAME = "monotone"
TITLE = "what counts up never goes back"
_RULE: Schema = {
    "type": "object",
    "properties": {
        "by": {
            "type": "number",
            "exclusiveMinimum": 0,
            "description": "How much it grows where the rest of the body changed; elsewhere it stays.",
        },
        "strictly": {"type": "boolean", "description": "It grows wherever the rest of the body changed."},
        "still": {"type": "boolean", "description": "It stays wherever the rest of the body stayed."},
    },
    "additionalProperties": False,
}
PARAMETERS: Schema = {
    "type": "object",
    "properties": {
        "fields": {
            "type": "object",
            "additionalProperties": _RULE,
            "minProperties": 1,
            "description": "Names or JSON Pointers in the body of `read`, each with what else is said of it.",
        },
        "operations": {
            "type": "array",
            "items": {"type": "string", "x-names": "operation"},
            "minItems": 1,
            "description": "Asked between two readings; by default all that carry an instance and are not safe.",
        },
        "read": READ,
        "ignore": IGNORE,
    },
    "required": ["fields"],
    "additionalProperties": False,
}


def aspects(law: Law) -> Mapping[str, str]:
    """None: what is said of each field is one promise."""
    return {}


def drills(ground: Ground, law: Law) -> Iterator[Script | Missing]:
    """For each operation and state: read, ask, read; then the same request twice."""
    read = reader(ground.api, ground.cycle, law)
    if read is None:
        yield Missing("no operation shows an instance: `read` can name one")
        return
    asked = law.parameters.get("operations", writers(ground.api, ground.cycle))
    found = tuple(watchable(ground, asked, read))
    if not found:
        yield Missing("none of the operations succeeds in a reachable state")
    look = step(ground, read, "look")
    for state, operation in found:
        steps = (*_grown(ground, state, operation), look, step(ground, operation, "asked"), look)
        yield Script(f"{operation} on {state}, between two readings", (*rich(ground, state), *steps))
    for state, operation in found:
        if _stays(ground, state, operation):
            again = step(ground, operation, "asked")
            repeated = (again, look, replace(again, title="the same again"), look)
            yield Script(f"{operation} on {state}, twice", (*ground.lead(state), *repeated))


def _grown(ground: Ground, state: str, operation: str) -> tuple[Case, ...]:
    """Another operation before, so that what starts anew with this one has counted already; none where none stays."""
    writes = (o for o in writers(ground.api, ground.cycle) if o != operation and _stays(ground, state, o))
    return tuple(step(ground, o, "grown") for o in writes)[:1]


def _stays(ground: Ground, state: str, operation: str) -> bool:
    """True when the operation can be asked twice: it succeeds, and the instance stays where it is."""
    cell = ground.cycle.cell(state, operation)
    return cell is not None and any(success(t.status) and t.to in {None, state} for t in cell.transitions)


def judge(told: Told) -> Sequence[Finding]:
    """Each field against the reading before."""
    looks = told.all("look")
    if told.last.role != "look" or len(looks) < 2:
        return ()
    before, after = looks[-2:]
    if not shows(before) or not shows(after):
        return (untold(f"{after.operation} did not answer as documented"),)
    fields = {place(name): rule for name, rule in told.law.parameters["fields"].items()}
    but = ignored(told.cycle, told.law, after.operation) | frozenset(fields)
    change = difference(before.body, after.body, but)
    by = next((seen.operation for seen in reversed(told.steps) if not safe(told.api, seen.operation)), "")
    for name, rule in fields.items():
        was, now = size(point(before.body, name)), size(point(after.body, name))
        if was is None or now is None or not comparable(was, now):
            return (untold(f"{name} is neither a number nor a date-time with an offset"),)
        if (wrong := _wrong(rule, was, now, change)) is not None:
            seen = f"{name} was {_shown(before, name)} and is {_shown(after, name)} after {by}"
            return (broken(f"{seen}: {wrong}", f"{by} {name}", name),)
    return (holds(),)


def _wrong(rule: Mapping[str, Json], was: Size, now: Size, change: tuple[str, str] | None) -> str | None:
    """What is wrong with the step from `was` to `now`, where the rest of the body changed so or stayed (None)."""
    grown = less(was, now)
    if less(now, was):
        return "it never goes back"
    if change is None:
        return "nothing else changed" if grown and (rule.get("still") or "by" in rule) else None
    if "by" in rule and not isinstance(was, datetime) and not isinstance(now, datetime):
        return None if isclose(now - was, rule["by"]) else f"each change counts {rule['by']}, and {change[1]}"
    return f"it grows with each change, and {change[1]}" if rule.get("strictly") and not grown else None


def _shown(seen: Seen, name: str) -> str:
    return brief(point(seen.body, name))
