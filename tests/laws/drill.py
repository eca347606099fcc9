"""Drills without a server: grounds that lack something, and steps as they might have gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tests.laws.bench import law, orders_api

from assay.inputs.known_good import Supply
from assay.laws.library import drills, findings
from assay.laws.terms import Finding, Missing, Seen, Told
from assay.machine.expression import MISSING
from assay.model.case import BodyKind, Case, Payload
from assay.model.lifecycle import Lifecycle
from assay.model.verdict import VerdictKind
from assay.plan.ground import Ground
from assay.plan.witness import Planner


def table(without: Sequence[str] = (), *, fields: bool = True) -> Lifecycle:
    """The table of orders, less these operations; without `fields` it remembers nothing."""
    cycle = orders_api().lifecycles[0]
    kept = {name: row for name, row in cycle.cells.items() if name not in without}
    return replace(cycle, cells=kept, fields=cycle.fields if fields else ())


def missing(name: str, cycle: Lifecycle, **parameters: Any) -> list[str]:
    """What the law says it cannot try in such a lifecycle."""
    api = replace(orders_api(), lifecycles=(cycle,))
    ground = Ground(Planner(api, Supply({})), cycle)
    return [item.why for item in drills(ground, law(name, **parameters)) if isinstance(item, Missing)]


def step(role: str, operation: str, status: int | None = 200, body: Any = MISSING, *, sent: Any = MISSING,
         media_type: str = "application/json", **more: Any) -> Seen:  # fmt: skip
    """A step as it went."""
    payload = Payload() if sent is MISSING else Payload(BodyKind.JSON, sent, media_type=media_type)
    return Seen(Case("orders", operation, "as asked", "law", body=payload, role=role), status, body, **more)


def told(name: str, parameters: Mapping[str, Any], *steps: Seen) -> list[Finding]:
    """What the law says after the last of these steps."""
    api = orders_api()
    return list(findings(Told(api, api.lifecycles[0], law(name, **parameters), steps)))


def kinds(name: str, parameters: Mapping[str, Any], *steps: Seen) -> list[VerdictKind]:
    """The kinds of what it says."""
    return [finding.kind for finding in told(name, parameters, *steps)]
