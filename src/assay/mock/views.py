"""What an operation shows of many instances: lists of them, and what they hold of something else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from assay.machine.expression import MISSING, RequestFacts, Scope, point
from assay.mock import aging
from assay.mock.compose import Composer
from assay.mock.document import Documents
from assay.mock.held import Held, held
from assay.mock.lists import Lister, listers
from assay.mock.planned import Plan
from assay.mock.refusal import Refusal
from assay.mock.table import success
from assay.mock.world import Instance, World
from assay.model.contract import Api
from assay.model.lifecycle import Lifecycle, Transition
from assay.model.terms import Json


class Views:
    """The views of one API's instances. It keeps none of them: they are looked up in the world."""

    def __init__(
        self, api: Api, composer: Composer, documents: Mapping[str, Documents], seed: int | str
    ) -> None:
        self._api, self._composer, self._documents = api, composer, documents
        self._listers: dict[str, Lister] = {}
        self._held: dict[str, list[Held]] = {}
        #: operation -> what it shows less of, the more instances hold of it
        self._holding: dict[str, list[tuple[Lifecycle, Held]]] = {}
        #: lifecycles whose instances change by themselves
        self._timed = {cycle.name for cycle in api.lifecycles if aging.timed(cycle)}
        for cycle in api.lifecycles:
            self._listers |= listers(api, cycle, f"{seed}|{api.name}")
            for one in held(api, cycle):
                self._held.setdefault(cycle.name, []).append(one)
                self._holding.setdefault(one.read, []).append((cycle, one))

    def seen(self, plan: Plan, world: World, who: str | None) -> Plan | Refusal:
        """The plan of an answer that shows what there is, or why it cannot be shown; another plan is left as it is."""
        operation, facts = plan.operation.id, plan.scope.request
        if plan.status // 100 != 2 or facts is None:
            return plan
        if operation in self._listers:
            return self._listed(self._listers[operation], plan, world, facts, who)
        holding = self._holding.get(operation)
        if holding is None:
            return plan
        start = self._composer.base(plan) if plan.start is MISSING else plan.start
        for cycle, one in holding:
            start = one.left(start, facts, self._there(world, cycle, operation, plan.scope.now))
        return plan._replace(start=start)

    def possible(
        self, world: World, cycle: Lifecycle, instance: Instance, now: datetime
    ) -> Callable[[Transition], bool]:
        """What tells of a way whether the instance would then hold no more than is left."""
        holding = self._held.get(cycle.name, ())

        def enough(way: Transition) -> bool:
            return all(
                way.to not in one.states
                or instance.state in one.states
                or one.enough(self._whole(one), instance, self._there(world, cycle, one.read, now))
                for one in holding
            )

        return enough

    def _whole(self, one: Held) -> Json:
        """What there is while nobody holds anything."""
        read = self._api.operation(one.read)
        return point(self._composer.base(Plan(read, success(read), Scope())), one.pointer)

    def _listed(
        self, lister: Lister, plan: Plan, world: World, facts: RequestFacts, who: str | None
    ) -> Plan | Refusal:
        documents = self._documents[lister.cycle.name]
        there = self._there(world, lister.cycle, plan.operation.id, plan.scope.now)
        page = lister.page(there, who, facts, lambda one: documents.of(one, plan.scope))
        if isinstance(page, Refusal):
            return page
        start = lister.written(self._composer.base(plan), page, facts)
        return plan._replace(start=start, headers={**plan.headers, **lister.headers(page, facts)})

    def _there(
        self, world: World, cycle: Lifecycle, operation: str, now: datetime | None
    ) -> Iterator[Instance]:
        """The lifecycle's instances as that operation finds them now."""
        whole = (self._api.name, cycle.name)
        there = (instance for key, instance in world.instances.items() if key[:2] == whole)
        if now is None or cycle.name not in self._timed:
            return there
        return (aging.aged(cycle, instance, operation, now) for instance in there)
