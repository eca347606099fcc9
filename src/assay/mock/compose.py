"""Replies: what the documentation shows, made to keep its promises.

The body is built in layers, each over the one before: a documented example (else a sample of the schema)
with its id and times replaced; what promises and the cell ask for; what is remembered of the instance; last
the cell's own `mock` patch, which is the contract author's word and so never corrected, only reported when it
breaks something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from assay.inputs.classify import text
from assay.inputs.constraints import is_json
from assay.inputs.sample import CannotSample, fit, inline, merge_all, sample
from assay.inputs.text import uuid4
from assay.inputs.validator import Validator
from assay.machine.expression import (
    MISSING,
    UNRESOLVED,
    Absence,
    ResponseFacts,
    RuleError,
    Scope,
    compile_rule,
    evaluate,
    substitute,
    timestamp,
)
from assay.machine.predicate import Predicate
from assay.mock.conditional import entity_tag
from assay.mock.patch import dress, overlay, put, without_vanished
from assay.mock.solve import equalities, solved
from assay.mock.world import Instance, MockOptions
from assay.model.contract import Api, Content, Operation, Promise, Reply
from assay.model.lifecycle import ABSENT, FieldKind, Lifecycle, Nothing, Transition
from assay.model.pointer import unescape
from assay.model.terms import Json, Schema

#: stands for the instance's creation in samples; no documentation would show this moment
_MOMENT = "1999-12-31T23:59:58Z"
_DAY = "1999-12-31"
_JSON = "application/json"
_BODY_POINTER = re.compile(r"\$response\.body#(/.*)", re.DOTALL)
#: RFC 9110 §5.5, without what is merely tolerated there
_FIELD_VALUE = re.compile(r"[!-~](?:[ -~]*[!-~])?")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be answered, and in view of what."""

    operation: Operation
    status: int
    scope: Scope
    #: the cell's way of answering; None where no lifecycle has a say
    transition: Transition | None = None
    lifecycle: Lifecycle | None = None
    #: the instance the reply is about, its id already given when it is new
    instance: Instance | None = None
    #: what the body is made from instead of what the documentation shows
    start: Json | Absence = MISSING
    #: the body, where it is known already
    body: Json | Absence = MISSING
    #: values for documented headers, names in lower case; what their schemas refuse is not used
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Composed:
    """A reply before it is bytes."""

    status: int
    headers: Mapping[str, str]
    #: MISSING: no byte at all
    body: Json | Absence
    media_type: str | None
    #: what the reply does not satisfy, in words
    unmet: tuple[str, ...] = ()


class Composer:
    """Composes the replies of one API. Samples and validators are made once."""

    def __init__(self, api: Api, options: MockOptions) -> None:
        self._api = api
        self._options = options
        self._bases: dict[tuple[str, str], tuple[Json, ...]] = {}
        self._predicates: dict[int, Predicate] = {}
        self._ids: dict[str, Schema] = {}

    def compose(self, plan: Plan) -> Composed:
        """The reply. What could not be satisfied is told in `unmet`."""
        reply = plan.operation.reply_for(plan.status)
        content = _json_content(reply)
        if plan.status in (204, 205, 304):  # RFC 9110 §15.3.5, §15.3.6, §15.4.5: no content
            return Composed(plan.status, self._headers(plan, reply, MISSING), MISSING, None)
        transition = plan.transition
        if transition is not None and transition.body is Nothing.NOTHING:
            headers = self._headers(plan, reply, MISSING)
            unmet = tuple(self._unmet(plan, content, headers, None))
            empty = self._options.null_as_empty
            return Composed(plan.status, headers, MISSING if empty else None, None if empty else _JSON, unmet)
        if content is None and reply is not None and reply.content:
            return Composed(plan.status, self._headers(plan, reply, MISSING), *_foreign(reply.content[0]))
        if content is None and not _asks_for_body(plan):
            return Composed(plan.status, self._headers(plan, reply, MISSING), MISSING, None)
        body = self._body(plan, content) if plan.body is MISSING else plan.body
        headers = self._headers(plan, reply, body)
        media_type = content.media_type if content else _JSON
        return Composed(
            plan.status, headers, body, media_type, tuple(self._unmet(plan, content, headers, body))
        )

    def body(self, plan: Plan) -> Json:
        """The body of the reply alone."""
        return self._body(plan, _json_content(plan.operation.reply_for(plan.status)))

    def base(self, plan: Plan) -> Json:
        """What the documentation shows as the body, dressed for this instance: what a body is made from."""
        return self._base(plan, _json_content(plan.operation.reply_for(plan.status)))

    def _body(self, plan: Plan, content: Content | None) -> Json:
        asked = list(self._asked(plan))
        body = self._base(plan, content) if plan.start is MISSING else plan.start
        for schema in asked:
            if not self._satisfied(schema, body, plan.scope):
                body = self._fitted(body, [schema], plan)
        body = self._with_remembered(plan, body)
        every = [content.schema, *asked] if content else asked
        if not all(self._satisfied(schema, body, plan.scope) for schema in every):
            body = self._fitted(body, every, plan)
        for promise in _promises(plan):
            if promise.rule is not None and equalities(promise.rule):
                scope = replace(plan.scope, response=ResponseFacts(plan.status, {}, body))
                body = body if self._keeps(promise, body, scope) else solved(promise.rule, body, scope)
        if plan.transition is not None and plan.transition.mock_body is not None:
            body = overlay(body, plan.transition.mock_body, plan.scope)
        return body

    def _asked(self, plan: Plan) -> Iterator[Schema]:
        """The schemas, expressions and all, that promises and the cell hold the body to."""
        yield from (p.body for p in _promises(plan) if p.body is not None)
        if plan.transition is not None and plan.transition.body is not None:
            yield plan.transition.body

    def _fitted(self, body: Json, schemas: list[Schema], plan: Plan) -> Json:
        """`body` changed as little as `schemas` ask for; as it is where that is impossible."""
        try:
            schema = merge_all(self._concrete(schema, plan.scope) for schema in schemas)
            return fit(body, schema, self._api.resolve, seed=self._seed(plan.operation.id, plan.status))
        except (CannotSample, ValueError):
            return body

    def _concrete(self, schema: Schema, scope: Scope) -> Schema:
        """`schema` for this one request. Raises `ValueError` when what was put in left it no schema."""
        found = substitute(schema, scope)
        if found is UNRESOLVED:
            return True
        Validator(found, self._api.components)
        return inline(found, self._api.resolve)

    def _seed(self, *parts: str | int) -> str:
        return "|".join(map(str, (self._options.seed, self._api.name, *parts)))

    # --- the first layer

    def _base(self, plan: Plan, content: Content | None) -> Json:
        """A fitting documented example, else the first, else a sample; with this instance's id and times."""
        moment = plan.instance.created if plan.instance else plan.scope.now
        exact: dict[str, Json] = {}
        if moment is not None:
            exact |= {_MOMENT: timestamp(moment), _DAY: timestamp(moment)[:10]}
        inside: dict[str, str] = {}
        if plan.lifecycle is not None and plan.instance is not None:
            shown = self._shown_id(plan.lifecycle)
            if isinstance(shown, str):
                exact[shown] = plan.instance.id
                inside[shown] = str(plan.instance.id)
        bodies = [dress(value, exact, inside) for value in self._shown(plan.operation, plan.status, content)]
        body = bodies[0]
        if len(bodies) > 1:
            asked = list(self._asked(plan))
            fitting = (b for b in bodies if all(self._satisfied(s, b, plan.scope) for s in asked))
            body = next(fitting, body)
        if plan.lifecycle is not None and plan.instance is not None and _creates(plan):
            pointer = _BODY_POINTER.fullmatch(plan.lifecycle.id_expression)
            body = put(body, pointer[1], plan.instance.id) if pointer else body
        for schema in self._asked(plan):
            body = without_vanished(body, schema, plan.scope)
        return body

    def _shown(self, operation: Operation, status: int, content: Content | None) -> tuple[Json, ...]:
        """The documented examples, or one sample; made once."""
        key = (operation.id, f"{status} {content.media_type if content else ''}")
        if key not in self._bases:
            self._bases[key] = tuple(content.examples.values()) if content else ()
            if not self._bases[key]:
                self._bases[key] = (self._sample(content.schema if content else {"type": "object"}, *key),)
        return self._bases[key]

    def _sample(self, schema: Schema, *seed: str) -> Json:
        formats = {"date-time": _MOMENT, "date": _DAY}
        try:
            return sample(schema, self._api.resolve, seed=self._seed(*seed), formats=formats)
        except CannotSample:
            return {}  # `unmet` will tell

    # --- ids

    def new_id(self, lifecycle: Lifecycle, number: int) -> Json:
        """An id for the instance of that number (counted from 0): of the documented form, never the same."""
        shown = self._shown_id(lifecycle)
        if isinstance(shown, int) and not isinstance(shown, bool):
            return shown + number
        if lifecycle.name not in self._ids:
            self._ids[lifecycle.name] = self._id_schema(lifecycle)
        schema = self._ids[lifecycle.name]
        fresh = uuid4(self._options.seed, self._api.name, lifecycle.name, number)
        if Validator(schema, {}).accepts(fresh):
            return fresh
        try:
            return sample(schema, self._api.resolve, seed=fresh, prefer_examples=False)
        except CannotSample:
            return fresh

    def _shown_id(self, lifecycle: Lifecycle) -> Json | Absence:
        """The id in the creating reply's example (or sample): what stands for a new instance's own."""
        creator, status = self._creation(lifecycle)
        content = _json_content(creator.reply_for(status))
        shown = self._shown(creator, status, content)[0]
        return evaluate(lifecycle.id_expression, Scope(response=ResponseFacts(status, {}, shown)))

    def _id_schema(self, lifecycle: Lifecycle) -> Schema:
        """What the creating reply's schema and promises say of the id."""
        creator, status = self._creation(lifecycle)
        content = _json_content(creator.reply_for(status))
        promised = [p.body for p in creator.promises if p.speaks_of(status) and p.body is not None]
        schema = merge_all(
            inline(s, self._api.resolve) for s in ([content.schema] if content else []) + promised
        )
        pointer = _BODY_POINTER.fullmatch(lifecycle.id_expression)
        for token in pointer[1].split("/")[1:] if pointer else ():
            name = unescape(token)
            schema = schema.get("properties", {}).get(name, True) if isinstance(schema, Mapping) else True
        found = substitute(schema, Scope())  # what depends on a request is imposed later, on the whole body
        return True if found is UNRESOLVED else found

    def _creation(self, lifecycle: Lifecycle) -> tuple[Operation, int]:
        creator = self._api.operation(lifecycle.created_by)
        cell = lifecycle.cell(ABSENT, lifecycle.created_by)
        transitions = cell.transitions if cell else ()
        return creator, next((t.status for t in transitions if t.to not in (None, ABSENT)), 201)

    # --- what is remembered

    def _with_remembered(self, plan: Plan, body: Json) -> Json:
        if plan.lifecycle is None or plan.instance is None or plan.status // 100 != 2:
            return body
        for remembered in plan.lifecycle.fields:
            pointer = _BODY_POINTER.fullmatch(remembered.at.get(plan.operation.id, ""))
            if (
                pointer
                and remembered.kind is not FieldKind.VOLATILE
                and remembered.name in plan.instance.values
            ):
                body = put(body, pointer[1], plan.instance.values[remembered.name])
        return body

    # --- headers

    def _headers(self, plan: Plan, reply: Reply | None, body: Json | Absence) -> dict[str, str]:
        """Documented and promised headers; one whose value cannot stand in a header is left out."""
        asked: dict[str, list[Schema]] = {}
        for header in reply.headers if reply else ():
            asked.setdefault(header.name, []).append(header.schema)
        for promise in _promises(plan):
            for name, schema in promise.headers.items():
                asked.setdefault(name, []).append(substitute(schema, plan.scope))
        known = dict(plan.headers)
        if body is not MISSING and any(name.lower() == _ETAG for name in asked):
            known.setdefault(_ETAG, entity_tag(body))
        values = {name: self._header(name, schemas, plan, known) for name, schemas in asked.items()}
        return {name: value for name, value in values.items() if value is not None}

    def _header(self, name: str, schemas: list[Schema], plan: Plan, known: Mapping[str, str]) -> str | None:
        if name.lower() in _FRAMING:
            return None
        schema = merge_all(inline(s, self._api.resolve) for s in schemas if s is not UNRESOLVED)
        ready = known.get(name.lower())
        if ready is not None and Validator(schema, {}).accepts(ready):
            return ready
        try:
            value = sample(schema, self._api.resolve, seed=self._seed(plan.operation.id, plan.status, name))
        except CannotSample:
            return None
        written = text(value) if not isinstance(value, list | dict) else ""
        return written if _FIELD_VALUE.fullmatch(written) else None

    # --- the last look

    def _unmet(
        self, plan: Plan, content: Content | None, headers: Mapping[str, str], body: Json | Absence
    ) -> Iterator[str]:
        if content is not None and not self._satisfied(content.schema, body, plan.scope):
            yield f"shape/{plan.status}"
        lower = {name.lower(): value for name, value in headers.items()}
        scope = replace(plan.scope, response=ResponseFacts(plan.status, lower, body))
        for promise in _promises(plan):
            if not self._keeps(promise, body, scope):
                yield f"promise/{promise.id}"
        asked = plan.transition.body if plan.transition else None
        if asked is not None and not self._satisfied(asked, body, scope):
            yield "the cell's body"

    def _keeps(self, promise: Promise, body: Json, scope: Scope) -> bool:
        if promise.body is not None and not self._satisfied(promise.body, body, scope):
            return False
        try:
            return promise.rule is None or compile_rule(promise.rule)(scope)
        except RuleError:
            return False

    def _satisfied(self, schema: Schema | Nothing, body: Json | Absence, scope: Scope) -> bool:
        """Whether `body` is what `schema` (of the contract itself, expressions and all) asks for."""
        # schemas of a contract live as long as it does, so their identity names them
        predicate = self._predicates.get(id(schema))
        try:
            if predicate is None:
                predicate = self._predicates[id(schema)] = Predicate(schema, self._api.components)
            return next(predicate.mismatches(body, scope), None) is None
        except ValueError:  # the schema is wrong since an expression in it was replaced
            return False


_ETAG = "etag"
#: what the transfer itself decides (RFC 9110 §6.4, RFC 9112 §6)
_FRAMING = frozenset({"content-type", "content-length", "transfer-encoding", "connection", "date"})


def _promises(plan: Plan) -> Iterator[Promise]:
    return (promise for promise in plan.operation.promises if promise.speaks_of(plan.status))


def _creates(plan: Plan) -> bool:
    return plan.lifecycle is not None and plan.operation.id == plan.lifecycle.created_by


def _asks_for_body(plan: Plan) -> bool:
    transition = plan.transition
    if transition is not None and (transition.body is not None or transition.mock_body is not None):
        return True
    return any(promise.body is not None for promise in _promises(plan))


def _json_content(reply: Reply | None) -> Content | None:
    return next((c for c in reply.content if is_json(c.media_type)), None) if reply else None


def _foreign(content: Content) -> tuple[Json | Absence, str]:
    """The body and type of a reply that is not JSON: its example, if it shows one."""
    example = next(iter(content.examples.values()), "")
    return (example if isinstance(example, str) else MISSING), content.media_type
