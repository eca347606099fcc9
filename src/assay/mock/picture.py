"""What a mock's world holds, as a value that people and programs can look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from heapq import nlargest

from assay.machine.expression import MISSING
from assay.mock import aging
from assay.mock.world import Instance, World
from assay.model.contract import ContractSet
from assay.model.lifecycle import ABSENT, Lifecycle
from assay.model.terms import Json


def picture(contracts: ContractSet, world: World, now: datetime, most: int) -> list[Json]:
    """Each lifecycle with its states, how many instances are in each, and those that moved last, at most so many."""
    alive: dict[tuple[str, str], list[Instance]] = {}
    for (api, cycle, _), instance in world.instances.items():
        alive.setdefault((api, cycle), []).append(instance)
    return [
        _lifecycle(cycle, alive.get((api.name, cycle.name), []), now, most)
        for api in contracts.apis
        for cycle in api.lifecycles
    ]


def _lifecycle(cycle: Lifecycle, alive: list[Instance], now: datetime, most: int) -> Json:
    if aging.timed(cycle):
        alive = [aging.aged(cycle, instance, "", now) for instance in alive]
    counted = Counter(instance.state for instance in alive)
    return {
        "api": cycle.api,
        "lifecycle": cycle.name,
        "createdBy": cycle.created_by,
        "states": [
            {"state": state.name, "final": state.final, "instances": counted[state.name]}
            for state in cycle.states
            if state.name != ABSENT
        ],
        "instances": [_instance(one) for one in _latest(alive, most)],
    }


def _latest(alive: Iterable[Instance], most: int) -> list[Instance]:
    return nlargest(most, alive, key=lambda one: (aging.since(one), one.number))


def _instance(one: Instance) -> Json:
    shown = {
        "id": one.id,
        "state": one.state,
        "created": one.created.isoformat(),
        "since": aging.since(one).isoformat(),
        "number": one.number,
        "fields": dict(one.values),
    }
    return shown if one.document is MISSING else {**shown, "document": one.document}
