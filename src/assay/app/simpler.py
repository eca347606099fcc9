"""What may take the place of a request when a failing history is made shorter."""

from __future__ import annotations

from collections.abc import Iterator

from assay.explore import generated
from assay.explore.vocabulary import ORIGIN
from assay.inputs.smaller import smaller_requests
from assay.model.case import Case
from assay.model.copied import replace
from assay.plan.witness import Planner


def simpler(planner: Planner, case: Case) -> Iterator[Case]:
    """What asks the same in a simpler way: the usual request, and for one that was made up, less of it.

    Requests that somebody wrote down, or that were built to break one thing, are as simple as they should be.
    """
    if case.origin not in {generated.ORIGIN, ORIGIN} or case.aim is not None or case.refs:
        return
    usual = planner.usual(case.operation, case.subject, case.origin)
    plain = replace(
        usual,
        credentials=case.credentials,
        principal=case.principal,
        law=case.law,
        role=case.role,
        path=case.path,
    )
    # of a usual request the fresh values differ each time
    if case.title == plain.title or replace(plain, title=case.title) == case:
        return
    yield plain
    if case.origin == generated.ORIGIN:
        yield from smaller_requests(case)
