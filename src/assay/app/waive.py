"""Waiving: a person's decision about something that a run saw broken, written beside the contracts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assay.app.errors import EnvironmentFailure, UsageError
from assay.app.load import load
from assay.app.report import folded, logs_of
from assay.contractfile.decide import CannotEdit, decided
from assay.contractfile.parse import parse
from assay.contractfile.suggest import nearest
from assay.files.contracts import read_tree
from assay.files.reports import WriteError, latest, write_whole
from assay.model.contract import Api
from assay.model.verdict import Standing, Waiver
from assay.report.result import Report

_FINGERPRINT = re.compile(r"[0-9a-f]{6,64}")
_FILES = ("waivers.yaml", "waivers.yml")


@dataclass(frozen=True, slots=True)
class WaiveOptions:
    """What the user asked for."""

    #: clause id, or fingerprint, or the beginning of one
    what: str
    reason: str
    owner: str
    until: date
    link: str = ""
    path: str = "contracts"
    reports: str = "reports"
    #: a run's folder or log; None: the latest run
    run: str | None = None


@dataclass(frozen=True, slots=True)
class Waived:
    """A decision that was written down."""

    #: file:line of the entry
    place: str
    clause: str
    #: empty where the whole clause is waived
    fingerprint: str
    #: the run in which it was seen broken
    run: str


def waive(options: WaiveOptions, today: date) -> Waived:
    """Adds an entry to the `waivers.yaml` of the API. What else stands there stays as it is.

    Raises `ContractError`, `UsageError` and `EnvironmentFailure`; nothing is written then.
    """
    _check(options, today)
    contracts = load(options.path, today)
    report = _report(options)
    clause, fingerprint = _meant(options.what, report)
    api = next((one for one in contracts.apis if clause.startswith(f"{one.name}/")), None)
    if api is None:
        raise UsageError(
            f"Cannot waive {clause}: because {options.path} has no such API. Name the folder that the run tested."
        )
    matches = fingerprint or clause
    _once(api, matches, clause, today)
    entry = {"fingerprint" if fingerprint else "clause": matches, "reason": options.reason, "owner": options.owner,
             "until": options.until.isoformat(), **({"link": options.link} if options.link else {})}  # fmt: skip
    file = _file(api)
    try:
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        after = decided(before, entry)
    except CannotEdit as error:
        raise UsageError(f"Cannot add to {file}: because {error}. Mend it there.") from None
    except OSError as error:
        raise EnvironmentFailure(f"Cannot read {file}: because {error.strerror}.") from error
    written = Waiver(matches, options.reason, options.owner, options.until, link=options.link)
    place = _read_again(options.path, file, after, api, written)
    try:
        write_whole(file, after.encode())
    except WriteError as error:
        raise EnvironmentFailure(str(error)) from error
    return Waived(place, clause, fingerprint, report.header.run)


def _check(options: WaiveOptions, today: date) -> None:
    for name, text in (("reason", options.reason), ("owner", options.owner)):
        if not text.strip():
            raise UsageError(f"Cannot waive without --{name}: because it is empty. Say it in a few words.")
    if options.until < today:
        raise UsageError(
            f"Cannot waive until {options.until.isoformat()}: because that day is over. Give one that is to come."
        )
    if options.link and not re.fullmatch(r"https?://[!-~]+", options.link):
        raise UsageError(
            f"Cannot use the link {options.link!r}: because it is not an http or https URL. Give one, or none."
        )


def _report(options: WaiveOptions) -> Report:
    if options.run is not None:
        return folded([str(log) for log in logs_of(options.run)])
    try:
        folder = latest(Path(options.reports))
    except FileNotFoundError as error:
        raise UsageError(str(error)) from None
    return folded([str(log) for log in logs_of(str(folder))])


def _meant(what: str, report: Report) -> tuple[str, str]:
    """The clause, and the fingerprint where one way of being broken is meant. Raises `UsageError`."""
    run = report.header.run
    if "/" not in what and _FINGERPRINT.fullmatch(what):
        found = [v for v in report.violations if v.fingerprint.startswith(what)]
        if len(found) == 1:
            return found[0].clause.id, found[0].fingerprint
        if found:
            named = ", ".join(v.fingerprint for v in found)
            raise UsageError(f"Cannot waive {what}: because it may be any of {named}. Give more of it.")
        known = ", ".join(v.fingerprint for v in report.violations[:5]) or "none"
        raise UsageError(
            f"Cannot waive {what}: because run {run} has no violation of that fingerprint. It has: {known}."
        )
    results = {result.clause.id: result for result in report.clauses}
    if what not in results:
        near = nearest(what, results)
        hint = f"Did you mean '{near}'?" if near else "`assay plan` lists the clauses."
        raise UsageError(f"Cannot waive {what}: because run {run} has no such clause. {hint}")
    standing = results[what].standing
    if standing in {Standing.VERIFIED, Standing.OBSERVED}:
        raise UsageError(
            f"Cannot waive {what}: because it is {standing} in run {run}. Nothing has to be decided about it."
        )
    return what, ""


def _once(api: Api, matches: str, clause: str, today: date) -> None:
    """Raises `UsageError` where that was decided already."""
    for waiver in api.waivers:
        if waiver.matches in {matches, clause}:
            word = "was waived" if waiver.until < today else "is waived"
            raise UsageError(
                f"Cannot waive {matches}: because it {word} at {waiver.place} until {waiver.until.isoformat()} "
                f"by {waiver.owner}. Change that entry."
            )


def _file(api: Api) -> Path:
    folder = Path(api.place.file).parent
    return next((folder / name for name in _FILES if (folder / name).exists()), folder / _FILES[0])


def _read_again(path: str, file: Path, text: str, api: Api, written: Waiver) -> str:
    """The place of the new entry, once all that was there before is found to be there still."""
    tree = {**read_tree(path), file.as_posix(): text}
    parsed = parse(tree, root=path).contracts
    again = next((one for one in parsed.apis if one.name == api.name), None) if parsed else None
    told = [] if again is None else [_said(waiver) for waiver in again.waivers]
    if (
        again is None
        or told != [*map(_said, api.waivers), _said(written)]
        or ([one.matches for one in again.pending] != [one.matches for one in api.pending])
    ):
        raise UsageError(
            f"Cannot add to {file}: because it would not be read as it is meant. Add the entry by hand."
        )
    return str(again.waivers[-1].place)


def _said(waiver: Waiver) -> tuple[object, ...]:
    return waiver.matches, waiver.reason, waiver.owner, waiver.until, waiver.link
