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
from assay.app.tidy import keeper, tidy
from assay.app.units import Unit
from assay.drive.clock import SystemClock
from assay.explore import aging as waits
from assay.explore import generated, laws, lifecycle, witness
from assay.explore.cleanup import ORIGIN as CLEAN_UP
from assay.explore.history import CONFIRM, History
from assay.explore.line import BudgetSpent, CredentialsLost, TargetDown
from assay.explore.race import is_race
from assay.explore.stage import Stage
from assay.explore.vocabulary import vocabulary
from assay.explore.waiting import Patience
from assay.files.ledger import Ledger
from assay.judge import Judge
from assay.laws.reading import safe
from assay.model.case import Case
from assay.model.contract import Api, Operation, Strength
from assay.model.event import CleanedUp, Event, Noted, RunFinished, RunStarted, StepJudged
from assay.model.lifecycle import Lifecycle
from assay.model.verdict import Clause
from assay.plan import aging, interplay
from assay.plan.clauses import clauses as clauses_of
from assay.plan.ground import Ground
from assay.plan.witness import Planner
from assay.ports import Clock, Send, Sink
from assay.report.coverage import Trail

#: times that a race is run in a replay before it counts as won
_RACES = 5
#: seconds for the clean-up at the least, and when somebody waits for the end
_CARE, _HASTE = 60.0, 20.0
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
    #: what is made at a live target; None for the mock, which vanishes with all that it holds
    ledger: Ledger | None = None
    _clock: Clock = field(default_factory=SystemClock)
    _deadline: float = math.inf
    _number: int = 0
    _clauses: tuple[Clause, ...] = ()
    _unit: str = ""
    _doing: str = ""
    _stages: dict[str, Stage] = field(default_factory=dict)
    _planners: dict[str, Planner] = field(default_factory=dict)
    _senders: dict[str, Send] = field(default_factory=dict)
    #: requests of the clean-up
    _cleaning: int = 0
    _explored: set[str] = field(default_factory=set)
    #: what was walked of the tables so far
    _trail: Trail = field(default_factory=Trail)

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
            spent = {cycle.name: self._cells(unit, stage, planner, cycle) for cycle in unit.lifecycles}
            for operation in unit.operations:
                self._tell(unit, f"asking {operation.id}")
                witness.explore(stage, planner.witness(operation, self.profile.witness))
                self._tell(unit, f"generating requests to {operation.id}")
                self._properties(stage, planner, operation)
            for cycle in unit.lifecycles:
                self._live(unit, stage, planner, cycle, spent[cycle.name])
        except TargetDown as error:
            self._down(unit, error)

    def _cells(self, unit: Unit, stage: Stage, planner: Planner, cycle: Lifecycle) -> int:
        """Every cell once, before anything else, so that the table is soon known; how many requests it took."""
        self._tell(unit, f"every cell of {cycle.name}")
        scripts = interplay.cells(planner, cycle)
        return lifecycle.directed(stage, scripts, self.profile.lifecycle.directed, f"cells of {cycle.name}")

    def _live(self, unit: Unit, stage: Stage, planner: Planner, cycle: Lifecycle, spent: int) -> None:
        """The rest of a lifecycle: directed histories, drills of laws, what nobody has walked yet, random walks."""
        effort, table = self.profile.lifecycle, (cycle.api, cycle.name)
        self._tell(unit, f"histories of {cycle.name}")
        scripts = interplay.mixed(planner, cycle)
        spent += lifecycle.directed(stage, scripts, effort.directed - spent, f"histories of {cycle.name}")
        if cycle.laws:
            self._tell(unit, f"laws of {cycle.name}")
            laws.explore(stage, Ground(planner, cycle, self.target.principals), effort.laws, effort.rounds)
        self._tell(unit, f"what nobody has walked of {cycle.name}")
        walks = interplay.walks(
            planner, cycle, self._trail.hops.get(table, set()), self._trail.pairs.get(table, set())
        )
        room = effort.directed - spent + effort.random // 2
        looks = [
            o.id for o in unit.operations if safe(unit.api, o.id) and unit.api.lifecycle_of(o.id) is None
        ]
        whole = interplay.lives(planner, cycle, self._trail.hops.get(table, set()), looks)
        walked = lifecycle.directed(stage, whole, room, f"whole lives of {cycle.name}")
        walked += lifecycle.directed(stage, walks, room - walked, f"walks of {cycle.name}")
        self._tell(unit, f"random histories of {cycle.name}")
        over = max(walked - (effort.directed - spent), 0)
        lifecycle.explore(stage, vocabulary(planner, cycle), effort.after(over), self.seed)
        if aged := tuple(aging.scripts(planner, cycle)):
            # last, because it may take long
            self._tell(unit, f"waiting for {cycle.name}")
            waits.explore(stage, aged)

    def clean_up(self, seconds: float) -> CleanedUp | None:
        """Brings to an end what was made, as far as that goes within so many seconds; None when nothing was made.

        Raises `OSError` when it cannot be kept.
        """
        if self.ledger is None or not self.ledger.entries:
            return None
        if waiting := len(self.ledger.open):
            self._unit, self._doing = "clean-up", f"ending {waiting} instance{'s' if waiting > 1 else ''}"
            self.progress(self._unit, self._doing, self.requests)
        apis = {name: stage.api for name, stage in self._stages.items()}
        found = tidy(self.ledger, apis, self.target, self._sender, self._clock, seconds).told
        self._cleaning += found.requests
        return found

    def finish(self, reason: str = "", trouble: int = 0) -> RunFinished:
        """Cleans up, writes the footer and returns it. `reason` says why the run ended early; empty when it did not."""
        if cleaned := self.clean_up(_HASTE if reason else max(_CARE, self.profile.budget / 10)):
            self.sink(cleaned)
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
        if self._cleaning:
            sent[CLEAN_UP] = self._cleaning
        return dict(sent)

    def _unproven(self) -> list[str]:
        """APIs that were asked something that needs credentials and never let us in."""
        return [
            name for name, stage in self._stages.items() if stage.knocked and not stage.accesses.of("").proven
        ]

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
                api, judge, self._sender(api), self._keep, self.target.clock(self._clock), self.target.policy(api),
                self.seed, has_credentials=self.target.has_credentials, patience=self._patience(),
                ledger=keeper(self.ledger, api, self.target) if self.ledger is not None else None,
            )  # fmt: skip
        return self._stages[api.name]

    def _patience(self) -> Patience:
        """How long the run can wait: nothing is lost by waiting for the mock."""
        return Patience(lambda: self._deadline - self._clock.monotonic(), free=self.target.is_mock)

    def _sender(self, api: Api) -> Send:
        """The one driver of an API: a second one would have a pace of its own."""
        if api.name not in self._senders:
            self._senders[api.name] = self.target.sender(api)
        return self._senders[api.name]

    def planner(self, api: Api) -> Planner:
        """The planner of an API."""
        if api.name not in self._planners:
            ready = self.target.supply(api)
            self._planners[api.name] = Planner(api, ready, has_credentials=self.target.has_credentials)
        return self._planners[api.name]

    def replay(self, api: Api, cases: Sequence[Case]) -> list[str]:
        """Sends exactly these cases as one history; the fingerprints of what they break. Raises `TargetDown`.

        Whether a race is lost is a matter of luck: it is run a few times, until it is.
        """
        stage = self.stage(api)
        stage.accesses.trust()  # what is replayed was judged then: a refusal now is an answer
        raced = is_race(cases)
        if raced:
            cases = [replace(case, origin=CONFIRM) for case in cases]
        marks: list[str] = []
        for _ in range(_RACES if raced else 1):
            history = History()
            stage.perform_all(history, cases)
            marks = [mark for one in history.performed for mark in one.fingerprints]
            if marks:
                break
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
        self._doing = f"generated requests to {operation.id}"
        generated.explore(stage, generated.scripts(planner, operation, made))

    def _tell(self, unit: Unit, doing: str) -> None:
        self._unit, self._doing = unit.id, doing
        self.progress(unit.id, doing, self.requests)

    def _keep(self, event: Event) -> None:
        if isinstance(event, StepJudged):  # stages count for themselves; the log counts once
            self._number += 1
            event = replace(event, number=self._number)
            self._trail.take(event)
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


def owned(units: Sequence[Unit], clause: Clause) -> Unit:
    """The unit that decides a clause. Raises `LookupError` when none does, which would be our fault."""
    for unit in units:
        if unit.owns(clause):
            return unit
    raise LookupError(clause.id)
