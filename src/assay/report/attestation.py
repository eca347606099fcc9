"""What is attested of a run: an in-toto Statement v1 with the predicate `test-result`, and what it is compared with.

*Subjects* are the files of the run, each with its sha256: what somebody is handed, and can hold against the statement.
The *configuration* names contracts and tool. All else that matters of a run, and the standing of every clause, stand in
two fields of our own, `assay_run` and `assay_standings`, which other readers of the predicate pass over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assay.model.verdict import Standing
from assay.report.exits import Exit, fails
from assay.report.result import ClauseResult, Report

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
#: differences that are told one by one
_TOLD = 5


class StatementError(ValueError):
    """This is no statement about a run of ours."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement about a run, as it was read."""

    #: name of a file -> its sha256
    subjects: Mapping[str, str]
    #: `PASSED`, `WARNED` or `FAILED`
    result: str
    #: digest of contracts, version, seed, target and so on
    run: Mapping[str, Any]
    #: clause id -> its standing; ` (waived)` where it is
    standings: Mapping[str, str]


def payload(report: Report, subjects: Mapping[str, str]) -> bytes:
    """The statement about that run and those files (name -> sha256), serialised: equal for equal reports and files."""
    told = facts(report)
    document = {
        "_type": STATEMENT,
        "subject": [{"name": name, "digest": {"sha256": subjects[name]}} for name in sorted(subjects)],
        "predicateType": PREDICATE,
        "predicate": {
            "result": result(report),
            "configuration": [
                {"name": "contracts", "digest": {"sha256": told["contracts"]}},
                {"name": "assay", "uri": f"pkg:pypi/assay-contracts@{told['version']}"},
            ],
            "passedTests": _ids(report, "passed"),
            "warnedTests": _ids(report, "warned"),
            "failedTests": _ids(report, "failed"),
            "assay_run": told,
            "assay_standings": standings(report),
        },
    }
    return json.dumps(document, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def result(report: Report) -> str:
    """`PASSED` only for a run that conforms and in which nothing was left unseen, undecided or waived."""
    if report.exit_code != Exit.CONFORMS:
        return "FAILED"
    return "WARNED" if _ids(report, "warned") else "PASSED"


def facts(report: Report) -> dict[str, Any]:
    """What a run is known by, and how it ended."""
    header = report.header
    return {
        "run": header.run,
        "started": header.started,
        "finished": report.finished,
        "contracts": header.digest,
        "plan": header.plan,
        "version": header.version,
        "seed": header.seed,
        "profile": header.profile,
        "target": header.target,
        "strict": header.strict,
        "complete": report.complete,
        "exit_code": int(report.exit_code),
    }


def standings(report: Report) -> dict[str, str]:
    """Clause id -> its standing."""
    return {r.clause.id: standing(str(r.standing), waived=r.waived) for r in report.clauses}


def standing(word: str, *, waived: bool) -> str:
    """A standing as a statement has it: a waived one is no other than it was, but somebody decided about it."""
    return f"{word} (waived)" if waived else word


def _ids(report: Report, outcome: str) -> list[str]:
    return [r.clause.id for r in report.clauses if _outcome(r, strict=report.header.strict) == outcome]


def _outcome(result: ClauseResult, *, strict: bool) -> str:
    """What the predicate calls it; what is only observed has no outcome."""
    if fails(result, strict=strict):
        return "failed"
    match result.standing:
        case Standing.VERIFIED:
            return "passed"
        case Standing.OBSERVED:
            return ""
        case _:
            return "warned"


def read(content: bytes) -> Statement:
    """The statement of a payload. Raises `StatementError`."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise StatementError("it is not JSON") from None
    if not isinstance(document, dict) or document.get("_type") != STATEMENT:
        raise StatementError(f"it is no {STATEMENT}")
    if document.get("predicateType") != PREDICATE:
        raise StatementError(f"its predicate is {document.get('predicateType')!r}, not {PREDICATE}")
    predicate = document.get("predicate")
    if not isinstance(predicate, dict):
        raise StatementError("it has no predicate")
    run, stand = predicate.get("assay_run"), predicate.get("assay_standings")
    if not isinstance(run, dict) or not isinstance(stand, dict):
        raise StatementError("it tells of no run of Assay")
    subjects = document.get("subject")
    return Statement(
        dict(map(_subject, subjects if isinstance(subjects, list) else ())),
        str(predicate.get("result")),
        run,
        {str(clause): str(word) for clause, word in stand.items()},
    )


def _subject(value: Any) -> tuple[str, str]:  # noqa: ANN401 - JSON enters here
    name = value.get("name") if isinstance(value, dict) else None
    digest = value.get("digest") if isinstance(value, dict) else None
    sha = digest.get("sha256") if isinstance(digest, dict) else None
    if not isinstance(name, str) or not isinstance(sha, str):
        raise StatementError("a subject of it has no name, or no sha256")
    # the files lie beside each other: a name is never a way to somewhere else
    if not name or name.startswith(".") or any(c in name for c in "/\\:\0"):
        raise StatementError(f"a subject of it is called {name!r}, which is no file of a run")
    return name, sha


def different(
    here: Mapping[str, Any], there: Mapping[str, Any], here_name: str, there_name: str
) -> list[str]:
    """What two tellings of the same run say differently, a line each, the first few of them."""
    lines = []
    for key in sorted({*here, *there}):
        if key not in there:
            lines.append(f"{key} is {here[key]} in {here_name} and not in {there_name}")
        elif key not in here:
            lines.append(f"{key} is not in {here_name} and {there[key]} in {there_name}")
        elif here[key] != there[key]:
            lines.append(f"{key} is {here[key]} in {here_name} and {there[key]} in {there_name}")
    more = len(lines) - _TOLD
    return [*lines[:_TOLD], f"and {more} more"] if more > 0 else lines


def told_by_report(clauses: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The standings of a `report.json`, from its `clauses`."""
    return {str(c.get("id")): standing(str(c.get("standing")), waived=bool(c.get("waived"))) for c in clauses}
