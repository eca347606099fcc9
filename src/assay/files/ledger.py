"""The ledger as a file: one JSON object a line in the run's folder, on disk before anything else can fail.

The first line says whose it is; each other line is one instance as it was known then, and the last line about an
instance counts. Lines are only ever appended: by the run, and by whoever finishes the job after it. A line that was
torn when a process died is passed over.
"""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import IO

from assay.files.reports import LOG, WriteError
from assay.model.ledger import Book, Entry
from assay.model.terms import Json
from assay.report.codec import CodecError, decode, encode

try:
    import fcntl
except ImportError:  # pragma: no cover - where the platform has none, nobody is kept from a ledger in use
    fcntl = None  # type: ignore[assignment]

FORMAT = "assay-ledger/1"
_NAME, _ENDING = "instances", ".ndjson"


class LedgerError(ValueError):
    """A ledger cannot be read or is in use. The fault of whoever named the file."""


def ledger_name(log: str) -> str:
    """The name of the ledger that belongs to a log: `instances.ndjson`, or one for each worker of a run."""
    shard = Path(log).stem.removeprefix("shard-")
    return f"{_NAME}{_ENDING}" if log == LOG else f"{_NAME}-{shard}{_ENDING}"


def ledgers(folder: Path) -> list[Path]:
    """The ledgers of a run's folder; none where the run made nothing, or only in the mock."""
    return sorted(folder.glob(f"{_NAME}*{_ENDING}"))


class Ledger:
    """Keeps entries, in memory as they are and on disk as they may be. Safe to be shared by threads."""

    def __init__(self, path: Path | None, book: Book) -> None:
        """A new ledger, whose file is only made with its first entry; without a path it is kept in memory alone."""
        self.path = path
        self.book = book
        self._entries: dict[tuple[str, str, str], Entry] = {}
        #: creations of which no id came, or none yet; each that ends takes away one of them
        self._nameless: list[Entry] = []
        #: instances that have an id and have not come to an end
        self.alive = 0
        self._made: Counter[tuple[str, str]] = Counter()
        self._lock = Lock()
        self._file: IO[str] | None = None
        #: True where the last line of the file has no end
        self._torn = False

    @classmethod
    def read(cls, path: Path) -> Ledger:
        """The ledger of a file, to be gone on with.

        Raises `LedgerError`, also while its run is still going on, and `WriteError` where nothing can be added.
        """
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise LedgerError(f"Cannot read {path}: because {error.strerror or error}.") from None
        lines = text.splitlines()
        values = [value for line in lines if isinstance(value := _parsed(line), dict)]
        if not values or values[0].get("format") != FORMAT:
            raise LedgerError(f"Cannot read {path}: because it is no ledger of the format {FORMAT}.")
        ledger = cls(path, decode(Book, values[0]))
        for value in values[1:]:
            with contextlib.suppress(CodecError):  # torn, and by chance still JSON
                ledger._take(decode(Entry, value))
        ledger._torn = not text.endswith("\n")
        try:
            ledger._open(path)
        except OSError as error:
            raise WriteError(path, error) from error
        return ledger

    def keep(self, entry: Entry, as_written: Entry) -> None:
        """Takes an instance as it is now. `as_written` is the same without secrets.

        Nothing is written where nothing changed that matters later: its states, or what its requests need.
        Raises `WriteError`.
        """
        with self._lock:
            known = self._entries.get(entry.key) if entry.id else None
            if known is not None:
                entry = replace(entry, supplied={**known.supplied, **entry.supplied})
                as_written = replace(as_written, supplied={**known.supplied, **as_written.supplied})
                if (known.states, known.ended, known.supplied) == (entry.states, entry.ended, entry.supplied):
                    return
            self._take(entry)
            if self.path is not None:
                self._write(self.path, as_written)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every instance, oldest first, as last known."""
        return (*self._entries.values(), *self._nameless)

    @property
    def made(self) -> dict[str, int]:
        """How many there have been, by `api/lifecycle`: those that were given one id after another are several."""
        nameless = Counter((entry.api, entry.lifecycle) for entry in self._nameless)
        return {f"{api}/{cycle}": many for (api, cycle), many in (self._made + nameless).items()}

    @property
    def open(self) -> tuple[Entry, ...]:
        """Those that have not come to an end."""
        return tuple(entry for entry in self.entries if not entry.ended)

    def close(self) -> None:
        """Ends the file. Closing twice does nothing."""
        if self._file is not None:
            self._file.close()

    def _take(self, entry: Entry) -> None:
        if entry.id:
            known = self._entries.get(entry.key)
            self.alive += (not entry.ended) - (known is not None and not known.ended)
            if known is None or (known.ended and not entry.ended):
                # an id may be given out again once what had it is gone
                self._made[entry.api, entry.lifecycle] += 1
            self._entries[entry.key] = entry
        elif entry.ended:
            kin = (
                known
                for known in self._nameless
                if (known.key, known.principal) == (entry.key, entry.principal)
            )
            if (one := next(kin, None)) is not None:
                self._nameless.remove(one)
        else:
            self._nameless.append(entry)

    def _write(self, path: Path, entry: Entry) -> None:
        try:
            file = self._file
            if file is None:
                file = self._open(path)
                file.write(_line({"format": FORMAT, **encode(self.book)}))
            file.write("\n" * self._torn + _written(entry))
            self._torn = False
            file.flush()
        except OSError as error:
            raise WriteError(path, error) from error

    def _open(self, path: Path) -> IO[str]:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = file = path.open("a", encoding="ascii", newline="\n")
        if fcntl is not None:
            try:
                # the system lets go of it when the process dies, however it dies
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.close()
                raise LedgerError(
                    f"Cannot use {path}: because its run is still going on. Wait for its end."
                ) from None
        return file


def _written(entry: Entry) -> str:
    if entry.id:
        return _line(encode(entry))
    return _nameless(entry.api, entry.lifecycle, entry.principal, ended=entry.ended)


@lru_cache(maxsize=256)
def _nameless(api: str, lifecycle: str, principal: str, *, ended: bool) -> str:
    """The line of an entry without an id: there are few that differ, and each creation has two."""
    return _line(encode(Entry(api, lifecycle, "", principal=principal, ended=ended)))


def _line(value: Json) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n"


def _parsed(line: str) -> Json:
    try:
        return json.loads(line)
    except ValueError:
        return None


def newest(root: Path) -> Iterator[Path]:
    """The folders below `root` that have a ledger, the newest run first."""
    found = [(path, ledgers(path)) for path in root.iterdir() if path.is_dir() and not path.is_symlink()]
    yield from sorted((path for path, kept in found if kept), key=_age, reverse=True)


def _age(folder: Path) -> tuple[str, str]:
    """Runs are named by the moment they began; two of one moment are told apart by a number."""
    return folder.name[:20], folder.name[20:].rjust(8)


__all__ = ["FORMAT", "Ledger", "LedgerError", "ledger_name", "ledgers", "newest"]
