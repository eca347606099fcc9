"""A damaged history file is moved aside, by one of those who find it so."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from assay.store.errors import StoreError
from assay.store.quick import PATIENCE, damaging, opened, transaction

#: what the library keeps beside a file
_BESIDE = ("-wal", "-shm", "-journal")


def set_aside(file: Path, moment: datetime) -> Path | None:
    """Moves the file away if it is damaged indeed, and says where to; None when somebody else has done it before.

    Raises `StoreError` when it cannot be moved.
    """
    # a database that nobody reads or writes is a lock that no dead process keeps
    with opened(file.with_name(f"{file.name}.lock")) as lock, transaction(lock):
        if not _damaged(file):
            return None
        aside = _free(file.with_name(f"{file.name}.damaged-{moment:%Y%m%dT%H%M%SZ}"))
        try:
            file.rename(aside)
            for suffix in _BESIDE:
                with suppress(FileNotFoundError):
                    file.with_name(file.name + suffix).rename(aside.with_name(aside.name + suffix))
        except OSError as error:
            raise StoreError(
                f"Cannot move {file} aside: because {error.strerror or error}. Move it away by hand."
            ) from error
        return aside


def _damaged(file: Path) -> bool:
    """True when the library cannot make sense of it, from the first page to the last."""
    if not file.is_file():
        return False
    try:
        with closing(sqlite3.connect(file, timeout=PATIENCE)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",))
    except sqlite3.Error as error:
        if damaging(error):
            return True
        raise


def _free(path: Path) -> Path:
    number = 1
    while path.exists():
        number += 1
        path = path.with_name(f"{path.name.partition('~')[0]}~{number}")
    return path
