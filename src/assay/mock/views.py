"""What an operation shows of many instances: lists of them, and what they hold of something else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from assay.machine.expression import MISSING, Absence, RequestFacts, Scope, point
from assay.mock import aging
from assay.mock.compose import Composer
from assay.mock.document import Documents
from assay.mock.held import Held, Holdings, held
from assay.mock.lists import Lister, listers
from assay.mock.planned import Plan
from assay.mock.ranking import Ranking
from assay.mock.refusal import Refusal
from assay.mock.table import key_of, success
from assay.mock.world import Instance, Key, World
from assay.model.contract import Api
from assay.model.lifecycle import Lifecycle, Transition
from assay.model.terms import Json


@dataclass(frozen=True, slots=True)
class _Stock:
    """Something that instances of a lifecycle hold parts of."""

    cycle: Lifecycle
    held: Held
    holdings: Holdings
    #: what there is while nobody holds anything
    whole: Json


class Views:
    """The views of one API's instances. What it keeps of them follows the world that it is asked about."""

    def __init__(
        self, api: Api, composer: Composer, documents: Mapping[str, Documents], seed: int | str
    ) -> None:
        self._api, self._composer, self._documents = api, composer, documents
        self._listers: dict[str, Lister] = {}
        self._rankings: dict[str, Ranking] = {}
        self._held: dict[str, list[_Stock]] = {}
        #: operation -> what it shows less of, the more instances hold of it
        self._shown: dict[str, list[_Stock]] = {}
        #: lifecycles whose instances change by themselves
        self._timed = {cycle.name for cycle in api.lifecycles if aging.timed(cycle)}
        for cycle in api.lifecycles:
            self._listers |= listers(api, cycle, f"{seed}|{api.name}")
            for one in held(api, cycle):
                read = api.operation(one.read)
                whole = point(composer.base(Plan(read, success(read), Scope())), one.pointer)
                stock = _Stock(cycle, one, Holdings(api.name, cycle.name, one), whole)
                self._held.setdefault(cycle.name, []).append(stock)
                self._shown.setdefault(one.read, []).append(stock)
        for operation, lister in self._listers.items():
            self._rankings[operation] = lister.ranking()

    def seen(self, plan: Plan, world: World, who: str | None) -> Plan | Refusal:
        """The plan of an answer that shows what there is, or why it cannot be shown; another plan is left as it is."""
        operation, facts = plan.operation.id, plan.scope.request
        if plan.status // 100 != 2 or facts is None:
            return plan
        if operation in self._listers:
            return self._listed(self._listers[operation], plan, world, facts, who)
        shown = self._shown.get(operation)
        if shown is None:
            return plan
        start = self._composer.base(plan) if plan.start is MISSING else plan.start
        for stock in shown:
            asked_for = partial(stock.held.asked_for, facts)
            start = stock.held.left(start, self._holdings(stock, world, plan.scope.now).taken(asked_for))
        return plan._replace(start=start)

    def possible(
        self, world: World, cycle: Lifecycle, instance: Instance, now: datetime
    ) -> Callable[[Transition], bool]:
        """What tells of a way whether the instance would then hold no more than is left."""
        stocks = self._held.get(cycle.name, ())

        def enough(way: Transition) -> bool:
            return all(
                way.to not in stock.held.states
                or instance.state in stock.held.states
                or stock.held.enough(stock.whole, instance, self._others(stock, world, instance, now))
                for stock in stocks
            )

        return enough

    def _others(self, stock: _Stock, world: World, instance: Instance, now: datetime) -> float:
        """How much the others hold of the kind of thing that the instance would hold."""
        kind, key = stock.held.kind(instance), key_of(stock.cycle, instance.id)
        return self._holdings(stock, world, now).taken(lambda other: other == kind, key)

    def _holdings(self, stock: _Stock, world: World, now: datetime | None) -> Holdings:
        """What all instances hold now."""
        if now is not None and stock.cycle.name in self._timed:
            return stock.holdings.of(self._there(world, stock.cycle, stock.held.read, now))
        stock.holdings.follow(world)
        return stock.holdings

    def _listed(
        self, lister: Lister, plan: Plan, world: World, facts: RequestFacts, who: str | None
    ) -> Plan | Refusal:
        documents = self._documents[lister.cycle.name]
        page = None

        def document(one: Instance) -> Json | Absence:
            return documents.of(one, plan.scope)

        if lister.cycle.name not in self._timed:
            ranking = self._rankings[plan.operation.id]
            ranking.follow(world)
            page = lister.ranked_page(ranking, world, who, facts, document)
        if page is None:
            there = self._there(world, lister.cycle, plan.operation.id, plan.scope.now)
            page = lister.page((one for _, one in there), who, facts, document)
        if isinstance(page, Refusal):
            return page
        start = lister.written(self._composer.base(plan), page, facts)
        return plan._replace(start=start, headers={**plan.headers, **lister.headers(page, facts)})

    def _there(
        self, world: World, cycle: Lifecycle, operation: str, now: datetime | None
    ) -> Iterator[tuple[Key, Instance]]:
        """The lifecycle's instances as that operation finds them now."""
        whole = (self._api.name, cycle.name)
        there = ((key, instance) for key, instance in world.instances.items() if key[:2] == whole)
        if now is None or cycle.name not in self._timed:
            return there
        return ((key, aging.aged(cycle, instance, operation, now)) for key, instance in there)
