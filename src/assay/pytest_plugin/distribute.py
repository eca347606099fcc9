"""A session on workers: they share out units and parts of units, each writes a shard, the controller merges those.

The controller collects nothing itself. It makes the run folder and the seed before the workers start, tells them both,
and cuts the units into parts as soon as it knows which clauses are tested (`parts`). When the workers are down, it
merges what they wrote into the log that a session without workers would have written.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from assay.app.campaign import owned
from assay.app.errors import AssayError
from assay.app.formats import wanted
from assay.app.plan import Plan, prepare
from assay.app.remember import where
from assay.app.run import new_seed, run_id
from assay.app.target import sweep_of
from assay.app.tuning import profile_for
from assay.drive.clock import SystemClock
from assay.evidence.sweep import Sweep
from assay.files.claims import Claims
from assay.files.reports import LogSink, RunFolder
from assay.model.event import Event, RunFinished, RunStarted
from assay.pytest_plugin.names import spell
from assay.pytest_plugin.parts import FOLDER, Division, divided, publish
from assay.pytest_plugin.session import CLAUSE, HANDOVER, WITHHELD, unfinished
from assay.pytest_plugin.settings import chose_dist, run_options
from assay.pytest_plugin.summary import Ended, conclude, disagree, tell
from assay.report.log import LogError, read
from assay.report.merge import MergeError, merge

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController


class Controller:
    """The part of a distributed session that sees all workers."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self._folder: RunFolder | None = None
        self._seed = 0
        self._trouble = ""
        #: worker -> name of the shard it says it wrote; empty when it wrote none
        self._wrote: dict[str, str] = {}
        self._crashed: list[str] = []
        #: what workers say of shards that they had to delete
        self._withheld: list[str] = []
        self._collected: frozenset[str] = frozenset()
        self._done: set[str] = set()
        self._plan: Plan | None = None
        self._units: dict[str, str] | None = None
        self._workers = 1
        self._division = Division({}, together=True)
        self._board: Claims | None = None
        self._ended: Ended | None = None

    # -- before
    # ----------------------------------------------------------------------------------------------------

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: WorkerController) -> None:
        """Tells a worker the seed and where its shard goes."""
        try:
            folder = self._made()
        except (AssayError, OSError) as error:
            raise pytest.UsageError(str(error)) from None
        self._workers = node.workerinput["workercount"]
        index = int(node.workerinput["workerid"].removeprefix("gw")) + 1
        node.workerinput[HANDOVER] = {
            "seed": self._seed,
            "folder": str(folder.path.absolute()),
            "shard": f"{index}/{max(index, node.workerinput['workercount'])}",
            "log": _shard_name(node.workerinput["workerid"]),
            "worker": node.workerinput["workerid"],
        }

    def _made(self) -> RunFolder:
        if self._folder is None:
            options = run_options(self.config)
            where(options.history, options.reports)  # refused now, not when all is done
            wanted(options.formats)
            self._seed = new_seed() if options.seed is None else options.seed
            self._folder = RunFolder(Path(options.reports), run_id(SystemClock().now()))
        return self._folder

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> UnitScheduling | None:  # noqa: ANN401
        """Keeps units together, unless the user chose another distribution."""
        _ = self.units  # planned now, while the workers collect
        return None if chose_dist(config) else UnitScheduling(config, log, self)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Remembers which clause tests there are to run, and divides them before the first of them runs."""
        self._collected = frozenset(name for name in ids if _last(name) in self.units)
        if self._collected and self._board is None and self._folder is not None and self._plan is not None:
            tested = {self.units[_last(name)] for name in self._collected}
            target = run_options(self.config).target
            self._division = divided(self._plan, tested, self._workers, target)
            self._board = publish(self._division, self._folder.path)

    @property
    def units(self) -> dict[str, str]:
        """Clause test name -> the unit that decides it. Empty when the contracts cannot be used: the workers
        say why.
        """
        if self._units is None:
            self._units = {}
            try:
                options = run_options(self.config)
                today = SystemClock().now().date()
                self._plan = plan = prepare(
                    options.path, profile_for(options.profile, options.target), today, apis=options.apis
                )
                self._units = {spell(clause.id): owned(plan.units, clause).id for clause in plan.clauses}
            except (AssayError, OSError):
                pass
        return self._units

    def homes(self, unit: str) -> int:
        """Among how many workers the clauses of that unit are spread: all of them can help where it is in parts."""
        return self._workers if self._division.parts.get(unit, 1) > 1 else 1

    # -- while workers run
    # -----------------------------------------------------------------------------------------

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Counts the clause tests that were told."""
        if any(key == CLAUSE for key, _ in report.user_properties) and (
            report.when == "call" or not report.passed
        ):
            self._done.add(report.nodeid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: WorkerController, error: object | None) -> None:
        """Remembers what a worker says it wrote, or that it never came to say it."""
        name = str(node.workerinput["workerid"])
        output = getattr(node, "workeroutput", None) or {}
        if error is not None:
            self._crashed.append(name)
            if self._board is not None:
                self._board.bury(name)
        if WITHHELD in output:
            self._withheld.append(str(output[WITHHELD]))
        if HANDOVER in output:
            self._wrote[name] = str(output[HANDOVER])

    # -- after
    # -----------------------------------------------------------------------------------------------------

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Merges the shards, writes the report, and makes the exit status agree with it."""
        folder = self._folder
        if folder is None:
            return
        shards = self._shards(folder.path)
        shutil.rmtree(folder.path / FOLDER, ignore_errors=True)
        if not shards:
            _remove_empty(folder)
            return
        try:
            missing = unfinished(len(self._collected), len(self._done & self._collected))
            _merge(shards, folder, missing)
        except (LogError, MergeError, OSError) as error:
            disagree(session)
            self._ended = Ended(None, "", (str(error), f"The shards are still in {folder.path}."))
            return
        for shard in shards:
            shard.unlink(missing_ok=True)
        self._ended = conclude(folder, session, self._sweep())

    def _sweep(self) -> Sweep:
        """Looks for the credentials of a live target; those of the workers' mocks only they know."""
        options = run_options(self.config)
        return sweep_of(options.target, options.auth_env, options.principals, os.environ)

    def _shards(self, folder: Path) -> list[Path]:
        """Every shard there is or should be. A worker that had no clause to test wrote none, and none is
        missing.
        """
        there = set(folder.glob(_shard_name("*")))
        promised = {folder / name for name in self._wrote.values()}
        return sorted(there | promised)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Says what the run showed and where the report is."""
        if self._ended is not None:
            tell(self._ended, terminalreporter)
            for told in self._withheld:
                terminalreporter.line(told, red=True)
            for name in self._crashed:
                terminalreporter.line(f"worker {name} crashed: what it saw is incomplete", red=True)


class UnitScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Clauses of one unit go to one worker, one after the other, or in turns to all where they explore it in parts;
    every other test goes wherever there is room.
    """

    def __init__(self, config: pytest.Config, log: Any, controller: Controller) -> None:  # noqa: ANN401
        super().__init__(config, log)
        self._controller = controller
        self._scopes: dict[str, str] = {}
        self._members: Counter[str] = Counter()

    def _split_scope(self, nodeid: str) -> str:
        unit = self._controller.units.get(_last(nodeid))
        if unit is None:
            return nodeid
        if nodeid not in self._scopes:
            self._scopes[nodeid] = f"{unit}#{self._members[unit] % self._controller.homes(unit)}"
            self._members[unit] += 1
        return self._scopes[nodeid]


def _merge(shards: Sequence[Path], folder: RunFolder, missing: str) -> None:
    """Merges the shards into the folder's log. Shards are counted anew: only those that had work are shards
    of the run.
    """
    with ExitStack() as opened:
        logs = [
            _numbered(
                read(opened.enter_context(shard.open(encoding="utf-8"))),
                f"{number}/{len(shards)}",
                folder.path.name,
            )
            for number, shard in enumerate(shards, 1)
            if shard.exists()
        ]
        merged = merge(logs)
        sink = opened.enter_context(LogSink(folder.log))
        for event in merged:
            sink(_ended_early(event, missing) if isinstance(event, RunFinished) and missing else event)


def _numbered(events: Iterator[Event], shard: str, run: str) -> Iterator[Event]:
    for event in events:
        yield replace(event, shard=shard, run=run) if isinstance(event, RunStarted) else event


def _ended_early(footer: RunFinished, why: str) -> RunFinished:
    return replace(footer, complete=False, reason="; ".join(filter(None, (footer.reason, why))))


def _shard_name(worker: str) -> str:
    return f"shard-{worker}.jsonl"


def _last(nodeid: str) -> str:
    return nodeid.rpartition("::")[2]


def _remove_empty(folder: RunFolder) -> None:
    """Takes back the folder of a session that tested no clause, and the reports folder if it is new too."""
    for path in (folder.path, folder.root):
        try:
            path.rmdir()
        except OSError:
            return  # not empty: it was there before
