"""A campaign: contracts, a plan, an opened target and a log, explored unit by unit.

The command line runs all units in a row; the pytest plugin runs a unit when its first item comes up. Both write the
same log, and everything anybody reports is folded from it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count

from assay.app.corpus import Corpus
from assay.app.errors import Exit
from assay.app.itinerary import Itinerary
from assay.app.profile import Profile
from assay.app.relief import Relief
from assay.app.share import WHOLE, Phase, Share
from assay.app.simpler import simpler
from assay.app.target import Target
from assay.app.tidy import keeper, tidy
from assay.app.units import Unit
from assay.drive.clock import SystemClock
from assay.evidence.written import written
from assay.explore.cleanup import ORIGIN as CLEAN_UP
from assay.explore.history import CONFIRM, History
from assay.explore.line import BudgetSpent, Capped, CredentialsLost, TargetDown, TargetSick
from assay.explore.race import is_race
from assay.explore.stage import Stage
from assay.explore.waiting import Patience
from assay.files.ledger import Ledger
from assay.judge import Judge
from assay.model.case import Case
from assay.model.contract import Api, Strength
from assay.model.copied import replace
from assay.model.event import (
    CleanedUp,
    Event,
    Noted,
    RunFinished,
    RunStarted,
    StepJudged,
    ViolationFound,
)
from assay.model.verdict import Clause
from assay.plan.clauses import clauses as clauses_of
from assay.plan.witness import Planner
from assay.ports import Clock, Send, Sink
from assay.report.coverage import Trail
from assay.report.glance import glance
from assay.report.health import Pulse, answered_badly

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
    #: what is seen broken is tried again, and told with the shortest history
    confirming: bool = True
    #: by API: whoever starts many campaigns over the same contracts may keep them
    judges: dict[str, Judge] = field(default_factory=dict)
    planners: dict[str, Planner] = field(default_factory=dict)
    _clock: Clock = field(default_factory=SystemClock)
    _deadline: float = math.inf
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _clauses: tuple[Clause, ...] = ()
    #: what is made up here, other shards of the run do not make up
    _mark: str = ""
    _unit: str = ""
    _doing: str = ""
    _stages: dict[str, Stage] = field(default_factory=dict)
    _senders: dict[str, Send] = field(default_factory=dict)
    #: counts what the target may be sent; None: as much as it takes
    _cap: Capped | None = None
    #: bytes of answers so far
    _received: int = 0
    #: requests of the clean-up
    _cleaning: int = 0
    #: ends what is over while the run goes on; None: there may be any number of instances
    _relief: Relief | None = None
    _explored: set[tuple[str, Share]] = field(default_factory=set)
    #: what is being done of the units at hand: others do the rest
    _share: Share = WHOLE
    #: how well the target is
    _pulse: Pulse = field(default_factory=lambda: Pulse(1))
    #: what was walked of the tables so far
    _trail: Trail = field(default_factory=Trail)
    #: what is told as broken, to be kept in the corpus
    _violations: list[ViolationFound] = field(default_factory=list)
    #: APIs whose once broken promises were tried again, and which part of them
    _replayed: set[tuple[str, tuple[int, int]]] = field(default_factory=set)

    def begin(self, started: RunStarted) -> None:
        """Writes the header."""
        self._write(started)
        self._clauses = started.clauses
        self._pulse = Pulse(len(started.operations))
        self._mark = f"{started.shard}/" if started.shard != "1/1" else ""
        self._deadline = self._clock.monotonic() + self.profile.budget
        most = self.target.config.most_instances
        if most is not None and self.ledger is not None:
            share = max(1, most // self.target.runs)
            self._relief = Relief(self.ledger, share, self._apis, self.target, self._sender, self._clock)

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
            self._write(Noted("credentials", "needs credentials: none were given (--auth-env)", names))

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
                self._write(Noted("target-down", f"not tried: {self.trouble}", _clauses(members)))
                continue
            try:
                self._explore(members)
            except TargetDown as error:
                self._down(members, error)

    def _explore(self, units: Sequence[Unit]) -> None:
        stage, planner = self.stage(units[0].api), self.planner(units[0].api)
        key = (stage.api.name, self._share.part)
        first = Phase.KNOWN in self._share.phases and key not in self._replayed
        if first:
            self._replayed.add(key)
        corpus = self.corpus or Corpus(None, self.profile)
        way = Itinerary(
            units, stage, planner, self.target, self.profile, corpus, self.seed, self._trail, self._tell,
            self._share, once_broken=first,
        )  # fmt: skip
        way.follow()

    def clean_up(self, seconds: float) -> CleanedUp | None:
        """Brings to an end what was made, as far as that goes within so many seconds; None when nothing was made.

        Raises `OSError` when it cannot be kept.
        """
        if self._cap is not None:
            self._cap.lift()
        if self.ledger is None or not self.ledger.entries:
            return None
        if waiting := len(self.ledger.open):
            self._unit, self._doing = "clean-up", f"ending {waiting} instance{'s' if waiting > 1 else ''}"
            self.progress(self._unit, self._doing, self.requests)
        found = tidy(self.ledger, self._apis(), self.target, self._sender, self._clock, seconds).told
        self._cleaning += found.requests
        return found if self._relief is None else self._relief.with_last(found)

    def _apis(self) -> dict[str, Api]:
        """Those that were asked."""
        return {name: stage.api for name, stage in self._stages.items()}

    def finish(self, reason: str = "", trouble: int = 0) -> RunFinished:
        """Cleans up, writes the footer and returns it. `reason` says why the run ended early; empty when it did not."""
        if self.corpus is not None:
            self.corpus.keep(self._violations, self._now())
        if cleaned := self.clean_up(_HASTE if reason else max(_CARE, self.profile.budget / 10)):
            self._write(cleaned)
        why = reason or self.trouble
        if not why and self.requests and not self._reached():
            # whatever answered was not HTTP: most likely another scheme or port
            told = f"no HTTP response ever came from {self.target.label}: check scheme and port"
            footer = RunFinished(self._now(), True, told, self._sent(), int(Exit.ENVIRONMENT))
            self._write(footer)
            return footer
        self._missing_credentials()
        for text in self.target.known.ring.notes():
            self._write(Noted("renewed", text))
        for text in dict.fromkeys(text for stage in self._stages.values() for text in stage.unmarked):
            self._write(Noted("unmarked", text))
        if not why and (unproven := self._unproven()):
            # a forgotten or expired token must not look like a pass
            told, trouble = (
                f"no valid credentials: {', '.join(unproven)} accepted none, so only refusals were seen",
                int(Exit.NOTHING_EXERCISED),
            )
        else:
            told = why
        footer = RunFinished(self._now(), not why, told, self._sent(), trouble)
        self._write(footer)
        return footer

    def _now(self) -> str:
        return self._clock.now().isoformat(timespec="seconds")

    def _sent(self) -> dict[str, int]:
        """Requests by explorer."""
        sent: Counter[str] = Counter()
        for stage in self._stages.values():
            sent.update(stage.requests)
        if cleaning := self._cleaning + (self._relief.requests if self._relief is not None else 0):
            sent[CLEAN_UP] = cleaning
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
            self._stages[api.name] = Stage(
                api, self._judge(api), self._sender(api), self._keep, self.target.clock(self._clock),
                self.target.policy, self.seed,
                has_credentials=self.target.has_credentials, patience=self._patience(),
                ledger=keeper(self.ledger, self.target) if self.ledger is not None else None,
                in_flight=self.target.max_in_flight, shrinking=self.profile.lifecycle.shrinking,
                tries=self.profile.lifecycle.tries,
                simpler=partial(simpler, self.planner(api)), numbers=self._numbers, confirming=self.confirming,
                forbids=self.target.forbids, prefix="" if self.target.is_mock else self.target.config.name_prefix,
                relief=self._relief,
            )  # fmt: skip
            self._stages[api.name].mark(self._mark)
        return self._stages[api.name]

    def _judge(self, api: Api) -> Judge:
        if api.name not in self.judges:
            silent = frozenset(c.id for c in clauses_of(api) if c.strength is Strength.SILENT)
            self.judges[api.name] = Judge(api, self.target.supply(api), silent)
        return self.judges[api.name]

    def _patience(self) -> Patience:
        """How long the run can wait: nothing is lost by waiting for the mock."""
        return Patience(lambda: self._deadline - self._clock.monotonic(), free=self.target.is_mock)

    def _sender(self, api: Api) -> Send:
        """The one driver of an API: a second one would have a pace of its own."""
        if api.name not in self._senders:
            self._senders[api.name] = self._capped(api)
        return self._senders[api.name]

    def _capped(self, api: Api) -> Send:
        config = self.target.config
        sender = self.target.sender(api)
        if config.most_requests is None:
            return sender
        # shared by all APIs of the target, and by as many runs as ask it at the same time
        if self._cap is None:
            most = max(1, config.most_requests // self.target.runs)
            self._cap = Capped(sender, most, config.name)
            return self._cap
        return self._cap.beside(sender)

    def planner(self, api: Api) -> Planner:
        """The planner of an API."""
        if api.name not in self.planners:
            ready = self.target.supply(api)
            self.planners[api.name] = Planner(api, ready, has_credentials=self.target.has_credentials)
        return self.planners[api.name]

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

    def _write(self, event: Event) -> Event:
        """Everything goes to the log through here, without secrets; what was written."""
        told = written(event, self.target.policy)
        self.sink(told)
        return told

    def _tell(self, unit: Unit, doing: str) -> None:
        self._unit, self._doing = unit.id, doing
        self.progress(unit.id, doing, self.requests)

    def _keep(self, event: Event) -> None:
        event = self._write(event)
        if isinstance(event, ViolationFound):
            self._violations.append(event)
        if not isinstance(event, StepJudged):
            return
        self._trail.take(event)
        self._feel(event)
        if not self.trouble:
            self._within_budget(event)
        if self._unit and self.progress is not silence:
            self.progress(self._unit, self._doing, self.requests)

    def _within_budget(self, event: StepJudged) -> None:
        """Stops a run that has cost what it may. Raises `BudgetSpent`."""
        if self._clock.monotonic() > self._deadline:
            raise BudgetSpent(f"the {self.profile.budget:.0f} s of profile {self.profile.name} are over")
        config = self.target.config
        self._received += event.step.evidence.response_size
        if config.most_megabytes is not None and self._received > config.most_megabytes * 1_000_000:
            raise BudgetSpent(f"the {config.most_megabytes:g} MB that {config.name} may answer are spent")

    def _feel(self, event: StepJudged) -> None:
        """Stops a run that would only tell of a sick server, and make it no better. Raises `TargetSick`."""
        if self.target.is_mock or self.trouble:
            return
        seen = glance(event)
        for _ in self._pulse.take(f"{seen.api}/{seen.operation}", bad=answered_badly(seen)):
            pass
        if self._pulse.sick:
            raise TargetSick(self._pulse.health().told)

    def _down(self, units: Sequence[Unit], error: TargetDown) -> None:
        names = _clauses(units)
        if isinstance(error, BudgetSpent):
            self.trouble = f"{error}, after {self.requests} requests"
            self._write(Noted("budget", f"not tried any more: {error}", names))
            return
        if isinstance(error, TargetSick):
            self.trouble = f"stopped after {self.requests} requests: {error}"
            self._write(Noted("sick", self.trouble, names))
            return
        if isinstance(error, CredentialsLost):
            self.trouble = f"after {self.requests} requests the target refused us: {error}"
            self._write(Noted("credentials", self.trouble, names))
            return
        self.trouble = (
            f"the target went down after {self.requests} requests ({error})"
            if self._reached()
            else str(error)
        )
        self._write(Noted("target-down", f"the target does not answer: {error}", names))

    def _reached(self) -> bool:
        return any(stage.reached for stage in self._stages.values())

    @property
    def unreachable(self) -> bool:
        """True when the target was down from the start: nothing ever answered."""
        return bool(self.trouble) and not self._reached()


def _clauses(units: Sequence[Unit]) -> tuple[str, ...]:
    """The clauses that these units of one API decide."""
    return tuple(c.id for c in clauses_of(units[0].api) if any(unit.owns(c) for unit in units))


def owned(units: Sequence[Unit], clause: Clause) -> Unit:
    """The unit that decides a clause. Raises `LookupError` when none does, which would be our fault."""
    for unit in units:
        if unit.owns(clause):
            return unit
    raise LookupError(clause.id)
