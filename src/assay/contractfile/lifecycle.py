"""Lifecycle documents become tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from assay.contractfile.positions import Document
from assay.model.contract import Json, Strength
from assay.model.lifecycle import (
    ABSENT,
    Cell,
    Eventually,
    Expiry,
    Field,
    FieldKind,
    Law,
    Lifecycle,
    Nothing,
    State,
    Transition,
)
from assay.model.pointer import escape

#: from firm to weak: alternatives stand together as firmly as the weakest of them
_WEAKER: Final = (Strength.DOCUMENTED, Strength.EXEMPLIFIED, Strength.SILENT)

_DURATION: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)")
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
#: of the time allowed: what is asked so often is hardly noticed, and comes about so soon
_EVERY: Final = 1 / 20
#: of the time until it expires: servers look round for what has expired now and then
_SLACK: Final = 1 / 10
#: seconds
_LEAST_EVERY: Final = 0.05
_LEAST_SLACK: Final = 1.0


def build_lifecycle(document: Document, api: str) -> Lifecycle:
    """The table of a lifecycle file that kept its schema. `absent` is among its states, written or not."""
    raw = document.value
    strength, source = Strength(raw.get("strength", Strength.DOCUMENTED)), raw.get("source", "")
    return Lifecycle(
        name=raw["lifecycle"],
        api=api,
        created_by=raw["instance"]["created-by"],
        id_expression=raw["instance"]["id"],
        carried_in=raw["instance"]["carried-in"],
        states=_states(raw["states"]),
        cells={
            operation: {
                state: _cell(operation, state, cell, (strength, source), document)
                for state, cell in row.items()
            }
            for operation, row in raw["cells"].items()
        },
        fields=tuple(
            _field(name, item, (strength, source), document) for name, item in raw.get("fields", {}).items()
        ),
        laws=tuple(_law(i, item, (strength, source), document) for i, item in enumerate(raw.get("laws", ()))),
        strength=strength,
        source=source,
        place=document.place("/lifecycle"),
        url_expression=raw["instance"].get("url"),
    )


def _states(raw: Mapping[str, Json]) -> tuple[State, ...]:
    written = {name: item or {} for name, item in raw.items()}
    named = {ABSENT: written.get(ABSENT, {}), **written}
    return tuple(
        State(n, bool(item.get("final", False)), item.get("description", "")) for n, item in named.items()
    )


def _cell(operation: str, state: str, raw: Json, default: tuple[Strength, str], document: Document) -> Cell:
    place = document.place(f"/cells/{escape(operation)}/{escape(state)}")
    if raw == "silent" or (isinstance(raw, Mapping) and "silent" in raw):
        told = raw if isinstance(raw, Mapping) else {}
        mock = told["silent"]["mock"] if told else None
        return Cell(
            state=state,
            operation=operation,
            transitions=(),
            silent=True,
            mock=_mocked(mock) if mock else None,
            strength=Strength.SILENT,
            source=told.get("source", default[1]),
            place=place,
        )
    late = raw.get("eventually") if isinstance(raw, Mapping) else None
    ways = [late] if late is not None else raw if isinstance(raw, list) else [raw]
    strengths = [Strength(way.get("strength", default[0])) for way in ways]
    sources = [way["source"] for way in ways if "source" in way]
    return Cell(
        state=state,
        operation=operation,
        transitions=tuple(_transition(way) for way in ways),
        silent=False,
        mock=None,
        strength=max(strengths, key=_WEAKER.index),
        source=sources[0] if sources else default[1],
        place=place,
        eventually=_eventually(late) if late is not None else None,
    )


def _eventually(raw: Mapping[str, Json]) -> Eventually:
    within = seconds(raw["within"])
    until = raw.get("meanwhile", [])
    return Eventually(
        within=within,
        every=seconds(raw["every"]) if "every" in raw else max(_LEAST_EVERY, within * _EVERY),
        meanwhile=tuple(_transition(way) for way in (until if isinstance(until, list) else [until])),
    )


def _expiry(raw: Mapping[str, Json]) -> Expiry:
    after = seconds(raw["after"])
    return Expiry(after, seconds(raw["slack"]) if "slack" in raw else max(_LEAST_SLACK, after * _SLACK))


def seconds(duration: str) -> float:
    """`200ms`, `5s`, `10m`, `1.5h`, `2d` in seconds. Raises `ValueError` for anything else."""
    found = _DURATION.fullmatch(duration)
    if found is None:
        raise ValueError(f"no duration: {duration!r}")
    return float(found[1]) * _SECONDS[found[2]]


def _transition(raw: Mapping[str, Json]) -> Transition:
    body = raw.get("body")
    return Transition(
        status=raw["status"],
        to=raw.get("to"),
        body=Nothing.NOTHING if body == "nothing" else body,
        when=raw.get("when"),
        set=raw.get("set", {}),
        mock_body=raw.get("mock", {}).get("body"),
        expires=_expiry(raw["expires"]) if "expires" in raw else None,
    )


def _mocked(mock: Mapping[str, Json]) -> Transition:
    """How the mock answers where the documentation is silent."""
    return Transition(status=mock["status"], to=mock.get("to"), mock_body=mock.get("body"))


def _field(name: str, raw: Mapping[str, Json], default: tuple[Strength, str], document: Document) -> Field:
    return Field(
        name=name,
        kind=FieldKind(raw["kind"]),
        sent=raw.get("sent"),
        at=raw.get("at", {}),
        strength=Strength(raw.get("strength", default[0])),
        source=raw.get("source", default[1]),
        place=document.place(f"/fields/{escape(name)}"),
        rule=raw.get("rule"),
    )


def _law(index: int, raw: Json, default: tuple[Strength, str], document: Document) -> Law:
    name, told = (raw, {}) if isinstance(raw, str) else next((n, item or {}) for n, item in raw.items())
    return Law(
        name=name,
        parameters={key: value for key, value in told.items() if key not in {"strength", "source"}},
        strength=Strength(told.get("strength", default[0])),
        source=told.get("source", default[1]),
        place=document.place(f"/laws/{index}"),
    )
