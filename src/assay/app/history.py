"""Runs looked up and compared: what broke since, and since when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from assay.app.errors import EnvironmentFailure, UsageError
from assay.app.remember import OFF, folders_of_runs, mended, where
from assay.contractfile.suggest import choose
from assay.model.record import Head
from assay.report.origin import Origin, origin
from assay.report.trend import Comparison, compare
from assay.store.errors import Damaged, Missing, StoreError
from assay.store.history import History, Which
from assay.store.place import Place

LATEST = re.compile(r"latest(?:~(?P<back>[0-9]{1,6}))?")
#: how a fingerprint may begin
_HEX = re.compile(r"[0-9a-f]{4,12}")
#: candidates that a message names
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Listed:
    """The newest runs, of how many there are."""

    place: str
    heads: tuple[Head, ...]
    total: int
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """Two runs."""

    comparison: Comparison
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bisected:
    """Where violations come from: several, where what was asked for names several."""

    origins: tuple[Origin[Head], ...]
    remarks: tuple[str, ...] = ()


def place_of(told: str | None, reports: str) -> Place:
    """Where to look. Raises `UsageError` when no history is kept at all."""
    kept = where(told, reports)
    if kept is None:
        raise UsageError(
            f"Cannot read the history: because it is switched {OFF}. Name a place with --history."
        )
    return kept


def listed(kept: Place, reports: str, which: Which, limit: int) -> Listed:
    """The newest runs of that kind. Raises `UsageError` and `EnvironmentFailure`."""
    with _open(kept, reports) as (history, remarks):
        heads = history.heads(which, limit)
        return Listed(str(kept), heads, history.count(), (*remarks, *_left_out(history, reports)))


def compared(kept: Place, reports: str, which: Which, before: str | None, after: str | None) -> Compared:
    """What became of each clause between two runs; without names, between the last two that have the same aim.

    Raises `UsageError` for a run that is not there, and `EnvironmentFailure`.
    """
    with _open(kept, reports) as (history, remarks):
        later = _found(history, after or "latest", which)
        earlier = _found(history, before, which) if before else _before(history, later, which)
        told = compare(history.record(earlier), history.record(later))
        return Compared(told, remarks)


def bisected(kept: Place, reports: str, which: Which, sought: str) -> Bisected:
    """The first run that saw a violation, by fingerprint (or how it begins) or by clause, and the last good one.

    Raises `UsageError` for what no run knows, and `EnvironmentFailure`.
    """
    with _open(kept, reports) as (history, remarks):
        if history.has_clause(sought):
            ways: tuple[tuple[str, str], ...] = ((sought, ""),)
        else:
            ways = history.broken_clauses(sought) if _HEX.fullmatch(sought) else ()
            if not ways:
                hint = choose(sought, history.clause_names()) if "/" in sought else ""
                raise UsageError(
                    f"Cannot bisect '{sought}': because no run has such a clause or fingerprint. "
                    f"{hint or 'Take one from a report.'}"
                )
        return Bisected(tuple(_origin(history, *way, which) for way in ways), remarks)


def _origin(history: History, clause: str, fingerprint: str, which: Which) -> Origin[Head]:
    found = origin(clause, fingerprint, history.sightings(clause, fingerprint, which))
    named = (found.first, found.good, found.again, found.good_again, found.last, found.mended)
    heads = history.numbered(run for run in named if run is not None)
    return found.named(lambda run: heads[run])


@contextmanager
def _open(kept: Place, reports: str) -> Iterator[tuple[History, tuple[str, ...]]]:
    """The history, made again from the logs first if it is damaged, and what is to be said of that."""
    try:
        remarks: tuple[str, ...] = ()
        history = History(kept)
        try:
            history.count()
        except Damaged:
            history.close()
            remarks = tuple(mended(kept, reports))
            history = History(kept)
        try:
            yield history, remarks
        finally:
            history.close()
    except Missing as error:
        raise UsageError(str(error)) from error
    except StoreError as error:
        raise EnvironmentFailure(str(error)) from error


def _left_out(history: History, reports: str) -> Iterator[str]:
    """Says so where the reports folder has runs that the history does not."""
    if history.place.file is None:
        return
    known = history.known_runs()
    # a merged run's folder is called after its run
    missing = [
        folder.name for folder in folders_of_runs(reports) if folder.name.removesuffix("-merged") not in known
    ]
    if missing:
        named = ", ".join(missing[-_NAMED:])
        yield (
            f"Not in the history: {len(missing)} {'run' if len(missing) == 1 else 'runs'} of {Path(reports)} "
            f"({named}). `assay history rebuild` takes them in."
        )


def _found(history: History, text: str, which: Which) -> Head:
    """The run that is meant: `latest`, `latest~2`, an id or key, how one begins; a branch or target: its latest."""
    if latest := LATEST.fullmatch(text):
        back = int(latest["back"] or 0)
        heads = history.heads(which, back + 1)
        if len(heads) <= back:
            raise UsageError(
                f"Cannot find the run '{text}': because there are only {len(heads)} of that kind. "
                "`assay history` lists them."
            )
        return heads[back]
    named = history.named(text)
    if len(named) == 1:
        return named[0]
    if named:
        keys = ", ".join(f"{head.run} (key {head.key[:8]}, {head.target})" for head in named[:_NAMED])
        raise UsageError(
            f"Cannot tell which run '{text}' is: because several are called so: {keys}. Give a key."
        )
    for kind in ("branch", "target"):
        if heads := history.heads(replace(which, **{kind: text}), 1):
            return heads[0]
    raise UsageError(
        f"Cannot find the run '{text}': because no run, branch or target is called so. `assay history` lists them."
    )


def _before(history: History, later: Head, which: Which) -> Head:
    """The run before that one which tried the same at the same place, of its own branch if there is one."""
    alike = replace(which, target=which.target or later.target, profile=which.profile or later.profile)
    for kind in (replace(alike, branch=which.branch or later.branch), alike):
        if heads := history.heads(kind, 1, before=later):
            return heads[0]
    raise UsageError(
        f"Cannot compare {later.run}: because there is no earlier run against {later.target} with profile "
        f"{later.profile}. Name two runs."
    )
