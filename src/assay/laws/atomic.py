"""`atomic`: requests that come at once take effect one after another.

Tried: several requests are sent at once about one fresh instance, in each state in which the operation changes
something: the same operation several times, and others beside it (`with`). A barrier and connections that are open
already see to it that they really overlap. Afterwards the instance is looked at once more. With `same`, creators with
one idempotency key; with `shared`, several instances that take from one stock.

Told: whether some order of the requests, consistent with when each was called and had returned, explains all answers by
the table, its remembered fields and the operations' promises about the instance (linearizability, Herlihy & Wing 1990).
Where none does, the smallest set of answers that already excludes every order is named. With `once` at most one request
may succeed; with `same` all successes name one instance; with `shared` what is left is what was there less what was
taken.

Left open: which order it was. A request without an answer may have taken effect or not. An answer of which the table
says nothing in any state (429, a conflict that is not documented), and a step that broke another promise, leave the
race untold; so do requests that never were under way at the same moment, as on a target that is asked slowly, and
requests that go wrong one after another, too. Cells, fields and promises that are documented less firmly than the law
count as silent.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from assay.laws import racing
from assay.laws.comparing import readable
from assay.laws.racing import AFTERWARDS, AT_FIRST, RACER, Race
from assay.laws.reading import brief
from assay.laws.terms import Finding, Ground, Missing, Seen, Told, apart, broken, holds, untold
from assay.machine.expression import UNRESOLVED, point
from assay.machine.linearize import Window, losing
from assay.machine.worlds import Asked, Worlds
from assay.model.case import Script
from assay.model.lifecycle import Law
from assay.model.terms import Json, Schema
from assay.model.verdict import VerdictKind

NAME = "atomic"
TITLE = "requests that come at once take effect one after another"
PARAMETERS: Schema = racing.PARAMETERS
_APART = "its requests were sent at once, but no two of them were under way at the same moment"


def aspects(law: Law) -> Mapping[str, str]:
    """None: it is one promise."""
    return {}


def drills(ground: Ground, law: Law) -> Iterator[Script | Missing]:
    """Each kind of race, in each state where it can be told."""
    kinds = racing.races(ground.api, ground.cycle, law)
    if not kinds:
        yield Missing("the table has no operation that changes anything: name one in `operation`")
    for number, race in enumerate(kinds):
        try:
            yield from _drills(ground, law, race, number)
        except LookupError as error:
            yield Missing(f"{race.operation} cannot be raced: {error}")


def judge(told: Told) -> Sequence[Finding]:
    """Speaks when all racers are back, and again once it was looked at what they left."""
    racers = [seen for seen in told.steps if seen.role.startswith(f"{RACER}-")]
    if not racers or told.last.role not in {racers[-1].role, AFTERWARDS}:
        return ()
    race = racing.race_of(told.api, told.cycle, told.law, racers[0].role)
    if race is None:
        return ()
    found = _same(racers) if race.same else _judged(told, race, racers)
    if racers[-1].overlap < 2:
        return (apart(_APART),)
    whole = told.last.role == AFTERWARDS or race.same
    return (found,) if whole or found.kind is not VerdictKind.HOLDS else ()


def _drills(ground: Ground, law: Law, race: Race, number: int) -> Iterator[Script | Missing]:
    if race.same:
        yield racing.twins(ground, race, number)
        return
    if race.shared is not None:
        yield racing.rivals(ground, law, race, number, race.shared)
        return
    probe = racing.probe_of(ground.api, ground.cycle, law, race)
    states = race.states if race.states is not None else racing.where(ground.cycle, race.operation)
    reachable = [state for state in states if state in ground.states]
    if not reachable:
        yield Missing(f"{race.operation} changes nothing in any state that a documented way leads into")
    for state in reachable:
        if not race.once and not racing.tells(ground.cycle, race, state, probe):
            yield Missing(
                f"what {race.operation} leaves of {state} is not documented, so no answer can be wrong"
            )
            continue
        yield racing.script(ground, law, race, number, state)


def _same(racers: Sequence[Seen]) -> Finding:
    won = [seen for seen in racers if seen.succeeded and seen.id is not None]
    names = sorted({str(seen.id) for seen in won})
    if len(names) > 1:
        told = (
            f"{len(won)} requests with the same key at once made {len(names)} instances: {', '.join(names)}"
        )
        return broken(told, f"{racers[0].operation} at once")
    return holds() if len(won) > 1 else untold("fewer than two of the requests at once succeeded")


def _judged(told: Told, race: Race, racers: Sequence[Seen]) -> Finding:
    """What the answers say, once nothing else explains them."""
    lead = told.steps[: next(i for i, seen in enumerate(told.steps) if seen is racers[0])]
    if any(not seen.clean for seen in lead):
        return untold("what leads to the race did not go as documented")
    after = [told.last] if told.last.role == AFTERWARDS else []
    for seen in (*racers, *after):
        if why := _aside(told, race, seen):
            return untold(f"{seen.operation} {why}: that says nothing of an order")
    if race.shared is not None:
        return _shared(told, race.shared, racers, after)
    start = next((seen for seen in reversed(lead) if seen.id == racers[0].id and seen.after), None)
    if start is None:
        return untold("it is not known in which state the race began")
    if (
        race.once
        and len(won := [seen for seen in racers if seen.operation == race.operation and _counts(seen)]) > 1
    ):
        facet = f"{'/'.join(sorted(start.after))} once"
        return broken(f"at most one may succeed, but at once {_told(won)}", facet)
    refused = [seen for seen in racers if seen.status in race.refused]
    return _ordered(told, start, [seen for seen in (*racers, *after) if seen not in refused], race)


def _ordered(told: Told, start: Seen, steps: Sequence[Seen], race: Race) -> Finding:
    worlds = Worlds(told.api, told.cycle, start.id, told.law.strength)
    asked = [Asked(seen.operation, seen.status, seen.body, seen.scope) for seen in steps]
    windows = [
        Window(
            seen.window[0], seen.window[1] if seen.status is not None else math.inf, seen.status is not None
        )
        for seen in steps
    ]
    lost = losing(
        windows,
        [worlds.number(state, start.values) for state in sorted(start.after)],
        lambda index, world: worlds.after(asked[index], world),
        lambda index, world: worlds.lost(asked[index], world),
    )
    if not lost:
        return holds()
    began = "/".join(sorted(start.after))
    culprits = [steps[index] for index in lost]
    afterwards = [seen for seen in culprits if seen.role == AFTERWARDS]
    answers = _told([seen for seen in culprits if seen not in afterwards])
    then = f", and afterwards {_told(afterwards)}" if afterwards else ""
    return broken(
        f"no order explains what was answered at once in state {began}: {answers}{then}",
        f"{began} {race.operation}",
    )


def _shared(told: Told, shared: Mapping[str, Json], racers: Sequence[Seen], after: Sequence[Seen]) -> Finding:
    """What is left is what was there less what was taken."""
    if not after:
        return holds()
    first = told.at(AT_FIRST)
    before, left = (_number(seen, shared["at"]) for seen in (first, after[0]))
    taken = [_number(seen, shared["takes"]) for seen in racers if seen.succeeded]
    sizes = [size for size in taken if size is not None]
    if before is None or left is None or len(sizes) < len(taken):
        return untold(f"{shared['read']} or {racers[0].operation} does not show a number")
    if any(seen.status is None for seen in racers):
        return untold("not all requests at once were answered")
    wins = f"{len(sizes)} of {len(racers)} {racers[0].operation} at once took {brief(sum(sizes))} of {brief(before)}"
    if left < 0 or left != before - sum(sizes):
        return broken(f"{wins}, and {brief(left)} are left", f"shared {racers[0].operation}", shared["at"])
    return holds() if sizes else untold("none of the requests at once succeeded")


def _number(seen: Seen | None, pointer: str) -> float | None:
    found = UNRESOLVED if seen is None else point(seen.body, pointer.removeprefix("#"))
    return found if isinstance(found, int | float) and not isinstance(found, bool) else None


def _aside(told: Told, race: Race, seen: Seen) -> str:
    """Why an answer cannot be judged as one of an order; empty when it can, or when there is none."""
    if seen.status is None or seen.status in race.refused:
        return ""
    if seen.broken:
        return "broke another promise"
    row = told.cycle.cells.get(seen.operation, {})
    statuses = {way.status for cell in row.values() for way in cell.transitions}
    if seen.status in statuses or not row:
        return ""
    silent = any(cell.silent for cell in row.values())
    if silent and readable(seen):
        return ""
    return f"answered {seen.status}, of which the table says nothing"


def _counts(seen: Seen) -> bool:
    """True for a success that changed something: with `If-Match`, one whose `ETag` is another one than was sent."""
    sent = next((value for name, value in seen.case.headers.items() if name.lower() == "if-match"), None)
    return seen.succeeded and (sent is None or seen.headers.get("etag", sent) != sent)


def _told(steps: Sequence[Seen]) -> str:
    """`payOrder 200, payOrder 200`."""
    return ", ".join(f"{seen.operation} {seen.status or 'unanswered'}" for seen in steps)
