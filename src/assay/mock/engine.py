"""The mock: the contract's table run forwards, `(world, request) -> (world, reply)`, without any effect.

A request is judged in a fixed order, and the first to refuse it answers: route (404, 405), credentials (401),
media type and body (415, 400), parameters (400), then the cell of the instance's state. A documented reply is
given wherever there is one; where the documentation is silent the mock decides, and `X-Assay-Cell` says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from assay.inputs.classify import text
from assay.inputs.constraints import is_json
from assay.inputs.wire import encode
from assay.machine.expression import (
    MISSING,
    UNRESOLVED,
    InstanceFacts,
    RequestFacts,
    ResponseFacts,
    RuleError,
    Scope,
    compile_rule,
    evaluate,
    substitute,
)
from assay.mock import explain
from assay.mock.compose import Composed, Composer, Plan
from assay.mock.credentials import refuse_stranger
from assay.mock.reading import Reader
from assay.mock.refusal import Refusal
from assay.mock.route import Route, Router
from assay.mock.world import Instance, Key, MockOptions, MockReply, MockRequest, World
from assay.model.contract import ContractSet, Operation
from assay.model.lifecycle import ABSENT, Cell, FieldKind, Lifecycle, Transition
from assay.model.problem import NOWHERE
from assay.model.terms import Json

__all__ = ["Engine", "Instance", "MockOptions", "MockReply", "MockRequest", "World"]

_PROBLEM = "application/problem+json"


class Engine:
    """The mock of a set of contracts. It keeps nothing of what happens: that is the `World`."""

    def __init__(self, contracts: ContractSet, options: MockOptions | None = None) -> None:
        self.contracts = contracts
        self._options = options or MockOptions()
        self._router = Router(contracts)
        self._composers = {api.name: Composer(api, self._options) for api in contracts.apis}
        self._readers = {(a.name, o.id): Reader(a, o) for a in contracts.apis for o in a.operations}

    def respond(self, world: World, request: MockRequest) -> tuple[World, MockReply]:
        """The reply to `request`, and the world after it. Every request has one; none is an error of ours."""
        route = self._router.find(request.method, request.path)
        if isinstance(route, Refusal):
            return world, _unrouted(route, request)
        world, reply = self._serve(world, request, route)
        return world, _without_body(reply) if request.method == "HEAD" else reply

    def _serve(self, world: World, request: MockRequest, route: Route) -> tuple[World, MockReply]:
        api, operation = route.api, route.operation
        stranger = refuse_stranger(api, operation, request, self._options.token)
        if stranger is not None:
            return world, self._refused(route, stranger, _unread(request))
        facts = self._readers[api.name, operation.id](request, route.path)
        if isinstance(facts, Refusal):
            return world, self._refused(route, facts, _unread(request))
        scope = Scope(request=facts, now=request.now)
        provoked = _provoked(operation, facts)
        if provoked is not None:
            composed = self._composers[api.name].compose(Plan(operation, provoked, scope))
            clause = f"{api.name}/{operation.id}/status/{provoked}"
            return world, _reply(
                composed, explain.line(clause, "", "provoked", operation.place, composed.unmet)
            )
        lifecycle = api.lifecycle_of(operation.id)
        if lifecycle is None:
            return world, self._plain(route, scope)
        if operation.id == lifecycle.created_by:
            return self._create(world, lifecycle, route, facts, request.now)
        return self._step(world, lifecycle, route, facts, request.now)

    # --- refusals and operations outside any lifecycle

    def _refused(self, route: Route, refusal: Refusal, scope: Scope) -> MockReply:
        operation = route.operation
        for status in refusal.documented:
            reply = operation.reply_for(status)
            if reply is not None and reply.status != "default":
                composed = self._composers[route.api.name].compose(Plan(operation, status, scope))
                clause = f"{route.api.name}/{operation.id}/status/{reply.status}"
                told = explain.line(clause, "", refusal.why, reply.place, composed.unmet)
                return _reply(composed, told, refusal.headers)
        clause = f"{route.api.name}/{operation.id}/documented-statuses"
        told = explain.line(clause, "", f"the documentation does not say: {refusal.why}", operation.place)
        return _problem(refusal, told)

    def _plain(self, route: Route, scope: Scope) -> MockReply:
        operation = route.operation
        status = _success(operation)
        composed = self._composers[route.api.name].compose(Plan(operation, status, scope))
        clause = f"{route.api.name}/{operation.id}/status/{status}"
        return _reply(composed, explain.line(clause, "", "no lifecycle", operation.place, composed.unmet))

    # --- the table

    def _create(
        self, world: World, lifecycle: Lifecycle, route: Route, facts: RequestFacts, now: datetime
    ) -> tuple[World, MockReply]:
        composer = self._composers[route.api.name]
        fresh = self._unused_id(world, lifecycle, composer)
        scope = Scope(request=facts, instance=InstanceFacts(fresh), now=now)
        chosen = _choose(lifecycle.cell(ABSENT, route.operation.id), route.operation, scope)
        if chosen is None:
            return world, _stuck(lifecycle, ABSENT, route.operation)
        cell, transition, why = chosen
        to = transition.to or ABSENT
        instance = Instance(fresh, to, dict(_sent(lifecycle, scope)), now) if to != ABSENT else None
        plan = Plan(route.operation, transition.status, scope, transition, lifecycle, instance)
        composed = composer.compose(plan)
        told = explain.of_cell(lifecycle, cell, to, why, composed.unmet)
        if instance is None:
            return world, _reply(composed, told)
        after = _after(plan, instance, composed)
        named = evaluate(lifecycle.id_expression, Scope(response=_facts(composed)))
        if named is not UNRESOLVED:  # a patch or a promise may have named it otherwise
            after = replace(after, id=named)
        return world.with_new(_key(lifecycle, after.id), after), _reply(composed, told)

    def _step(
        self, world: World, lifecycle: Lifecycle, route: Route, facts: RequestFacts, now: datetime
    ) -> tuple[World, MockReply]:
        carried = _carried(lifecycle, facts)
        key = _key(lifecycle, carried)
        instance = world.instance(key)
        state = instance.state if instance else ABSENT
        # an id that was never issued is still the one the request is about
        known = InstanceFacts(instance.id, instance.values) if instance else InstanceFacts(carried)
        scope = Scope(request=facts, instance=known, now=now)
        chosen = _choose(lifecycle.cell(state, route.operation.id), route.operation, scope)
        if chosen is None:
            return world, _stuck(lifecycle, state, route.operation)
        cell, transition, why = chosen
        plan = Plan(route.operation, transition.status, scope, transition, lifecycle, instance)
        composed = self._composers[route.api.name].compose(plan)
        to = transition.to or state
        told = explain.of_cell(lifecycle, cell, to, why, composed.unmet)
        if instance is None:
            return world, _reply(composed, told)
        after = replace(_after(plan, instance, composed), state=to)
        # an unchanged instance is not written, so that reads cost nothing
        world = world if after == instance else world.with_changed(key, after)
        return world, _reply(composed, told)

    def _unused_id(self, world: World, lifecycle: Lifecycle, composer: Composer) -> Json:
        for number in range(world.created, world.created + 64):
            fresh = composer.new_id(lifecycle, number)
            if world.instance(_key(lifecycle, fresh)) is None:
                return fresh
        # the documented form leaves too little room: better an id of another form than one used twice
        return f"{fresh}-{world.created}"


def _unread(request: MockRequest) -> Scope:
    """What can be said of a request that was refused before it was read."""
    headers = {name.lower(): value for name, value in request.headers}
    return Scope(RequestFacts(request.method, request.path, headers=headers), now=request.now)


def _key(lifecycle: Lifecycle, subject: Json) -> Key:
    return (
        lifecycle.api,
        lifecycle.name,
        text(subject) if not isinstance(subject, list | dict) else repr(subject),
    )


def _carried(lifecycle: Lifecycle, facts: RequestFacts) -> Json:
    """The id that the request carries, None when it carries none."""
    places: dict[str, Mapping[str, Json]] = {
        "path": facts.path,
        "query": facts.query,
        "header": facts.headers,
    }
    for name, location in lifecycle.carried_in.items():
        key = name.lower() if location == "header" else name
        if key in places[location]:
            return places[location][key]
    return None


def _choose(cell: Cell | None, operation: Operation, scope: Scope) -> tuple[Cell, Transition, str] | None:
    """The first way of answering whose guard holds, and why it is that one."""
    if cell is None:
        return None
    if cell.silent:
        if cell.mock is not None:
            return cell, cell.mock, "the documentation does not say, the mock was told"
        status = _missing(operation) if cell.state == ABSENT else _success(operation)
        return cell, Transition(status), "the documentation does not say, the mock chose"
    for transition in cell.transitions:
        if transition.when is None:
            return cell, transition, cell.strength.value
        if _holds(transition.when, scope):
            return cell, transition, f"{cell.strength.value}, when {transition.when}"
    return None


def _holds(guard: str, scope: Scope) -> bool:
    try:
        return compile_rule(guard)(scope)
    except RuleError:
        return False


def _success(operation: Operation) -> int:
    codes = sorted(
        int(r.status) for r in operation.replies if r.status.isdigit() and r.status.startswith("2")
    )
    return codes[0] if codes else 200


def _missing(operation: Operation) -> int:
    return next((code for code in (404, 410) if operation.reply_for(code)), 404)


def _sent(lifecycle: Lifecycle, scope: Scope) -> Iterator[tuple[str, Json]]:
    """What the creating request says of the instance's fields."""
    for field in lifecycle.fields:
        if field.kind is FieldKind.ECHO and field.sent is not None:
            found = evaluate(field.sent, scope)
            if found is not UNRESOLVED:
                yield field.name, found


def _after(plan: Plan, instance: Instance, composed: Composed) -> Instance:
    """The instance with what the reply and the cell's `set` teach about it."""
    values = dict(instance.values)
    scope = replace(plan.scope, response=_facts(composed))
    for field in plan.lifecycle.fields if plan.lifecycle and composed.status // 100 == 2 else ():
        if field.name in values and field.kind is not FieldKind.VOLATILE:
            continue
        found = evaluate(field.at.get(plan.operation.id, "$instance.nothing-of-the-kind"), scope)
        if found is not UNRESOLVED:
            values[field.name] = found
    changes = substitute(plan.transition.set, scope) if plan.transition else {}
    return replace(instance, values={**values, **(changes if isinstance(changes, Mapping) else {})})


def _facts(composed: Composed) -> ResponseFacts:
    return ResponseFacts(composed.status, {k.lower(): v for k, v in composed.headers.items()}, composed.body)


def _provoked(operation: Operation, facts: RequestFacts) -> int | None:
    """The status that the request asks for by what a `provoke` entry says, if any."""
    for status, how in operation.provoke.items():
        if how.unreachable is not None or not status.isdigit() or not (how.headers or how.query or how.body):
            continue
        wanted_headers = {name.lower(): value for name, value in how.headers.items()}
        if (
            wanted_headers.items() <= dict(facts.headers).items()
            and all(text(facts.query.get(k, "")) == text(v) for k, v in how.query.items())
            and (how.body is None or facts.body == how.body)
        ):
            return int(status)
    return None


# --- bytes


def _reply(composed: Composed, told: str, extra: tuple[tuple[str, str], ...] = ()) -> MockReply:
    headers = dict(extra)
    headers |= composed.headers
    if composed.media_type is not None:
        headers["Content-Type"] = composed.media_type
    headers[explain.HEADER] = told
    return MockReply(composed.status, tuple(headers.items()), _bytes(composed), told)


def _bytes(composed: Composed) -> bytes:
    if composed.body is MISSING:
        return b""
    if composed.media_type is not None and not is_json(composed.media_type):
        return str(composed.body).encode("utf-8", "replace")
    return encode(composed.body)


def _problem(refusal: Refusal, told: str) -> MockReply:
    composed = Composed(refusal.status, {}, refusal.problem, _PROBLEM)
    return _reply(composed, told, refusal.headers)


def _unrouted(refusal: Refusal, request: MockRequest) -> MockReply:
    told = explain.line("no operation", "", refusal.why, NOWHERE)
    if request.method == "OPTIONS" and refusal.status == 405:
        return MockReply(204, (*refusal.headers, (explain.HEADER, told)), b"", told)
    return _without_body(_problem(refusal, told)) if request.method == "HEAD" else _problem(refusal, told)


def _without_body(reply: MockReply) -> MockReply:
    """A HEAD reply: the headers of the GET, its length included, and no content (RFC 9110 §9.3.2)."""
    length = ("Content-Length", str(len(reply.body)))
    return replace(reply, headers=(*reply.headers, length), body=b"")


def _stuck(lifecycle: Lifecycle, state: str, operation: Operation) -> MockReply:
    """No way of answering applies: the contract does not say what happens, so the state conflicts."""
    refusal = Refusal(409, f"The contract has no answer for {operation.id} in the state {state}.")
    clause = f"{lifecycle.api}/lifecycle/{lifecycle.name}/{state}/{operation.id}"
    return _problem(refusal, explain.line(clause, "", refusal.why, lifecycle.place))
