"""Explores a farm as a run would: cells, pairs, then time; by a clock that only moves when somebody waits."""

from __future__ import annotations

import math
from dataclasses import dataclass

from assay.evidence.redact import Policy
from assay.explore import aging as waits
from assay.explore.lifecycle import directed
from assay.explore.stage import Stage
from assay.explore.waiting import Patience
from assay.judge import Judge
from assay.model.event import Event, Noted, StepJudged, ViolationFound
from assay.model.verdict import VerdictKind
from assay.plan import aging, interplay
from assay.plan.clauses import clauses
from assay.plan.witness import Planner
from assay.ports import Send
from fakes.clock import FakeClock
from fakes.contracts import supply
from fakes.send import FakeSend
from fakes.sink import ListSink
from timing.farm import API, Farm


@dataclass(frozen=True)
class Outcome:
    """What came of it."""

    events: tuple[Event, ...]
    #: waits of the stage's clock
    slept: tuple[float, ...]

    def kinds(self, clause: str) -> set[str]:
        """The kinds of verdict on the clause with that ending."""
        judged = (e for e in self.events if isinstance(e, StepJudged))
        return {str(v.kind) for e in judged for v in e.verdicts if v.clause.endswith(clause)}

    @property
    def broken(self) -> set[str]:
        """The clauses seen broken, without what they have in common."""
        judged = (e for e in self.events if isinstance(e, StepJudged))
        found = (v.clause for e in judged for v in e.verdicts if v.kind is VerdictKind.VIOLATED)
        return {clause.removeprefix("made/").removeprefix("lifecycle/bed/") for clause in found}

    @property
    def held(self) -> set[str]:
        """The clauses of the lifecycle seen to hold."""
        judged = (e for e in self.events if isinstance(e, StepJudged))
        found = (v.clause for e in judged for v in e.verdicts if v.kind is VerdictKind.HOLDS)
        start = "made/lifecycle/bed/"
        return {clause.removeprefix(start) for clause in found if clause.startswith(start)}

    def story(self, clause: str) -> ViolationFound:
        """The shortest history told of that clause. Raises `ValueError` when none was."""
        told = [e for e in self.events if isinstance(e, ViolationFound) and e.verdict.clause.endswith(clause)]
        return min(told, key=lambda e: len(e.history))

    def reason(self, clause: str) -> str:
        """The first reason noted for that clause; empty when there is none."""
        notes = (e for e in self.events if isinstance(e, Noted))
        return next((n.text for n in notes if any(c.endswith(clause) for c in n.clauses)), "")


#: every clause of the table
CLAUSES = {
    clause.id.removeprefix("made/lifecycle/bed/") for clause in clauses(API) if clause.lifecycle is not None
}


def explored(farm: type[Farm], left: float = math.inf, budget: int = 400) -> Outcome:
    """What a run sees of such a farm that may wait for `left` seconds in all."""
    clock = FakeClock()
    server = farm(clock)
    return played(FakeSend(server, clock), clock, Patience(lambda: left - clock.monotonic()), budget)


def played(send: Send, clock: FakeClock, patience: Patience, budget: int = 400) -> Outcome:
    """What a run sees through that driver, by that clock."""
    log = ListSink()
    stage = Stage(API, Judge(API, supply(API)), send, log, clock, Policy(()), 1, patience=patience)
    planner, cycle = Planner(API, supply(API)), API.lifecycles[0]
    directed(stage, interplay.cells(planner, cycle), budget, "cells")
    directed(stage, interplay.mixed(planner, cycle), budget, "histories")
    waits.explore(stage, aging.scripts(planner, cycle))
    return Outcome(tuple(log.events), tuple(clock.slept))
