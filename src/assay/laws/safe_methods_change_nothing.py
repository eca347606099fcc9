"""`safe-methods-change-nothing`: who only asks leaves everything as it was (RFC 9110 §9.2.1).

Between looks each safe operation is asked once. A look is a safe request itself, so there are two before: where those
differ already, it is not the other operation's doing. That looking alone changes nothing can be told only where `equal`
documents what stays, or where a watched number moves by the same step with each of four looks in a row. Left open: what
changes without being asked, logs, and everything that `ignore` and `volatile` take out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

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
    pointer,
    readable,
    watched,
)
from assay.laws.reading import carries, in_body, safe
from assay.laws.table import able
from assay.laws.terms import Finding, Ground, Missing, Told, broken, holds, untold
from assay.machine.expression import point
from assay.model.case import Case, Script
from assay.model.copied import replace
from assay.model.lifecycle import Law
from assay.model.terms import Json, Schema

NAME = "safe-methods-change-nothing"
TITLE = "who only asks changes nothing"
PARAMETERS: Schema = {
    "type": "object",
    "properties": {
        "operations": {
            "type": "array",
            "items": {"type": "string", "x-names": "operation"},
            "minItems": 1,
            "description": "The operations that only ask; by default those of the table, `read`, and those of `watch`.",
        },
        "read": READ,
        "equal": EQUAL,
        "ignore": IGNORE,
        "watch": WATCH,
    },
    "additionalProperties": False,
}

_ASKED = "asked"
#: looks in a row that show a watched value moving under the eyes
_LOOK = "look"
_LOOKS = 4


def aspects(law: Law) -> Mapping[str, str]:
    """None: it is one promise."""
    return {}


def drills(ground: Ground, law: Law) -> Iterator[Script | Missing]:
    """Each safe operation between looks at the instance, then between looks at each watched value."""
    view, others = own(ground, law), list(watched(ground, law))
    yield from (other for other in others if isinstance(other, Missing))
    views = [*([view] if view else []), *(other for other in others if isinstance(other, View))]
    operations = _operations(ground, law, views)
    if not views or not operations:
        yield Missing(
            "no operation of the table shows an instance: name one with «read», or something to «watch»"
        )
        return
    for one in views:
        for operation in operations:
            if one.around(operation):
                yield from _around(ground, one, operation)


def judge(told: Told) -> Sequence[Finding]:
    """What is seen afterwards is what was seen before."""
    role = told.last.role.partition("-")[0]
    if role == _LOOK:
        return _moving(told)
    if role != AFTER:
        return ()
    if why := doubt(told):
        return (untold(why),)
    before = looked(told, BEFORE)
    if before is None or not before.succeeded:
        return ()
    asked = told.at(_ASKED) or before
    if (found := differ(told, before, told.last)) is not None:
        what = f"{asked.operation} only asks, and yet something changed: {found[1]}"
        place, others = in_body(found[0]), elsewhere(told)
        return (broken(what, f"{asked.operation} {found[0]}", place, transient=others),)
    return (holds(),) if told.last.clean else ()


def _moving(told: Told) -> Sequence[Finding]:
    looks = told.all(told.last.role)
    if len(looks) < _LOOKS:
        return ()
    if not all(seen.clean for seen in told.steps[:-1]) or not readable(told.last):
        return (untold("a look did not go as documented"),)
    at = pointer(told.law, told.last.role) or ""
    values: list[Json] = [point(seen.body, at) for seen in looks]
    if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
        return ()
    steps = [other - one for one, other in pairwise(values)]
    if not any(steps):
        return (holds(),) if told.last.clean else ()
    if steps.count(steps[0]) < len(steps):
        return (untold(f"{told.last.operation} {at} moves, but not with each look: others may be at work"),)
    what = f"{told.last.operation} {at} moves by {steps[0]} with each look, from {values[0]} to {values[-1]}"
    return (broken(what, f"{told.last.operation} {at}", at, transient=True),)


def _around(ground: Ground, view: View, operation: str) -> Iterator[Script | Missing]:
    shown = view.case.operation
    lead = _lead(ground, view, operation)
    if lead is None:
        yield Missing(f"no documented way leads into a state in which {operation} or {shown} succeeds")
    elif operation != shown:
        asked = replace(ask(ground, operation, "only asks"), role=_ASKED)
        yield Script(f"{operation} between two {shown}", (*lead, *view.twice_before, asked, view.after))
    elif view.steady:
        yield Script(f"{operation}, twice", (*lead, *view.before, view.after))
    elif view.mark:
        look = replace(view.case, role=_LOOK + view.mark)
        yield Script(f"{operation}, again and again", (*lead, *([look] * _LOOKS)))
    else:
        why = f"whether {operation} changes what it shows, or that changes by itself, is not known"
        yield Missing(f"{why}: say with «equal»")


def _lead(ground: Ground, view: View, operation: str) -> tuple[Case, ...] | None:
    """What makes the instance that the look or the operation is about; None when no documented way does."""
    about = carries(ground.api, ground.cycle, operation)
    if view.alone and not about:
        return ()
    wanted = view.case.operation if view.case.subject is not None else operation if about else None
    states = able(ground, wanted) if wanted is not None else ground.states
    return ground.lead(states[0]) if states else None


def _operations(ground: Ground, law: Law, views: Sequence[View]) -> tuple[str, ...]:
    named = law.parameters.get("operations")
    if named is not None:
        return tuple(named)
    table = (o for o in ground.cycle.operations if safe(ground.api, o))
    return tuple(dict.fromkeys((*table, *(view.case.operation for view in views))))
