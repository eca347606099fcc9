"""Finishing what a run could not: its ledger is read, and what is still open at the target is brought to an end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assay.app.errors import EnvironmentFailure, Exit, UsageError
from assay.app.load import load
from assay.app.profile import PROFILES
from assay.app.target import MOCK, Target, open_target
from assay.app.tidy import Tidied, tidy
from assay.drive.clock import SystemClock
from assay.files.ledger import Ledger, LedgerError, ledgers, newest
from assay.files.reports import LATEST, WriteError
from assay.model.contract import Api
from assay.model.copied import replace
from assay.model.event import CleanedUp
from assay.model.ledger import Entry
from assay.ports import Send
from assay.report.cleanup import joined

#: seconds: somebody waits, and can end it
_PATIENCE = 3600.0


@dataclass(frozen=True, slots=True)
class CleanupOptions:
    """What the user asked for."""

    #: a run's folder, the name of one below `reports`, or `latest`: the newest that left something open
    run: str = LATEST
    reports: str = "reports"
    #: None: that of the run
    target: str | None = None
    contracts: str | None = None
    auth_env: str | None = None
    principals: Mapping[str, str] | None = None
    #: strike out what nobody can ask about
    forget: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """A run's ledgers and what is open in them. Close them when done."""

    #: empty: no run left anything
    folder: str
    ledgers: tuple[Ledger, ...] = ()

    @property
    def open(self) -> tuple[Entry, ...]:
        """The instances that have not come to an end."""
        return tuple(entry for ledger in self.ledgers for entry in ledger.open)

    def close(self) -> None:
        """Ends the files."""
        for ledger in self.ledgers:
            ledger.close()


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What came of it."""

    folder: str
    target: str
    #: None where nothing was open
    told: CleanedUp | None
    #: struck out because nobody can ask about them
    forgotten: int = 0

    @property
    def exit(self) -> Exit:
        """The documented exit code."""
        return Exit.INCOMPLETE if self.told is not None and self.told.left else Exit.CONFORMS


def find(options: CleanupOptions) -> Job:
    """The ledgers to go on with. A run that made nothing has none, and then there is nothing to do.

    Raises `UsageError` for a run that is not there, is still going on, or whose ledger is none.
    """
    root = Path(options.reports)
    if options.run == LATEST and not Path(options.run).is_dir():
        return _latest(root)
    for folder in (Path(options.run), root / options.run):
        if folder.is_dir():
            return _read(folder)
    raise UsageError(
        f"Cannot clean up after {options.run!r}: because neither it nor {root / options.run} is a folder. "
        "Name the folder of a run."
    )


def _latest(root: Path) -> Job:
    """The newest run that left something; one that is still going on is passed over while there is another.

    So is one of which only instances are left that nobody can ask about.
    """
    busy: UsageError | None = None
    hopeless = Job("")
    for folder in newest(root) if root.is_dir() else ():
        try:
            job = _read(folder)
        except UsageError as error:
            busy = busy or error
            continue
        if any(entry.id and not entry.hidden for entry in job.open):
            hopeless.close()
            return job
        if job.open and not hopeless.open:
            hopeless = job
        else:
            job.close()
    if busy is not None and not hopeless.open:
        raise busy
    return hopeless


def _read(folder: Path) -> Job:
    found: list[Ledger] = []
    try:
        found.extend(Ledger.read(path) for path in ledgers(folder))
    except (LedgerError, WriteError) as error:
        Job("", tuple(found)).close()
        if isinstance(error, WriteError):
            raise EnvironmentFailure(str(error)) from error
        raise UsageError(str(error)) from None
    return Job(str(folder), tuple(found))


def cleanup(job: Job, options: CleanupOptions, *, environ: Mapping[str, str], today: date,
            begun: Callable[[Target, int], None] = lambda _, __: None) -> Cleaned:  # fmt: skip
    """Ends what is open. `begun` is told the target and how many instances that are, before anything is sent.

    Raises `ContractError`, `UsageError`, and `EnvironmentFailure` when the target does not answer or the ledger cannot
    be kept; what was done until then is marked in it.
    """
    if not job.open:
        return Cleaned(job.folder, "", None)
    book = next(ledger.book for ledger in job.ledgers if ledger.open)
    contracts = load(options.contracts or book.contracts, today)
    where = options.target or book.target
    if where == MOCK:
        raise UsageError(
            "Cannot clean up the mock: because it forgets everything with each run. Name the live target."
        )
    target = open_target(
        where,
        contracts,
        PROFILES["gate"],
        0,
        options.auth_env,
        environ,
        principals=options.principals or {},
    )
    try:
        if options.target is None and target.url != book.url:
            raise UsageError(
                f"Cannot clean up: because the run made its instances at {book.url}, and the target {where!r} is now "
                f"{target.url}. Say with --target where to look for them."
            )
        forgotten = _forgotten(job) if options.forget else 0
        if not job.open:
            return Cleaned(job.folder, target.label, None, forgotten)
        begun(target, len(job.open))
        return Cleaned(job.folder, target.label, _tidied(job, contracts.apis, target), forgotten)
    except WriteError as error:
        raise EnvironmentFailure(str(error)) from error
    finally:
        target.close()


def _forgotten(job: Job) -> int:
    """Strikes out what has no id that anybody knows, and says how many that were. Raises `WriteError`."""
    found = [
        (ledger, entry) for ledger in job.ledgers for entry in ledger.open if entry.hidden or not entry.id
    ]
    for ledger, entry in found:
        gone = replace(entry, ended=True)
        ledger.keep(gone, gone)
    return len(found)


def _tidied(job: Job, apis: tuple[Api, ...], target: Target) -> CleanedUp:
    clock, senders = SystemClock(), dict[str, Send]()

    def sender(api: Api) -> Send:
        return senders.setdefault(api.name, target.sender(api))

    told: CleanedUp | None = None
    parts: list[Tidied] = []
    for ledger in job.ledgers:
        parts.append(
            tidy(ledger, {api.name: api for api in apis}, target, sender, clock, _PATIENCE, unsure=True)
        )
        told = joined(told, parts[-1].told)
    if any(part.unreachable for part in parts) and told is not None and not told.ended:
        why = next(left.why for left in told.left)
        raise EnvironmentFailure(
            f"Cannot clean up: because {why}. {sum(one.count for one in told.left)} instances are still open: do start "
            "the target, or name another with --target, and try again."
        )
    assert told is not None  # noqa: S101 - something was open
    return told
