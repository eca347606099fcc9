"""The end of a run, said on standard output: the summary, the report's place, the exit code's meaning."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assay.cli.output import say

if TYPE_CHECKING:
    from assay.report.result import Report

#: columns where there is no terminal to ask
_WIDTH = 100


def conclude(report: Report, folder: str, said: Sequence[str] = (), formats: Sequence[str] = ()) -> int:
    """Says how it ended; returns the exit code.

    `said` is what was asked for on standard output: where one of the `formats` says so, that is all that stands there.
    """
    for text in said:
        say(text, newline=not text.endswith("\n"))
    if any(asked.endswith("=-") for asked in formats):
        return report.exit_code
    from assay.report.render import terminal  # noqa: PLC0415 - only where there is something to sum up

    page = _short(Path(folder) / "report.html")
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    if sys.stdout is not None and sys.stdout.isatty():
        from rich.console import Console  # noqa: PLC0415

        Console(highlight=False, emoji=False).print(terminal.Summary(report, page))
    else:
        say(terminal.render(report, page, width=_WIDTH, encoding=encoding), newline=False)
    return report.exit_code


def _short(path: Path) -> str:
    """The path as one would type it here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
