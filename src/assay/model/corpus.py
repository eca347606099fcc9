"""What is kept of an operation's requests between runs: unchanged contracts need not be thought through again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assay.model.case import Case
from assay.model.generated import Generated


@dataclass(frozen=True, slots=True)
class Kept:
    """The requests of one operation: planned ones, and made-up ones."""

    #: the steps of each planned script, its title first
    planned: tuple[tuple[str, tuple[Case, ...]], ...]
    #: clause id -> why no planned request is for it
    missing: Mapping[str, str] = field(default_factory=dict)
    made: tuple[Generated, ...] = ()
    #: why fewer were made than were asked for
    shortfalls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A history that once showed a broken promise."""

    fingerprint: str
    clause: str
    #: ISO 8601, UTC
    seen: str
    cases: tuple[Case, ...]
