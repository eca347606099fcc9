"""From a report to what history keeps of it."""

from __future__ import annotations

import json
from hashlib import sha256

from assay.model.event import RunStarted
from assay.model.record import Break, Head, Mark, Record
from assay.model.verdict import Standing
from assay.report.result import ClauseResult, Report, Violation

#: what of the header tells one run from every other one, whatever folder its log lies in
_OWN = ("run", "started", "seed", "profile", "target", "digest", "version", "shard")


def record(report: Report) -> Record:
    """What history keeps of that run. The same log always makes a record of the same key."""
    found: dict[str, list[Violation]] = {}
    for violation in report.violations:
        found.setdefault(violation.clause.id, []).append(violation)
    return Record(
        head=_head(report),
        marks=tuple(_mark(result, found.get(result.clause.id, [])) for result in report.clauses),
        breaks=tuple(_break(violation) for violation in report.violations),
        latencies=report.latencies,
    )


def key(header: RunStarted) -> str:
    """Sixteen hex digits that stay the same however often the run's log is folded."""
    own = json.dumps([getattr(header, name) for name in _OWN])
    return sha256(own.encode()).hexdigest()[:16]


def _head(report: Report) -> Head:
    header = report.header
    return Head(
        key=key(header),
        run=header.run,
        started=header.started,
        finished=report.finished,
        seed=header.seed,
        profile=header.profile,
        target=header.target,
        digest=header.digest,
        version=header.version,
        branch=header.branch,
        commit=header.commit,
        strict=header.strict,
        complete=report.complete,
        exit_code=int(report.exit_code),
        requests=sum(count for _, count in report.requests),
        verified=report.count(Standing.VERIFIED),
        violated=report.count(Standing.VIOLATED),
        unwitnessed=report.count(Standing.UNWITNESSED),
        inconclusive=report.count(Standing.INCONCLUSIVE),
        observed=report.count(Standing.OBSERVED),
        waived=sum(1 for r in report.clauses if r.waived and r.standing is Standing.VIOLATED),
    )


def _mark(result: ClauseResult, found: list[Violation]) -> Mark:
    clause = result.clause
    return Mark(
        clause=clause.id,
        strength=clause.strength,
        standing=result.standing,
        seen=result.seen,
        violations=result.violations,
        waived=result.waived,
        flaky=_flaky(result, found),
    )


def _flaky(result: ClauseResult, found: list[Violation]) -> bool:
    """True when it was broken, and none of the ways it was broken in came back each time it was tried again."""
    if result.standing is Standing.INCONCLUSIVE:
        return any(one.reproduced[1] for one in found)
    return result.standing is Standing.VIOLATED and bool(found) and all(one.flaky for one in found)


def _break(violation: Violation) -> Break:
    again, tries = violation.reproduced
    return Break(
        violation.clause.id, violation.fingerprint, violation.verdict.message, again, tries, violation.waived
    )
