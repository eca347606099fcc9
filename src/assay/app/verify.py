"""Verifying an attestation: offline, from what lies beside it; and against the target once more, where that is wanted.

In the order in which something may be believed: first the key and its signature, for without them nobody said
anything; then that it is a statement of the kind we make; then every file by its digest; then the log by what it tells,
for a report that agrees with itself may still not follow from it; then the contracts. All that is wrong is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from assay.app.attest import ATTESTATION, REPORT, digest, report_standings
from assay.app.errors import ContractError, EnvironmentFailure, Exit, UsageError
from assay.app.load import load
from assay.app.report import folded
from assay.app.run import RunOptions, run
from assay.files.keys import KeyFileError, NoCryptography, Verifier, verifier
from assay.files.reports import LOG
from assay.plan.clauses import clauses
from assay.report.attestation import (
    PAYLOAD_TYPE,
    Statement,
    StatementError,
    different,
    facts,
    read,
    result,
    standings,
)
from assay.report.dsse import Envelope, EnvelopeError
from assay.report.dsse import load as envelope_of
from assay.report.result import Report

#: characters of a digest or key id that are shown
_SHORT = 16


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """What the user holds an attestation against."""

    #: the attestation; a folder: the one in it
    file: str
    #: the file of the public key
    key: str
    #: where the run's files are; None: beside the attestation
    reports: str | None = None
    #: None: `contracts` beside the files or here, where there is one
    contracts: str | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """How the run is made again."""

    #: None: where the attested run was made
    target: str | None = None
    auth_env: str | None = None
    principals: Mapping[str, str] = field(default_factory=dict)
    #: where the new run goes
    reports: str = "reports"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that is not as the attestation says."""

    #: the file, or the part of the attestation: `log.jsonl`, `signature`
    what: str
    why: str


@dataclass
class Verified:
    """What came of it."""

    file: str
    statement: Statement | None = None
    refusals: list[Refusal] = field(default_factory=list)
    #: what was found to be as it says
    sound: list[str] = field(default_factory=list)
    #: what nobody looked at, and why
    unchecked: list[str] = field(default_factory=list)
    #: the folder of the run that was made again
    again: str = ""

    @property
    def exit(self) -> Exit:
        """The documented exit code."""
        return Exit.VIOLATED if self.refusals else Exit.CONFORMS

    def refuse(self, what: str, why: str) -> None:
        """Notes what is wrong."""
        self.refusals.append(Refusal(what, why))


def verify(options: VerifyOptions, today: date, again: Again | None = None) -> Verified:
    """Checks an attestation; `again` says that, and how, its run is to be made again once all else is right.

    Raises `UsageError` where a file or key that the user named cannot be read, `EnvironmentFailure`; what is wrong with
    the attestation itself is a refusal.
    """
    path = Path(options.file)
    path = path / ATTESTATION if path.is_dir() else path
    try:
        key, content = verifier(options.key), path.read_bytes()
    except KeyFileError as error:
        raise UsageError(str(error)) from None
    except NoCryptography as error:
        raise EnvironmentFailure(str(error)) from None
    except OSError as error:
        why = error.strerror or "it cannot be opened"
        raise UsageError(f"Cannot read {path}: because {why}. Name an attestation.") from None
    found = Verified(str(path))
    statement = _statement(found, content, key)
    if statement is None:
        return found
    found.statement = statement
    folder = Path(options.reports) if options.reports is not None else path.parent
    _files(found, statement, folder)
    if LOG in statement.subjects and (folder / LOG).is_file():
        _log(found, statement, folder / LOG)
    if REPORT in statement.subjects and (folder / REPORT).is_file():
        _report(found, statement, folder / REPORT)
    contracts = _contracts(found, statement, options.contracts, folder, today)
    if again is not None and not found.refusals:
        _again(found, statement, again, contracts, today)
    return found


def _statement(found: Verified, content: bytes, key: Verifier) -> Statement | None:
    """What was signed, where the key signed it."""
    try:
        envelope = envelope_of(content)
    except EnvelopeError as error:
        found.refuse("envelope", f"{error}, so it is no DSSE envelope")
        return None
    if not envelope.signed_by(key.verify):
        found.refuse(*_unsigned(envelope, key))
        return None
    if envelope.payload_type != PAYLOAD_TYPE:
        found.refuse("payload type", f"it is {envelope.payload_type!r}, not {PAYLOAD_TYPE}")
        return None
    found.sound.append(f"signature: by the key {key.keyid[:_SHORT]}…")
    try:
        return read(envelope.payload)
    except StatementError as error:
        found.refuse("statement", f"{error}: whoever signed it did not do so with assay attest")
        return None


def _unsigned(envelope: Envelope, key: Verifier) -> tuple[str, str]:
    others = [one.keyid for one in envelope.signatures if one.keyid and one.keyid != key.keyid]
    if len(others) == len(envelope.signatures):
        named = ", ".join(f"{keyid[:_SHORT]}…" for keyid in others)
        return "key", f"it says to be signed by {named}, and the key you gave is {key.keyid[:_SHORT]}…"
    return "signature", "the key did not sign this: the statement, its type or the signature was changed"


def _files(found: Verified, statement: Statement, folder: Path) -> None:
    for name, expected in sorted(statement.subjects.items()):
        path = folder / name
        if not path.is_file():
            found.refuse(name, f"it is attested and not in {folder}")
            continue
        is_now = digest(path)
        if is_now == expected:
            found.sound.append(f"{name}: sha256 {is_now[:_SHORT]}…")
        else:
            found.refuse(
                name,
                f"its sha256 is {is_now[:_SHORT]}…, and {expected[:_SHORT]}… was attested: it was changed",
            )
    for name in (LOG, REPORT):
        if name not in statement.subjects:
            found.refuse(name, "the statement is not about it, so nothing follows from it")


def _log(found: Verified, statement: Statement, log: Path) -> None:
    """Holds the statement against what the log tells when it is folded again."""
    try:
        report = folded([str(log)])
    except UsageError as error:
        found.refuse(LOG, str(error))
        return
    here, there = "the statement", LOG
    wrong = different(statement.run, facts(report), here, there)
    wrong += different(statement.standings, standings(report), here, there)
    if statement.result != result(report):
        wrong.append(f"the result is {statement.result} in {here} and {result(report)} in {there}")
    _compared(found, wrong, LOG, f"{LOG} against the statement: {_count(report)} with the same standings")


def _count(report: Report) -> str:
    return f"{len(report.clauses)} clauses"


def _report(found: Verified, statement: Statement, path: Path) -> None:
    try:
        told = report_standings(path)
    except UsageError as error:
        found.refuse(REPORT, str(error))
        return
    wrong = different(statement.standings, told, "the statement", REPORT)
    _compared(found, wrong, REPORT, f"{REPORT} against the statement: the same standings")


def _compared(found: Verified, wrong: list[str], what: str, sound: str) -> None:
    if wrong:
        found.refuse(what, "; ".join(wrong))
    else:
        found.sound.append(sound)


def _contracts(
    found: Verified, statement: Statement, given: str | None, folder: Path, today: date
) -> str | None:
    """Where the attested contracts are, as far as they are here."""
    places = [given] if given is not None else [str(folder / "contracts"), "contracts"]
    path = next((place for place in places if place is not None and Path(place).is_dir()), None)
    attested = str(statement.run.get("contracts"))
    if path is None:
        if given is not None:
            raise UsageError(f"Cannot read the contracts {given}: because there is no such folder. Name one.")
        found.unchecked.append("contracts: none are here (--contracts names them)")
        return None
    try:
        is_now = load(path, today).digest
    except ContractError as error:
        found.refuse(f"contracts in {path}", f"they cannot be read: {error}")
        return None
    if is_now != attested:
        found.refuse(
            f"contracts in {path}",
            f"their digest is {is_now[:_SHORT]}…, and the run was about {attested[:_SHORT]}…: these are others",
        )
        return None
    found.sound.append(f"contracts in {path}: digest {is_now[:_SHORT]}…")
    return path


def _again(found: Verified, statement: Statement, again: Again, contracts: str | None, today: date) -> None:
    """Makes the run again, from its seed, and holds its standings against the attested ones."""
    if contracts is None:
        raise UsageError(
            "Cannot run again: because the contracts are not here. Name their folder with --contracts."
        )
    told = statement.run
    chosen = _chosen(contracts, set(statement.standings), today)
    options = RunOptions(
        path=contracts,
        target=again.target or _place(str(told["target"])),
        profile=str(told["profile"]),
        only=chosen,
        seed=int(told["seed"]),
        auth_env=again.auth_env,
        strict=bool(told["strict"]),
        reports=again.reports,
        principals=again.principals,
    )
    made = run(options)
    found.again = made.folder
    words = _words(statement.standings)
    wrong = different(words, _words(standings(made.report)), "the statement", "the run made again")
    _compared(
        found, wrong, "run made again", f"the run made again: {len(words)} clauses with the same standings"
    )


def _chosen(contracts: str, attested: set[str], today: date) -> tuple[str, ...]:
    """What to select for exactly these clauses; nothing where they are all there are."""
    everything = {clause.id for api in load(contracts, today).apis for clause in clauses(api)}
    return () if everything == attested else tuple(sorted(attested))


def _place(label: str) -> str:
    """The target that a report calls so: `mock`, a URL, or the name before its URL."""
    return label if "://" in label.partition(" ")[0] else label.partition(" (")[0]


def _words(told: Mapping[str, str]) -> dict[str, str]:
    """Standings without decisions about them: a target knows nothing of waivers."""
    return {clause: word.partition(" ")[0] for clause, word in told.items()}
