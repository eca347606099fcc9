"""From what runs saw to what could be written down: only what came each time, in each run, and often enough."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from assay.model.contract import Api, ContractSet, Strength
from assay.model.lifecycle import ABSENT, Lifecycle
from assay.model.verdict import Clause, ClauseKind
from assay.plan.clauses import clauses
from assay.report.observed import BROKEN, KEPT, Observed, Seen

#: `404`, `200 nothing`: a status, and that nothing came with it
_STATUS: Final = re.compile(r"([1-5]\d\d)( nothing)?")
_NOTHING: Final = re.compile(r" (null|empty)$")


@dataclass(frozen=True, slots=True)
class Pin:
    """Something that was seen each time, and where it would be written."""

    api: str
    #: the clauses that it makes firmer
    clauses: tuple[str, ...]
    #: what was seen: `200`, or that it was kept
    what: str
    #: how often, which is also how often anything was seen
    seen: int
    file: str
    pointer: str
    #: the run that saw it last
    run: str
    #: of a silent cell: the ways it answers; empty: a strength becomes firmer
    ways: tuple[Mapping[str, str | int], ...] = ()


@dataclass(frozen=True, slots=True)
class Unpinned:
    """What was seen and is not to be written down, and why."""

    clause: str
    why: str
    outcomes: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Learned:
    """What some runs say."""

    pins: tuple[Pin, ...]
    #: seen to differ, within a run or between runs
    contradictory: tuple[Unpinned, ...]
    #: seen too rarely, in too few runs, or of a kind that cannot be written down
    left: tuple[Unpinned, ...]


def learn(contracts: ContractSet, runs: Sequence[Observed], at_least: int) -> Learned:
    """What the runs, each of which is one that really tried these contracts, say of what is still silent."""
    pins: list[Pin] = []
    contradictory: list[Unpinned] = []
    left: list[Unpinned] = []
    for api in contracts.apis:
        for group in _groups(api):
            found = _weighed(api, group, runs, at_least)
            if isinstance(found, Pin):
                pins.append(found)
            elif found is not None:
                (contradictory if _differs(found) else left).append(found)
    return Learned(tuple(pins), tuple(contradictory), tuple(left))


_DIFFERS: Final = ("came now and then", "did not hold", "goes on")


def _differs(found: Unpinned) -> bool:
    return any(word in found.why for word in _DIFFERS)


def _groups(api: Api) -> Iterable[tuple[Clause, ...]]:
    """The silent clauses, those together that are written in one place: a law in several parts, say."""
    found: dict[tuple[str, ...], list[Clause]] = {}
    for clause in clauses(api):
        if clause.strength is not Strength.SILENT:
            continue
        key = (clause.place.file, clause.place.pointer, "")
        if clause.kind is ClauseKind.REJECTS:
            key = (clause.api, clause.operation or "", "rejects")
        found.setdefault(key, []).append(clause)
    return (tuple(group) for group in found.values())


def _weighed(
    api: Api, group: tuple[Clause, ...], runs: Sequence[Observed], at_least: int
) -> Pin | Unpinned | None:
    """What to do about one place; None where nothing was seen there."""
    first = group[0]
    seen = [[run.seen[clause.id] for clause in group if clause.id in run.seen] for run in runs]
    total = Counter[str]()
    for one in (one for several in seen for one in several):
        total.update(one.outcomes)
    if not total:
        return None
    outcomes = tuple(sorted(total.items()))
    if first.kind is ClauseKind.CELL:  # JSON null and a zero-length body are both nothing
        total = Counter[str]()
        for label, times in outcomes:
            total[_NOTHING.sub(" nothing", label)] += times
    name = first.id if first.kind is not ClauseKind.REJECTS else _above(first.id)
    if first.kind is ClauseKind.REJECTS:
        return _refusals(name, outcomes)
    if len(total) > 1:
        return Unpinned(name, "more than one thing came now and then", outcomes)
    ((what, number),) = total.items()
    if what == BROKEN:
        return Unpinned(name, "it did not hold", outcomes)
    missing = [run.header.run for run, several in zip(runs, seen, strict=True)
               if len(several) < len(group) or not all(one.outcomes for one in several)]  # fmt: skip
    if missing:
        return Unpinned(name, f"nothing of it was seen in {', '.join(missing)}", outcomes)
    least = min(
        sum(one.outcomes.total() for run in seen for one in run if one.clause.id == c.id) for c in group
    )
    if least < at_least:
        return Unpinned(name, f"seen {least} times, and {at_least} are asked for", outcomes)
    latest = max(run.header.run for run in runs)
    pin = Pin(api.name, tuple(clause.id for clause in group), what, number, first.place.file,
              first.place.pointer, latest)  # fmt: skip
    if first.kind is ClauseKind.CELL:
        return _of_cell(api, pin, first, [one for several in seen for one in several], outcomes)
    return pin if what == KEPT else Unpinned(name, "nobody can tell what it means", outcomes)


def _above(clause: str) -> str:
    return clause.partition("/rejects/")[0] + "/rejects"


def _refusals(name: str, outcomes: tuple[tuple[str, int], ...]) -> Unpinned:
    if len(outcomes) > 1:
        return Unpinned(name, "more than one thing came now and then", outcomes)
    return Unpinned(name, "it takes a documented response, and nobody documents one", outcomes)


def _of_cell(
    api: Api, pin: Pin, clause: Clause, seen: Sequence[Seen], outcomes: tuple[tuple[str, int], ...]
) -> Pin | Unpinned:
    told = _STATUS.fullmatch(pin.what)
    cycle = next(one for one in api.lifecycles if one.name == clause.lifecycle)
    operation, state = clause.operation or "", clause.state or ""
    if told is None:
        return Unpinned(clause.id, "no whole answer came", outcomes)
    status = int(told[1])
    if api.operation(operation).reply_for(status) is None:
        why = f"{operation} does not document {status}: add the response first, if it is meant"
        return Unpinned(clause.id, why, outcomes)
    way: dict[str, str | int] = {"status": status}
    nothing: dict[str, str | int] = {"body": "nothing"} if told[2] else {}
    states = _afterwards(cycle, state, status, seen)
    if not states:
        return Unpinned(clause.id, f"where an instance goes on from {state} cannot be told", outcomes)
    ways = tuple(
        {**way, **({} if after == state else {"to": after}), **nothing}
        for after in sorted(states, key=lambda one: one != state)
    )
    return replace(pin, ways=ways)


def _afterwards(cycle: Lifecycle, state: str, status: int, seen: Sequence[Seen]) -> set[str]:
    """Where the instance may be afterwards, by what came next: a refusal and a final state leave it where it is.

    Each state counts whose cells allow all that was seen next.
    """
    final = any(one.name == state and one.final for one in cycle.states)
    if status >= 300 or final or state == ABSENT:
        return {state}
    after = Counter[tuple[str, int]]()
    for one in seen:
        after.update(one.after)
    names = [one.name for one in cycle.states if one.name != ABSENT]
    return {name for name in names if all(_allows(cycle, name, *said) for said in after)}


def _allows(cycle: Lifecycle, state: str, asked: str, status: int) -> bool:
    """True when the table lets that be answered there; what is silent, or not in the table, allows everything."""
    cell = cycle.cell(state, asked)
    if cell is None or cell.silent:
        return True
    ways = (*cell.transitions, *(cell.eventually.meanwhile if cell.eventually else ()))
    return any(way.status == status for way in ways)
