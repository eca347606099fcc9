"""Ids that are issued again: then what one history does to its instance happens to another's.

Nobody promises by itself that ids are never used twice: a port, a free number, a name is given out again once it is
free. Played one after another, histories do not mind. Beside others, one that has ended its instance may meet somebody
else's under the same id, and what it sees there tells nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from threading import Condition

from assay.model.copied import replace
from assay.model.verdict import Verdict, VerdictKind

_WHY = "its id was issued to another instance, too, that this run was using at the same time"


class Issuing:
    """Which history was issued which id. For many threads at once."""

    def __init__(self) -> None:
        self._changed = Condition()
        #: lifecycle and id -> the history that was issued it first
        self._first: dict[tuple[str, str], str] = {}
        self._shared: set[tuple[str, str]] = set()
        #: creating requests that are under way, by number
        self._under_way: set[int] = set()
        self._numbers = count()

    @property
    def again(self) -> bool:
        """True once some id was issued to two histories."""
        return bool(self._shared)

    @contextmanager
    def creating(self) -> Iterator[None]:
        """Inside, an id may be issued of which nobody knows yet."""
        number = next(self._numbers)
        with self._changed:
            self._under_way.add(number)
        try:
            yield
        finally:
            with self._changed:
                self._under_way.discard(number)
                self._changed.notify_all()

    def issued(self, cycle: str, real: str, history: str) -> None:
        """That history was issued this id."""
        with self._changed:
            key = (cycle, real)
            if self._first.setdefault(key, history) != history:
                self._shared.add(key)

    def shared(self, cycle: str, real: str) -> bool:
        """True when another history was issued it as well: also by an answer that is only on its way by now."""
        with self._changed:
            before = set(self._under_way)
            self._changed.wait_for(lambda: not before & self._under_way)
            return (cycle, real) in self._shared


def disputed(verdict: Verdict) -> Verdict:
    """What a verdict becomes where somebody else may have had a part in what was seen."""
    if verdict.kind is not VerdictKind.VIOLATED or not _of_one_instance(verdict.clause):
        return verdict
    return replace(verdict, kind=VerdictKind.INCONCLUSIVE, message=f"{_WHY}: {verdict.message}")


def _of_one_instance(clause: str) -> bool:
    """True for what is promised of an instance by its past; that ids are unique is promised of them all."""
    if clause.endswith("/law/unique-ids"):
        return False
    return "/lifecycle/" in clause or "/promise/" in clause
