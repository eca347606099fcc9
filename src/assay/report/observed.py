"""What runs saw where the documentation is silent: clause by clause, what came and how often, and what came next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from assay.model.case import Credentials
from assay.model.contract import Strength
from assay.model.event import Event, RunStarted, StepJudged
from assay.model.verdict import Clause, ClauseKind, VerdictKind
from assay.report.skim import Skimmed

#: labels of what a silent clause that can be decided was seen to do
KEPT: Final = "as expected"
BROKEN: Final = "otherwise"


@dataclass(slots=True)
class Seen:
    """One silent clause in one run."""

    clause: Clause
    #: what came -> how often
    outcomes: Counter[str] = field(default_factory=Counter)
    #: of a cell: the request that came next about the same instance, (operation, status) -> how often
    after: Counter[tuple[str, int]] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Observed:
    """All that one run saw where the documentation is silent."""

    header: RunStarted
    #: by clause id, in the order of the plan; also what was never seen
    seen: dict[str, Seen]


def observed(events: Iterable[Event | Skimmed]) -> Observed:
    """What the events of one run tell of its silent clauses. Raises `TypeError` where they are none.

    Of a cell counts only what was asked of an instance that was surely in its state, one request at a time.
    """
    stream = iter(events)
    header = next(stream, None)
    if not isinstance(header, RunStarted):
        raise TypeError("no header")
    seen = {c.id: Seen(c) for c in header.clauses if c.strength is Strength.SILENT}
    #: instances of which the last answer was about a silent cell
    waiting: dict[str, Seen] = {}
    for event in stream:
        if isinstance(event, Skimmed):
            _step(event, seen, waiting)
        elif isinstance(event, StepJudged):
            raise TypeError("a step that is not skimmed")
    return Observed(header, seen)


def _step(step: Skimmed, seen: dict[str, Seen], waiting: dict[str, Seen]) -> None:
    before = waiting.pop(step.instance, None) if step.instance else None
    alone = not step.together
    if before is not None and alone and step.status is not None:
        event = step.event
        if event.step.case.credentials is Credentials.VALID and not event.step.case.provokes:
            before.after[step.operation, step.status] += 1
    for verdict in step.verdicts:
        found = seen.get(verdict.clause)
        if found is None or verdict.kind not in _TOLD:
            continue
        cell = found.clause.kind is ClauseKind.CELL
        if cell and (not alone or step.state != found.clause.state):
            continue
        found.outcomes[verdict.outcome or str(step.status or step.failure or "nothing")] += 1
        if cell and "#" in step.instance and step.status is not None and step.status < 300:
            waiting[step.instance] = found


#: a silent clause is never broken or kept
_TOLD: Final = frozenset({VerdictKind.OBSERVED})
