"""`isolation`: what is done to one instance changes no other, and what is one principal's is nobody else's.

*Other instances.* Two instances are made and one is read twice, so that what reading alone does to it is known. Then
each of `operations` is asked of the other, and the first is read again: it is as the table and its remembered fields
say, and as `equal` says of anything else in the reading. Where no safe operation shows an instance, the table is the
probe: after the step the other instance still answers as one in its own state. That such an answer is to be had at all,
the step itself or an instance that nothing happened to has shown before. An operation whose effect no documented answer
would show is not tried.

*Other principals*, only where `principals` asks for it and the target names a second one. He first creates an instance
of his own, so that his credentials are known to work; then he asks for what is not his. `stranger` says what he is
answered: a status, or the very answer that an id gets which was never issued (but for ids in it, and for what differs
between two such answers); without it anything but a success will do. What he is refused has no effect: the owner reads
what he read before, and succeeds with the very request that the stranger was refused. Lists of the two have nothing in
common, and what one creates leaves the other's total as it is.

Left open: an id may have been issued to both principals, one each, where the lifecycle does not promise `unique-ids`.
There a stranger's success counts only when it shows or changes what the owner sees.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assay.laws import strangers, trespass
from assay.laws.reading import difference, ignored, in_body, reader, sight, writers
from assay.laws.table import home
from assay.laws.telling import probe, shows, telling
from assay.laws.terms import Finding, Ground, Missing, Seen, Told, broken, holds, untold
from assay.machine.expression import MISSING, UNRESOLVED, point
from assay.model.case import Case, Script
from assay.model.copied import replace
from assay.model.lifecycle import Law, Lifecycle
from assay.model.terms import Json, Schema, Strength

NAME = "isolation"
TITLE = "what is done to one instance changes no other"
PARAMETERS: Schema = {
    "type": "object",
    "properties": {
        "operations": {
            "type": "array",
            "items": {"type": "string", "x-names": "operation"},
            "minItems": 1,
            "description": "What is asked of one instance; by default the creator and every unsafe operation.",
        },
        "read": {
            "type": "string",
            "x-names": "operation",
            "description": "Shows an instance; by default the first safe operation of the table.",
        },
        "equal": {
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
            "description": "What of the reading stays as it is, besides what the table and the fields say: "
            "`body`, places of the body as JSON Pointers, and names of response headers.",
        },
        "ignore": {
            "type": "array",
            "items": {"type": "string", "pattern": "^/"},
            "description": "JSON Pointers into the reading that are never compared, besides `volatile` fields.",
        },
        **strangers.PARAMETERS,
    },
    "additionalProperties": False,
}
_BLIND = (
    "no documented answer would show that a step reached another instance: say in `equal` which places of the reading "
    "stay as they are"
)


def aspects(law: Law) -> Mapping[str, str]:
    """What another principal may not do, as far as `principals` asks."""
    return strangers.aspects(law)


def refusals(cycle: Lifecycle) -> tuple[int, ...]:
    """The statuses that the lifecycle says another principal is answered; none where it does not say."""
    said = (law for law in cycle.laws if law.name == NAME and law.strength is not Strength.SILENT)
    return tuple(status for law in said if strangers.asked(law) for status in strangers.statuses(law))


def drills(ground: Ground, law: Law) -> Iterator[Script | Missing]:
    """About other instances and about other principals, in turns: a budget cuts a little of each."""
    waiting = [_bystanders(ground, law), strangers.drills(ground, law)]
    while waiting:
        for items in tuple(waiting):
            item = next(items, None)
            if item is None:
                waiting.remove(items)
            else:
                yield item


def judge(told: Told) -> Sequence[Finding]:
    """The newest step, in the light of what the drill showed before it."""
    if told.last.role == "after":
        return _read(told)
    if told.last.role == "probe":
        return _probed(told)
    return trespass.judge(told)


# -- drills about other instances -----------------------------------------------------------------------------------


def _bystanders(ground: Ground, law: Law) -> Iterator[Script | Missing]:
    cycle = ground.cycle
    wanted = law.parameters.get("operations", (cycle.created_by, *writers(ground.api, cycle)))
    found = False
    for operation in wanted:
        # where making another is not promised to leave it alone, the bystander is made last
        for script in _about(ground, law, operation, elder=cycle.created_by in wanted):
            found = True
            yield script
    if not found:
        yield Missing(_BLIND)


def _about(ground: Ground, law: Law, operation: str, *, elder: bool) -> Iterator[Script]:
    cycle = ground.cycle
    creates = operation == cycle.created_by
    state = next(iter(ground.states), None) if creates else home(ground, operation)
    if state is None:
        return
    other = _first(ground.lead(state, "i2"), "bystander")
    one: tuple[Case, ...] = () if creates else _first(ground.lead(state, "i1"), "instance")
    asked = ground.ask(operation, "i1") if creates else telling(ground, operation, "i1")
    step = replace(asked, role="step", title="another is made" if creates else "of the one")
    # servers that take one for another often take the one made just before: so the bystander comes first
    made = (*other, *one) if elder else (*one, *other)
    sees = reader(ground.api, cycle, law)
    if sees is not None and (law.parameters.get("equal") or shows(cycle, sees, state, operation)):
        before, again, after = (
            replace(ground.ask(sees, "i2"), role=role, title=title)
            for role, title in (
                ("before", "the other as it is"),
                ("again", "once more"),
                ("after", "the other"),
            )
        )
        yield Script(f"{operation}, and {sees} of another", (*made, before, again, step, after))
    elif (asks := probe(cycle, state, operation)) is not None:
        last = replace(ground.ask(asks, "i2"), role="probe", title="the other, to which nothing happened")
        title = f"{operation}, and {asks} of another"
        control = () if asks == operation else _control(ground, state, asks)
        if one:
            yield Script(title, (*control, *one, *other, step, last))
        if elder:
            yield Script(title, (*control, *other, *one, step, last))


def _first(lead: Sequence[Case], role: str) -> tuple[Case, ...]:
    return (replace(lead[0], role=role), *lead[1:])


def _control(ground: Ground, state: str, operation: str) -> tuple[Case, ...]:
    """That the probe's answer is to be had, with no other instance about."""
    asked = replace(ground.ask(operation, "i3"), role="control", title="of one alone")
    return (*ground.lead(state, "i3"), asked)


# -- their judgement --------------------------------------------------------------------------------------------------


def _read(told: Told) -> Sequence[Finding]:
    step, before, again, last = (told.at(role) for role in ("step", "before", "again", "after"))
    if step is None or before is None or again is None or last is None:
        return ()
    if why := _unfit(told):
        return (untold(why),)
    if unseen := _unseen(told, before):
        return (untold(f"{before.operation} shows no {unseen}"),)
    if moved := _moved(told, before, again):
        return (untold(f"{before.operation}: {moved[1]}, with nothing in between"),)
    found = _moved(told, before, last) or trespass.contradiction(told, before, last)
    if found is not None:
        place, words = found
        what = f"after {_said(told, step)}, {last.operation} of the other is not as before: {words}"
        return (broken(what, f"{step.operation} {place}", in_body(place)),)
    return (holds(),) if last.clean and last.before else ()


def _probed(told: Told) -> Sequence[Finding]:
    step, last = told.at("step"), told.last
    if step is None:
        return ()
    if why := _unfit(told):
        return (untold(why),)
    if any("/lifecycle/" in clause for clause in last.broken):
        state = "/".join(sorted(last.before))
        what = f"after {_said(told, step)}, {last.operation} of the other ({state}) answers {last.status}"
        return (broken(f"{what}, not as the table says for {state}", f"{step.operation} {last.operation}"),)
    return (holds(),) if last.clean and last.before else ()


def _unfit(told: Told) -> str:
    """Why the drill cannot tell; empty when it can: all went as documented, with two instances and two ids."""
    *earlier, last = told.steps
    for seen in earlier:
        if not (seen.clean and seen.succeeded):
            return (
                f"{seen.operation} ({seen.case.title}) did not go as documented: {seen.status or 'no answer'}"
            )
    other, one = told.at("bystander"), told.at("instance") or told.at("step")
    if other is None or one is None or other.id is None or other.id == one.id:
        return "the two instances have the same id"
    if not last.before and last.role == "probe":
        return "nobody knows in which state the other is"
    return trespass.no_answer(last)


def _moved(told: Told, before: Seen, after: Seen) -> tuple[str, str] | None:
    """Where what `equal` names differs, and how."""
    but = ignored(told.cycle, told.law, after.operation)
    for name in told.law.parameters.get("equal", ()):
        if name == "body" or name.startswith("/"):
            pointer = name if name.startswith("/") else ""
            one, other = _at(before, pointer), _at(after, pointer)
            found = difference(one, other, but, pointer)
        else:
            found = sight(replace(before, body=None), replace(after, body=None), frozenset(), (name,))
        if found is not None:
            return found
    return None


def _at(seen: Seen, pointer: str) -> Json:
    found = point(seen.body, pointer)
    return MISSING if found is UNRESOLVED else found


def _unseen(told: Told, seen: Seen) -> str:
    """What `equal` names and the reading does not show; empty when it shows all of it."""
    for name in told.law.parameters.get("equal", ()):
        header = name != "body" and not name.startswith("/")
        if name.lower() not in seen.headers if header else _at(seen, name.removeprefix("body")) is MISSING:
            return str(name)
    return ""


def _said(told: Told, step: Seen) -> str:
    creates = step.operation == told.cycle.created_by
    return "another instance was made" if creates else f"{step.operation} of another instance"
