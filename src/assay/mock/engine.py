"""The mock: the contract's table run forwards, `(world, request) -> (world, reply)`, without any effect.

A request is judged in a fixed order, and the first to refuse it answers: route (404, 405), credentials (401),
media type and body (415, 400), parameters (400), a key that was used otherwise (`keys`), then the cell of the
instance's state, its preconditions (`conditional`), last what the client accepts (`fitting`: 406). A documented reply
is given wherever there is one; where the documentation is silent the mock decides, and `X-Assay-Cell` says so. What the
lifecycle's laws promise is kept by `document` (writes and reads), `views` (lists), `keys`, `conditional` and
`ownership`; time passes in `aging`. A request may prefer another answer than the one that is due: `prefer`, `steering`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from assay.inputs.fresh import fresh_paths
from assay.machine.effects import derived
from assay.machine.expression import UNRESOLVED, InstanceFacts, RequestFacts, Scope
from assay.mock import aging, explain, ownership, replies, steering, table
from assay.mock.compose import Composer
from assay.mock.credentials import Door, accepted
from assay.mock.fitting import negotiated
from assay.mock.found import finder
from assay.mock.kept import Kept
from assay.mock.planned import Plan
from assay.mock.prefer import Wish, wished
from assay.mock.reading import Reader
from assay.mock.refusal import Refusal
from assay.mock.route import Route, Router
from assay.mock.views import Views
from assay.mock.world import Instance, MockOptions, MockReply, MockRequest, World
from assay.model.contract import Api, ContractSet, Operation
from assay.model.lifecycle import ABSENT, Lifecycle
from assay.model.terms import Json

__all__ = ["Engine", "Instance", "MockOptions", "MockReply", "MockRequest", "World"]


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where the requests of one operation are answered: all that is known of them beforehand."""

    api: Api
    operation: Operation
    composer: Composer
    door: Door
    reader: Reader
    #: None where no lifecycle has a say
    cycle: Lifecycle | None
    kept: Kept | None
    #: the status of a success
    success: int
    #: True where some reply is documented in several media types
    several: bool
    #: where in a body values are others in every request
    fresh: tuple[tuple[str, ...], ...]


class _Ask(NamedTuple):
    """A request that was read: what is asked, of whom, by whom, and when."""

    desk: _Desk
    facts: RequestFacts
    #: None where the operation needs no credentials
    who: str | None
    now: datetime
    #: not empty: answers are made anew, and this chooses among all that they could be
    fresh: str = ""

    @property
    def scope(self) -> Scope:
        """What can be said of it before anybody looked at an instance."""
        return Scope(self.facts, None, None, self.now)

    def about(self, instance: InstanceFacts) -> Scope:
        """What can be said of it in view of that instance."""
        return Scope(self.facts, None, instance, self.now)


class Engine:
    """The mock of a set of contracts. It keeps nothing of what happens: that is the `World`."""

    def __init__(self, contracts: ContractSet, options: MockOptions | None = None) -> None:
        self.contracts = contracts
        self._options = options or MockOptions()
        self._router = Router(contracts)
        self._known = accepted(self._options)
        self._composers = {api.name: Composer(api, self._options) for api in contracts.apis}
        self._kept = {
            (a.name, c.name): Kept.of(a, c, self._composers[a.name])
            for a in contracts.apis
            for c in a.lifecycles
        }
        self._desks = {(a.name, o.id): self._desk(a, o) for a in contracts.apis for o in a.operations}
        self._views = {api.name: self._viewed(api) for api in contracts.apis}

    @property
    def options(self) -> MockOptions:
        """What was chosen about it."""
        return self._options

    def route(self, request: MockRequest) -> Route | None:
        """The operation that a request asks for; None where it asks for none."""
        route = self._router.find(request.method, request.path)
        return None if isinstance(route, Refusal) else route

    def respond(self, world: World, request: MockRequest) -> tuple[World, MockReply]:
        """The reply to `request`, and the world after it. Every request has one; none is an error of ours."""
        route = self._router.find(request.method, request.path)
        if isinstance(route, Refusal):
            return world, replies.unrouted(route, request)
        world, reply = self._serve(world, request, route)
        return world, replies.without_body(reply) if request.method == "HEAD" else reply

    def _serve(self, world: World, request: MockRequest, route: Route) -> tuple[World, MockReply]:
        operation = route.operation
        desk = self._desks[route.api.name, operation.id]
        wish = None
        if "prefer" in request.named or "__" in request.query:
            wish, request = wished(request)
        who = desk.door(request)
        if isinstance(who, Refusal) and self._options.unlocked:
            who = ""
        if isinstance(who, Refusal):
            return world, self._refused(desk, who, _unread(request))
        facts = desk.reader(request, route.path)
        if isinstance(facts, Refusal):
            return world, self._refused(desk, facts, _unread(request))
        ask = _Ask(desk, facts, who, request.now)
        after, reply = self._answered(world, ask) if wish is None else self._steered(world, ask, wish)
        accept = request.named.get("accept", "*/*")
        if accept == "*/*" and not desk.several:
            return after, reply
        fitting = negotiated(reply, accept, desk.operation, desk.composer)
        return (
            (world, self._refused(desk, fitting, ask.scope))
            if isinstance(fitting, Refusal)
            else (after, fitting)
        )

    def _answered(self, world: World, ask: _Ask) -> tuple[World, MockReply]:
        """What the contract answers to a request that was read."""
        desk, facts, kept = ask.desk, ask.facts, ask.desk.kept
        operation = desk.operation
        provoked = table.provoked(operation, facts, desk.fresh)
        if provoked is not None and not (kept and kept.preconditions.decides(operation.id, provoked)):
            return world, self._plain(world, ask, provoked, "provoked")
        if desk.cycle is None or kept is None:
            return world, self._plain(world, ask, desk.success, "no lifecycle")
        return self._once(world, desk.cycle, kept, ask)

    def _desk(self, api: Api, operation: Operation) -> _Desk:
        cycle = api.lifecycle_of(operation.id)
        kept = self._kept[api.name, cycle.name] if cycle is not None else None
        return _Desk(
            api,
            operation,
            self._composers[api.name],
            Door(api, operation, self._known),
            Reader(api, operation),
            cycle,
            kept,
            table.success(operation),
            any(len(reply.content) > 1 for reply in operation.replies),
            fresh_paths(api, operation) if operation.provoke else (),
        )

    # --- what the request would like

    def _steered(self, world: World, ask: _Ask, wish: Wish) -> tuple[World, MockReply]:
        """The answer that the request prefers. One that is made up changes nothing."""
        if wish.dynamic:
            ask = ask._replace(fresh=f"{world.drawn}")
            world = replace(world, drawn=world.drawn + 1)
        after, due = self._answered(world, ask)
        desk = ask.desk
        wanted = steering.made_up(desk.operation, desk.composer, wish, due.status, ask.scope, ask.fresh)
        return (after, steering.granted(due, wish)) if wanted is None else (world, wanted)

    # --- refusals and operations outside any lifecycle

    def _refused(self, desk: _Desk, refusal: Refusal, scope: Scope) -> MockReply:
        operation = desk.operation
        for status in refusal.documented:
            reply = operation.reply_for(status)
            if reply is not None and reply.status != "default":
                composed = desk.composer.compose(Plan(operation, status, scope))
                clause = f"{desk.api.name}/{operation.id}/status/{reply.status}"
                told = explain.line(clause, "", refusal.why, reply.place, composed.unmet)
                return replies.reply(composed, told, refusal.headers)
        usual = operation.reply_for(refusal.status)
        if (
            usual is not None and usual.status == "default" and usual.content
        ):  # it is for all that nothing else is for
            composed = desk.composer.compose(Plan(operation, refusal.status, scope))
            clause = f"{desk.api.name}/{operation.id}/status/default"
            told = explain.line(clause, "", refusal.why, usual.place, composed.unmet)
            return replies.reply(composed, told, refusal.headers)
        clause = f"{desk.api.name}/{operation.id}/documented-statuses"
        told = explain.line(clause, "", f"the documentation does not say: {refusal.why}", operation.place)
        return replies.problem(refusal, told)

    def _plain(self, world: World, ask: _Ask, status: int, why: str) -> MockReply:
        api, operation = ask.desk.api, ask.desk.operation
        plan = self._views[api.name].seen(
            Plan(operation, status, ask.scope, None, None, None, ask.fresh), world, ask.who
        )
        if isinstance(plan, Refusal):
            return self._refused(ask.desk, plan, ask.scope)
        composed = ask.desk.composer.compose(plan)
        clause = f"{api.name}/{operation.id}/status/{status}"
        return replies.reply(composed, explain.line(clause, "", why, operation.place, composed.unmet))

    # --- the table

    def _once(self, world: World, lifecycle: Lifecycle, kept: Kept, ask: _Ask) -> tuple[World, MockReply]:
        """The step, unless the request carries a key that has its answer already."""
        keys = kept.keys.get(ask.desk.operation.id)
        key = keys.of(ask.facts, ask.who) if keys is not None else None
        known = keys.again(world, key, ask.facts) if keys is not None and key is not None else None
        if isinstance(known, Refusal):
            return world, self._refused(ask.desk, known, ask.scope)
        if known is not None:
            return world, known
        act = self._create if ask.desk.operation.id == lifecycle.created_by else self._step
        world, reply = act(world, lifecycle, kept, ask)
        if key is not None and reply.status // 100 == 2:
            world = world.with_answer(key, ask.facts.body, reply)
        return world, reply

    def _create(self, world: World, lifecycle: Lifecycle, kept: Kept, ask: _Ask) -> tuple[World, MockReply]:
        operation = ask.desk.operation
        fresh = self._unused_id(world, lifecycle, kept.composer)
        scope = ask.about(InstanceFacts(fresh))
        chosen = kept.sure.get((operation.id, ABSENT)) or table.chosen(
            lifecycle.cell(ABSENT, operation.id), operation, scope
        )
        if chosen is None:
            return world, replies.stuck(lifecycle, ABSENT, operation)
        cell, transition, why = chosen
        to = transition.to or ABSENT
        if to == ABSENT:
            plan = Plan(operation, transition.status, scope, transition, lifecycle, None, ask.fresh)
            composed = kept.composer.compose(plan)
            return world, replies.reply(composed, explain.of_cell(lifecycle, cell, to, why, composed.unmet))
        sent = derived(lifecycle.fields, dict(table.sent(lifecycle, scope)), fresh)
        instance = Instance(fresh, to, sent, ask.now, ask.who, number=world.created)
        plan = Plan(operation, transition.status, scope, transition, lifecycle, instance, ask.fresh)
        instance, plan = kept.documents.created(plan, instance)
        composed = kept.composer.compose(plan)
        told = explain.of_cell(lifecycle, cell, to, why, composed.unmet)
        after = table.taught(plan, instance, composed, kept.lessons[operation.id], follows=kept.follows)
        named = finder(lifecycle.id_expression)(Scope(response=table.facts(composed)))
        if (
            named is not UNRESOLVED and named is not after.id
        ):  # a patch or a promise may have named it otherwise
            after = replace(after, id=named)
        key = table.key_of(lifecycle, after.id)
        world = world.with_new(key, after)
        return (world.with_finished(key) if to in kept.final else world), replies.reply(composed, told)

    def _step(self, world: World, lifecycle: Lifecycle, kept: Kept, ask: _Ask) -> tuple[World, MockReply]:
        api, operation = ask.desk.api, ask.desk.operation
        carried = table.carried_id(lifecycle, ask.facts)
        key = table.key_of(lifecycle, carried)
        who = None if self._options.unowned else ask.who
        instance = ownership.seen(api, lifecycle, operation, world.instance(key), who)
        if isinstance(instance, Refusal):
            return world, self._refused(ask.desk, instance, ask.scope)
        if instance is None:
            return world, self._unknown(world, lifecycle, kept, ask, carried)
        if kept.timed:
            instance = aging.aged(lifecycle, instance, operation.id, ask.now)
        scope = ask.about(InstanceFacts(instance.id, instance.values))
        chosen = kept.sure.get((operation.id, instance.state))
        if chosen is None:
            possible = self._views[api.name].possible(world, lifecycle, instance, ask.now)
            cell = lifecycle.cell(instance.state, operation.id)
            chosen = table.chosen(cell, operation, scope, aging.age(instance, ask.now), possible)
        if chosen is None:
            return world, replies.stuck(lifecycle, instance.state, operation)
        cell, transition, why = chosen
        plan = Plan(operation, transition.status, scope, transition, lifecycle, instance, ask.fresh)
        if (unless := kept.unless(plan, instance)) is not None:
            composed = kept.composer.compose(unless)
            told = explain.of_cell(lifecycle, cell, instance.state, "its precondition", composed.unmet)
            return world, replies.reply(composed, told)
        to = transition.to or instance.state
        moved, plan = kept.documents.stepped(plan, instance, to)
        composed = kept.composer.compose(plan)
        told = explain.of_cell(lifecycle, cell, to, why, composed.unmet)
        after = table.taught(plan, moved, composed, kept.lessons[operation.id], follows=kept.follows)
        if transition.to is not None:
            since = aging.entered(cell, transition, instance, ask.now)
            after = replace(after, state=to, since=since)
        elif after.state != to:
            after = replace(after, state=to)
        # an unchanged instance is not written, so that reads cost nothing
        if after is not instance and after != instance:
            world = world.with_changed(key, after)
            if to in kept.final and instance.state not in kept.final:
                world = world.with_finished(key)
        return world, replies.reply(composed, told)

    def _unknown(self, world: World, lifecycle: Lifecycle, kept: Kept, ask: _Ask, carried: Json) -> MockReply:
        """The reply about an id that was never issued, or about none at all."""
        operation = ask.desk.operation
        scope = ask.about(InstanceFacts(carried))
        chosen = kept.sure.get((operation.id, ABSENT)) or table.chosen(
            lifecycle.cell(ABSENT, operation.id), operation, scope
        )
        if chosen is None:
            return replies.stuck(lifecycle, ABSENT, operation)
        cell, transition, why = chosen
        plan = Plan(operation, transition.status, scope, transition, lifecycle, None, ask.fresh)
        seen = self._views[ask.desk.api.name].seen(plan, world, ask.who)
        if isinstance(seen, Refusal):
            return self._refused(ask.desk, seen, scope)
        composed = kept.composer.compose(seen)
        to = transition.to or ABSENT
        return replies.reply(composed, explain.of_cell(lifecycle, cell, to, why, composed.unmet))

    def _unused_id(self, world: World, lifecycle: Lifecycle, composer: Composer) -> Json:
        for number in range(world.created, world.created + 64):
            fresh = composer.new_id(lifecycle, number)
            if world.instance(table.key_of(lifecycle, fresh)) is None:
                return fresh
        # the documented form leaves too little room: better an id of another form than one used twice
        return f"{fresh}-{world.created}"

    def _viewed(self, api: Api) -> Views:
        documents = {cycle.name: self._kept[api.name, cycle.name].documents for cycle in api.lifecycles}
        return Views(api, self._composers[api.name], documents, self._options.seed)


def _unread(request: MockRequest) -> Scope:
    """What can be said of a request that was refused before it was read."""
    headers = {name.lower(): value for name, value in request.headers}
    return Scope(RequestFacts(request.method, request.path, headers=headers), now=request.now)
