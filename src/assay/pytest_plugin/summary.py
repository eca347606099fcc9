"""The end of a session: the report on disk, a few lines in the terminal, an exit status that agrees with
both.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from assay.app.errors import AssayError
from assay.app.formats import publish, since, wanted
from assay.app.remember import remember, where
from assay.app.report import write
from assay.evidence.sweep import Sweep
from assay.files.reports import RunFolder, WriteError, write_whole
from assay.files.sweep import swept_contents
from assay.model.verdict import Standing
from assay.pytest_plugin.settings import run_options
from assay.report import cleanup
from assay.report.exits import MEANINGS, Exit, fails
from assay.report.result import Report

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
    #: formats that were asked for on standard output
    said: tuple[str, ...] = ()


def conclude(folder: RunFolder, session: pytest.Session, sweep: Sweep) -> Ended:
    """Writes the reports, keeps the run in the history, and sees to the exit status."""
    try:
        report = write(folder, sweep=sweep)
        options = run_options(session.config)
        kept = where(options.history, str(folder.root))
    except (AssayError, OSError) as error:
        disagree(session)
        return Ended(None, "", (str(error),))
    remarks = (*_remarks(report, session), *remember(report, kept, str(folder.root)))
    said: tuple[str, ...] = ()
    try:
        formats = wanted(options.formats)
        said = publish(
            report,
            formats,
            str(folder.path),
            sweep,
            since(report, formats, options.history, str(folder.root)),
        )
    except AssayError as error:
        disagree(session)
        remarks = (*remarks, str(error))
    remarks = (*remarks, *_beside_allure(report, session, sweep))
    return Ended(report, shown(folder.path / PAGE), remarks, said)


def _beside_allure(report: Report, session: pytest.Session, sweep: Sweep) -> tuple[str, ...]:
    """Writes categories and environment beside Allure's results, where there are any; why not, where that fails."""
    folder = session.config.getoption("allure_report_dir", default=None)
    if not folder:
        return ()
    from assay.pytest_plugin.allure_about import about  # noqa: PLC0415 - only where it is needed

    files = about(report)
    if swept_contents(files, sweep):
        return ("Cannot say beside Allure's results what was tested: because a credential stands in it.",)
    try:
        for name, content in files.items():
            write_whole(Path(folder) / name, content)
    except WriteError as error:
        return (
            f"Cannot write into {folder}: because {error.strerror or error}. Do name another --alluredir.",
        )
    return ()


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
    if ended.page:
        terminal.line(f"report: {ended.page}")
    for text in ended.said:
        terminal.ensure_newline()
        terminal.write(text)


def _counts(report: Report, terminal: pytest.TerminalReporter) -> None:
    waived = sum(1 for result in report.clauses if result.waived)
    counts = ", ".join(
        f"{report.count(standing)} {standing}" for standing in Standing if report.count(standing)
    )
    also = f" ({waived} waived)" if waived else ""
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
