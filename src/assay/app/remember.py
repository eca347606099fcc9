"""What a run leaves in the history, and the history made again from the logs.

History never decides how a run ended: what keeps it from being written is a remark, and the log is there to make up
for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.errors import EnvironmentFailure, UsageError
from assay.app.report import folded, logs_of
from assay.files.config import ConfigError, read_history
from assay.files.reports import LATEST
from assay.report.record import record
from assay.store.errors import Damaged, Outdated, StoreError
from assay.store.place import Place, place

if TYPE_CHECKING:
    from assay.model.record import Record
    from assay.report.result import Report

#: the file in the reports folder
FILE = "history.sqlite"
#: says that no history is to be kept
OFF = "off"
#: runs that a message names
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What the logs gave."""

    #: runs that were taken in
    runs: int
    #: logs that are none, or of which something is missing, and why
    refused: tuple[str, ...]


def where(told: str | None, reports: str) -> Place | None:
    """The place that the user named, else the one of the project's configuration, else the reports folder's own.

    None: no history is to be kept. Raises `UsageError`.
    """
    try:
        named = told or read_history()
        if named == OFF:
            return None
        return place(named) if named else Place(file=Path(reports) / FILE)
    except (ConfigError, StoreError) as error:
        raise UsageError(str(error)) from error


def remember(report: Report, kept: Place | None, reports: str) -> tuple[str, ...]:
    """Adds a run to the history. Remarks on what a reader should know: nothing where all went well."""
    if kept is None:
        return ()
    try:
        return tuple(_remembered(record(report), kept, reports))
    except StoreError as error:
        return (
            f"{error} This run is not in the history; its log is kept, and `assay history rebuild` adds it.",
        )


def _remembered(run: Record, kept: Place, reports: str) -> Iterator[str]:
    try:
        _add(run, kept)
    except Damaged:
        yield from mended(kept, reports)
        _add(run, kept)


def held(kept: Place | None, target: str, names: Iterable[str]) -> Mapping[str, str]:
    """Of those clauses the ones that were verified at that target, each with the run in which it first was.

    Without a history nothing has ever held; nor with one that cannot be read, which whoever adds a run to it tells.
    """
    if kept is None or (kept.file is not None and not kept.file.is_file()):
        return {}
    from assay.store.history import History  # noqa: PLC0415 - only where something is pending

    history = History(kept)
    try:
        return history.held(target, names)
    except StoreError:
        return {}
    finally:
        history.close()


def _add(run: Record, kept: Place) -> None:
    """Loads no more than it takes: SQLAlchemy only for a server, or to change the tables of an older file."""
    if kept.file is not None:
        from assay.store import quick  # noqa: PLC0415 - only where something is written
        from assay.store.rows import rows  # noqa: PLC0415

        try:
            quick.add(kept.file, rows(run))
        except Outdated:
            pass
        else:
            return
    from assay.store.history import History  # noqa: PLC0415 - takes as long as a tenth of a run

    history = History(kept)
    try:
        history.add(run)
    finally:
        history.close()


def mended(kept: Place, reports: str) -> Iterator[str]:
    """Moves a damaged file aside and makes it again from the logs; says so. Raises `StoreError`."""
    from assay.store.repair import set_aside  # noqa: PLC0415 - hardly ever needed

    if kept.file is None:
        return
    aside = set_aside(kept.file, datetime.now(UTC))
    if aside is None:
        return  # somebody else found it so, too, and was first
    made = _taken_in(kept, reports, _silent)
    yield (
        f"The history {kept.file} was damaged. It is {aside} now, and was made again from "
        f"{made.runs} {'log' if made.runs == 1 else 'logs'} in {reports}."
    )
    if made.refused:
        more = f" and {len(made.refused) - _NAMED} more" if len(made.refused) > _NAMED else ""
        yield f"Not made again: {'; '.join(made.refused[:_NAMED])}{more}"


def rebuild(
    kept: Place, reports: str, told: Callable[[str, int, int], None]
) -> tuple[Rebuilt, tuple[str, ...]]:
    """Folds every log in the reports folder again, and keeps what this code makes of it; runs without a log stay.

    `told` is told the run, its number, and how many there are. Raises `EnvironmentFailure`.
    """
    try:
        try:
            return _taken_in(kept, reports, told), ()
        except Damaged:
            remarks = tuple(mended(kept, reports))
            return _taken_in(kept, reports, told), remarks
    except StoreError as error:
        raise EnvironmentFailure(str(error)) from error


def _taken_in(kept: Place, reports: str, told: Callable[[str, int, int], None]) -> Rebuilt:
    runs, refused = 0, []
    folders = folders_of_runs(reports)
    for number, folder in enumerate(folders, 1):
        told(folder.name, number, len(folders))
        try:
            report = folded([str(log) for log in logs_of(str(folder))])
        except UsageError as error:
            refused.append(f"{folder.name}: {error}")
            continue
        _add(record(report), kept)
        runs += 1
    return Rebuilt(runs, tuple(refused))


def folders_of_runs(reports: str) -> list[Path]:
    """The folders that hold a log, oldest first, `latest` left out: it is one of the others."""
    root = Path(reports)
    if not root.is_dir():
        return []
    return sorted(
        path
        for path in root.iterdir()
        if path.name != LATEST and path.is_dir() and next(path.glob("*.jsonl"), None)
    )


def _silent(_run: str, _number: int, _of: int) -> None:
    """Nobody looks."""
