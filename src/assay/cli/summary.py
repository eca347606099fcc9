"""The end of a run, said on standard output: the summary, where the report is, and what the exit code means."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from assay.cli.output import say

if TYPE_CHECKING:
    from assay.report.result import Report

#: columns where there is no terminal to ask
_WIDTH = 100


def conclude(report: Report, folder: str) -> int:
    """Says how it ended; returns the exit code."""
    from assay.report.render import terminal  # noqa: PLC0415 - only where there is something to sum up

    page = str(Path(folder) / "report.html")
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    if sys.stdout is not None and sys.stdout.isatty():
        from rich.console import Console  # noqa: PLC0415

        Console(highlight=False, emoji=False).print(terminal.Summary(report, page))
    else:
        say(terminal.render(report, page, width=_WIDTH, encoding=encoding), newline=False)
    return report.exit_code
