"""One pytest session's campaign: planned at collection, opened by the first item that runs, reported at the
end.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assay.app.campaign import owned
from assay.app.errors import AssayError, OurFault
from assay.app.formats import wanted
from assay.app.plan import Plan, prepare
from assay.app.remember import where
from assay.app.report import look
from assay.app.run import Opened, begin
from assay.app.tuning import profile_for
from assay.drive.clock import SystemClock
from assay.files.reports import RunFolder
from assay.model.verdict import Standing as Stands
from assay.pytest_plugin.ledger import Ledger, Standing
from assay.pytest_plugin.settings import run_options
from assay.pytest_plugin.shared import Shared
from assay.pytest_plugin.summary import Ended, conclude, tell
from assay.report.log import read

if TYPE_CHECKING:
    from assay.app.run import RunOptions
    from assay.app.units import Unit
    from assay.model.contract import Api
    from assay.model.verdict import Clause

#: key of the item property that says which clause a test is about
CLAUSE = "assay.clause"
#: what the controller tells its workers, and where a worker leaves its answer
HANDOVER = "assay"
#: where a worker says that it had to withhold what it wrote
WITHHELD = "assay.withheld"

_SESSION: pytest.StashKey[AssaySession] = pytest.StashKey()


class NotExplored(AssayError):
    """The clause cannot be decided because an earlier step failed, and that was told already."""


class SharedFolder(RunFolder):
    """The run folder that a controller made, seen from a worker."""

    def __init__(self, path: Path) -> None:
        """Takes the folder as it is."""
        self.root = path.parent
        self.path = path


def session_of(config: pytest.Config) -> AssaySession:
    """The session's campaign; made, and registered as a plugin, on first use."""
    if _SESSION not in config.stash:
        session = AssaySession(config)
        config.stash[_SESSION] = session
        config.pluginmanager.register(session, "assay-session")
    return config.stash[_SESSION]


class AssaySession:
    """What the collectors, the items, the fixture and the hooks of one process share."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self._plan: Plan | None = None
        self._unusable: Exception | None = None
        self._opened: Opened | None = None
        self._ledger: Ledger | None = None
        self._shared: Shared | None = None
        self._failed = False
        self._exploring: Unit | None = None
        self._chosen: frozenset[str] | None = None
        self._done: set[str] = set()
        self._ended: Ended | None = None

    # -- before anything is sent
    # ---------------------------------------------------------------------------------

    @property
    def options(self) -> RunOptions:
        """What the user asked for; in a worker, with the seed of the whole session."""
        options = run_options(self.config)
        return replace(options, seed=int(self._handover["seed"])) if self._handover else options

    @property
    def plan(self) -> Plan:
        """All clauses. Raises `AssayError` when the contracts or the options cannot be used."""
        if self._unusable is not None:
            raise self._unusable
        if self._plan is None:
            try:
                options = self.options
                where(options.history, options.reports)  # refused now, not when all is done
                wanted(options.formats)
                today = SystemClock().now().date()
                self._plan = prepare(
                    options.path, profile_for(options.profile, options.target), today,
                    apis=options.apis, estimate=False,
                )  # fmt: skip
            except AssayError as error:
                self._unusable = error
                raise
        return self._plan

    def api(self, name: str) -> Api:
        """The API of that name. Raises `KeyError`."""
        return self.plan.contracts.api(name)

    def unit(self, clause: Clause) -> Unit:
        """The unit that decides a clause."""
        return owned(self.plan.units, clause)

    # -- while items run
    # -----------------------------------------------------------------------------------------

    def explore(self, clause: Clause) -> None:
        """Explores the unit that decides the clause, if no earlier item did; in a worker, together with the others.

        What is seen broken stays broken, whatever a worker that died might have seen.

        Raises `AssayError` when the campaign cannot be opened, and whatever our own faults raise, once; after that
        `NotExplored`.
        """
        unit = self.unit(clause)
        campaign = self.open().campaign
        if self._exploring is not None:
            raise NotExplored(
                f"Not decided: because exploring {self._exploring.id} failed. See the first error."
            )
        if self._shared is None:
            self._exploring = unit
            campaign.explore(unit)
            self._exploring = None
            return
        undecided = self._shared.explore(unit)
        if undecided and self.standing(clause).result.standing is not Stands.VIOLATED:
            raise NotExplored(f"Not decided: because {undecided}.")

    def _explores(self, unit: Unit | None) -> None:
        self._exploring = unit

    def standing(self, clause: Clause) -> Standing:
        """How a clause stands after its unit was explored."""
        if self._ledger is None:
            raise NotExplored("Not decided: because nothing was explored.")
        return self._ledger.standing(clause.id)

    @property
    def ledger(self) -> Ledger:
        """What is known so far; there is one once the campaign is open."""
        if self._ledger is None:
            raise NotExplored("Not decided: because nothing was explored.")
        return self._ledger

    def open(self) -> Opened:
        """Opens target and log on first use. Raises `AssayError`."""
        if self._failed:
            raise NotExplored("Not decided: because the run could not begin. See the first error.")
        if self._opened is None:
            try:
                self._opened = self._begin()
            except AssayError:
                self._failed = True
                raise
        return self._opened

    def _begin(self) -> Opened:
        options = replace(self.options, only=self._only())
        if self._handover:
            folder = SharedFolder(Path(str(self._handover["folder"])))
            opened = begin(
                options,
                shard=str(self._handover["shard"]),
                folder=folder,
                log_name=str(self._handover["log"]),
            )
        else:
            opened = begin(options)
        with opened.sink.path.open(encoding="utf-8") as log:
            self._ledger = Ledger(opened.sink, read(log), samples=self.shows_exchanges)
        opened.campaign.sink = self._ledger
        if self._handover and self._chosen:
            worker = str(self._handover["worker"])
            self._shared = Shared(opened, self._ledger, worker, self._explores)
        return opened

    @property
    def shows_exchanges(self) -> bool:
        """True when somebody will look at sample exchanges."""
        return self.config.pluginmanager.hasplugin("allure_listener")

    def _only(self) -> tuple[str, ...]:
        """Ids of the chosen clauses; none when all are chosen, or when only tests with `assay_api` were."""
        everything = {clause.id for clause in self.plan.clauses}
        chosen = self._chosen or frozenset()
        return () if not chosen or chosen == everything else tuple(sorted(chosen))

    @property
    def _handover(self) -> dict[str, str | int]:
        given: dict[str, str | int] = getattr(self.config, "workerinput", {}).get(HANDOVER, {})
        return given

    # -- hooks
    # ---------------------------------------------------------------------------------------------------

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Remembers which clauses are left after all deselection."""
        self._chosen = frozenset(clauses_in(session.items))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Lets a clause name itself and its place in the contract, and no error of the user show our code."""
        report = yield
        clause = next(clauses_in([item]), None)
        if clause is None or call.excinfo is None:
            return report
        if isinstance(call.excinfo.value, AssayError):
            report.longrepr = str(call.excinfo.value)
        elif report.skipped and isinstance(report.longrepr, tuple) and not hasattr(report, "wasxfail"):
            file, line, _ = item.reportinfo()
            reason = report.longrepr[2].removeprefix("Skipped: ")
            told = f"Skipped: {clause}: {reason}"
            report.longrepr = (os.path.relpath(file, item.config.rootpath), (line or 0) + 1, told)
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Counts the clauses that were told."""
        if report.when == "call" or not report.passed:
            self._done |= {str(value) for key, value in report.user_properties if key == CLAUSE}

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Ends the log, writes the report, and makes the exit status agree with it."""
        opened = self._opened
        if opened is None:
            return
        campaign = opened.campaign
        trouble = 0
        if self._exploring is not None:
            reason = f"stopped while exploring {self._exploring.id}"
        elif campaign.unreachable:
            reason, trouble = campaign.trouble, 4
        else:
            reason = (
                ""
                if self._handover
                else unfinished(len(self._chosen or ()), len(self._done & (self._chosen or frozenset())))
            )
        opened.close(reason, trouble)
        if self._handover:
            self.config.workeroutput[HANDOVER] = str(self._handover["log"])  # type: ignore[attr-defined]
            self._look(opened)
            return
        self._ended = conclude(opened.folder, session, opened.target.sweep)

    def _look(self, opened: Opened) -> None:
        """The last look at what this worker wrote: only it knows the secrets of its mock."""
        ledger = opened.campaign.ledger
        mine = [opened.sink.path]
        if ledger is not None and ledger.path is not None:
            mine.append(ledger.path)
        try:
            look(mine, opened.sink.path, opened.target.sweep)
        except OurFault as error:
            self.config.workeroutput[WITHHELD] = str(error)  # type: ignore[attr-defined]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Says what the run showed and where the report is."""
        if self._ended is not None:
            tell(self._ended, terminalreporter)


def clauses_in(items: list[pytest.Item]) -> Iterator[str]:
    """Ids of the clauses that these items are about."""
    for item in items:
        yield from (str(value) for key, value in item.user_properties if key == CLAUSE)


def unfinished(chosen: int, done: int) -> str:
    """Why a run is not complete when fewer tests were told than were chosen; nothing when none is missing."""
    return f"stopped early: {chosen - done} of {chosen} clause tests did not run" if done < chosen else ""
