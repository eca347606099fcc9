"""Generated requests as scripts: bound to instances, with the steps that lead up to them.

Three kinds go out: known-good ones (whose success is stated), ones the schema allows (which must at least not crash
anything) and invalid ones. Which is which, the judge decides again by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assay.inputs.constraints import varies
from assay.model.case import Case, Script, Subject, SubjectKind
from assay.model.contract import Operation
from assay.model.copied import replace
from assay.model.generated import Generated
from assay.plan.witness import Planner

ORIGIN = "properties"


def scripts(planner: Planner, operation: Operation, generated: Iterable[Generated]) -> Iterator[Script]:
    """Each generated request about a fresh instance where the operation is about one.

    Where nothing but the id could vary, the generated ids themselves are tried: nobody issued them.
    """
    yield from map(planner.complete, _scripts(planner, operation, generated))


def _scripts(planner: Planner, operation: Operation, generated: Iterable[Generated]) -> Iterator[Script]:
    cycle = planner.api.lifecycle_of(operation.id)
    carries = cycle is not None and operation.id != cycle.created_by
    other_inputs = varies(planner.api, operation)
    for one in generated:
        case = Case(operation.api, operation.id, one.title, ORIGIN, path=dict(one.path), query=dict(one.query),
                    headers=dict(one.headers), cookies=dict(one.cookies), body=one.body)  # fmt: skip
        if cycle is None:
            yield Script(one.title, (case,))
        elif not carries:
            yield Script(one.title, (replace(case, subject=Subject(SubjectKind.NEW, "i1")),))
        elif not other_inputs:
            for name in cycle.carried_in:
                if name in case.path:
                    subject = Subject(SubjectKind.ARBITRARY, value=str(case.path[name]))
                    yield Script(one.title, (replace(case, subject=subject),))
        else:
            about = planner.about(operation, case)
            yield Script(one.title, tuple(replace(step, origin=ORIGIN) for step in about.steps))
