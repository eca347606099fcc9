"""What one clause has gathered while the log streams by, and the standing that follows. Memory is bounded."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from assay.model.contract import Strength
from assay.model.event import Noted, Step, ViolationFound
from assay.model.fingerprint import fingerprint
from assay.model.verdict import APART, Clause, Standing, Verdict, VerdictKind
from assay.report.glance import Told
from assay.report.log import dump
from assay.report.result import ClauseResult, Violation

#: distinct violations kept per clause: the ones with the smallest fingerprints, so that order does not matter
KEPT = 20
#: distinct outcomes told apart per clause; more only happens to an API that answers noise
OUTCOMES = 40
OTHER = "other"
UNREACHED = "no request of this run reached it"
UNSHOWN = "its operation was asked, and no answer could show it"
UNSTATED_ONLY = "only requests whose outcome the documentation leaves open reached it"


@dataclass(frozen=True, slots=True)
class Excuses:
    """What keeps a broken promise from failing a run, or from counting as broken."""

    #: clause ids and fingerprints that count as waived
    waived: frozenset[str] = frozenset()
    #: clauses that have never held, and need not yet
    pending: frozenset[str] = frozenset()
    #: a violation that does not always come back does not fail the run
    tolerant: bool = False
    #: when and how the target was sick; empty: it was not
    sick: str = ""


NO_EXCUSES = Excuses()


@dataclass(slots=True)
class Tally:
    """One clause, counting."""

    clause: Clause
    holds: int = 0
    violated: int = 0
    #: a violated verdict that was not of the transient kind
    firm: bool = False
    inconclusive: int = 0
    #: of the violated ones, those that a sick target is to blame for
    suffered: int = 0
    why: str = ""
    outcomes: Counter[str] = field(default_factory=Counter)
    found: dict[str, ViolationFound] = field(default_factory=dict)
    #: fingerprints beyond the kept ones, counted
    more: int = 0
    #: a violation that was tried again came back
    came_back: bool = False
    #: how often one was tried again; 0: never
    tries: int = 0
    first: tuple[Step, Verdict] | None = None
    note: str = ""
    #: why requests that were to meet told nothing
    apart: str = ""
    #: requests of its operation in the whole run
    asked: int = 0
    #: what was told last, for what was waived and asked then; None: something came since
    _result: tuple[Excuses, bool, ClauseResult, tuple[Violation, ...]] | None = None

    def take(self, told: Told, verdict: Verdict) -> None:
        """Counts one verdict."""
        if self.first is None and verdict.kind is VerdictKind.VIOLATED and not self._silent:
            self.first = (told.step, verdict)
        self.count(verdict, told.status, told.failure)

    def count(self, verdict: Verdict, status: int | None, failure: str | None, times: int = 1) -> None:
        """Counts a verdict on an exchange with that answer: so many times, where one like it was taken before."""
        self._result = None
        if self._silent or verdict.kind is VerdictKind.OBSERVED:
            self._observe(verdict.outcome or _outcome(status, failure), times)
            return
        match verdict.kind:
            case VerdictKind.HOLDS:
                self.holds += times
            case VerdictKind.VIOLATED:
                self.violated += times
                self.firm |= not verdict.transient
            case VerdictKind.INCONCLUSIVE if verdict.facet == APART:
                self.apart = self.apart or verdict.message
            case VerdictKind.INCONCLUSIVE:
                self.inconclusive += times
                self.why = self.why or verdict.message

    def suffer(self) -> None:
        """Takes one violated verdict off its account: the target was sick."""
        self._result = None
        self.suffered += 1

    @property
    def _silent(self) -> bool:
        return self.clause.strength is Strength.SILENT

    def find(self, event: ViolationFound) -> None:
        """Keeps a violation's history when it is the best one known."""
        self._result = None
        again, tries = event.reproduced
        self.firm |= not event.verdict.transient
        self.came_back |= again == tries >= _SURE or (again > 0 and not event.verdict.transient)
        self.tries = max(self.tries, tries)
        known = self.found.get(event.fingerprint)
        self.found[event.fingerprint] = event if known is None else _better(known, event)
        if len(self.found) > KEPT:
            del self.found[max(self.found)]
            self.more += 1

    def noted(self, event: Noted) -> None:
        """Remembers the first remark that explains this clause."""
        self._result = None
        self.note = self.note or event.text

    def told(self, excuses: Excuses) -> tuple[ClauseResult, tuple[Violation, ...]]:
        """How it stands, and its violations: the same values as before where nothing came since."""
        known = self._result
        if known is None or known[0] != excuses or known[1] is not bool(self.asked):
            result = self.result(excuses)
            known = self._result = excuses, bool(self.asked), result, self._violations(excuses.waived, result)
        return known[2], known[3]

    def result(self, excuses: Excuses = NO_EXCUSES) -> ClauseResult:
        """How it stands."""
        waived = excuses.waived
        standing, reason = self._standing(excuses.sick)
        if standing is Standing.UNWITNESSED:
            reason = self._unwitnessed()
        broken = 0 if self.clause.strength is Strength.SILENT else max(self.violated, len(self.found))
        reproduced = self._reproduced()
        flaky = standing is Standing.VIOLATED and reproduced[0] < reproduced[1] and not self.more
        return ClauseResult(
            clause=self.clause,
            standing=standing,
            seen=self.holds + broken,
            violations=broken,
            inconclusive=self.inconclusive,
            reason=reason,
            outcomes=tuple(sorted(self.outcomes.items())),
            fingerprints=tuple(v.fingerprint for v in self._violations(waived)),
            more=self.more,
            waived=self._waived(standing, waived),
            reproduced=reproduced,
            tolerated=excuses.tolerant and flaky,
            pending=self.clause.id in excuses.pending and standing in _UNKEPT,
        )

    def _reproduced(self) -> tuple[int, int]:
        """Of the kept violations, the one that came back most surely; (0, 0) where one was not tried again."""
        tried = [event.reproduced for event in self.found.values()]
        if not tried or not all(tries for _, tries in tried):
            return 0, 0
        return max(tried, key=lambda pair: (pair[0] / pair[1], pair[1]))

    def _violations(
        self, waived: frozenset[str], result: ClauseResult | None = None
    ) -> tuple[Violation, ...]:
        """The kept violations by fingerprint. One that nobody traced is told with its single exchange."""
        if self.clause.strength is Strength.SILENT:
            return ()
        found = [self.found[fingerprint] for fingerprint in sorted(self.found)]
        if not found and self.first is not None:
            step, verdict = self.first
            found = [ViolationFound(_untraced(step, verdict), verdict, (step,))]
        by_clause = self.clause.id in waived
        return tuple(
            Violation(
                fingerprint=event.fingerprint,
                clause=self.clause,
                verdict=event.verdict,
                history=event.history,
                reproduced=event.reproduced,
                waived=by_clause or event.fingerprint in waived,
                tolerated=result is not None and result.tolerated,
                pending=result is not None and result.pending,
            )
            for event in found
        )

    def _observe(self, outcome: str, times: int) -> None:
        known = outcome in self.outcomes or len(self.outcomes) < OUTCOMES
        self.outcomes[outcome if known else OTHER] += times

    def _standing(self, sick: str) -> tuple[Standing, str]:
        if self.clause.strength is Strength.SILENT:
            return (Standing.OBSERVED if self.outcomes else Standing.UNWITNESSED), ""
        if self.violated or self.found:
            if sick and 0 < self.violated <= self.suffered:
                return Standing.INCONCLUSIVE, f"broken only while {sick}"
            if self.tries and not self.firm and not self.came_back:
                return Standing.INCONCLUSIVE, self._sometimes()
            if not self.tries and not self.firm and self.note and self.violated < 2:
                # a target that is dying closes connections first
                return Standing.INCONCLUSIVE, f"seen once, and not tried again: {self.note}"
            if not self.tries and not self.firm and 2 * self.violated < self.holds:
                seen = self.holds + self.violated
                return Standing.INCONCLUSIVE, f"seen {self.violated} times of {seen}, and not tried again"
            return Standing.VIOLATED, ""
        if self.holds:
            return Standing.VERIFIED, ""
        if self.inconclusive:
            return Standing.INCONCLUSIVE, self.why or "no exchange could tell"
        return Standing.UNWITNESSED, ""

    def _sometimes(self) -> str:
        """Why nothing follows from what a bad moment may explain."""
        again = max((event.reproduced[0] for event in self.found.values()), default=0)
        if not again:
            return f"flaky 0/{self.tries}: seen once, not again"
        return f"flaky {again}/{self.tries}: of the kind that networks do now and then, and not each time"

    def _unwitnessed(self) -> str:
        if self.clause.unreachable is not None:
            return self.clause.unreachable
        if self.note or self.apart or self.outcomes:
            return self.note or self.apart or UNSTATED_ONLY
        return UNSHOWN if self.asked else UNREACHED

    def _waived(self, standing: Standing, waived: frozenset[str]) -> bool:
        if standing in {Standing.VERIFIED, Standing.OBSERVED}:
            return False
        if self.clause.id in waived:
            return True
        found = self._violations(waived)
        return (
            standing is Standing.VIOLATED and bool(found) and not self.more and all(v.waived for v in found)
        )


#: tries in which what a bad moment may explain has to come back, each time
_SURE = 3
_UNKEPT = frozenset({Standing.VIOLATED, Standing.INCONCLUSIVE, Standing.UNWITNESSED})


def _better(one: ViolationFound, other: ViolationFound) -> ViolationFound:
    """The shorter history of the two, with the more thorough of the two tries to reproduce it."""
    tried = max(one.reproduced, other.reproduced, key=lambda r: (r[1], r[0]))
    return replace(min(one, other, key=_rank), reproduced=tried)


def _rank(event: ViolationFound) -> tuple[int, str]:
    """Shorter is better, then whatever does not depend on the order of arrival."""
    return len(event.history), dump(replace(event, reproduced=(0, 0)))


def _untraced(step: Step, verdict: Verdict) -> str:
    return fingerprint(verdict.clause, step.case.operation, step.state, verdict.facet)


def _outcome(status: int | None, failure: str | None) -> str:
    return str(status) if status is not None else (failure or "no response").partition(":")[0]
