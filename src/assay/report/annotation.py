"""Workflow commands of GitHub Actions: a line of a log that is shown at a line of a file.

What an API or a contract says cannot become a command of its own: line ends, `%`, and in properties `:` and `,` are
escaped, as the runner's documentation of workflow commands asks.
"""

from __future__ import annotations

from assay.model.problem import NOWHERE, Place
from assay.report.legible import one_line

#: GitHub shows ten of each level and step
MOST = 50
#: characters of a message
_MESSAGE = 600


def command(level: str, title: str, text: str, place: Place = NOWHERE) -> str:
    """The command: `level` is error, warning or notice."""
    properties = {"file": place.file, "line": place.line or "", "col": place.column or "", "title": title}
    told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items() if value)
    return f"::{level} {told}::{_data(text)}"


def _data(text: str) -> str:
    return one_line(text, _MESSAGE).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
