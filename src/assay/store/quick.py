"""A run added to a history file without SQLAlchemy: loading that takes as long as a tenth of a whole gate.

The statements are those of `statements.py` and of the migrations, written out beforehand in `sqlite.sql`; a test sees
that they stay the same. Whatever else is to be done with a history takes the library.

Writers do not wait for readers nor readers for writers (write-ahead log); of several writers each waits for the others,
for half a minute at most.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final, TypeVar

from assay.store.errors import Damaged, Outdated, StoreError
from assay.store.rows import Row

#: seconds to wait for others
PATIENCE: Final = 30.0
#: seconds between two attempts where the library itself does not wait
_PAUSE = 0.02
_SECTION = "--- "
#: the section that makes the tables
_MAKE = "make"
#: the section that names the newest migration
_REVISION = "revision"

_Done = TypeVar("_Done")


@lru_cache(maxsize=1)
def script() -> Mapping[str, str]:
    """The sections of `sqlite.sql` by name."""
    text = files("assay.store").joinpath("sqlite.sql").read_text(encoding="utf-8")
    sections = (section.partition("\n") for section in f"\n{text}".split(f"\n{_SECTION}")[1:])
    return {name.strip(): body.strip() for name, _, body in sections}


def add(file: Path, written: Mapping[str, list[Row]]) -> None:
    """Writes the rows of one record, all or none; makes the file when it is not there.

    Raises `Damaged`, `Outdated`, and `StoreError` for all else that keeps it from being written.
    """
    sections = script()
    with opened(file) as connection:
        make(connection)
        with transaction(connection):
            for name, several in written.items():
                connection.executemany(sections[name], several)


def make(connection: sqlite3.Connection) -> None:
    """Makes the tables where there are none. Raises `Outdated` where there are others, and `StoreError`."""
    if _made(connection):
        return
    # only once in the life of a file: others may be at it at the same time
    _patiently(lambda: connection.execute("PRAGMA journal_mode = WAL"))
    with transaction(connection):
        if not _made(connection):
            for statement in script()[_MAKE].split(";"):
                if statement.strip():
                    connection.execute(statement)


def _made(connection: sqlite3.Connection) -> bool:
    """True when the tables are there, of the newest kind; False when there is nothing at all."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return False
    if "alembic_version" not in tables:
        raise StoreError("because it is somebody else's database. Name another place with --history.")
    if connection.execute("SELECT version_num FROM alembic_version").fetchall() != [(script()[_REVISION],)]:
        raise Outdated("because its tables are of another version.")
    return True


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection to that file, and every trouble with it as one of ours, which says which file it is."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)) as connection:
            # a run more or less at a power cut is no loss: its log is there
            connection.execute("PRAGMA synchronous = NORMAL")
            yield connection
    except (sqlite3.Error, OSError) as error:
        raise trouble(file, error) from error
    except StoreError as error:
        raise type(error)(f"Cannot use the history {file}: {error}") from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing. It is begun for writing: who only reads first and then wants to write may find it too late."""
    _patiently(lambda: connection.execute("BEGIN IMMEDIATE"))
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    _patiently(lambda: connection.execute("COMMIT"))


def trouble(file: Path, error: Exception) -> StoreError:
    """What went wrong with that file, and what to do about it."""
    name = getattr(error, "sqlite_errorname", "")
    if damaging(error):
        return Damaged(f"Cannot use the history {file}: because it is damaged ({error}). Move it away.")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreError(
            f"Cannot use the history {file}: because others have been writing to it for {PATIENCE:.0f} s. "
            "Try again when they are through."
        )
    why = getattr(error, "strerror", None) or str(error)
    return StoreError(f"Cannot use the history {file}: because {why}. Name another place with --history.")


def damaging(error: BaseException | None) -> bool:
    """True for the errors by which the library says that a file is not, or no longer, a database."""
    return getattr(error, "sqlite_errorname", "").startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT"))


def _patiently(work: Callable[[], _Done]) -> _Done:
    """Does it as soon as nobody else is at it: some things the library refuses at once, instead of waiting."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return work()
        except sqlite3.OperationalError as error:
            busy = getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
            if not busy or time.monotonic() > until:
                raise
            time.sleep(_PAUSE)
