"""The book of an API: for every cell that the documentation speaks of, the shortest history that shows it.

The histories are those that a run plays first (`plan.interplay.cells`), written down for other people's runners. What a
workflow expects must never accuse an honest API: statuses are those that the table allows for this very request, guards
looked at as far as it is known what they look at; of a body it asks what surely follows (`expect`).

Left out, each with its reason: what the documentation does not say, what only an example shows, states that no
documented way leads into, and requests of which it is not known that they are valid. An operation without a lifecycle
has no cells; a valid request to it stands for its documented success.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from assay.inputs.classify import Validity
from assay.machine.reach import paths
from assay.model.case import Case, Script
from assay.model.clause_id import cell_clause, operation_clause
from assay.model.contract import Api, Operation, Strength
from assay.model.lifecycle import Cell, Lifecycle
from assay.openapi.history import History
from assay.openapi.request import NeverIssued, Requests, safe, unique
from assay.openapi.workflow import Book, CannotSay, Workflow, needed
from assay.plan.witness import Planner, of_examples


def book(api: Api, never_issued: NeverIssued, seed: int = 0) -> Book:
    """All witnesses of the API, in the order of its lifecycles and operations; values that have to be fresh derive from
    `seed`.
    """
    requests = Requests(api, never_issued)
    writer = _Writer(api, of_examples(api), requests, seed)
    for cycle in api.lifecycles:
        near = paths(cycle)
        order = {state: place for place, state in enumerate(near)}
        cells = [cell for row in cycle.cells.values() for cell in row.values()]
        for cell in sorted(cells, key=lambda cell: order.get(cell.state, len(order))):
            writer.cell(cycle, cell, reachable=cell.state in near)
    for operation in api.operations:
        if api.lifecycle_of(operation.id) is None:
            writer.success(operation)
    workflows = tuple(writer.workflows.values())
    used = {one.name for workflow in workflows for one in needed(requests.inputs, workflow)}
    inputs = {name: one for name, one in requests.inputs.items() if name in used}
    return Book(api, inputs, workflows, writer.omitted)


@dataclass
class _Writer:
    """Writes one workflow after the other."""

    api: Api
    planner: Planner
    requests: Requests
    seed: int
    workflows: dict[str, Workflow] = field(default_factory=dict)
    omitted: dict[str, str] = field(default_factory=dict)

    def cell(self, cycle: Lifecycle, cell: Cell, *, reachable: bool) -> None:
        """The witness of a cell, or why there is none."""
        clause = cell_clause(self.api.name, cycle.name, cell.state, cell.operation)
        if cell.silent or cell.strength is Strength.SILENT:
            self.omitted[clause] = "the documentation does not say what happens"
        elif cell.strength is not Strength.DOCUMENTED:
            self.omitted[clause] = "only an example shows it"
        elif not reachable or (script := self.planner.on(cycle, cell.state, cell.operation)) is None:
            self.omitted[clause] = f"no documented way leads into {cell.state}"
        else:
            name = f"{cycle.name}-{cell.state}-{cell.operation}"
            self._write(name, clause, f"{cell.operation} on {cell.state}", script, cell)

    def success(self, operation: Operation) -> None:
        """The witness that a valid request to an operation outside of lifecycles succeeds."""
        replies = [r for r in operation.replies if r.status[:1] == "2" and r.strength is Strength.DOCUMENTED]
        if not replies:
            return
        clause = operation_clause(self.api.name, operation.id, f"status/{replies[0].status}")
        if not all(reply.status.isdigit() for reply in replies):
            self.omitted[clause] = "the documentation names no single status"
            return
        script = Script(operation.id, (self.planner.usual(operation.id, None),))
        self._write(operation.id, clause, f"a valid {operation.id}", script, None)

    def _write(self, name: str, clause: str, summary: str, script: Script, cell: Cell | None) -> None:
        history = History(self.api, self.requests, f"{self.seed}/{name}")
        try:
            for case in self.planner.complete(script).steps:
                self._check(case)
                history.add(case)
            steps = history.steps(clause, summary, cell)
        except CannotSay as error:
            self.omitted[clause] = str(error)
            return
        identity = unique(safe(name), self.workflows)
        self.workflows[identity] = Workflow(identity, clause, summary, steps)

    def _check(self, case: Case) -> None:
        """Raises `CannotSay` for a request of which nobody knows that an honest API takes it."""
        if self.planner.maker(case.operation).classify(case).validity is not Validity.VALID:
            raise CannotSay(f"no request to {case.operation} is known to be valid")
