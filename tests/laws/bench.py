"""Plays the drills of chosen laws, and nothing else, against an orders server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from examples.orders.server import Orders
from examples.orders.serving import start

from assay.app.load import load
from assay.app.profile import PROFILES
from assay.app.target import Target
from assay.drive.auth import Secrets
from assay.drive.clock import SystemClock
from assay.explore import laws as explorer
from assay.explore.stage import Stage
from assay.files.config import TargetConfig
from assay.inputs.known_good import Supply
from assay.judge.judge import Judge
from assay.model.contract import Api
from assay.model.event import Event, Noted, StepJudged, ViolationFound
from assay.model.lifecycle import Law
from assay.model.problem import NOWHERE
from assay.model.terms import Strength
from assay.model.verdict import VerdictKind
from assay.plan.ground import Ground
from assay.plan.witness import Planner
from assay.ports import Clock

CONTRACTS = "examples/orders/contracts"


@dataclass(frozen=True)
class Outcome:
    """What came of the drills."""

    events: tuple[Event, ...]
    requests: int

    def kinds(self, clause: str) -> set[VerdictKind]:
        """The kinds of verdict that were given on the clause with that ending."""
        judged = (e for e in self.events if isinstance(e, StepJudged))
        return {v.kind for e in judged for v in e.verdicts if v.clause.endswith(clause)}

    @property
    def violated(self) -> set[str]:
        """Every clause that was seen broken, without the api's name."""
        judged = (e for e in self.events if isinstance(e, StepJudged))
        broken = (v.clause for e in judged for v in e.verdicts if v.kind is VerdictKind.VIOLATED)
        return {clause.partition("/")[2] for clause in broken}

    def shortest(self, clause: str) -> ViolationFound:
        """The shortest history told of the clause with that ending. Raises `ValueError` when none was."""
        told = [e for e in self.events if isinstance(e, ViolationFound) and e.verdict.clause.endswith(clause)]
        return min(told, key=lambda e: len(e.history))

    @property
    def notes(self) -> tuple[Noted, ...]:
        """What was noted."""
        return tuple(e for e in self.events if isinstance(e, Noted))


@cache
def orders_api() -> Api:
    """The API of the orders example."""
    return load(CONTRACTS, date(2026, 1, 1)).api("orders")


def law(name: str, **parameters: Any) -> Law:
    """A law as a lifecycle file would state it."""
    return Law(name, parameters, Strength.DOCUMENTED, "", NOWHERE)


class Hurried(SystemClock):
    """Waits for nobody: a bad moment has passed already."""

    def sleep(self, seconds: float) -> None:
        """Returns at once."""


def drilled(
    make: type[Orders], *laws: Law, budget: int = 600, principals: int = 2, clock: Clock | None = None
) -> Outcome:
    """What the drills of these laws see of such a server."""
    base = orders_api()
    cycle = replace(base.lifecycles[0], laws=laws)
    api = replace(base, lifecycles=(cycle,))
    with start(make) as running:
        others: Mapping[str, Secrets] = (
            {"bob": Secrets({"*": running.tokens["bob"]})} if principals > 1 else {}
        )
        secrets = Secrets({"*": running.tokens["alice"]})
        config = TargetConfig(running.url, running.url)
        target = Target(running.url, running.url, secrets, config, PROFILES["gate"], {}, others=others)
        events: list[Event] = []
        supply = Supply(dict(api.supplies))
        stage = Stage(
            api,
            Judge(api, supply),
            target.sender(api),
            events.append,
            clock or SystemClock(),
            target.policy,
            1,
        )
        try:
            spent = explorer.explore(stage, Ground(Planner(api, supply), cycle, target.principals), budget)
        finally:
            target.close()
    return Outcome(tuple(events), spent)
