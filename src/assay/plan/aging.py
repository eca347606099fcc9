"""Histories about time: instances that are left alone until they must have expired, or until something must have come.

Waiting is dear on a live target, so one history makes all the instances that are to wait for the same, and waits once:
shortly before they may expire some are asked whether they are still there, and once they must have expired the others
are asked, by the operations whose answer says so and by those that only find it so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assay.machine.reach import outlast
from assay.model.case import Case, Script, Subject, SubjectKind
from assay.model.clause_id import cell_clause, expiry_clause
from assay.model.copied import replace
from assay.model.lifecycle import ABSENT, Cell, Expiry, Lifecycle
from assay.plan.witness import Planner

ORIGIN = "time"
#: seconds that histories about other things wait for something to come
BRIEF = 10.0
#: of the time until it may expire: then it must still be there, and the requests before have had time enough
_EARLY = 0.9


def scripts(planner: Planner, cycle: Lifecycle) -> Iterator[Script]:
    """One history for each state and time after which instances in it expire; then what takes long to come."""
    states = [state.name for state in cycle.states if state.name != ABSENT]
    cells = {state: [row[state] for row in cycle.cells.values() if state in row] for state in states}
    for state in states:
        lead = planner.lead(cycle, state, ORIGIN)
        if not lead:
            continue
        times = dict.fromkeys(way.expires for cell in cells[state] for way in cell.expired if way.expires)
        for expiry in times:
            yield planner.complete(_expiring(planner, cycle, lead, cells[state], expiry))
    for state in states:
        for cell in cells[state]:
            script = planner.on(cycle, state, cell.operation, ORIGIN)
            if script is not None and cell.eventually is not None and cell.eventually.within > BRIEF:
                yield planner.complete(script)


def _expiring(
    planner: Planner, cycle: Lifecycle, lead: Sequence[Case], cells: Sequence[Cell], expiry: Expiry
) -> Script:
    own = [cell for cell in cells if any(way.expires == expiry for way in cell.expired)]
    ends = {way.to for cell in own for way in cell.expired if way.expires == expiry and way.to}
    end = min(ends) if len(ends) == 1 else None
    others = [cell for cell in cells if end and cell not in own and _asks(planner, cycle, cell)]
    asks = [
        *(("before it may expire", cell, cell_clause(cycle.api, cycle.name, cell.state, cell.operation))
          for cell in own),
        *(("once it must have expired", cell, _aim(cycle, cell)) for cell in own),
        *(("once it must have expired", cell, cell_clause(cycle.api, cycle.name, end or "", cell.operation))
          for cell in others),
    ]  # fmt: skip
    made: list[Case] = []
    asked: list[Case] = []
    # the last that are made are the first that are asked: they must still be there
    early = max(expiry.after * _EARLY - len(own) * _longest(cycle, lead), 0.0)
    for number, (title, cell, aim) in enumerate(asks):
        symbol = f"i{number + 1}"
        made[:0] = [_about(case, symbol) for case in lead]
        case = planner.usual(cell.operation, Subject(SubjectKind.KNOWN, symbol), ORIGIN)
        # the first of each kind waits for all of them
        wait = {0: early, len(own): outlast(expiry.after + expiry.slack) - early}.get(number, 0.0)
        asked.append(replace(case, title=title, aim=aim, wait=wait))
    state = cells[0].state
    return Script(f"{state} expires after {expiry.after:g} s", (*made, *asked))


def _longest(cycle: Lifecycle, lead: Sequence[Case]) -> float:
    """Seconds that it may take to bring one instance there."""
    polled = {case.operation for case in lead if case.poll}
    cells = (cell for name in polled for cell in cycle.cells[name].values())
    return sum(cell.eventually.within for cell in cells if cell.eventually is not None)


def _aim(cycle: Lifecycle, cell: Cell) -> str:
    return expiry_clause(cycle.api, cycle.name, cell.state, cell.operation)


def _about(case: Case, symbol: str) -> Case:
    kind = case.subject.kind if case.subject is not None else SubjectKind.KNOWN
    return replace(case, subject=Subject(kind, symbol))


def _asks(planner: Planner, cycle: Lifecycle, cell: Cell) -> bool:
    """True when the operation can be asked of an instance, and answers something that is documented."""
    carried = any(p.name in cycle.carried_in for p in planner.api.operation(cell.operation).parameters)
    return carried and not cell.silent and cell.operation != cycle.created_by
