"""Work that several processes share out among themselves by renaming files: whoever comes first has it.

    open/NAME          nobody has taken it yet
    taken/NAME@WHO     somebody is at it
    done/NAME          it is done; the file says what came of it
    failed/NAME@WHO    whoever was at it could not finish it
    gone/WHO           died: what he has taken nobody finishes

Renaming is atomic, within one folder of a disk that all of them see: of several who take the same only one succeeds,
and at no moment is something taken by nobody. No process asks whether another one is alive; whoever started them knows,
and says so (`bury`). A claim has no time limit: a slow worker is not a dead one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from assay.files.reports import WriteError, write_whole
from assay.model.terms import Json

_OPEN, _TAKEN, _DONE, _FAILED, _GONE = "open", "taken", "done", "failed", "gone"


class Claims:
    """A board of named pieces of work, in a folder. `who` are names without `@` that no two processes share."""

    def __init__(self, folder: Path, who: str = "") -> None:
        """The board in that folder, as seen by `who`."""
        self.folder, self._who = folder, who

    def offer(self, names: Iterable[str]) -> None:
        """Makes the board, with these to be taken. Raises `WriteError`."""
        try:
            for name in (_OPEN, _TAKEN, _DONE, _FAILED, _GONE):
                (self.folder / name).mkdir(parents=True, exist_ok=True)
            for name in names:
                (self.folder / _OPEN / name).touch()
        except OSError as error:
            raise WriteError(self.folder, error) from error

    def take(self, name: str) -> bool:
        """True when it is ours from now on; False when somebody else has it, or had it."""
        try:
            (self.folder / _OPEN / name).rename(self._at(_TAKEN, name))
        except FileNotFoundError:
            return False
        except OSError as error:
            raise WriteError(self.folder / _OPEN / name, error) from error
        return True

    def finish(self, name: str, result: Mapping[str, Json]) -> None:
        """Says that what we took is done, and what came of it. Raises `WriteError`."""
        write_whole(self.folder / _DONE / name, json.dumps(result).encode())

    def fail(self, name: str) -> None:
        """Says that we cannot finish what we took. Needs no space on the disk."""
        with suppress(OSError):
            self._at(_TAKEN, name).rename(self._at(_FAILED, name))

    def bury(self, who: str) -> None:
        """Says that somebody is dead. Raises `WriteError`."""
        self.offer(())
        try:
            (self.folder / _GONE / who).touch()
        except OSError as error:
            raise WriteError(self.folder / _GONE / who, error) from error

    def result(self, name: str) -> Mapping[str, Json] | None:
        """What came of it; None as long as it is not done."""
        try:
            found: Mapping[str, Json] = json.loads((self.folder / _DONE / name).read_bytes())
        except FileNotFoundError:
            return None
        return found

    def lost(self, name: str) -> str:
        """Who has left it undone for good; empty when it is open, under way or done."""
        if self.result(name) is not None:
            return ""
        for file in (self.folder / _FAILED).glob(f"{name}@*"):
            return file.name.rpartition("@")[2]
        for file in (self.folder / _TAKEN).glob(f"{name}@*"):
            who = file.name.rpartition("@")[2]
            if (self.folder / _GONE / who).exists() and self.result(name) is None:
                return who
        return ""

    def _at(self, state: str, name: str) -> Path:
        return self.folder / state / f"{name}@{self._who}"
