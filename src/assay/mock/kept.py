"""What the laws of one lifecycle ask of whoever answers, ready to be kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assay.machine.expression import Scope
from assay.mock.aging import timed
from assay.mock.compose import Composer
from assay.mock.conditional import Preconditions
from assay.mock.document import Documents
from assay.mock.held import held
from assay.mock.keys import Keys, keys
from assay.mock.planned import Plan
from assay.mock.table import Chosen, Lesson, chosen, lessons
from assay.mock.world import Instance
from assay.model.contract import Api
from assay.model.lifecycle import FieldKind, Lifecycle

_ETAG = "etag"


@dataclass(frozen=True, slots=True)
class Kept:
    """The laws of one lifecycle, as the mock keeps them."""

    composer: Composer
    documents: Documents
    preconditions: Preconditions
    #: operation -> how it treats its keys
    keys: Mapping[str, Keys]
    #: operation -> what its answers teach
    lessons: Mapping[str, tuple[Lesson, ...]]
    #: True when instances change by themselves
    timed: bool
    #: True when some fields are worked out from others
    follows: bool
    #: (operation, state) -> how its cell answers whatever is asked: one way, without condition, at any time
    sure: Mapping[tuple[str, str], Chosen]
    #: states that nothing leads out of
    final: frozenset[str]

    @classmethod
    def of(cls, api: Api, cycle: Lifecycle, composer: Composer) -> Kept:
        """What that lifecycle states."""
        learnt = {operation: lessons(cycle, operation) for operation in cycle.operations}
        documents, preconditions = Documents(api, cycle, composer), Preconditions(api, cycle)
        follows = any(field.kind is FieldKind.DERIVED for field in cycle.fields)
        sure = {} if held(api, cycle) else dict(_sure(api, cycle))
        final = frozenset(state.name for state in cycle.states if state.final)
        return cls(
            composer, documents, preconditions, keys(cycle), learnt, timed(cycle), follows, sure, final
        )

    def unless(self, plan: Plan, instance: Instance) -> Plan | None:
        """The 304 or 412 that the request's preconditions bring about, None where it goes through.

        A request that is refused for another reason never gets so far (RFC 9110 §13.2.1).
        """
        request, operation = plan.scope.request, plan.operation.id
        if (
            request is None
            or plan.status // 100 != 2
            or not self.preconditions.asked(operation, request.headers)
        ):
            return None
        reading = self.documents.reading(instance, plan.scope)
        shown = self.composer.compose(reading).headers if reading is not None else {}
        tag = next((value for name, value in shown.items() if name.lower() == _ETAG), None)
        if tag is None:
            return None
        status = self.preconditions.outcome(operation, request.headers, tag)
        return None if status is None else Plan(plan.operation, status, plan.scope, headers={_ETAG: tag})


def _sure(api: Api, cycle: Lifecycle) -> Iterator[tuple[tuple[str, str], Chosen]]:
    """The cells that answer in one way, whatever is asked and whenever."""
    for name, row in cycle.cells.items():
        for state, cell in row.items():
            first = cell.transitions[0] if cell.transitions else None
            conditional = first is not None and first.when is not None
            if cell.eventually is not None or cell.expired or (conditional and not cell.silent):
                continue
            way = chosen(cell, api.operation(name), Scope())
            if way is not None:
                yield (name, state), way
