"""Asking the judge about one exchange, in as few words as possible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from assay.inputs.wire import build
from assay.judge import Judge, Situation
from assay.model.case import Case, Credentials, Failure, Subject, SubjectKind, WireResponse
from assay.model.contract import Api, Strength
from assay.model.verdict import Judgement
from assay.plan.clauses import clauses
from assay.plan.witness import Planner
from fakes.contracts import shipped, supply
from fakes.send import exchange

#: the id of the instance that cases are about
ID = "5f0c7a52-93b0-4b0e-8a52-d1f2a1f0c001"


class Bench:
    """A judge of one API and the means to put a question to it."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.planner = Planner(api, supply(api))
        self.clauses = clauses(api)
        silent = frozenset(clause.id for clause in self.clauses if clause.strength is Strength.SILENT)
        self.judge = Judge(api, supply(api), silent)

    def case(self, operation: str, subject: SubjectKind | None = None, **changes: object) -> Case:
        """A surely valid request: about a new instance, a known one, or none, as the operation goes."""
        cycle = self.api.lifecycle_of(operation)
        if subject is None and cycle is not None:
            subject = SubjectKind.NEW if operation == cycle.created_by else SubjectKind.KNOWN
        about = (
            None
            if subject is None
            else Subject(subject, "i1", "odd" if subject is SubjectKind.ARBITRARY else None)
        )
        return replace(self.planner.usual(operation, about), **changes)  # type: ignore[arg-type]

    def ask(
        self,
        case: Case,
        answer: WireResponse | Failure,
        states: str = "",
        *,
        proven: bool = True,
        values: Mapping[str, object] | None = None,
        issued: frozenset[str] = frozenset(),
    ) -> Judgement:
        """The judgement on `answer` to `case` about an instance in one of `states`, separated by spaces."""
        known = case.subject is not None and case.subject.kind is SubjectKind.KNOWN
        anonymous = case.subject is None or case.subject.kind is SubjectKind.ARBITRARY
        state = frozenset(states.split()) if known else frozenset() if anonymous else frozenset({"absent"})
        situation = Situation(state, ID if known else None, values or {}, issued, proven)
        request = build(self.api, self.api.operation(case.operation), case, ID)
        return self.judge(case, situation, exchange(answer, request))


@lru_cache(maxsize=4)
def bench(api: str) -> Bench:
    """The bench of a shipped API."""
    return Bench(shipped().api(api))


def told(judgement: Judgement) -> dict[str, str]:
    """Clause -> verdict for all but what holds; the API's name left out."""
    return {_short(v.clause): str(v.kind) for v in judgement.verdicts if v.kind != "holds"}


def faults(judgement: Judgement) -> dict[str, str]:
    """The same without what a fault leaves untold: beside a violation, «inconclusive» only accompanies it."""
    found = told(judgement)
    broken = "violated" in found.values()
    return {clause: kind for clause, kind in found.items() if not (broken and kind == "inconclusive")}


def kept(judgement: Judgement) -> set[str]:
    """The clauses that hold, the API's name left out."""
    return {_short(v.clause) for v in judgement.verdicts if v.kind == "holds"}


def _short(clause: str) -> str:
    return clause.split("/", 1)[1]


WRONG = (Credentials.MISSING, Credentials.INVALID)
