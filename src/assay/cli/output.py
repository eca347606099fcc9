"""Saying things: to a terminal, a file, or a pipe whose reader may have left."""

from __future__ import annotations

import errno
import os
import sys
from typing import TextIO

import click

from assay.app.errors import EnvironmentFailure

#: a reader that left; Windows says EINVAL
_LEFT = {errno.EPIPE, errno.EINVAL}


def say(text: str = "", *, err: bool = False, newline: bool = True) -> None:
    """Writes `text`, at once. A reader that has left (`assay plan | head`) is nobody's fault.

    Raises `EnvironmentFailure` when it cannot be written for any other reason.
    """
    try:
        click.echo(text, err=err, nl=newline)
    except OSError as error:
        hush(
            sys.stderr if err else sys.stdout
        )  # else the interpreter's last flush fails again, and exits with 120
        if error.errno not in _LEFT:
            why = error.strerror or type(error).__name__
            raise EnvironmentFailure(
                f"Cannot write the output: because {why}. Do free space or write elsewhere."
            ) from error


def hush(stream: TextIO) -> None:
    """Lets everything that is still written to `stream` vanish, the interpreter's last flush included."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def strong(text: str) -> str:
    """Bold on a terminal."""
    return click.style(text, bold=True)


def faint(text: str) -> str:
    """Dim on a terminal."""
    return click.style(text, dim=True)


def severe(text: str, severity: str) -> str:
    """In the colour of a severity or a standing."""
    return click.style(text, fg=_COLOURS.get(severity), bold=severity in {"error", "violated"})


_COLOURS = {
    "error": "red",
    "warning": "yellow",
    "advice": "cyan",
    "violated": "red",
    "verified": "green",
    "unwitnessed": "yellow",
    "inconclusive": "yellow",
    "observed": "cyan",
}


def count(number: int, noun: str) -> str:
    """«1 clause», «2 clauses»."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
