"""The runs before one, read from a history file without SQLAlchemy: each run's page shows them.

The statements stand in `sqlite.sql`, as those of `quick.py` do.
"""

from __future__ import annotations

import sqlite3
from dataclasses import fields
from pathlib import Path
from typing import Final

from assay.model.record import Break, Head, Latency, Mark, Record
from assay.model.terms import Strength
from assay.model.verdict import Standing
from assay.store import quick
from assay.store.errors import Missing

_FLAGS: Final = frozenset({"strict", "complete"})


def before(file: Path, head: Head, limit: int) -> tuple[Record, ...]:
    """The runs of its target and profile that began before it, so many at most, the newest first.

    Raises `Missing` where there is no file, `Outdated`, `Damaged`, and `StoreError` for all else.
    """
    if not file.is_file():
        raise Missing(f"Cannot read the history: because there is no {file}. Do run `assay run` first.")
    sections = quick.script()
    with quick.opened(file) as connection:
        quick.make(connection)
        given = {name: getattr(head, name) for name in ("target", "profile", "started", "key")}
        heads = [_head(row) for row in connection.execute(sections["past-runs"], given).fetchmany(limit)]
        return tuple(_record(connection, one) for one in heads)


def _head(row: tuple[object, ...]) -> Head:
    told = dict(zip((one.name for one in fields(Head)), row, strict=True))
    return Head(**{name: bool(value) if name in _FLAGS else value for name, value in told.items()})  # type: ignore[arg-type]


def _record(connection: sqlite3.Connection, head: Head) -> Record:
    sections, key = quick.script(), {"key": head.key}
    return Record(
        head,
        tuple(
            Mark(clause, Strength(strength), Standing(standing), seen, violations, bool(waived), bool(flaky))
            for clause, strength, standing, seen, violations, waived, flaky in connection.execute(
                sections["past-marks"], key
            )
        ),
        tuple(
            Break(clause, fingerprint, message, again, tries, bool(waived))
            for clause, fingerprint, message, again, tries, waived in connection.execute(
                sections["past-breaks"], key
            )
        ),
        tuple(Latency(*row) for row in connection.execute(sections["past-latencies"], key)),
    )
