"""The runs before one, looked up for its page. What keeps them from being read is told on the page, and no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from assay.model.record import Head, Record
from assay.report.past import FIRST, RUNS, Earlier, Past, counted
from assay.report.record import record
from assay.report.trend import compare
from assay.store.errors import Damaged, Missing, Outdated, StoreError

if TYPE_CHECKING:
    from assay.report.result import Report
    from assay.store.place import Place

_OFF = Past(why="no history is kept of this project's runs")


def past_of(kept: Place | None) -> Callable[[Report], Past]:
    """Looks up the past of a report, in the history that is kept there. What it hands back raises nothing."""
    return lambda report: past(report, kept)


def past(report: Report, kept: Place | None) -> Past:
    """The runs of the same target and profile that began before this one, and how it compares with the last of them."""
    if kept is None:
        return _OFF
    run = record(report)
    try:
        earlier = _read(run.head, kept)
    except Missing:
        return FIRST
    except Damaged:
        return replace(FIRST, why="the history is damaged, and will be made again from the logs")
    except StoreError as error:
        return replace(FIRST, why=f"the history could not be read: {error}")
    if not earlier:
        return FIRST
    shown = tuple(Earlier(one.head, counted(one.marks)) for one in reversed(earlier))
    # of its own branch if there is one, as `assay history compare` does
    before = next((one for one in earlier if one.head.branch == run.head.branch), earlier[0])
    return Past(shown, compare(before, run))


def _read(head: Head, kept: Place) -> tuple[Record, ...]:
    """The newest first."""
    if kept.file is not None:
        from assay.store import lately  # noqa: PLC0415 - only where a page is made

        try:
            return lately.before(kept.file, head, RUNS)
        except Outdated:
            pass
    from assay.store.history import History, Which  # noqa: PLC0415 - takes as long as a tenth of a run

    history = History(kept)
    try:
        alike = Which(target=head.target, profile=head.profile)
        return tuple(history.record(one) for one in history.heads(alike, RUNS, before=head))
    finally:
        history.close()
