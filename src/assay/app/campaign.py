"""A campaign: contracts, a plan, an opened target and a log, explored unit by unit.

The command line runs all units in a row; the pytest plugin runs a unit when its first item comes up. Both write the
same log, and everything anybody reports is folded from it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from assay.app.errors import Exit
from assay.app.profile import Profile
from assay.app.target import Target
from assay.app.units import Unit
from assay.drive.clock import SystemClock
from assay.explore import generated, laws, lifecycle, witness
from assay.explore.history import History
from assay.explore.stage import BudgetSpent, CredentialsLost, Stage, TargetDown
from assay.inputs.constraints import constraints, refusals
from assay.judge import Judge
from assay.model.case import Case
from assay.model.contract import Api, Operation, Strength
from assay.model.event import Event, Noted, RunFinished, RunStarted, StepJudged
from assay.model.lifecycle import Lifecycle
from assay.model.verdict import Clause
from assay.plan import interplay
from assay.plan.breaking import invalid
from assay.plan.clauses import clauses as clauses_of
from assay.plan.ground import Ground
from assay.plan.witness import Planner
from assay.ports import Clock, Sink

#: unit id, what is being done, requests made so far; called after every request, so it must be quick
Progress = Callable[[str, str, int], None]


def silence(unit: str, doing: str, requests: int) -> None:
    """Progress for nobody."""


@dataclass
class Campaign:
    """One run in the making. Not thread-safe."""

    target: Target
    profile: Profile
    seed: int
    sink: Sink
    progress: Progress = silence
    #: why the run is not complete; empty when it is
    trouble: str = ""
    _clock: Clock = field(default_factory=SystemClock)
    _deadline: float = math.inf
    _number: int = 0
    _clauses: tuple[Clause, ...] = ()
    _unit: str = ""
    _doing: str = ""
    _stages: dict[str, Stage] = field(default_factory=dict)
    _planners: dict[str, Planner] = field(default_factory=dict)
    _explored: set[str] = field(default_factory=set)

    def begin(self, started: RunStarted) -> None:
        """Writes the header."""
        self.sink(started)
        self._clauses = started.clauses
        self._deadline = self._clock.monotonic() + self.profile.budget

    def _missing_credentials(self) -> None:
        """Told last: a clause that stayed unwitnessed for a better reason keeps it."""
        asked = any(stage.knocked for stage in self._stages.values())
        if asked and not self.target.has_credentials:
            secured = {
                (name, operation.id)
                for name, stage in self._stages.items()
                for operation in stage.api.operations
                if operation.secured
            }
            names = tuple(
                c.id for c in self._clauses if c.operation is None or (c.api, c.operation) in secured
            )
            self.sink(Noted("credentials", "needs credentials: none were given (--auth-env)", names))

    def explore(self, unit: Unit) -> None:
        """Explores a unit once: nothing happens the second time. Once the target is down, it is only noted."""
        if unit.id in self._explored:
            return
        self._explored.add(unit.id)
        if self.trouble:
            names = tuple(c.id for c in clauses_of(unit.api) if unit.owns(c))
            self.sink(Noted("target-down", f"not tried: {self.trouble}", names))
            return
        stage, planner = self.stage(unit.api), self.planner(unit.api)
        try:
            for operation in unit.operations:
                self._tell(unit, f"{operation.id}: witness")
                witness.explore(stage, planner.witness(operation, self.profile.witness))
                self._tell(unit, f"{operation.id}: generating requests")
                self._properties(stage, planner, operation)
            for cycle in unit.lifecycles:
                self._tell(unit, f"{cycle.name}: lifecycle")
                lifecycle.directed(stage, interplay.scripts(planner, cycle), self.profile.lifecycle.directed)
                if cycle.laws:
                    self._tell(unit, f"{cycle.name}: laws")
                    laws.explore(
                        stage, Ground(planner, cycle, self.target.principals), self.profile.lifecycle.laws
                    )
                lifecycle.explore(stage, vocabulary(planner, cycle), self.profile.lifecycle, self.seed)
        except TargetDown as error:
            self._down(unit, error)

    def finish(self, reason: str = "", trouble: int = 0) -> RunFinished:
        """Writes the footer and returns it. `reason` says why the run ended early; empty when it did not."""
        why = reason or self.trouble
        if not why and self.requests and not self._reached():
            # whatever answered was not HTTP: most likely another scheme or port
            told = f"no HTTP response ever came from {self.target.label}: check scheme and port"
            footer = RunFinished(self._now(), True, told, self._sent(), int(Exit.ENVIRONMENT))
            self.sink(footer)
            return footer
        self._missing_credentials()
        if not why and (unproven := self._unproven()):
            # a forgotten or expired token must not look like a pass
            told, trouble = (
                f"no valid credentials: {', '.join(unproven)} accepted none, so only refusals were seen",
                int(Exit.NOTHING_EXERCISED),
            )
        else:
            told = why
        footer = RunFinished(self._now(), not why, told, self._sent(), trouble)
        self.sink(footer)
        return footer

    def _now(self) -> str:
        return self._clock.now().isoformat(timespec="seconds")

    def _sent(self) -> dict[str, int]:
        """Requests by explorer."""
        sent: Counter[str] = Counter()
        for stage in self._stages.values():
            sent.update(stage.requests)
        return dict(sent)

    def _unproven(self) -> list[str]:
        """APIs that were asked something that needs credentials and never let us in."""
        return [name for name, stage in self._stages.items() if stage.knocked and not stage.proven]

    @property
    def requests(self) -> int:
        """Requests made so far."""
        return sum(sum(stage.requests.values()) for stage in self._stages.values())

    def stage(self, api: Api) -> Stage:
        """The stage of an API, opened on first use."""
        if api.name not in self._stages:
            silent = frozenset(c.id for c in clauses_of(api) if c.strength is Strength.SILENT)
            judge = Judge(api, self.target.supply(api), silent)
            self._stages[api.name] = Stage(
                api, judge, self.target.sender(api), self._keep, SystemClock(), self.target.policy(api), self.seed,
                has_credentials=self.target.has_credentials,
            )  # fmt: skip
        return self._stages[api.name]

    def planner(self, api: Api) -> Planner:
        """The planner of an API."""
        if api.name not in self._planners:
            self._planners[api.name] = Planner(api, self.target.supply(api))
        return self._planners[api.name]

    def replay(self, api: Api, cases: Sequence[Case]) -> list[str]:
        """Sends exactly these cases as one history; the fingerprints of what they break. Raises `TargetDown`."""
        stage, history = self.stage(api), History()
        stage.proven = True  # what is replayed was judged then: a refusal now is an answer
        marks: list[str] = []
        for case in cases:
            one = stage.perform(history, case)
            if one is None:
                break
            marks += one.fingerprints
        return marks

    def _properties(self, stage: Stage, planner: Planner, operation: Operation) -> None:
        if not self.profile.valid + self.profile.invalid:
            return
        from assay.app.generate import GenerationError, requests_for  # noqa: PLC0415 - loads the engine

        try:
            made, shortfalls = requests_for(
                planner, operation, self.profile, self.seed, self.target.supply(planner.api)
            )
        except GenerationError as error:
            stage.note("early-stop", str(error))
            return
        for text in shortfalls:
            stage.note("early-stop", text)
        self._doing = f"{operation.id}: properties"
        generated.explore(stage, generated.scripts(planner, operation, made))

    def _tell(self, unit: Unit, doing: str) -> None:
        self._unit, self._doing = unit.id, doing
        self.progress(unit.id, doing, self.requests)

    def _keep(self, event: Event) -> None:
        if isinstance(event, StepJudged):  # stages count for themselves; the log counts once
            self._number += 1
            event = replace(event, number=self._number)
        self.sink(event)
        if isinstance(event, StepJudged) and not self.trouble and self._clock.monotonic() > self._deadline:
            raise BudgetSpent(f"the {self.profile.budget:.0f} s of profile {self.profile.name} are over")
        if isinstance(event, StepJudged) and self._unit:
            self.progress(self._unit, self._doing, self.requests)

    def _down(self, unit: Unit, error: TargetDown) -> None:
        names = tuple(c.id for c in clauses_of(unit.api) if unit.owns(c))
        if isinstance(error, BudgetSpent):
            self.trouble = f"{error}, after {self.requests} requests"
            self.sink(Noted("budget", f"not tried any more: {error}", names))
            return
        if isinstance(error, CredentialsLost):
            self.trouble = f"after {self.requests} requests the target refused us: {error}"
            self.sink(Noted("credentials", self.trouble, names))
            return
        self.trouble = (
            f"the target went down after {self.requests} requests ({error})"
            if self._reached()
            else str(error)
        )
        self.sink(Noted("target-down", f"the target does not answer: {error}", names))

    def _reached(self) -> bool:
        return any(stage.reached for stage in self._stages.values())

    @property
    def unreachable(self) -> bool:
        """True when the target was down from the start: nothing ever answered."""
        return bool(self.trouble) and not self._reached()


def vocabulary(planner: Planner, cycle: Lifecycle) -> lifecycle.Vocabulary:
    """What the lifecycle explorer may ask: valid requests, and ones that should change nothing."""
    valid: dict[str, Sequence[Case]] = {}
    wrong: dict[str, Sequence[Case]] = {}
    for name in cycle.operations:
        maker = planner.maker(name)
        usual = planner.usual(name, None, lifecycle.ORIGIN)
        others = [
            parts.case(maker.operation, title, lifecycle.ORIGIN)
            for parts, title in (
                (maker.minimal, "only what is required"),
                (maker.full, "every optional part"),
                (maker.other, "other values"),
            )
            if parts is not None
        ]
        valid[name] = tuple({repr((c.body, c.query)): c for c in (usual, *others)}.values())
        bad = list(lifecycle.wrong_credentials(usual)) if maker.operation.secured else []
        if refusals(maker.operation):
            broken = (
                invalid(maker, constraint) for constraint in constraints(planner.api, maker.operation)[:6]
            )
            bad += [replace(case, origin=lifecycle.ORIGIN) for case in broken if case is not None]
        wrong[name] = tuple(bad)
    return lifecycle.Vocabulary(cycle, valid, wrong)


def owned(units: Sequence[Unit], clause: Clause) -> Unit:
    """The unit that decides a clause. Raises `LookupError` when none does, which would be our fault."""
    for unit in units:
        if unit.owns(clause):
            return unit
    raise LookupError(clause.id)
