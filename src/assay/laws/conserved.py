"""`conserved`: what instances hold is missing elsewhere, and nothing gets lost or comes from nowhere.

A number that `read` shows at `at` (pieces in stock, seats left) and what instances in `states` hold of it add up to the
same, before and after each step: it falls by `amount` when an instance comes into one of these states, rises by as much
when it leaves, and stays otherwise, also after a refused step and after one that comes too late. It never falls below
`least`, also when an instance would hold the most that the documentation allows of any kind. Told is a number that is
another than this sum says after one step whose outcome is known. Before the step it is looked at twice: where the two
differ, others are at work, and nothing is told. Left open: what becomes of the amount while an instance's values change
what it is counted in (`with`), and why a step was refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isclose

from assay.laws.comparing import AT, WITH, placed, readable
from assay.laws.reading import brief, carries, safe
from assay.laws.table import succeeds
from assay.laws.terms import Finding, Ground, Missing, Seen, Told, broken, holds, untold
from assay.laws.writing import with_body, written_schema
from assay.machine.expression import MISSING, UNRESOLVED, InstanceFacts, Scope, evaluate, point
from assay.model.case import Case, Script
from assay.model.copied import replace
from assay.model.lifecycle import ABSENT, Law
from assay.model.terms import Json, Schema

NAME = "conserved"
TITLE = "what instances hold and what is left add up to the same"
PARAMETERS: Schema = {
    "type": "object",
    "properties": {
        "read": {
            "type": "string",
            "x-names": "operation",
            "description": "The operation that shows what is left.",
        },
        "with": WITH,
        "at": AT,
        "amount": {
            "type": ["number", "string"],
            "description": "What one instance holds: a number (by default 1), or `$instance.FIELD`.",
        },
        "states": {
            "type": "array",
            "items": {"type": "string", "x-names": "state"},
            "minItems": 1,
            "description": "The states in which an instance holds its amount.",
        },
        "least": {"type": "number", "description": "What the number never falls below; by default 0."},
    },
    "required": ["read", "at", "states"],
    "additionalProperties": False,
}

_CONTROL, _BEFORE, _STEP, _AFTER = "control", "before", "step", "after"
_INSTANCE = "$instance."
#: kinds of a documented enumeration that are each asked for in the largest amount
_KINDS = 8


def aspects(law: Law) -> Mapping[str, str]:
    """None: it is one promise."""
    return {}


def drills(ground: Ground, law: Law) -> Iterator[Script | Missing]:
    """Steps that move the amount, the largest amounts, then steps that must not move it."""
    read, states = law.parameters.get("read"), law.parameters.get("states")
    if not isinstance(read, str) or "at" not in law.parameters or not states:
        yield Missing("what is left is not known: say with «read», «at» and «states»")
        return
    look = placed(ground, read, law.parameters.get("with", {}))
    if look is None:
        yield Missing(f"«with» names a parameter that {read} does not have")
        return
    moving, still = _steps(ground, frozenset(states))
    if not moving:
        yield Missing(f"no documented way leads into {' or '.join(states)}")
    for state, operation in moving:
        yield _drill(ground, look, state, operation, None)
    largest = list(_largest(ground, law, ground.lead(ground.states[0])[0]))
    entering = [(s, o) for s, o in moving if s not in states and s != ABSENT]
    yield from (_drill(ground, look, *entering[0], create) for create in largest if entering)
    for state, operation in still:
        yield _drill(ground, look, state, operation, None)


def judge(told: Told) -> Sequence[Finding]:
    """The number has moved by what the instance took or gave back."""
    last, step, before = told.last, told.at(_STEP), told.at(_BEFORE)
    if last.role != _AFTER or step is None or before is None:
        return ()
    if why := _doubt(told, before):
        return (untold(why),)
    at = told.law.parameters["at"].removeprefix("#")
    had: Json = point(before.body, at)
    has: Json = point(last.body, at)
    least = told.law.parameters.get("least", 0)
    if has < least:
        what = f"after {step.operation} ({step.status}) {last.operation} {at} is {has}: expected {least} at least"
        return (broken(what, f"{step.operation} below", at),)
    moved = _moved(told, step)
    if moved is None:
        return (untold(f"what {step.operation} moves cannot be told"),)
    if not isclose(has, had - moved, rel_tol=1e-9):
        facet, words = _in_words(moved)
        shown = f"{last.operation} {at} was {had}, expected {had - moved}, got {has}"
        what = f"{step.operation} ({step.status}) {words}: {shown}"
        return (broken(what, f"{step.operation} {facet}", at, transient=True),)
    return (holds(),) if last.clean else ()


# -- what is asked --------------------------------------------------------------------------------------------------


def _drill(ground: Ground, look: Case, state: str, operation: str, create: Case | None) -> Script:
    """A step on an instance in that state between the looks, made by that request where one is given."""
    symbol = "i1"
    lead = ground.lead(state if state != ABSENT else ground.states[0])
    if create is not None:
        lead = (replace(create, title=f"makes one ({create.title})"), *lead[1:])
    if operation == ground.cycle.created_by:
        symbol = "i2"  # the first one only says what is counted
    step = replace(ground.ask(operation, symbol), role=_STEP, title=f"on {state}")
    looks = (replace(look, role=_CONTROL), replace(look, role=_BEFORE))
    title = f"{operation} on {state}" + (f" ({create.title})" if create is not None else "")
    return Script(title, (*lead, *looks, step, replace(look, role=_AFTER)))


def _steps(ground: Ground, holding: frozenset[str]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(state, operation) that move the amount, and those that must not although they do something alike."""
    cycle = ground.cycle
    asked = [o for o in cycle.operations if carries(ground.api, cycle, o) and not safe(ground.api, o)]
    moving: list[tuple[str, str]] = []
    still: list[tuple[str, str]] = []
    for state in (ABSENT, *ground.states):
        for operation in (cycle.created_by,) if state == ABSENT else asked:
            cell = cycle.cell(state, operation)
            if cell is None or cell.silent:
                continue
            leads = {way.to or state for way in cell.transitions if way.status < 300}
            if any((after in holding) != (state in holding) for after in leads):
                moving.append((state, operation))
            elif leads - {state} or (leads and state in holding):
                still.append((state, operation))
    movers = {operation for _, operation in moving}
    too_late = [
        (state, operation)
        for state in ground.states
        for operation in asked
        if operation in movers and not succeeds(ground.cycle, state, operation)
        and (cell := cycle.cell(state, operation)) is not None and not cell.silent
    ]  # fmt: skip
    living = [pair for pair in too_late if any(succeeds(ground.cycle, pair[0], o) for o in cycle.operations)]
    return moving, [*living, *(pair for pair in still if pair[0] != ABSENT)]


def _largest(ground: Ground, law: Law, create: Case) -> Iterator[Case]:
    """Creating requests for the largest documented amount, of each documented kind."""
    amount = _sent(ground, law.parameters.get("amount"))
    body = create.body.value
    if amount is None or not isinstance(body, Mapping):
        return
    most = written_schema(ground.api, create.operation, amount).get("maximum")
    if not isinstance(most, int | float):
        return
    kinds = [name for name in (_sent(ground, v) for v in law.parameters.get("with", {}).values()) if name]
    for changed in _variants(ground, create.operation, kinds):
        made = with_body(create, {**body, **changed, amount: most})
        if ground.valid(made):
            words = ", ".join(f"{name} {brief(value)}" for name, value in {**changed, amount: most}.items())
            yield replace(made, title=words)


def _variants(ground: Ground, operation: str, kinds: Sequence[str]) -> Iterator[dict[str, Json]]:
    if not kinds:
        yield {}
        return
    choices = written_schema(ground.api, operation, kinds[0]).get("enum")
    values = list(choices)[:_KINDS] if isinstance(choices, list | tuple) else []
    # what comes last in an enumeration is mostly the rarest
    yield from ({kinds[0]: value} for value in reversed(values)) if values else ({},)


def _sent(ground: Ground, expression: Json) -> str | None:
    """The member of the creating request that an `$instance.FIELD` remembers; None when there is none."""
    if not isinstance(expression, str) or not expression.startswith(_INSTANCE):
        return None
    field = next((f for f in ground.cycle.fields if f.name == expression.removeprefix(_INSTANCE)), None)
    sent = (field.sent or "") if field is not None else ""
    name = sent.removeprefix("$request.body#/")
    return name if sent.startswith("$request.body#/") and "/" not in name else None


# -- what is told ---------------------------------------------------------------------------------------------------


def _doubt(told: Told, before: Seen) -> str:
    """Why nothing can be told; empty when something can."""
    at = told.law.parameters["at"].removeprefix("#")
    looks = [seen for seen in (told.at(_CONTROL), before, told.last) if seen is not None]
    for seen in told.steps[:-1]:
        # once below what its schema allows, the number stays there: that is what is told here
        shape_only = seen in looks and all("/shape/" in clause for clause in seen.broken)
        if not seen.clean and not shape_only:
            return f"{seen.operation} before it did not go as documented"
    for seen in looks:
        if not readable(seen) or not seen.succeeded or seen.body is MISSING:
            return f"{seen.operation} was answered {seen.status or 'nothing'}"
    values = [point(seen.body, at) for seen in looks]
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return f"{told.last.operation} shows no number at {at}"
    if values[0] != values[1]:
        return f"{told.last.operation} {at} moves by itself, or others are at work"
    return ""


def _moved(told: Told, step: Seen) -> Json | None:
    """What the instance holds more after the step than before; None where that cannot be told."""
    earlier = [seen for seen in told.steps if seen.id == step.id and seen is not step and seen.values]
    known = earlier[-1].values if earlier else {}
    creating = step.operation == told.cycle.created_by
    kinds = told.law.parameters.get("with", {}).values()
    if not creating and any(_value(v, step, known) != _value(v, step, step.values) for v in kinds):
        return None
    if creating and any(_value(v, step, step.values) != _value(v, step, told.steps[0].values) for v in kinds):
        return None
    held = _held(told, step, step.before, known if not creating else {})
    holds_now = _held(told, step, step.after, step.values)
    return None if held is None or holds_now is None else holds_now - held


def _in_words(moved: Json) -> tuple[str, str]:
    if not moved:
        return "still", "moved nothing"
    return ("in", f"took {brief(moved)}") if moved > 0 else ("out", f"gave back {brief(-moved)}")


def _held(told: Told, step: Seen, states: frozenset[str], values: Mapping[str, Json]) -> Json | None:
    holding = frozenset(told.law.parameters["states"])
    if not states or (states & holding and not states <= holding):
        return None
    if not states & holding:
        return 0
    amount = _value(told.law.parameters.get("amount", 1), step, values)
    return amount if isinstance(amount, int | float) and not isinstance(amount, bool) else None


def _value(expression: Json, step: Seen, values: Mapping[str, Json]) -> Json:
    if not isinstance(expression, str):
        return expression
    found = evaluate(expression, Scope(instance=InstanceFacts(step.id, values)))
    return None if found is UNRESOLVED else found
