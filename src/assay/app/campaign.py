"""A campaign: contracts, a plan, an opened target and a log, explored unit by unit.

The command line runs all units in a row; the pytest plugin runs a unit when its first item comes up. Both write the
same log, and everything anybody reports is folded from it.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

from assay.app.corpus import Corpus
from assay.app.errors import Exit
from assay.app.profile import Profile
from assay.app.share import WHOLE, Phase, Share
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
from assay.explore.trouble import GenerationError
from assay.explore.vocabulary import ORIGIN, vocabulary
from assay.explore.waiting import Patience
from assay.files.ledger import Ledger
from assay.inputs.smaller import smaller_requests
from assay.judge import Judge
from assay.laws.reading import safe
from assay.model.case import Case, Script
from assay.model.contract import Api, Operation, Strength
from assay.model.event import (
    CleanedUp,
    Event,
    Noted,
    RunFinished,
    RunStarted,
    StepJudged,
    ViolationFound,
)
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
    #: where requests are kept between runs; None: they are made anew
    corpus: Corpus | None = None
    _clock: Clock = field(default_factory=SystemClock)
    _deadline: float = math.inf
    _number: int = 0
    _clauses: tuple[Clause, ...] = ()
    #: what is made up here, other shards of the run do not make up
    _mark: str = ""
    _unit: str = ""
    _doing: str = ""
    _stages: dict[str, Stage] = field(default_factory=dict)
    _planners: dict[str, Planner] = field(default_factory=dict)
    _senders: dict[str, Send] = field(default_factory=dict)
    #: requests of the clean-up
    _cleaning: int = 0
    _explored: set[tuple[str, Share]] = field(default_factory=set)
    #: what is being done of the units at hand: others do the rest
    _share: Share = WHOLE
    #: what was walked of the tables so far
    _trail: Trail = field(default_factory=Trail)
    #: what is told as broken, to be kept in the corpus
    _violations: list[ViolationFound] = field(default_factory=list)
    #: APIs whose once broken promises were tried again, and which part of them
    _replayed: set[tuple[str, tuple[int, int]]] = field(default_factory=set)

    def begin(self, started: RunStarted) -> None:
        """Writes the header."""
        self.sink(started)
        self._clauses = started.clauses
        self._mark = f"{started.shard}/" if started.shard != "1/1" else ""
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

    def explore(self, *units: Unit, share: Share = WHOLE) -> None:
        """Explores units, each once: nothing happens the second time. Once the target is down, that is only noted.

        What does not depend on one another goes out together, also of different units of one API. Of a `share`, only
        what belongs to it is done, for others do the rest.
        """
        self._share = share
        known = {unit.id: unit for unit in units}.values()
        fresh = [unit for unit in known if (unit.id, share) not in self._explored]
        self._explored |= {(unit.id, share) for unit in fresh}
        for name in dict.fromkeys(unit.api.name for unit in fresh):
            members = [unit for unit in fresh if unit.api.name == name]
            if self.trouble:
                self.sink(Noted("target-down", f"not tried: {self.trouble}", _clauses(members)))
                continue
            try:
                self._explore(members)
            except TargetDown as error:
                self._down(members, error)

    def _explore(self, units: Sequence[Unit]) -> None:
        stage, planner, phases = self.stage(units[0].api), self.planner(units[0].api), self._share.phases
        stage.mark(self._share.mark)
        spent = {cycle.name: lifecycle.Spent() for unit in units for cycle in unit.lifecycles}
        if Phase.KNOWN in phases:
            witness.play(stage, self._mine(self._once_broken(units[0], stage)))
            witness.play(stage, self._mine(self._known_ways(units, stage, planner, spent)))
        elif Phase.WALKED in phases:
            self._reckon(units, stage, planner, spent)
        for unit in units:
            for cycle in unit.lifecycles:
                if Phase.WALKED in phases:
                    self._live(unit, stage, planner, cycle, spent[cycle.name].requests)
                self._laws(unit, stage, planner, cycle)
        if Phase.WALKED not in phases:
            return
        witness.play(stage, self._mine(self._fresh(units, stage, planner)))
        for unit in units:
            for cycle in unit.lifecycles:
                if aged := tuple(self._mine(aging.scripts(planner, cycle))):
                    # last, because it may take long
                    self._tell(unit, f"waiting for {cycle.name}")
                    waits.explore(stage, aged)

    def _mine(self, scripts: Iterator[Script]) -> Iterator[Script]:
        """This run's part of the scripts."""
        return islice(scripts, self._share.part[0], None, self._share.part[1])

    def _once_broken(self, unit: Unit, stage: Stage) -> Iterator[Script]:
        """What once broke something, the first time that the API is asked."""
        key = (stage.api.name, self._share.part)
        if self.corpus is not None and key not in self._replayed:
            self._replayed.add(key)
            self._tell(unit, "what was once broken")
            yield from self.corpus.found(stage.api)

    def _reckon(
        self, units: Sequence[Unit], stage: Stage, planner: Planner, spent: Mapping[str, lifecycle.Spent]
    ) -> None:
        """Counts what the known ways of the lifecycles took when others walked them."""
        for cycle in (cycle for unit in units for cycle in unit.lifecycles):
            for ways, what in ((interplay.cells, "cells of"), (interplay.mixed, "histories of")):
                deque(self._fitting(stage, ways(planner, cycle), cycle, what, spent), maxlen=0)

    def _known_ways(
        self, units: Sequence[Unit], stage: Stage, planner: Planner, spent: Mapping[str, lifecycle.Spent]
    ) -> Iterator[Script]:
        """All that is known beforehand, none of it depending on another.

        Every cell once, so that the table is soon known, the directed and the kept requests of each operation, and what
        may come between cells.
        """
        for unit in units:
            for cycle in unit.lifecycles:
                self._tell(unit, f"every cell of {cycle.name}")
                yield from self._fitting(stage, interplay.cells(planner, cycle), cycle, "cells of", spent)
        for unit in units:
            for operation in unit.operations:
                yield from self._asking(unit, stage, planner, operation)
        for unit in units:
            for cycle in unit.lifecycles:
                self._tell(unit, f"histories of {cycle.name}")
                yield from self._fitting(stage, interplay.mixed(planner, cycle), cycle, "histories of", spent)

    def _fitting(
        self,
        stage: Stage,
        scripts: Iterator[Script],
        cycle: Lifecycle,
        what: str,
        spent: Mapping[str, lifecycle.Spent],
    ) -> Iterator[Script]:
        """The scripts that fit into the budget of directed requests; what did not is noted."""
        most = self.profile.lifecycle.directed
        return lifecycle.fitting(stage, scripts, most, f"{what} {cycle.name}", spent[cycle.name])

    def _asking(self, unit: Unit, stage: Stage, planner: Planner, operation: Operation) -> Iterator[Script]:
        """The directed and the kept requests of one operation."""
        self._tell(unit, f"asking {operation.id}")
        corpus = self.corpus or Corpus(None, self.profile)
        try:
            material = corpus.material(unit, operation, planner, self.target.supply(unit.api))
        except GenerationError as error:
            stage.note("early-stop", str(error))
            plan = planner.witness(operation, self.profile.witness)
            witness.unplanned(stage, plan.missing)
            yield from plan.scripts
            return
        witness.unplanned(stage, material.witness.missing)
        for text in material.shortfalls:
            stage.note("early-stop", text)
        yield from material.witness.scripts
        self._tell(unit, f"generated requests to {operation.id}")
        yield from generated.scripts(planner, operation, material.made)

    def _fresh(self, units: Sequence[Unit], stage: Stage, planner: Planner) -> Iterator[Script]:
        """Requests that no run has made before."""
        corpus = self.corpus or Corpus(None, self.profile)
        for unit in units:
            try:
                for operation, made in corpus.fresh(unit, planner, self.target.supply(unit.api), self.seed):
                    self._tell(unit, f"fresh requests to {operation.id}")
                    yield from generated.scripts(planner, operation, made)
            except GenerationError as error:
                stage.note("early-stop", str(error))

    def _live(self, unit: Unit, stage: Stage, planner: Planner, cycle: Lifecycle, spent: int) -> None:
        """The rest of a lifecycle: what nobody has walked yet, random walks."""
        effort, table = self.profile.lifecycle, (cycle.api, cycle.name)
        self._tell(unit, f"what nobody has walked of {cycle.name}")
        trail = self._share.walked or self._trail
        hops = trail.hops.get(table, set())
        looks = [
            o.id for o in unit.operations if safe(unit.api, o.id) and unit.api.lifecycle_of(o.id) is None
        ]
        room = effort.directed - spent + effort.random // 2
        walked = lifecycle.Spent()
        lives = interplay.lives(planner, cycle, hops, looks)
        walks = interplay.walks(planner, cycle, hops, trail.pairs.get(table, set()))
        fit = partial(lifecycle.fitting, stage, budget=room, spent=walked)
        chosen = [
            *fit(lives, what=f"whole lives of {cycle.name}"),
            *fit(walks, what=f"walks of {cycle.name}"),
        ]
        over = max(walked.requests - (effort.directed - spent), 0)
        words = vocabulary(planner, cycle)
        lifecycle.explore(stage, words, effort.after(over), self.seed, first=chosen, part=self._share.part)

    def _laws(self, unit: Unit, stage: Stage, planner: Planner, cycle: Lifecycle) -> None:
        """Drills of laws, of the phases at hand."""
        effort, phases = self.profile.lifecycle, self._share.phases
        if not cycle.laws or phases.isdisjoint({Phase.WALKED, Phase.ALONE}):
            return
        self._tell(unit, f"laws of {cycle.name}")
        ground = Ground(planner, cycle, self.target.principals)

        def due(script: Script) -> bool:
            return (Phase.ALONE if stage.undisturbed(script) else Phase.WALKED) in phases

        laws.explore(stage, ground, effort.laws, effort.rounds, self._share.part, due)

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
        if self.corpus is not None:
            self.corpus.keep(self._violations, self._now())
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
                in_flight=self.target.max_in_flight, shrinking=self.profile.lifecycle.shrinking,
                simpler=partial(_simpler, self.planner(api)),
            )  # fmt: skip
            self._stages[api.name].mark(self._mark)
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

    def _tell(self, unit: Unit, doing: str) -> None:
        self._unit, self._doing = unit.id, doing
        self.progress(unit.id, doing, self.requests)

    def _keep(self, event: Event) -> None:
        if isinstance(event, StepJudged):  # stages count for themselves; the log counts once
            self._number += 1
            event = replace(event, number=self._number)
            self._trail.take(event)
        self.sink(event)
        if isinstance(event, ViolationFound):
            self._violations.append(event)
        if isinstance(event, StepJudged) and not self.trouble and self._clock.monotonic() > self._deadline:
            raise BudgetSpent(f"the {self.profile.budget:.0f} s of profile {self.profile.name} are over")
        if isinstance(event, StepJudged) and self._unit:
            self.progress(self._unit, self._doing, self.requests)

    def _down(self, units: Sequence[Unit], error: TargetDown) -> None:
        names = _clauses(units)
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


def _simpler(planner: Planner, case: Case) -> Iterator[Case]:
    """What asks the same in a simpler way: the usual request, and for one that was made up, less of it.

    Requests that somebody wrote down, or that were built to break one thing, are as simple as they should be.
    """
    if case.origin not in {generated.ORIGIN, ORIGIN} or case.aim is not None or case.refs:
        return
    usual = planner.usual(case.operation, case.subject, case.origin)
    plain = replace(
        usual,
        credentials=case.credentials,
        principal=case.principal,
        law=case.law,
        role=case.role,
        path=case.path,
    )
    if replace(plain, title=case.title) == case:
        return
    yield plain
    if case.origin == generated.ORIGIN:
        yield from smaller_requests(case)


def _clauses(units: Sequence[Unit]) -> tuple[str, ...]:
    """The clauses that these units of one API decide."""
    return tuple(c.id for c in clauses_of(units[0].api) if any(unit.owns(c) for unit in units))


def owned(units: Sequence[Unit], clause: Clause) -> Unit:
    """The unit that decides a clause. Raises `LookupError` when none does, which would be our fault."""
    for unit in units:
        if unit.owns(clause):
            return unit
    raise LookupError(clause.id)
