"""Replay: sends exactly the history of a violation again, and says whether it is still broken."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.campaign import Campaign
from assay.app.errors import EnvironmentFailure, Exit, UsageError
from assay.app.load import load
from assay.app.profile import PROFILES
from assay.app.target import open_target
from assay.explore.line import TargetDown
from assay.files.ledger import Ledger
from assay.model.copied import replace
from assay.model.event import Event, StepJudged
from assay.model.fingerprint import fingerprint
from assay.model.ledger import Book
from assay.model.verdict import VerdictKind
from assay.report.cleanup import lines
from assay.report.log import LogError, case_from_json

if TYPE_CHECKING:
    from assay.app.target import Target
    from assay.model.case import Case
    from assay.model.terms import Json

#: seconds for ending what a replay made
_TIDYING = 20.0
#: a target as reports name it that has a name: `staging (https://…)`
_LABEL = re.compile(r"(.+) \(https?://.*\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sought:
    """A violation as a report keeps it."""

    fingerprint: str
    clause: str
    #: what was seen then
    message: str
    cases: tuple[Case, ...]
    #: where it was seen
    target: str
    seed: int


class Ending(StrEnum):
    """How a replay ended."""

    #: the same failure again
    BROKEN = "still broken"
    #: the same clause, failing in another way
    OTHERWISE = "broken in another way"
    GONE = "not reproduced"
    #: the answer does not tell, e.g. a 401 while no credential was ever accepted
    UNDECIDED = "undecided"
    #: not all of it could be sent
    UNSENT = "not sent"


_EXITS = {
    Ending.BROKEN: Exit.VIOLATED,
    Ending.OTHERWISE: Exit.VIOLATED,
    Ending.GONE: Exit.CONFORMS,
    Ending.UNDECIDED: Exit.INCOMPLETE,
    Ending.UNSENT: Exit.NOTHING_EXERCISED,
}


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of a replay."""

    ending: Ending
    sought: Sought
    #: steps that were sent
    sent: int
    #: of the sought clause now; empty when nothing was said of it
    message: str = ""
    #: other clauses that were broken on the way
    others: tuple[str, ...] = ()
    #: what was made for it and could not be ended, a line each
    left: tuple[str, ...] = ()

    @property
    def exit(self) -> Exit:
        """The documented exit code."""
        return _EXITS[self.ending]


@dataclass
class _Witness:
    """A sink that shows each step and keeps what was judged."""

    show: Callable[[StepJudged], None]
    steps: list[StepJudged] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        if isinstance(event, StepJudged):
            self.steps.append(event)
            self.show(event)


def find(wanted: str, report: str) -> Sought:
    """The violation with that fingerprint, or the only one that begins so.

    Raises `UsageError` when the report cannot be read, or none or several fit.
    """
    document = read_report(report)
    known = {str(violation["fingerprint"]): violation for violation in document["violations"]}
    hits = [mark for mark in known if mark.startswith(wanted.lower())] if wanted else []
    if len(hits) != 1:
        raise UsageError(_not_one(wanted, hits, known, report))
    violation, run = known[hits[0]], document["run"]
    try:
        cases = tuple(case_from_json(value) for value in violation["replay"])
    except LogError as error:
        raise UsageError(str(error)) from None
    if any(case.masked for case in cases):
        raise UsageError(
            f"Cannot replay {hits[0]}: because values of its requests were masked when they were written down, "
            "so they cannot be sent again as they were. "
            f"Run it again: assay run --seed {run['seed']} --only {violation['clause']}"
        )
    return Sought(
        hits[0],
        str(violation["clause"]),
        str(violation["message"]),
        cases,
        _named(str(run["target"])),
        int(run["seed"]),
    )


def _named(label: str) -> str:
    """The target as the command takes it: of a name with its URL (`Target.label`) the name."""
    found = _LABEL.fullmatch(label)
    return found[1] if found is not None else label


def _not_one(wanted: str, hits: list[str], known: Mapping[str, object], report: str) -> str:
    if hits:
        names = ", ".join(hits)
        return f"Cannot replay {wanted!r}: because {len(hits)} fingerprints begin so. Name one of {names}."
    if not known:
        return f"Cannot replay {wanted!r}: because {report} has no violation. Name another with --report."
    near = get_close_matches(wanted, list(known), n=1, cutoff=0.4)
    hint = (
        f"Did you mean {near[0]}?"
        if near
        else f"It has {', '.join(list(known)[:5])}{', …' if len(known) > 5 else ''}."
    )
    return f"Cannot replay {wanted!r}: because {report} has no such fingerprint. {hint}"


def read_report(path: str) -> Mapping[str, Json]:
    """The document of a `report.json`. Raises `UsageError` when there is none or it is something else."""
    try:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        why = error.strerror or "it cannot be opened"
        raise UsageError(
            f"Cannot read {path}: because {why}. Do run `assay run` first, or name a report."
        ) from None
    except ValueError:
        document = None
    keys = {"run", "clauses", "violations"}
    if (
        not isinstance(document, dict)
        or not keys <= document.keys()
        or document.get("format") != "assay-report/1"
    ):
        raise UsageError(
            f"Cannot read {path}: because it is no report of the format assay-report/1. Name a report.json."
        )
    return document


def replay(
    sought: Sought,
    *,
    path: str,
    target: str,
    auth_env: str | None,
    principals: Mapping[str, str],
    environ: Mapping[str, str],
    show: Callable[[StepJudged], None],
    today: date,
) -> Replayed:
    """Sends it. `show` is called with each step once it is judged.

    Raises `ContractError`, `UsageError`, and `EnvironmentFailure` when the target does not answer.
    """
    contracts = load(path, today)
    profile = PROFILES["gate"]
    try:
        api = contracts.api(sought.cases[0].api)
        for case in sought.cases:
            api.operation(case.operation)
    except (KeyError, IndexError) as error:
        raise UsageError(
            f"Cannot replay {sought.fingerprint}: because the contracts in {path} do not have {error}. "
            "Name the contracts it was found with."
        ) from None
    opened = open_target(target, contracts, profile, sought.seed, auth_env, environ, principals=principals)
    witness = _Witness(show)
    try:
        _check_principals(sought, opened)
        opened.known.sign_in()
        ledger = None if opened.is_mock else Ledger(None, Book("", "", target, opened.url, path))
        campaign = Campaign(opened, profile, sought.seed, witness, ledger=ledger)
        try:
            marks = campaign.replay(api, sought.cases)
        finally:  # also after Ctrl-C
            left = lines(campaign.clean_up(_TIDYING))
    except TargetDown as error:
        raise EnvironmentFailure(
            f"Cannot replay {sought.fingerprint}: because {opened.name} does not answer ({error}). "
            "Do start it, or name another with --target."
        ) from None
    finally:
        opened.close()
    hint = "" if opened.has_credentials else ": no credentials were given, do name them with --auth-env"
    return replace(_conclude(sought, witness.steps, marks, hint), left=left)


def _check_principals(sought: Sought, opened: Target) -> None:
    """Raises `UsageError` where the history was told of somebody whom the target does not know."""
    lacking = sorted({case.principal for case in sought.cases} - set(opened.principals))
    if lacking:
        names = ", ".join(map(repr, lacking))
        options = " ".join(f"--principal {name}=VAR" for name in lacking)
        known = ", ".join(filter(None, opened.principals))
        also = f" {opened.label} has {known}." if known else ""
        raise UsageError(
            f"Cannot replay {sought.fingerprint}: because it needs the principal {names}, whom nobody named.{also} "
            f"Name the environment variable of the token with {options}, or under `principals` of the target."
        )


def _conclude(sought: Sought, steps: list[StepJudged], marks: list[str], hint: str) -> Replayed:
    verdicts = [verdict for step in steps for verdict in step.verdicts]
    about = [verdict for verdict in verdicts if verdict.clause == sought.clause]
    broken = [verdict for verdict in about if verdict.kind is VerdictKind.VIOLATED]
    unsure = [verdict for verdict in about if verdict.kind is VerdictKind.INCONCLUSIVE]
    if sought.fingerprint in marks:
        ending, told = Ending.BROKEN, _of_mark(sought, steps)
    elif broken:
        ending, told = Ending.OTHERWISE, broken[-1].message
    elif len(steps) < len(sought.cases):
        ending, told = Ending.UNSENT, f"step {len(steps) + 1} of {len(sought.cases)} could not be sent{hint}"
    elif unsure:
        ending, told = Ending.UNDECIDED, unsure[-1].message
    else:
        ending, told = Ending.GONE, about[-1].message if about else ""
    others = {v.clause for v in verdicts if v.kind is VerdictKind.VIOLATED and v.clause != sought.clause}
    return Replayed(ending, sought, len(steps), told, tuple(sorted(others)))


def _of_mark(sought: Sought, steps: list[StepJudged]) -> str:
    for judged in reversed(steps):
        for verdict in judged.verdicts:
            operation, state = judged.step.case.operation, judged.step.state
            if fingerprint(verdict.clause, operation, state, verdict.facet) == sought.fingerprint:
                return verdict.message
    return sought.message
