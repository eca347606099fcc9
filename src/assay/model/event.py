"""The run log's vocabulary: one event a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assay.model.case import Case
from assay.model.evidence import Evidence
from assay.model.ledger import Leftover
from assay.model.verdict import Clause, Verdict

#: what the embedded mock is called as a target; nothing else is
MOCK = "mock"


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The header: what was about to be tried."""

    run: str
    #: ISO 8601, UTC
    started: str
    seed: int
    profile: str
    #: `mock` or the base URL, without credentials
    target: str
    digest: str
    version: str
    #: every clause of the run, before anything was sent
    clauses: tuple[Clause, ...]
    #: `i/n`; `1/1` when not sharded
    shard: str = "1/1"
    strict: bool = False
    #: lifecycles as drawn in the report: name -> {states, operations, cells}
    tables: tuple[Mapping[str, object], ...] = ()
    #: operations as drawn in the matrix: {api, id, method, path, summary, statuses}
    operations: tuple[Mapping[str, object], ...] = ()
    #: {api, title, version, sources}
    apis: tuple[Mapping[str, object], ...] = ()
    waivers: tuple[Mapping[str, str], ...] = ()
    #: what was checked out where the run began; empty where nobody knows
    branch: str = ""
    commit: str = ""
    #: digest of the plan that all shards of the run have in common; empty in logs of older versions
    plan: str = ""
    #: what a violation that does not always come back does to the exit code: `fail` or `pass`
    flaky: str = "fail"
    #: promises that may be broken until they have held once, {clause, held, place}: `held` is the run in which they did
    pending: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One performed case inside a history."""

    case: Case
    evidence: Evidence
    #: states the instance may have been in before, joined by `/`; empty: the model had lost track of it
    state: str = ""
    #: the same afterwards
    after: str = ""
    #: whom it is about: `order#17` is the seventeenth order that the run met, `order` one that has no number, being
    #: never issued or never made; empty: no instance. The real id stands in the evidence, where secrets are taken out
    instance: str = ""
    #: of a request that was sent with others at once: when it was called and when it returned, in seconds from the
    #: first call of its race; measured outside of sending
    window: tuple[float, float] = (0.0, 0.0)
    #: the most requests of its race that were under way at one moment; 0 outside of races
    overlap: int = 0


@dataclass(frozen=True, slots=True)
class StepJudged:
    """One exchange and what it says."""

    #: counts from 1 within the run or shard
    number: int
    step: Step
    verdicts: tuple[Verdict, ...]
    undocumented: bool = False


@dataclass(frozen=True, slots=True)
class ViolationFound:
    """A broken promise with the history that shows it; later, shorter ones replace earlier ones."""

    fingerprint: str
    verdict: Verdict
    history: tuple[Step, ...]
    #: reproduced k of n tries; (0, 0) when not tried
    reproduced: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Noted:
    """Something a reader of the report should know: an explorer stopped early, the target went down."""

    #: `early-stop`, `target-down`, `sick`, `skipped`, `budget`, `credentials`, `renewed`, `unmarked`
    kind: str
    text: str
    #: clause ids it explains, so that «unwitnessed» has a reason; empty: a remark on the run
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CleanedUp:
    """What became of the instances that the run made at a live target. Where there is none of these, none was made."""

    #: `api/lifecycle` -> instances made, and those that the clean-up at the end of the run has ended
    made: Mapping[str, int] = field(default_factory=dict)
    ended: Mapping[str, int] = field(default_factory=dict)
    left: tuple[Leftover, ...] = ()
    #: made in the course of the clean-up
    requests: int = 0


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The footer. A log without one is incomplete."""

    finished: str
    #: False when interrupted, the budget ran out or the target went down
    complete: bool
    reason: str = ""
    #: requests sent, by explorer
    requests: Mapping[str, int] = field(default_factory=dict)
    #: exit code the run itself deserves when not decided by clauses: 0, 3, 4 or 5
    trouble: int = 0


Event = RunStarted | StepJudged | ViolationFound | Noted | CleanedUp | RunFinished
