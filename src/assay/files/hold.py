"""Until when a busy target is left alone by all processes of a run on one machine: a moment in a file.

The file holds one number and is mapped into the memory of each process: to look costs next to nothing.
"""

from __future__ import annotations

import math
import mmap
import struct
from pathlib import Path

_MOMENT = struct.Struct("<d")


class SharedHold:
    """The moment before which nobody sends, by the machine's monotonic clock; the same for all who name the same file.

    Two who write at the same time may lose the earlier word of one of them: then that one is told again.
    """

    def __init__(self, file: Path) -> None:
        """Makes the file when it is missing. Raises `OSError`."""
        with file.open("a+b") as made:
            if made.seek(0, 2) < _MOMENT.size:
                made.write(_MOMENT.pack(-math.inf)[made.tell() :])
                made.flush()
            self._memory = mmap.mmap(made.fileno(), _MOMENT.size)

    def until(self) -> float:
        """The moment, in seconds."""
        return float(_MOMENT.unpack_from(self._memory)[0])

    def extend(self, until: float) -> None:
        """Nobody sends before that moment either."""
        if until > self.until():
            _MOMENT.pack_into(self._memory, 0, until)
