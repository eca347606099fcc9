"""Time in the mock: instances that change by themselves, and cells whose answer depends on how long that is ago.

What a contract leaves open the mock decides once and for all, so that it is the same in every run: what comes
eventually comes after a few requests at the documented interval, and what expires does so as soon as it may.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from assay.mock.world import Instance
from assay.model.contract import Operation
from assay.model.lifecycle import Cell, Eventually, Lifecycle, Transition

#: requests at the documented interval that come before what they wait for does; and the part of its time it may take
_REQUESTS, _PART = 2.5, 0.5
#: what is answered until then where the contract does not say: rather one of these than another
_UNTIL = (202, 404, 409)


def timed(cycle: Lifecycle) -> bool:
    """True when its instances change by themselves."""
    cells = [cell for row in cycle.cells.values() for cell in row.values()]
    return any(cell.eventually is not None or cell.expired for cell in cells)


def aged(cycle: Lifecycle, instance: Instance, operation: str, now: datetime) -> Instance:
    """The instance as `operation` finds it: brought on by time, but for a last change that its answer will show."""
    found = before = instance
    for _ in cycle.states:
        row = (cells.get(found.state) for cells in cycle.cells.values())
        due = min((change for cell in row if cell is not None for change in _changes(cell)), default=None)
        if due is None or age(found, now) < due[0]:
            break
        own = cycle.cell(found.state, operation)
        shown = own is not None and any(to == due[1] for _, to in _changes(own))
        moved = replace(found, state=due[1], since=since(found) + timedelta(seconds=due[0]))
        before, found = (found if shown else moved), moved
    return before


def entered(cell: Cell, way: Transition, instance: Instance, now: datetime) -> datetime:
    """When an instance that is answered so came into the state that the answer leads to."""
    if way.to is None:
        return since(instance)
    if cell.eventually is not None and way in cell.transitions:
        return since(instance) + timedelta(seconds=_ready(cell.eventually))
    return since(instance) + timedelta(seconds=way.expires.after) if way.expires is not None else now


def open_ways(cell: Cell, seconds: float, operation: Operation) -> tuple[Transition, ...]:
    """The ways in which the cell answers about an instance that has been in its state for so long."""
    if cell.eventually is not None:
        return cell.transitions if seconds >= _ready(cell.eventually) else _until(cell, operation)
    if all(way.expires is None for way in cell.transitions):
        return cell.transitions
    expired = tuple(w for w in cell.expired if w.expires is not None and seconds >= w.expires.after)
    return expired or cell.plain


@lru_cache(maxsize=1024)
def plain_way(status: int) -> Transition:
    """The way of answering of which nothing is said but the status: one for each, so that it is known again."""
    return Transition(status)


def age(instance: Instance, now: datetime) -> float:
    """Seconds since it came into its state."""
    return (now - since(instance)).total_seconds()


def since(instance: Instance) -> datetime:
    """When it came into its state."""
    return instance.since or instance.created


def _changes(cell: Cell) -> Iterator[tuple[float, str]]:
    """After how many seconds time leads where."""
    for way in cell.transitions:
        if way.to in {None, cell.state}:
            continue
        if cell.eventually is not None:
            yield _ready(cell.eventually), str(way.to)
        elif way.expires is not None:
            yield way.expires.after, str(way.to)


def _ready(eventually: Eventually) -> float:
    return min(eventually.every * _REQUESTS, eventually.within * _PART)


def _until(cell: Cell, operation: Operation) -> tuple[Transition, ...]:
    if cell.eventually is None or cell.eventually.meanwhile:
        return cell.eventually.meanwhile if cell.eventually else ()
    wanted = {way.status for way in cell.transitions}
    documented = [
        int(r.status) for r in operation.replies if r.status.isdigit() and int(r.status) not in wanted
    ]
    likely = [status for status in _UNTIL if status in documented]
    others = [status for status in documented if status // 100 == 2]
    chosen = (*likely[:1], *others, *(status for status in documented if status // 100 == 4))
    return (plain_way(chosen[0]),) if chosen else cell.transitions
