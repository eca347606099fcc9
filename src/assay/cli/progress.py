"""Progress of a run, on standard error: one live line on a terminal, occasional lines elsewhere."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from assay.cli.output import count, say

if TYPE_CHECKING:
    from rich.live import Live as Drawing
    from rich.text import Text

#: seconds between two lines of the plain kind when nothing new begins
_SELDOM = 10.0


class Teller(Protocol):
    """Tells where a run is. An `app.campaign.Progress` that can be ended."""

    def __call__(self, unit: str, doing: str, requests: int) -> None:
        """Called after every request."""
        ...

    def close(self) -> None:
        """Leaves the terminal to others. Calling it again does nothing."""
        ...


def teller(*, quiet: bool) -> Teller:
    """The one that suits standard error."""
    if quiet:
        return Nothing()
    drawable = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    return Live() if drawable else Plain()


class Nothing:
    """For nobody."""

    def __call__(self, unit: str, doing: str, requests: int) -> None:
        """Says nothing."""

    def close(self) -> None:
        """Nothing to end."""


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
        say(
            f"{elapsed(moment - self._began)}  {unit}: {doing}, {count(requests, 'request')} so far", err=True
        )

    def close(self) -> None:
        """Nothing to end."""


class Live:
    """One line that is drawn again and again, from the first request to the last."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._began = now()
        self._at = ("", "", 0)
        self._drawing: Drawing | None = None

    def __call__(self, unit: str, doing: str, requests: int) -> None:
        """Takes note; another thread draws, a few times a second."""
        self._at = (unit, doing, requests)
        if self._drawing is None:
            self._drawing = _draw(self)

    def close(self) -> None:
        """Takes the line away."""
        if self._drawing is not None:
            self._drawing.stop()

    def __rich__(self) -> Text:
        """The line as it is now."""
        from rich.text import Text  # noqa: PLC0415 - only where there is a terminal to draw on

        unit, doing, requests = self._at
        line = Text(no_wrap=True, overflow="ellipsis", end="")
        line.append(f"{elapsed(self._now() - self._began)} ", style="dim")
        line.append(f"{count(requests, 'request')} ", style="bold")
        return line.append(f"{unit} ").append(doing, style="cyan")


def _draw(line: Live) -> Drawing:
    from rich.console import Console  # noqa: PLC0415 - only where there is a terminal to draw on
    from rich.live import Live as Drawn  # noqa: PLC0415

    drawing = Drawn(
        line,
        console=Console(stderr=True),
        transient=True,
        refresh_per_second=8,
        # nothing else is written meanwhile, and other people's streams are left alone
        redirect_stdout=False,
        redirect_stderr=False,
    )
    drawing.start()
    return drawing


def elapsed(seconds: float) -> str:
    """`0:07`, `12:30`, `1:02:03`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
