"""Which files below a folder have changed: by looking, which works on every disk, in containers, and over networks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from assay.files.contracts import MOST_FILES

#: file -> when it was changed last, in nanoseconds, and how large it is
Snapshot = Mapping[str, tuple[int, int]]

#: seconds between two looks
EVERY: Final = 0.4
#: of the time at most this share is spent on looking
_SHARE: Final = 1 / 20
_SUFFIXES: Final = (".yaml", ".yml")


def snapshot(folder: str | Path, beside: Iterable[str | Path] = ()) -> Snapshot:
    """The contract files below `folder` and the files `beside` it, as far as they are there. Never raises.

    What is hidden is passed over, as it is when contracts are read; so is what comes after the largest number of files
    that are read.
    """
    found: dict[str, tuple[int, int]] = {}
    for path in beside:
        _note(found, str(path))
    for parent, names, files in os.walk(folder):
        names[:] = [name for name in names if not name.startswith(".")]
        for name in files:
            if name.lower().endswith(_SUFFIXES) and not name.startswith("."):
                if len(found) >= MOST_FILES:
                    return found
                _note(found, str(Path(parent) / name))
    return found


def _note(found: dict[str, tuple[int, int]], path: str) -> None:
    try:
        told = Path(path).stat()
    except (OSError, ValueError):
        return
    found[path] = (told.st_mtime_ns, told.st_size)


def changes(
    look: Callable[[], Snapshot], monotonic: Callable[[], float], sleep: Callable[[float], None]
) -> Iterator[tuple[str, ...]]:
    """Nothing at first, and at once; then the files that were changed, added or removed, each time that some were.

    It has no end.     Files that are being written are told of once they are: when two looks in a row find the same.
    """
    known = before = look()
    pause = EVERY
    yield ()
    while True:
        sleep(pause)
        began = monotonic()
        now = look()
        pause = max(EVERY, (monotonic() - began) / _SHARE)
        if now == before and now != known:
            names = sorted(name for name in now.keys() | known.keys() if now.get(name) != known.get(name))
            known = now
            yield tuple(names)
        before = now
