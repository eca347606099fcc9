"""The end of a session: the report on disk, a few lines in the terminal, an exit status that agrees with
both.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assay.app.errors import AssayError
from assay.app.formats import publish, since, wanted
from assay.app.past import past_of
from assay.app.remember import remember, where
from assay.app.report import write
from assay.evidence.sweep import Sweep
from assay.files.reports import RunFolder
from assay.model.verdict import Standing
from assay.pytest_plugin.settings import run_options
from assay.report import cleanup
from assay.report.exits import MEANINGS, Exit, fails
from assay.report.result import Report
from assay.report.view import EXCUSES

if TYPE_CHECKING:
    from assay.app.run import RunOptions
    from assay.store.place import Place

PAGE = "report.html"
#: lines about instances that stayed; the report has all
_LEFT = 5


@dataclass(frozen=True, slots=True)
class Ended:
    """What is left to say when all tests are through."""

    report: Report | None
    #: path of the page, as the user would type it
    page: str
    #: what pytest's own counts do not show
    remarks: tuple[str, ...]
    #: formats that go to standard output
    said: tuple[str, ...] = ()


def conclude(folder: RunFolder, session: pytest.Session, sweep: Sweep) -> Ended:
    """Writes the reports, keeps the run in the history, and sees to the exit status."""
    root = str(folder.root)
    try:
        options = run_options(session.config)
        kept = where(options.history, root)
        report = write(folder, sweep=sweep, past=past_of(kept))
        remarks = (*_remarks(report, session), *remember(report, kept, root))
        said = _published(report, options, folder, sweep, kept)
        _beside_allure(report, session)
    except (AssayError, OSError) as error:
        disagree(session)
        return Ended(None, "", (str(error),))
    return Ended(report, shown(folder.path / PAGE), remarks, said)


def _published(
    report: Report, options: RunOptions, folder: RunFolder, sweep: Sweep, kept: Place | None
) -> tuple[str, ...]:
    """Writes the further formats; those for standard output."""
    formats = wanted(options.formats)
    if not formats:
        return ()
    fresh = since(report, formats, options.history, str(folder.root))
    return publish(report, formats, str(folder.path), sweep, fresh, past_of(kept))


def _beside_allure(report: Report, session: pytest.Session) -> None:
    """What Allure's results lack: where they come from, and how they are sorted."""
    results = session.config.getoption("allure_report_dir", default=None)
    if results:
        from assay.pytest_plugin.allure_files import write as add  # noqa: PLC0415 - only where it is needed

        add(Path(results), report)


def disagree(session: pytest.Session) -> None:
    """Makes a session fail that pytest takes for a good one."""
    if session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def shown(path: Path) -> str:
    """A path as the user would type it."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def tell(ended: Ended, terminal: pytest.TerminalReporter) -> None:
    """The terminal section."""
    terminal.section("assay", sep="=")
    if ended.report is not None:
        _counts(ended.report, terminal)
    for remark in ended.remarks:
        terminal.line(remark, red=True)
    for text in ended.said:
        terminal.write(text)
    if ended.page:
        terminal.line(f"report: {ended.page}")


def _counts(report: Report, terminal: pytest.TerminalReporter) -> None:
    broken = [result for result in report.clauses if result.standing is Standing.VIOLATED]
    excused = Counter(result.excuse for result in broken if result.excuse)
    counts = ", ".join(
        f"{report.count(standing)} {standing}" for standing in Standing if report.count(standing)
    )
    told = ", ".join(f"{excused[word]} {word}" for word in EXCUSES if excused[word])
    also = f" ({told})" if told else ""
    total = len(report.clauses)
    terminal.line(f"{total} {'clause' if total == 1 else 'clauses'}: {counts}{also}")
    requests = sum(count for _, count in report.requests)
    header = report.header
    terminal.line(
        f"target {header.target}, profile {header.profile}, seed {header.seed}, {requests} requests"
    )


def _remarks(report: Report, session: pytest.Session) -> list[str]:
    """What makes the run fail although no test did, or what a reader must know: to read the counts, or to tidy up."""
    remarks = leftovers(report)
    if not report.complete:
        remarks.append(f"incomplete: {report.reason}")
    code = Exit(report.exit_code)
    if code is Exit.CONFORMS or session.exitstatus not in {
        pytest.ExitCode.OK,
        pytest.ExitCode.NO_TESTS_COLLECTED,
    }:
        return remarks
    disagree(session)
    if code is Exit.VIOLATED:
        names = [result.clause.id for result in report.clauses if fails(result, strict=report.header.strict)]
        remarks.append(
            f"no test failed, but the run did: {', '.join(names[:5])}{' …' if len(names) > 5 else ''}"
        )
    elif report.complete:
        remarks.append(f"no test failed, but the run did: {report.reason or MEANINGS[code]}")
    return remarks


def leftovers(report: Report) -> list[str]:
    """What the run made and could not end, a line each, and how to try again."""
    told = cleanup.lines(report.cleaned)
    found = [f"left behind: {line}" for line in told[:_LEFT]]
    if len(told) > _LEFT:
        found.append(f"left behind: {len(told) - _LEFT} more kinds, in the report")
    return [*found, f"`assay cleanup {report.header.run}` tries again"] if found else []
