"""What one run does of a unit that several explore together.

A unit is explored in *phases*, each of which goes on from what the one before has shown. The scripts of a phase are
dealt out: every n-th of each kind is one *part*. Whoever deals them out sees to it that each part is explored once, and
none before the phase before it is over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from assay.explore.lifecycle import Part
from assay.report.coverage import Trail


class Phase(StrEnum):
    """A stretch of the exploration of a unit, in this order."""

    #: what is known beforehand: every cell, the directed and the kept requests, what may come between cells
    KNOWN = "known"
    #: what depends on what was walked until then, and all that may be under way beside others
    WALKED = "walked"
    #: what nothing may be under way beside: races, and looks at what others change
    ALONE = "alone"


@dataclass(frozen=True, slots=True)
class Share:
    """A part of some phases of a unit."""

    #: i and n: every n-th script of each kind, from the i-th on, counted from 0
    part: Part = (0, 1)
    phases: frozenset[Phase] = frozenset(Phase)
    #: what everybody has walked until then; None: what this run has
    walked: Trail | None = field(default=None, compare=False)
    #: what is made up for the requests derives from it, so that nobody else makes up the same
    mark: str = ""


#: a unit explored by one run alone
WHOLE = Share()


def rounds(unit: str, parts: int, *, together: bool) -> tuple[tuple[Share, ...], ...]:
    """The shares of a unit in so many parts, in rounds: nothing of a round may begin before the one before it is over.

    `together` says that those who explore it ask one target; then what nothing may be under way beside comes last,
    in one share. Where each has a target of his own, nobody disturbs anybody.
    """
    if parts == 1:
        return ((Share(mark=f"{unit}/"),),)
    if not together:
        return (_dealt(unit, parts, Phase.KNOWN), _dealt(unit, parts, Phase.WALKED, Phase.ALONE))
    last = Share(phases=frozenset({Phase.ALONE}), mark=f"{unit}/{Phase.ALONE}/")
    return (_dealt(unit, parts, Phase.KNOWN), _dealt(unit, parts, Phase.WALKED), (last,))


def _dealt(unit: str, parts: int, *phases: Phase) -> tuple[Share, ...]:
    return tuple(Share((i, parts), frozenset(phases), mark=f"{unit}/{phases[0]}/{i}/") for i in range(parts))
