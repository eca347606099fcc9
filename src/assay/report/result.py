"""The report as a value: what renderers get, and all they get."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assay.model.event import CleanedUp, Noted, RunStarted, Step
from assay.model.record import Latency
from assay.model.verdict import Clause, Standing, Verdict
from assay.report.health import WELL, Health
from assay.report.names import names
from assay.report.shapes import Shape


@dataclass(frozen=True, slots=True)
class ClauseResult:
    """One clause and how it stands at the end."""

    clause: Clause
    standing: Standing
    #: exchanges that said it holds or is violated
    seen: int = 0
    #: exchanges that said it is violated
    violations: int = 0
    #: exchanges that could not tell
    inconclusive: int = 0
    #: why it is unwitnessed or inconclusive
    reason: str = ""
    #: label of what was observed -> how often
    outcomes: tuple[tuple[str, int], ...] = ()
    #: of the violations whose history was kept, sorted
    fingerprints: tuple[str, ...] = ()
    #: distinct violations beyond those kept
    more: int = 0
    waived: bool = False
    #: of its violations, the one that came back most surely: k of n tries; (0, 0) when none was tried again
    reproduced: tuple[int, int] = (0, 0)
    #: it is flaky, and the run was told not to fail for that
    tolerated: bool = False
    #: it has never held, and need not yet
    pending: bool = False

    @property
    def flaky(self) -> bool:
        """True when it was broken, and in none of the ways it was broken in each time it was tried again."""
        again, tries = self.reproduced
        return self.standing is Standing.VIOLATED and again < tries

    @property
    def excused(self) -> bool:
        """True when it does not fail the run whatever it is: waived, pending, or flaky and tolerated."""
        return self.waived or self.pending or self.tolerated

    @property
    def excuse(self) -> str:
        """Why it does not fail the run, in a word; empty where it may."""
        return _excuse(waived=self.waived, pending=self.pending, tolerated=self.tolerated)

    @property
    def exercised(self) -> bool:
        """True when some exchange told something about it."""
        return bool(self.seen or self.outcomes)

    @property
    def label(self) -> str:
        """The standing in a few words: `violated 5/5 (2 of 40)`, `flaky 2/5 (2 of 40)`."""
        match self.standing:
            case Standing.VIOLATED:
                again, tries = self.reproduced
                word = "flaky" if again < tries else "violated"
                tried = f" {again}/{tries}" if tries else ""
                return f"{word}{tried} ({self.violations} of {self.seen})"
            case Standing.VERIFIED:
                return f"verified ({self.seen})"
            case Standing.OBSERVED:
                return f"observed ({sum(count for _, count in self.outcomes)})"
            case _:
                return str(self.standing)


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which a promise was broken, with the shortest history that shows it."""

    fingerprint: str
    clause: Clause
    verdict: Verdict
    history: tuple[Step, ...]
    #: reproduced k of n tries; (0, 0) when not tried
    reproduced: tuple[int, int] = (0, 0)
    waived: bool = False
    #: its clause is flaky, and the run was told not to fail for that
    tolerated: bool = False
    #: its clause has never held, and need not yet
    pending: bool = False

    @property
    def excuse(self) -> str:
        """Why it does not fail the run, in a word; empty where it may."""
        return _excuse(waived=self.waived, pending=self.pending, tolerated=self.tolerated)

    @property
    def names(self) -> tuple[str, ...]:
        """Step by step, whom it is about: `order₁`; empty where it is about no instance."""
        return names(self.history)

    @property
    def flaky(self) -> bool:
        """True when it was tried again and did not always come back."""
        again, tries = self.reproduced
        return again < tries


def _excuse(*, waived: bool, pending: bool, tolerated: bool) -> str:
    if waived:
        return "waived"
    return "pending" if pending else "tolerated" if tolerated else ""


@dataclass(frozen=True, slots=True)
class UndocumentedStatus:
    """A status that an operation answered and does not document."""

    api: str
    operation: str
    status: int
    count: int
    #: the first time it was seen
    step: Step

    @property
    def name(self) -> str:
        """Whom that step was about, as a history of its own; empty: no instance."""
        return names((self.step,))[0]


@dataclass(frozen=True, slots=True)
class WaiverResult:
    """One waiver and what it did in this run."""

    matches: str
    reason: str
    owner: str
    until: str
    place: str = ""
    #: past its date: it does not count any more
    expired: bool = False
    #: clause ids it waives in this run
    waives: tuple[str, ...] = ()
    #: where the decision is written down; empty: nowhere
    link: str = ""
    #: the clause that it names is kept now
    passing: bool = False
    #: it names a clause that the run does not have
    unknown: bool = False
    #: the target was the embedded mock, which keeps what is promised: what it does says nothing of the API
    untried: bool = False

    @property
    def finding(self) -> str:
        """What is wrong with the waiver, or nothing."""
        if self.expired:
            return f"expired on {self.until}: it does not count any more. Renew it or mend what it waived."
        if self.unknown:
            return "matches no clause. Correct the id (`assay plan` lists them), or remove it."
        if self.passing:
            return "what it waived is kept now. Remove it, so that it is told when it breaks again."
        if not self.waives and not self.untried:
            return "matches nothing that was broken in this run. Remove it when the whole contract was run."
        return ""


@dataclass(frozen=True, slots=True)
class PendingResult:
    """One promise that may be broken until it has held once."""

    clause: str
    #: the earlier run in which it held at this target; empty: none that is known
    held: str = ""
    place: str = ""
    #: how it stands in this run
    standing: Standing = Standing.UNWITNESSED
    #: what the list names: this clause, or its operation
    entry: str = ""

    @property
    def finding(self) -> str:
        """What is to be done about it, or nothing."""
        if self.held:
            return f"has held in {self.held}: it is pending no longer. Remove it from `pending`."
        if self.standing is Standing.VERIFIED:
            return "holds now, and counts from the next run on. Remove it from `pending`."
        return ""


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One requirement of one operation, all its clauses folded worst first."""

    #: a documented status, or one of `GROUPS`
    column: str
    standing: Standing
    #: all that is violated here is waived
    waived: bool
    #: every clause here is about what the documentation does not say
    silent: bool
    #: exchanges that spoke about the clause with the most of them
    seen: int
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One operation's requirements."""

    operation: str
    method: str
    path: str
    summary: str
    #: by column
    cells: Mapping[str, MatrixCell]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Operation × requirement of one API."""

    api: str
    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """One documented answer of a cell."""

    status: int
    #: the state afterwards; None: it stays where it is
    to: str | None = None
    #: the body is null or empty
    nothing: bool = False
    #: CEL guard; empty: always
    when: str = ""
    #: `within 5s`, `after 10m`; empty: at once
    time: str = ""


@dataclass(frozen=True, slots=True)
class LifecycleCell:
    """One (state, operation) entry of the table as it went."""

    state: str
    operation: str
    #: what is documented, in a few words; empty when silent
    expected: str
    result: ClauseResult
    #: the same as values, for drawing; empty when silent, or when the log has only the words
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class LifecycleState:
    """One row of the table."""

    name: str
    final: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class LifecycleTable:
    """State × operation of one lifecycle."""

    api: str
    name: str
    states: tuple[LifecycleState, ...]
    operations: tuple[str, ...]
    #: by (state, operation); absent where the operation cannot be asked in that state
    cells: Mapping[tuple[str, str], LifecycleCell]
    #: its fields and laws
    rules: tuple[ClauseResult, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of a table that was not seen, and why: a state, a cell, a transition, or two transitions in a row."""

    why: str
    state: str
    #: empty: the state as a whole
    operation: str = ""
    #: the state afterwards; empty: the cell as a whole
    to: str = ""
    #: state, operation and state afterwards of the second of a pair
    then: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Extent:
    """How many of a kind were seen, of those that can be reached by documented ways."""

    seen: int
    of: int
    #: what was not; not all of it where it is very much
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of one lifecycle's table a run has walked."""

    api: str
    name: str
    states: Extent
    cells: Extent
    transitions: Extent
    #: two transitions of one instance, one straight after the other
    pairs: Extent
    #: number of the request to the API with which every reachable cell had been witnessed; None: not every one was
    complete: int | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One way to count what was touched of what is documented."""

    #: 1 to 7
    level: int
    name: str
    covered: int
    of: int
    #: what was not touched; not all of it where it is very much
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Levels:
    """How much of what one API documents was touched. It decides nothing."""

    #: empty: all APIs of the run together
    api: str
    #: 0 to 7
    level: int
    criteria: tuple[Criterion, ...]
    #: documented pairs of operation and status that were answered, and all there are
    covered: int
    documented: int
    #: `operation status` that were answered and are not documented
    strange: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """Of the documented pairs of operation and status those that were answered, from 0 to 1."""
        return self.covered / self.documented if self.documented else 0.0

    @property
    def lacks(self) -> tuple[Criterion, ...]:
        """What keeps it from the next level."""
        wanted = self.level + 1
        return tuple(one for one in self.criteria if one.level == wanted and one.covered < one.of)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a run tells."""

    header: RunStarted
    #: ISO 8601, UTC; empty without a footer
    finished: str
    complete: bool
    #: why it is incomplete, or why it failed
    reason: str
    exit_code: int
    #: requests sent, by explorer
    requests: tuple[tuple[str, int], ...]
    #: exchanges judged
    steps: int
    #: sorted by id
    clauses: tuple[ClauseResult, ...]
    #: documented ones first, then by clause and fingerprint
    violations: tuple[Violation, ...]
    undocumented: tuple[UndocumentedStatus, ...]
    notes: tuple[Noted, ...]
    waivers: tuple[WaiverResult, ...]
    matrices: tuple[Matrix, ...]
    tables: tuple[LifecycleTable, ...]
    #: in the order of `tables`, of those that have a cell to reach
    coverage: tuple[Coverage, ...] = ()
    #: None where the run made nothing at a live target
    cleaned: CleanedUp | None = None
    #: by api and operation
    latencies: tuple[Latency, ...] = ()
    #: by api, operation and status
    shapes: tuple[Shape, ...] = ()
    #: by API
    levels: tuple[Levels, ...] = ()
    #: by clause
    pending: tuple[PendingResult, ...] = ()
    #: how well the target was
    health: Health = WELL

    def count(self, standing: Standing, api: str | None = None) -> int:
        """How many clauses (of that API) have that standing."""
        return sum(1 for r in self.clauses if r.standing is standing and api in {None, r.clause.api})

    @property
    def apis(self) -> tuple[str, ...]:
        """Names of the APIs, in the header's order, then any others that clauses name."""
        named = [str(api.get("name", "")) for api in self.header.apis]
        return tuple(dict.fromkeys([*filter(None, named), *sorted({r.clause.api for r in self.clauses})]))

    def title(self, api: str) -> str:
        """The API's title, or its name where the header has none."""
        found = next((a for a in self.header.apis if a.get("name") == api), {})
        return str(found.get("title") or api)
