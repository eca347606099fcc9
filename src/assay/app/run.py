"""The main job: contracts against a target, ending with a report."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from secrets import randbelow
from typing import TYPE_CHECKING

from assay.app.campaign import Campaign, Progress, silence
from assay.app.corpus import Corpus
from assay.app.errors import EnvironmentFailure, Exit, UsageError
from assay.app.formats import publish, since, wanted
from assay.app.header import header, pending
from assay.app.past import past_of
from assay.app.plan import Plan, prepare
from assay.app.profile import Profile
from assay.app.remember import held, remember, where
from assay.app.report import write
from assay.app.target import MOCK, Target, open_target
from assay.app.tuning import profile_for
from assay.drive.clock import SystemClock
from assay.files.corpus import CorpusFolder
from assay.files.ledger import Ledger, ledger_name
from assay.files.reports import LOG, LogSink, RunFolder, WriteError
from assay.files.revision import revision
from assay.model.copied import replace
from assay.model.ledger import Book
from assay.plan.shard import WHOLE, Shard
from assay.plan.shard import shard as shard_named

if TYPE_CHECKING:
    from assay.report.result import Report


#: what workers keep their rate by, while they run
PACE = ".pace"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the user asked for."""

    path: str = "contracts"
    target: str = MOCK
    #: empty: as the target says, else `gate`
    profile: str = ""
    apis: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    #: None: a new one, told in the report
    seed: int | None = None
    #: name of the environment variable that holds the bearer token
    auth_env: str | None = None
    strict: bool = False
    reports: str = "reports"
    #: further principals, and the environment variables that hold their tokens
    principals: Mapping[str, str] = field(default_factory=dict)
    #: the folder where requests are kept between runs; None: they are made anew in each
    corpus: str | None = None
    #: file or URL where runs are kept, or `off`; None: as the project's configuration says, else in `reports`
    history: str | None = None
    #: what of the plan this machine explores, as `i/n`
    shard: str = str(WHOLE)
    #: further formats of the report, as `FORMAT[=PATH]`
    formats: tuple[str, ...] = ()
    #: seconds that the run may take at most; None: as the profile and the target say
    max_time: float | None = None
    #: name of a production target that may be written to all the same
    allow_writes: str = ""
    #: `fail` or `pass`: what flaky violations do to the exit code; None: as the profile says
    flaky: str | None = None


@dataclass(frozen=True, slots=True)
class RunResult:
    """A run that ended, one way or another, with a report."""

    report: Report
    #: the run's folder
    folder: str
    #: what its user should know besides
    remarks: tuple[str, ...] = ()
    #: formats that were asked for on standard output
    said: tuple[str, ...] = ()

    @property
    def exit(self) -> Exit:
        """The documented exit code."""
        return Exit(self.report.exit_code)


@dataclass
class Opened:
    """A run between its header and its footer: what `assay run` and the pytest plugin share."""

    plan: Plan
    target: Target
    campaign: Campaign
    folder: RunFolder
    sink: LogSink
    seed: int
    _closed: bool = field(default=False)

    def close(self, reason: str = "", trouble: int = 0) -> None:
        """Writes the footer, closes the log and the target. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        try:
            self.campaign.finish(reason, trouble)
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Closes the log as it is, without a footer, and the target. Safe to call twice."""
        self._closed = True
        try:
            self.sink.close()
        finally:
            self.target.close()
            if self.campaign.ledger is not None:
                self.campaign.ledger.close()


def new_seed() -> int:
    """A seed that a person can type again."""
    return randbelow(2**31)


def run_id(moment: datetime) -> str:
    """The name of a run begun at that moment, and of its folder: sorts by time, and every file system takes it."""
    return moment.strftime("%Y-%m-%dT%H-%M-%SZ")


def begin(options: RunOptions, *, progress: Progress = silence, now: datetime | None = None,
          environ: Mapping[str, str] | None = None, shard: str = "1/1", folder: RunFolder | None = None,
          log_name: str = LOG) -> Opened:  # fmt: skip
    """Loads, plans, opens the target and writes the log's header.

    `shard` is for those who share out the work among themselves; a shard in the options is dealt out here.

    Raises `ContractError`, `UsageError` and `EnvironmentFailure`; nothing has been sent then.
    """
    moment = now or SystemClock().now()
    environ = os.environ if environ is None else environ
    plan = prepare(
        options.path, profile_for(options.profile, options.target), moment.date(),
        apis=options.apis, only=options.only, estimate=False,
    )  # fmt: skip
    agreed = plan.digest
    if options.shard != str(WHOLE):
        mine = _shard(options)
        plan, shard = plan.shard(mine), str(mine)
    seed = new_seed() if options.seed is None else options.seed
    target = open_target(options.target, plan.contracts, plan.profile, seed, options.auth_env,
                         environ, runs=int(shard.partition("/")[2]),
                         principals=options.principals, writes=options.allow_writes)  # fmt: skip
    profile = _bounded(plan.profile, target, options)
    try:
        place = folder or RunFolder(Path(options.reports), run_id(moment))
        sink = LogSink(place.path / log_name)
        ledger = None if target.is_mock else _ledger(options, target, place, moment, log_name)
        folder_of_corpus = (
            CorpusFolder(Path(options.corpus), target.sweep) if options.corpus is not None else None
        )
        target.run = place.path.name
        if folder is not None and target.runs > 1:  # workers of one machine, in one folder
            target.pace = place.path / PACE
        corpus = Corpus(folder_of_corpus, profile)
        campaign = Campaign(target, profile, seed, sink, progress, ledger=ledger, corpus=corpus)
        campaign.begin(
            header(
                plan.contracts,
                plan.clauses,
                run=place.path.name,
                started=moment,
                seed=seed,
                profile=plan.profile.name,
                target=target.label,
                strict=options.strict,
                shard=shard,
                revision=revision(environ),
                plan=agreed,
                flaky=options.flaky or plan.profile.flaky,
                held=_held(options, plan, target),
            )
        )
    except OSError as error:
        target.close()
        raise EnvironmentFailure(str(error)) from error
    return Opened(plan, target, campaign, place, sink, seed)


def _bounded(profile: Profile, target: Target, options: RunOptions) -> Profile:
    """The profile with the least of the times that it, the target and the user allow."""
    allowed = (profile.budget, target.config.most_seconds, options.max_time)
    return replace(profile, budget=min(seconds for seconds in allowed if seconds is not None))


def _held(options: RunOptions, plan: Plan, target: Target) -> Mapping[str, str]:
    """The pending clauses that have held at that target before, each with the run in which it did so first."""
    names = [clause.id for clause in pending(plan.contracts, plan.clauses)]
    return held(where(options.history, options.reports), target.label, names) if names else {}


def _shard(options: RunOptions) -> Shard:
    """The shard that the user names. Raises `UsageError`."""
    found = shard_named(options.shard)
    if found is None:
        raise UsageError(
            f"Cannot use the shard {options.shard!r}: because it is not of the form i/n. "
            "Write 1/3 for the first of three, and so on to 3/3."
        )
    if options.seed is None:
        raise UsageError(
            f"Cannot run shard {found} without a seed: because all shards of a run must make the same choices. "
            "Give each of them the same --seed, such as the number of the CI run."
        )
    return found


def _ledger(options: RunOptions, target: Target, place: RunFolder, moment: datetime, log_name: str) -> Ledger:
    book = Book(
        run=place.path.name,
        started=moment.isoformat(timespec="seconds"),
        target=options.target if "://" not in options.target else target.url,
        url=target.url,
        contracts=options.path,
    )
    return Ledger(place.path / ledger_name(log_name), book)


def run(
    options: RunOptions,
    *,
    progress: Progress = silence,
    begun: Callable[[Opened], None] = lambda _: None,
    interrupted: Callable[[], None] = lambda: None,
) -> RunResult:
    """The whole job. What the API does, even dying, ends in a report; only our own faults and the user's raise.

    `begun` is told before anything is sent; `interrupted` when Ctrl-C came and the report is about to be written.
    Raises `ContractError`, `UsageError` and `EnvironmentFailure`.
    """
    kept = where(options.history, options.reports)
    formats = wanted(options.formats) if options.formats else ()
    opened = begin(options, progress=progress)
    try:
        begun(opened)
        reason, trouble = _explore(opened, interrupted)
        opened.close(reason, trouble)
    except WriteError as error:
        raise EnvironmentFailure(str(error)) from error
    finally:
        opened.abandon()
    report = write(opened.folder, sweep=opened.target.sweep, past=past_of(kept))
    folder = str(opened.folder.path)
    remarks = remember(report, kept, options.reports)
    fresh = since(report, formats, options.history, options.reports)
    said = publish(report, formats, folder, opened.target.sweep, fresh, past_of(kept)) if formats else ()
    return RunResult(report, folder, remarks, said)


def _explore(opened: Opened, interrupted: Callable[[], None]) -> tuple[str, int]:
    """Why the run ended early, and the exit code that deserves; nothing and 0 when it did not."""
    campaign = opened.campaign
    try:
        campaign.explore(*opened.plan.units)
    except KeyboardInterrupt:
        interrupted()
        return "interrupted", 0
    return (campaign.trouble, int(Exit.ENVIRONMENT)) if campaign.unreachable else ("", 0)
