"""The smallest words: JSON, schemas, and how firmly a promise is made."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

#: A JSON value (RFC 8259) as Python's own types. `Any` only because JSON enters here.
Json = Any
#: A JSON Schema 2020-12: an object or a boolean.
Schema = Any


class Strength(StrEnum):
    """How firmly the documentation stands behind a clause."""

    #: in so many words
    DOCUMENTED = "documented"
    #: only an example or a client shows it
    EXEMPLIFIED = "exemplified"
    #: the documentation does not say: observe, never fail
    SILENT = "silent"


class Span(NamedTuple):
    """A moment that is known to lie between two others, or a length of time between two; in seconds, both included.

    Infinite where nothing is known.
    """

    earliest: float
    latest: float
