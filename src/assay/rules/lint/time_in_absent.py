"""Cells of `absent` in which time plays a part: what was never issued has no age."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.lifecycle import ABSENT
from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "time-in-absent"


def check(look: Look) -> Iterator[Problem]:
    """`eventually` or `expires` about an id that was never issued."""
    for _, cell in look.cells():
        if cell.state != ABSENT:
            continue
        for way, place in look.ways(cell):
            word = (
                "expires" if way.expires is not None else "eventually" if cell.eventually is not None else ""
            )
            if not word or (cell.eventually is not None and way is not cell.transitions[0]):
                continue
            message = (
                f"Cannot use `{word}` in state 'absent': "
                "because time is counted from when an instance came into its state, and there is none."
            )
            at = look.below(place, "expires") if word == "expires" else place
            yield Problem(
                at, RULE, message, "Write what is answered at once, or add a state it comes into first."
            )
