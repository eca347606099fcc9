"""Attesting: what a run showed, signed, for somebody who was not there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from assay.app.errors import EnvironmentFailure, UsageError
from assay.app.report import folded
from assay.files.keys import KeyFileError, NoCryptography, signer
from assay.files.reports import LOG, WriteError, latest, write_whole
from assay.report.attestation import PAYLOAD_TYPE, different, payload, result, standings, told_by_report
from assay.report.dsse import dump, seal

#: what an attestation is called where nobody says
ATTESTATION = "attestation.json"
REPORT = "report.json"
#: of a run's folder this is nobody else's business, and changes when somebody tidies up
_PRIVATE = "instances*.ndjson"


@dataclass(frozen=True, slots=True)
class Attested:
    """A signed statement that was written."""

    file: str
    keyid: str
    result: str
    #: the files it is about
    subjects: tuple[str, ...]
    #: what the signer should know: his key lies open
    warnings: tuple[str, ...]


def attest(run: str | None, reports: str, key: str, output: str | None) -> Attested:
    """Signs a statement about a run with the private key of a file, and writes it beside the run's files.

    `run` is the run's folder or its log; None: the latest run. What the log tells is worked out anew, and a report
    beside it that tells something else is not signed. Raises `UsageError` and `EnvironmentFailure`; nothing is written
    then.
    """
    folder = _folder(run, reports)
    report = folded([str(folder / LOG)])
    if told := different(report_standings(folder / REPORT), standings(report), REPORT, LOG):
        raise UsageError(
            f"Cannot attest {folder}: because {REPORT} does not tell what {LOG} tells: {'; '.join(told)}. "
            "Do make the report again with assay report, if you trust the log."
        )
    place = Path(output) if output is not None else folder / ATTESTATION
    subjects = digests(path for path in evidence(folder) if path.resolve() != place.resolve())
    try:
        by = signer(key)
    except KeyFileError as error:
        raise UsageError(str(error)) from None
    except NoCryptography as error:
        raise EnvironmentFailure(str(error)) from None
    envelope = seal(PAYLOAD_TYPE, payload(report, subjects), by.keyid, by.sign)
    try:
        write_whole(place, dump(envelope))
    except WriteError as error:
        raise EnvironmentFailure(str(error)) from error
    exposed = f"{key} may be read or changed by everybody on this machine: chmod 600 {key}"
    return Attested(
        str(place), by.keyid, result(report), tuple(sorted(subjects)), (exposed,) if by.exposed else ()
    )


def _folder(run: str | None, reports: str) -> Path:
    try:
        path = latest(Path(reports)) if run is None else Path(run)
    except FileNotFoundError as error:
        raise UsageError(str(error)) from None
    folder = path.parent if path.name == LOG and path.is_file() else path
    if not (folder / LOG).is_file():
        raise UsageError(
            f"Cannot attest {run}: because there is no {LOG} in that folder. Name the folder of a run."
        )
    return folder


def evidence(folder: Path) -> list[Path]:
    """The files of a run that a statement is about: its log, and every report beside it."""
    private = set(folder.glob(_PRIVATE))
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file()
        and not path.name.startswith(".")
        and path not in private
        and path.name != ATTESTATION
    )


def digests(paths: Iterable[Path]) -> dict[str, str]:
    """Name of each file -> its sha256. Raises `UsageError` for one that cannot be read."""
    return {path.name: digest(path) for path in paths}


def digest(path: Path) -> str:
    """The sha256 of a file, in hex. Raises `UsageError` where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(f"Cannot read {path}: because {error.strerror or error}.") from None


def report_standings(path: Path) -> dict[str, str]:
    """What a `report.json` says of every clause. Raises `UsageError` where it is none."""
    try:
        return told_by_report(json.loads(path.read_bytes())["clauses"])
    except OSError as error:
        why = error.strerror or "it cannot be opened"
        raise UsageError(f"Cannot read {path}: because {why}. Do make it with assay report.") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UsageError(
            f"Cannot read {path}: because it is no report of ours. Do make it again with assay report."
        ) from None
