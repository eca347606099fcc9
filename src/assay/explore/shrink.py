"""Shrinking of a failing history: every step is left out that it fails without.

The state machine's histories shrink by themselves; directed ones are made to be short, and still may hold a step too
many. Drills of laws are not touched: what a law says rests on every step of its drill.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assay.model.event import Step
from assay.model.verdict import Verdict

#: requests that may be spent on one history
_BUDGET = 40

#: plays a history; its steps as they went this time, up to the failure; empty when it did not come
Again = Callable[[Sequence[Step]], tuple[Step, ...]]


def shrinkable(steps: Sequence[Step], verdict: Verdict) -> bool:
    """True when leaving out a step cannot change what is asked: no law, no race, nothing that waits."""
    if len(steps) < 2 or "/law/" in verdict.clause:
        return False
    return not any(s.case.law or s.case.together or s.case.wait for s in steps)


def shorter(steps: tuple[Step, ...], again: Again) -> tuple[Step, ...]:
    """The history without the steps that the failure does not need, as it went when it was last played."""
    kept, left = steps, _BUDGET
    for place in range(len(steps) - 2, -1, -1):
        if place >= len(kept) - 1:
            continue  # the failure came sooner than before
        fewer = (*kept[:place], *kept[place + 1 :])
        if len(fewer) > left:
            break
        left -= len(fewer)
        kept = again(fewer) or kept
    return kept
