"""One history on its way to being a workflow: its requests, the states they lead through, what each step shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from assay.inputs.supplied import made
from assay.machine.expression import UNRESOLVED, is_expression
from assay.model.case import Case, SubjectKind
from assay.model.clause_id import cell_clause
from assay.model.contract import Api, Strength
from assay.model.lifecycle import ABSENT, Cell, Lifecycle, Transition
from assay.openapi.expect import Find, expected, of_reply
from assay.openapi.known import Known, after, born, find, holds
from assay.openapi.request import Requests, safe, unique
from assay.openapi.workflow import Ask, CannotSay, Expected, Fact, Given, Shape, Step, Value
from assay.plan.prerequisites import state

_ID = "$instance.id"
#: seconds that a runner may take from one step to the next
_SLOW = 10.0


@dataclass
class _Made:
    """A step so far."""

    id: str
    case: Case
    ask: Ask
    outputs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Met:
    """Which cell a step meets, in which of its ways, and what is known of the instance before."""

    cell: Cell
    ways: tuple[Transition, ...]
    known: Known


class History:
    """Cases are added one after the other; `steps` is what became of them."""

    def __init__(self, api: Api, requests: Requests, salt: str) -> None:
        self._api, self._requests, self._salt = api, requests, salt
        self._made: list[_Made] = []

    def add(self, case: Case) -> None:
        """The next request. Raises `CannotSay`."""
        taken = {one.id: one for one in self._made}
        name = unique(safe(case.operation), taken)
        ask = self._requests.ask(case, self._given, f"{self._salt}/{len(self._made)}")
        self._made.append(_Made(name, case, ask))

    def steps(self, clause: str, summary: str, cell: Cell | None) -> tuple[Step, ...]:
        """The steps, of which the last shows `clause`: that `cell`, or, without one, a documented success.

        Raises `CannotSay` where no documented way leads through them.
        """
        *_, last = self._made
        met: dict[str, _Met] = {}
        for symbol, target in self._targets(cell).items():
            lead = [one for one in self._of(symbol) if one is not last or cell is None]
            met.update(self._through(lead, target))
        if cell is not None:
            met[last.id] = self._at_last(last, cell, met)
        steps = []
        for one in self._made:
            told = summary if one is last else one.case.title
            steps.append(self._step(one, met.get(one.id), told, clause, whole=one is last))
        return tuple(steps)

    def _step(self, one: _Made, met: _Met | None, told: str, clause: str, *, whole: bool) -> Step:
        if met is None:
            answer, eventually, telling = self._success(one), None, None
        else:
            cycle = self._cycle(one)
            known = met.known if one.case.subject and one.case.subject.kind is SubjectKind.KNOWN else {}
            look = partial(self._look, one, known)
            eventually, decisive = met.cell.eventually, _decisive(met)
            answer = expected(self._api, one.ask.operation, met.ways, look, whole=whole or decisive)
            telling = self._telling(one, look, answer) if decisive else None
            clause = (
                clause if whole else cell_clause(cycle.api, cycle.name, met.cell.state, met.cell.operation)
            )
        return Step(one.id, told, clause, one.ask, answer, one.outputs, one.case.wait, eventually, telling)

    def _telling(self, one: _Made, look: Find, answer: Expected) -> tuple[Fact, ...]:
        """What shows that what is waited for has come. Raises `CannotSay` where nothing does."""
        shared = of_reply(self._api, one.ask.operation, answer.statuses, None, look).facts
        own = tuple(fact for fact in answer.facts if fact not in shared and not isinstance(fact.value, Shape))
        if not own and not answer.nothing:
            raise CannotSay(f"no answer of {one.case.operation} surely shows that what it waits for has come")
        return own

    # -- instances ------------------------------------------------------------------------------------------------

    def _of(self, symbol: str) -> list[_Made]:
        return [
            one
            for one in self._made
            if one.case.subject is not None
            and one.case.subject.symbol == symbol
            and one.case.subject.kind in {SubjectKind.NEW, SubjectKind.KNOWN}
        ]

    def _given(self, symbol: str, name: str) -> Value:
        """What an earlier step makes known of an instance. Raises `CannotSay` where none does."""
        for one in self._of(symbol):
            cycle = self._cycle(one)
            if name == "id":
                expression = cycle.id_expression if one.case.operation == cycle.created_by else ""
            else:
                expression = next(
                    (f.at.get(one.case.operation, "") for f in cycle.fields if f.name == name), ""
                )
            if expression.startswith("$request.") and (sent := find(expression, one.ask)) is not UNRESOLVED:
                return sent
            if expression.startswith("$response.") and is_expression(expression):
                output = safe(name)
                one.outputs[output] = expression
                return Given(output, one.id)
        raise CannotSay(f"no earlier answer shows the {name} that is needed")

    def _look(self, one: _Made, known: Known, expression: str) -> Value:
        """What an expression finds before the step is answered."""
        subject = one.case.subject
        if expression == _ID:
            if subject is None or subject.kind is not SubjectKind.KNOWN:
                return UNRESOLVED
            try:
                return self._given(subject.symbol, "id")
            except CannotSay:
                return UNRESOLVED
        return find(expression, one.ask, known)

    def _cycle(self, one: _Made) -> Lifecycle:
        cycle = self._api.lifecycle_of(one.case.operation)
        if cycle is None:
            raise CannotSay(f"{one.case.operation} belongs to no lifecycle")
        return cycle

    # -- states ---------------------------------------------------------------------------------------------------

    def _targets(self, cell: Cell | None) -> dict[str, str]:
        """Symbol of an instance -> the state that it is to be brought into."""
        targets = {}
        for one in self._made:
            for spot, symbol in made(self._api, one.ask.operation, one.case):
                prerequisite = self._api.prerequisites[spot.name]
                cycle = next(c for c in self._api.lifecycles if c.name == prerequisite.lifecycle)
                targets[symbol] = state(prerequisite, cycle)
        subject = self._made[-1].case.subject
        if cell is not None and subject is not None and subject.kind is not SubjectKind.NEVER_ISSUED:
            targets[subject.symbol] = cell.state
        return targets

    def _through(self, lead: Sequence[_Made], target: str) -> dict[str, _Met]:
        """The cells that lead the instance into that state, by step."""
        found = self._chain(lead, ABSENT, target, {})
        if found is None:
            raise CannotSay(f"no request is surely answered so that it leads into {target}")
        return {one.id: met for one, met in zip(lead, found, strict=True)}

    def _chain(self, lead: Sequence[_Made], at: str, target: str, known: Known) -> list[_Met] | None:
        if not lead:
            return [] if at == target else None
        one, *rest = lead
        cycle = self._cycle(one)
        cell = cycle.cell(at, one.case.operation)
        if cell is None or cell.silent:
            return None
        open_ways = _open(cell, one, known)
        ends = {way.to or at for way in open_ways}
        if len(ends) != 1:  # where it leads is the API's choice
            return None
        before = born(cycle, one.ask) if one.case.operation == cycle.created_by else known
        further = self._chain(rest, ends.pop(), target, after(before, open_ways, one.ask))
        return None if further is None else [_Met(cell, open_ways, known), *further]

    def _at_last(self, last: _Made, cell: Cell, met: dict[str, _Met]) -> _Met:
        known: Known = {}
        if last.case.subject is not None and last.case.subject.kind is SubjectKind.KNOWN:
            for one in self._of(last.case.subject.symbol)[:-1]:
                cycle = self._cycle(one)
                before = born(cycle, one.ask) if one.case.operation == cycle.created_by else known
                known = after(before, met[one.id].ways, one.ask)
        ways = _open(cell, last, known)
        if not ways:
            raise CannotSay("it cannot be told that one of its documented ways is open to the request")
        return _Met(cell, ways, known)

    def _success(self, one: _Made) -> Expected:
        """Any documented success; what its body holds where there is but one."""
        operation = one.ask.operation
        statuses = tuple(
            int(reply.status)
            for reply in operation.replies
            if reply.status.isdigit() and reply.status[0] == "2" and reply.strength is Strength.DOCUMENTED
        )
        return of_reply(self._api, operation, statuses, None, partial(self._look, one, {}))


def _decisive(met: _Met) -> bool:
    """True when what is waited for cannot be told by its status from what is answered until then."""
    late = met.cell.eventually
    if late is None:
        return False
    before = {way.status for way in late.meanwhile}
    return not before or not before.isdisjoint(way.status for way in met.ways)


def _open(cell: Cell, one: _Made, known: Known) -> tuple[Transition, ...]:
    """The ways in which the cell may answer that request at that time; none where it may say nothing of the request."""
    soon = any(way.expires is not None and way.expires.after < _SLOW for way in cell.expired)
    timely = cell.expired if one.case.wait else cell.transitions if soon else cell.plain
    timely = timely or cell.transitions
    held = [holds(way, one.ask, known) for way in timely]
    return (
        tuple(way for way, told in zip(timely, held, strict=True) if told is not False) if any(held) else ()
    )
