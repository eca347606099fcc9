"""The bench on which mutants are tried: one mock, whose faults are switched, and one suite, which is planned once.

A trial ends soon after a promise was seen broken; what is seen broken is not tried again, for a fault that strikes
always strikes again. What only a bad moment might explain (a reset, an answer that never came) counts when it came
three times. Beside each answer that a fault changes, the engine is asked what would have been answered without it, and
where the worlds differ, what every operation of the table would answer in either: so it is known whether there is
anything to see, whoever looks.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from assay.app.campaign import Campaign
from assay.app.corpus import Corpus
from assay.app.plan import Plan
from assay.app.target import Target, open_mock
from assay.drive.auth import Auth
from assay.files.corpus import CorpusFolder
from assay.inputs.wire import build
from assay.mock.engine import Engine
from assay.mock.faults.faulty import Faulty
from assay.mock.faults.mutants import Mutant
from assay.mock.faults.terms import Outcome, Turn
from assay.mock.world import MockReply, MockRequest, World
from assay.model.case import Subject, SubjectKind
from assay.model.contract import Api, Operation
from assay.model.event import Event, StepJudged
from assay.model.lifecycle import ABSENT
from assay.model.mutation import Difference, Trial
from assay.model.pointer import escape
from assay.model.terms import Json
from assay.model.verdict import VerdictKind

#: seconds that one request may take: what hangs is to be known soon
_TIMEOUT = 0.5
#: times that what a bad moment might explain has to come
_AGAIN = 3
#: requests that follow the first one that breaks a promise: others may be broken, too
_AFTERWARDS = 40
#: strikes whose consequences are looked at, and differences that are told
_LOOKED_AT, _TOLD = 12, 8


class _Enough(Exception):
    """The mutant is dead."""


@dataclass
class _Watch:
    """Watches one trial: as a sink what is judged, beside the mock what is struck."""

    bench: Bench
    requests: int = 0
    visited: int = 0
    struck: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    passing: Counter[str] = field(default_factory=Counter)
    shown: dict[tuple[str, str, str], Difference] = field(default_factory=dict)
    left: int | None = None

    def __call__(self, event: Event) -> None:
        """A sink."""
        if not isinstance(event, StepJudged):
            return
        self.requests += 1
        for verdict in event.verdicts:
            if verdict.kind is VerdictKind.VIOLATED:
                (self.passing if verdict.transient else self.broken)[verdict.clause] += 1
        if self.left is None and self.killers:
            self.left = _AFTERWARDS
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise _Enough

    @property
    def killers(self) -> tuple[str, ...]:
        """The clauses that were seen broken for certain."""
        again = [clause for clause, times in self.passing.items() if times >= _AGAIN]
        return tuple(dict.fromkeys([*self.broken, *again]))

    def struck_by(self, turn: Turn, outcome: Outcome) -> None:
        """Told by the mock of each request that the fault might strike."""
        self.visited += 1
        if outcome is None:
            return
        self.struck += 1
        if self.struck <= _LOOKED_AT and len(self.shown) < _TOLD:
            for one in self.bench.differences(turn, outcome):
                self.shown.setdefault((one.operation, one.state, one.where), one)

    @property
    def trial(self) -> Trial:
        """What was seen."""
        shown = tuple(self.shown.values())[:_TOLD]
        return Trial(self.requests, self.visited, self.struck, self.killers, shown)


class Bench:
    """Tries mutants, one after another. Close it when done."""

    def __init__(self, plan: Plan, seed: int, corpus: str | None) -> None:
        """Raises `EnvironmentFailure` when the mock cannot start."""
        self._plan, self._seed = plan, seed
        self._watch = _Watch(self)
        self._faulty: Faulty
        self._engine: Engine
        self._target: Target = open_mock(plan.contracts, plan.profile, seed, self._around, _TIMEOUT)
        folder = CorpusFolder(Path(corpus)) if corpus is not None else None
        self._corpus = Corpus(folder, plan.profile)
        # what is worked out of the contracts serves all trials
        self._first = self._campaign()

    def _around(self, engine: Engine) -> Faulty:
        self._engine = engine
        self._faulty = Faulty(engine, watch=self._struck)
        return self._faulty

    def _struck(self, turn: Turn, outcome: Outcome) -> None:
        self._watch.struck_by(turn, outcome)

    def close(self) -> None:
        """Stops the mock."""
        self._target.close()

    def honest(self) -> tuple[Trial, frozenset[str]]:
        """A run without any fault: what it breaks, and the clauses that it sees kept."""
        kept: set[str] = set()

        def heard(event: Event) -> None:
            if isinstance(event, StepJudged):
                kept.update(v.clause for v in event.verdicts if v.kind is VerdictKind.HOLDS)
            watch(event)

        watch = self._watch = _Watch(self)
        campaign = self._campaign()
        campaign.sink = heard
        self._played(campaign, tuple(api.name for api in self._plan.contracts.apis))
        return watch.trial, frozenset(kept - set(watch.killers))

    def __call__(self, mutant: Mutant) -> Trial:
        """One trial."""
        self._watch = _Watch(self)
        self._faulty.strike(mutant.fault)
        try:
            self._played(self._campaign(), (mutant.api,))
        finally:
            self._faulty.strike()
        return self._watch.trial

    def _campaign(self) -> Campaign:
        first = getattr(self, "_first", None)
        shared = {} if first is None else {"judges": first.judges, "planners": first.planners}
        return Campaign(self._target, self._plan.profile, self._seed, self._watch, corpus=self._corpus,
                        confirming=False, **shared)  # fmt: skip

    def _played(self, campaign: Campaign, apis: Sequence[str]) -> None:
        self._target.renew()
        with suppress(_Enough):
            campaign.explore(*(unit for unit in self._plan.units if unit.api.name in apis))

    # -- what there is to see -----------------------------------------------------------------------------------------

    def differences(self, turn: Turn, outcome: tuple[World, MockReply]) -> Iterator[Difference]:
        """The answers that are otherwise than they would be: this one, and whatever may be asked next."""
        world, reply = outcome
        site = turn.site
        yield from self._apart(site.api, site.operation, site.state, turn.reply, reply)
        if world.instances == turn.after.instances and not world.unsettled.waiting:
            return
        keys = {key for _, key in turn.after.lately[-2:]} | ({site.key} if site.key is not None else set())
        # of an instance whose id nobody was told nobody can ask
        keys = {key for key in keys if turn.world.instance(key) is not None or key[2].encode() in reply.body}
        for operation in site.api.operations:
            cycle = site.api.lifecycle_of(operation.id)
            creates = cycle is not None and cycle.created_by == operation.id
            if creates or (cycle is None and operation.method.lower() != "get"):
                continue
            for key in keys if cycle is not None else {None}:
                if key is not None and cycle is not None and key[1] != cycle.name:
                    continue
                request = self._asked(site.api, operation, key[2] if key is not None else None, turn.request)
                _, expected = self._engine.respond(turn.after, request)
                _, got = self._engine.respond(world, request)
                known = turn.after.instance(key) if key is not None else None
                state = known.state if known is not None else (ABSENT if cycle is not None else "")
                yield from self._apart(site.api, operation, state, expected, got)

    def _apart(
        self, api: Api, operation: Operation, state: str, expected: MockReply, got: MockReply
    ) -> Iterator[Difference]:
        cycle = api.lifecycle_of(operation.id)
        cell = cycle.cell(state, operation.id) if cycle is not None else None
        silent = cell is not None and cell.silent
        silent = silent or operation.reply_for(expected.status) is None
        found = next(_differing(expected, got), None)
        if found is not None:
            where, one, other = found
            yield Difference(operation.id, state, where, _brief(one), _brief(other), silent)

    def _asked(self, api: Api, operation: Operation, subject: str | None, like: MockRequest) -> MockRequest:
        """A valid request of ours about that instance."""
        planner = self._first.planner(api)
        about = Subject(SubjectKind.KNOWN, "i1") if subject is not None else None
        made = build(api, operation, planner.usual(operation.id, about), subject)
        carried = Auth(api.security_schemes, self._target.secrets, self._target.others).carried(
            made.credentials, made.schemes
        )
        path, _, query = made.path.partition("?")
        more = urlencode(carried.query)
        return MockRequest(
            made.method,
            path,
            "&".join(filter(None, (query, more))),
            (*made.headers, *carried.headers),
            made.body or b"",
            like.now,
        )


def _differing(expected: MockReply, got: MockReply) -> Iterator[tuple[str, Json, Json]]:
    """Where two answers differ: the status, else places of the body."""
    if expected.status != got.status:
        yield "status", expected.status, got.status
        return
    if expected.body != got.body:
        try:
            one, other = json.loads(expected.body), json.loads(got.body)
        except ValueError:
            yield "", "a body", "another body"
            return
        yield from _members(one, other, "")
    if got.manner is not None and not got.manner.delay:
        yield "", "an answer", "none, or not all of it"
    elif expected.headers != tuple(h for h in got.headers if h[0] != "X-Assay-Fault"):
        yield "headers", "header fields", "other header fields"


def _members(one: Json, other: Json, pointer: str) -> Iterator[tuple[str, Json, Json]]:
    if isinstance(one, dict) and isinstance(other, dict):
        for name in dict.fromkeys([*one, *other]):
            yield from _members(one.get(name), other.get(name), f"{pointer}/{escape(name)}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for at, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            yield from _members(mine, theirs, f"{pointer}/{at}")
    elif one != other or type(one) is not type(other):
        yield pointer, one, other


def _brief(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= 60 else f"{text[:57]}..."
