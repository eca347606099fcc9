"""Progress of a run, on standard error: one live line on a terminal, occasional lines elsewhere."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assay.cli.output import count, say

if TYPE_CHECKING:
    from rich.text import Text

    from assay.app.campaign import Progress

#: seconds between two lines of the plain kind when nothing new begins
_SELDOM = 10.0


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """What a run tells where it is, in the way that suits standard error."""
    if quiet:
        yield _nothing
    elif sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        with _live() as line:
            yield line
    else:
        yield Plain()


def _nothing(unit: str, doing: str, requests: int) -> None:
    """For nobody."""


class Plain:
    """A line for each unit, and one now and then while it takes long."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._began = self._said = now()
        self._unit = ""

    def __call__(self, unit: str, doing: str, requests: int) -> None:
        """Says it, if it is time to."""
        moment = self._now()
        if unit == self._unit and moment - self._said < _SELDOM:
            return
        self._unit, self._said = unit, moment
        say(f"{elapsed(moment - self._began)}  {unit}: {doing}, {count(requests, 'request')} so far", err=True)


class Live:
    """One line that is drawn again and again; quick to be told, as it is told after every request."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._began = now()
        self._at = ("", "getting ready", 0)

    def __call__(self, unit: str, doing: str, requests: int) -> None:
        """Takes note."""
        self._at = (unit, doing, requests)

    def __rich__(self) -> Text:
        """The line as it is now."""
        from rich.text import Text  # noqa: PLC0415

        unit, doing, requests = self._at
        line = Text(no_wrap=True, overflow="ellipsis", end="")
        line.append(f"{elapsed(self._now() - self._began)} ", style="dim")
        line.append(f"{count(requests, 'request')} ", style="bold")
        line.append(f"{unit} " if unit else "")
        return line.append(doing, style="cyan")


@contextmanager
def _live() -> Iterator[Progress]:
    from rich.console import Console  # noqa: PLC0415 - only where there is a terminal to draw on
    from rich.live import Live as Drawing  # noqa: PLC0415

    line = Live()
    with Drawing(line, console=Console(stderr=True), transient=True, refresh_per_second=8):
        yield line


def elapsed(seconds: float) -> str:
    """`0:07`, `12:30`, `1:02:03`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
