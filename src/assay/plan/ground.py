"""What drills are made of: leads, valid requests and refused ones, all about fresh instances."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assay.inputs.classify import Validity
from assay.inputs.constraints import constraints, json_content, refusals
from assay.inputs.sample import CannotSample
from assay.machine.expression import MISSING
from assay.machine.reach import paths, routes
from assay.model.case import Case, Credentials, Script, Subject, SubjectKind
from assay.model.clause_id import rejects_clause
from assay.model.contract import Api
from assay.model.copied import replace
from assay.model.lifecycle import ABSENT, Lifecycle
from assay.model.terms import Json
from assay.plan.breaking import invalid
from assay.plan.witness import Planner

_ORIGIN = "law"


@dataclass(frozen=True, slots=True)
class Ground:
    """Implements `laws.terms.Ground` for one lifecycle."""

    planner: Planner
    cycle: Lifecycle
    principals: tuple[str, ...] = ("",)

    @property
    def api(self) -> Api:
        """The API."""
        return self.planner.api

    @property
    def states(self) -> tuple[str, ...]:
        """The states other than `absent` that a documented way leads into, nearest first."""
        return tuple(state for state in paths(self.cycle) if state != ABSENT)

    def lead(self, state: str, symbol: str = "i1", principal: str = "") -> tuple[Case, ...]:
        """Creates `symbol` and brings it into `state`. Raises `LookupError` when no documented way leads there."""
        way = routes(self.cycle).get(state)
        if not way:
            raise LookupError(f"no documented way leads into {state}")
        return tuple(
            replace(
                self.ask(move.operation, symbol),
                title=f"leads to {state}",
                principal=principal,
                wait=move.wait,
                poll=move.poll,
            )
            for move in way
        )

    def complete(self, script: Script) -> Script:
        """The script with the steps before it that its requests need."""
        return self.planner.complete(script)

    def ask(self, operation: str, symbol: str | None = None) -> Case:
        """The surest valid request, about `symbol` where it carries an instance. A creator makes `symbol`."""
        return self.planner.usual(operation, self._subject(operation, symbol), _ORIGIN)

    def ways(self, operation: str, symbol: str | None = None) -> tuple[Case, ...]:
        """Every kind of surely valid request: the usual first, then the minimal, the full, one with other values."""
        maker = self.planner.maker(operation)
        found = [self.ask(operation, symbol)]
        for parts, title in (
            (maker.minimal, "only what is required"),
            (maker.full, "every optional part"),
            (maker.other, "other values"),
        ):
            if parts is None:
                continue
            case = parts.case(maker.operation, title, _ORIGIN)
            if maker.classify(case).validity is Validity.VALID:
                found.append(replace(case, subject=self._subject(operation, symbol)))
        return tuple({repr((c.path, c.query, c.headers, c.body)): c for c in reversed(found)}.values())[::-1]

    def body(self, operation: str, seed: str) -> Json:
        """A surely valid JSON body, another for another seed where the schema leaves a choice; MISSING without one."""
        maker = self.planner.maker(operation)
        if json_content(maker.operation) is None:
            return MISSING
        for number in range(4):
            try:
                value = maker.drawn(f"{operation}/{seed}/{number}")
            except CannotSample:
                break
            if self.valid(maker.full.with_json(value).case(maker.operation, "", _ORIGIN)):
                return value
        return maker.usual().body.value

    def valid(self, case: Case) -> bool:
        """True when the documentation says that such a request is accepted (in a state that allows it)."""
        return self.planner.maker(case.operation).classify(case).validity is Validity.VALID

    def refused(self, operation: str, symbol: str | None = None) -> Iterator[Case]:
        """Requests that the documentation surely refuses: wrong or no credentials, a 4xx that the contract says how to
        provoke, and one constraint broken each (its clause is their `aim`).
        """
        maker = self.planner.maker(operation)
        if maker.operation.secured:
            for credentials in (Credentials.MISSING, Credentials.INVALID):
                case = replace(self.ask(operation, symbol), credentials=credentials)
                yield replace(case, title=f"{credentials} credentials")
        for case in self.planner.provoking(maker.operation):
            if (case.provokes or "")[:1] == "4":
                yield replace(case, origin=_ORIGIN, subject=self._subject(operation, symbol), aim=None)
        if not refusals(maker.operation):
            return
        for constraint in constraints(self.api, maker.operation):
            broken = invalid(maker, constraint)
            if broken is not None:
                aim = rejects_clause(self.api.name, operation, constraint.id)
                yield replace(broken, origin=_ORIGIN, subject=self._subject(operation, symbol), aim=aim)

    def _subject(self, operation: str, symbol: str | None) -> Subject | None:
        if symbol is None:
            return None
        kind = SubjectKind.NEW if operation == self.cycle.created_by else SubjectKind.KNOWN
        return Subject(kind, symbol)
