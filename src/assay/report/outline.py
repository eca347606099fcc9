"""What a log's header says of the contracts, so that a report needs nothing but the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assay.model.contract import Api, ContractSet, Operation
from assay.model.lifecycle import ABSENT, Cell, Lifecycle, Nothing, Transition, duration
from assay.model.problem import NOWHERE
from assay.report.documented import asks, replies


@dataclass(frozen=True, slots=True)
class Outline:
    """The drawing parts of `RunStarted`, under the same names."""

    #: {api, name, states: [{name, final, description}], operations: [id],
    #: cells: [{state, operation, expected, ways: [{status, to, nothing, when, time}]}]}
    tables: tuple[Mapping[str, object], ...]
    #: {api, id, method, path, summary, statuses, deprecated, replies, asks, slo: {p50: milliseconds}}; `documented.py`
    #: says what replies and asks are
    operations: tuple[Mapping[str, object], ...]
    #: {name, title, version, sources: {key: {title, url, note}}}
    apis: tuple[Mapping[str, object], ...]
    #: {matches, reason, owner, until, place, link}
    waivers: tuple[Mapping[str, str], ...]


def outline(contracts: ContractSet) -> Outline:
    """The outline of those contracts, as plain JSON types."""
    return Outline(
        tables=tuple(table(cycle) for api in contracts.apis for cycle in api.lifecycles),
        operations=tuple(_operation(api, o) for api in contracts.apis for o in api.operations),
        apis=tuple(_api(api) for api in contracts.apis),
        waivers=tuple(waiver for api in contracts.apis for waiver in _waivers(api)),
    )


def _api(api: Api) -> Mapping[str, object]:
    sources = {
        key: {"title": source.title, "url": source.url, "note": source.note}
        for key, source in sorted(api.sources.items())
    }
    return {"name": api.name, "title": api.title, "version": api.version, "sources": sources}


def _operation(api: Api, operation: Operation) -> Mapping[str, object]:
    slo = {"slo": dict(operation.slo)} if operation.slo else {}
    return {
        "api": operation.api,
        "id": operation.id,
        "method": operation.method.upper(),
        "path": operation.path,
        "summary": operation.summary,
        "statuses": [reply.status for reply in operation.replies],
        "deprecated": operation.deprecated,
        "replies": replies(api, operation),
        "asks": asks(api, operation),
        **slo,
    }


def _waivers(api: Api) -> list[Mapping[str, str]]:
    return [
        {
            "matches": waiver.matches,
            "reason": waiver.reason,
            "owner": waiver.owner,
            "until": waiver.until.isoformat(),
            "place": "" if waiver.place == NOWHERE else str(waiver.place),
            **({"link": waiver.link} if waiver.link else {}),
        }
        for waiver in api.waivers
    ]


def table(cycle: Lifecycle) -> Mapping[str, object]:
    """One lifecycle's table."""
    states = [{"name": s.name, "final": s.final, "description": s.description} for s in cycle.states]
    if all(state["name"] != ABSENT for state in states):
        states.insert(0, {"name": ABSENT, "final": False, "description": "an id that was never issued"})
    cells = [
        {"state": state, "operation": operation, "expected": _expected(cell), "ways": _ways(cell)}
        for operation, row in cycle.cells.items()
        for state, cell in row.items()
    ]
    return {
        "api": cycle.api,
        "name": cycle.name,
        "states": states,
        "operations": list(cycle.operations),
        "cells": cells,
    }


def _expected(cell: Cell) -> str:
    return "" if cell.silent else " or ".join(_way(cell, transition) for transition in cell.transitions)


def _ways(cell: Cell) -> list[Mapping[str, object]]:
    transitions = () if cell.silent else cell.transitions
    return [
        {
            "status": t.status,
            "to": t.to,
            "nothing": t.body is Nothing.NOTHING,
            "when": t.when or "",
            "time": _time(cell, t),
        }
        for t in transitions
    ]


def _time(cell: Cell, transition: Transition) -> str:
    """When it is answered so, where that takes time."""
    if transition.expires is not None:
        return f"after {duration(transition.expires.after)}"
    return f"within {duration(cell.eventually.within)}" if cell.eventually is not None else ""


def _way(cell: Cell, transition: Transition) -> str:
    body = " nothing" if transition.body is Nothing.NOTHING else ""
    after = f" → {transition.to}" if transition.to else ""
    time = _time(cell, transition)
    return f"{transition.status}{body}{f' {time}' if time else ''}{after}"
