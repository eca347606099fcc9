"""Times of `eventually` with which nothing could be asked, or would be asked in vain."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.lifecycle import duration
from assay.model.problem import Place, Problem
from assay.rules.lint.look import Look

RULE = "idle-interval"


def check(look: Look) -> Iterator[Problem]:
    """`within` or `every` of nothing, or an interval that is longer than all the time there is."""
    for _, cell in look.cells():
        if cell.eventually is None:
            continue
        within, every = cell.eventually.within, cell.eventually.every
        place = look.below(cell.place, "eventually")
        if within <= 0:
            message = "Cannot wait for an answer: because `within` leaves it no time."
            yield Problem(
                look.below(place, "within"), RULE, message, "Write `{status: …}` for what comes at once."
            )
        elif every <= 0 or every > within:
            yield _interval(look.below(place, "every"), within, every)


def _interval(place: Place, within: float, every: float) -> Problem:
    why = "it is no time at all" if every <= 0 else f"it is longer than `within` ({duration(within)})"
    message = f"Cannot ask every {duration(every)}: because {why}."
    return Problem(
        place, RULE, message, "Choose a time between; without `every` it is a twentieth of `within`."
    )
