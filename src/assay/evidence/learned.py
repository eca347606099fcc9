"""The latest values that rules found in bodies, for the verdicts that quote them later.

Workers write and read at the same time. Copying a dictionary is not one step of the interpreter: a collection of
garbage in the midst of it may run Python code, and with it another worker. So both are done under a lock; without it a
value is also gone for a moment while it is made the latest, and a verdict of that moment would quote it.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock


class Learned:
    """What stands for which value, the latest last; no more than a given number of them."""

    __slots__ = ("_limit", "_lock", "_values")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = Lock()
        self._values: dict[str, str] = {}

    def add(self, found: Mapping[str, str]) -> None:
        """These are the latest now; the oldest beyond the limit are forgotten."""
        if not found:
            return
        with self._lock:
            values = self._values
            for value, instead in found.items():
                values.pop(value, None)
                values[value] = instead
            while len(values) > self._limit:
                del values[next(iter(values))]

    def items(self) -> list[tuple[str, str]]:
        """Each value with what stands for it, as of now."""
        with self._lock:
            return list(self._values.items())
