"""Replies: what the documentation shows, made to keep its promises.

The body is built in layers, each over the one before: a documented example (else a sample of the schema)
with its id and times replaced; what promises and the cell ask for; what is remembered of the instance; last
the cell's own `mock` patch, which is the contract author's word and so never corrected, only reported when it
breaks something.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from assay.inputs.sample import CannotSample, fit, inline, merge_all, sample
from assay.inputs.text import uuid4
from assay.inputs.validator import Validator
from assay.machine.expression import (
    MISSING,
    UNRESOLVED,
    Absence,
    ResponseFacts,
    Scope,
    evaluate,
    filled_in,
)
from assay.mock.asked import Asked
from assay.mock.conditional import entity_tag
from assay.mock.form import BODY_POINTER, Form, json_content
from assay.mock.found import at, written
from assay.mock.negotiation import Shown, other
from assay.mock.patch import dress, dressing, put, without_vanished
from assay.mock.planned import Composed, Plan
from assay.mock.ruling import Ruling
from assay.mock.solve import solved
from assay.mock.world import MockOptions
from assay.model.contract import Api, Content, Operation, Promise
from assay.model.lifecycle import ABSENT, Lifecycle
from assay.model.pointer import unescape
from assay.model.terms import Json, Schema

#: stands for the instance's creation in samples; no documentation would show this moment
_MOMENT = "1999-12-31T23:59:58Z"
_DAY = "1999-12-31"
#: bodies that are kept once they were fitted, which is the dearest thing to do
_MOST_FITTED = 256
_JSON = "application/json"
_ETAG = "etag"
_IN_HEADER = "$response.header."
#: operation, status, the way's identity, and whether there are a lifecycle, an instance and a moment
_FormKey = tuple[str, int, int, bool, bool, bool]


class Composer:
    """Composes the replies of one API. Samples, validators and forms are made once."""

    def __init__(self, api: Api, options: MockOptions) -> None:
        self._api = api
        self._options = options
        self._bases: dict[tuple[str, str], tuple[Json, ...]] = {}
        self._forms: dict[_FormKey, Form] = {}
        #: what was fitted lately: seed, schemas and body, written down -> the body that fits
        self._fitting: dict[str, Json] = {}
        self._ids: dict[str, tuple[Schema, Validator]] = {}
        self._shown_ids: dict[str, Json | Absence] = {}

    def compose(self, plan: Plan) -> Composed:
        """The reply. What could not be satisfied is told in `unmet`."""
        form = self._form(plan)
        usual = plan.start is MISSING and plan.body is MISSING and not (plan.headers or plan.fresh)
        if usual and form.constant is not None:
            return form.constant
        composed = self._composed(plan, form)
        if usual and form.alike:
            composed = form.constant = composed._replace(written=composed.as_bytes())
        return composed

    def _composed(self, plan: Plan, form: Form) -> Composed:
        content = form.content
        if plan.status in (204, 205, 304):  # RFC 9110 §15.3.5, §15.3.6, §15.4.5: no content
            return Composed(plan.status, self._headers(plan, form, MISSING), MISSING, None)
        if form.nothing:
            headers = self._headers(plan, form, MISSING)
            unmet = self._unmet(plan, form, headers, None)
            empty = self._options.null_as_empty
            return Composed(plan.status, headers, MISSING if empty else None, None if empty else _JSON, unmet)
        if content is None and form.reply is not None and form.reply.content:
            return self._foreign(plan, form, form.reply.content[0])
        if content is None and not form.asks_for_body:
            return Composed(plan.status, self._headers(plan, form, MISSING), MISSING, None)
        body = self._body(plan, form) if plan.body is MISSING else plan.body
        headers = self._headers(plan, form, body)
        media_type = content.media_type if content else _JSON
        return Composed(plan.status, headers, body, media_type, self._unmet(plan, form, headers, body))

    def _foreign(self, plan: Plan, form: Form, content: Content) -> Composed:
        """A reply that is not JSON: its example, or what a sample of its schema is as text."""
        composed = Composed(plan.status, self._headers(plan, form, MISSING), MISSING, None)
        shown = self.shown(plan.operation, plan.status, content) if plan.body is MISSING else plan.body
        return Shown(content, shown).instead_of(composed)

    def shown(self, operation: Operation, status: int, content: Content) -> Json | Absence:
        """What stands for that content where an answer does not show what the world holds."""
        return other(content, lambda one: self._shown(operation, status, one)[0])

    def alike(self, one: Schema, another: Schema) -> bool:
        """True when both are the same schema."""
        return bool(self._api.resolve(one) == self._api.resolve(another))

    def body(self, plan: Plan) -> Json:
        """The body of the reply alone."""
        return self._body(plan, self._form(plan))

    def base(self, plan: Plan) -> Json:
        """What the documentation shows as the body, dressed for this instance: what a body is made from."""
        return self._base(plan, self._form(plan))

    def _form(self, plan: Plan) -> Form:
        cycle, instance = plan.lifecycle, plan.instance
        timed = plan.scope.now is not None or instance is not None
        key = (plan.operation.id, plan.status, id(plan.transition), cycle is None, instance is None, timed)
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = self._formed(plan, timed)
        return form

    def _formed(self, plan: Plan, timed: bool) -> Form:
        form = Form(self._api, plan, self._seed(plan.operation.id, plan.status))
        exact = {_MOMENT, _DAY} if timed else set()
        inside, born = set(), None
        if plan.lifecycle is not None and plan.instance is not None:
            shown = self._shown_id(plan.lifecycle)
            inside = {shown} if isinstance(shown, str) else set()
            pointer = BODY_POINTER.fullmatch(plan.lifecycle.id_expression)
            if pointer is not None and plan.operation.id == plan.lifecycle.created_by:
                born = pointer[1]
        examples = self._shown(plan.operation, plan.status, form.content)
        form.show(tuple((one, dressing(one, exact | inside, inside)) for one in examples), born)
        return form

    def _body(self, plan: Plan, form: Form) -> Json:
        scope = plan.scope
        body = self._base(plan, form) if plan.start is MISSING else plan.start
        # most bodies fit as they are; only one that does not is looked at schema by schema
        fits = form.fits(body, scope)
        if not fits:
            for asked in form.asked:
                if not asked.holds(body, scope):
                    body = self._fitted(body, [asked], plan)
        remembered = _with_remembered(plan, form, body)
        fits = fits if remembered is body else form.fits(remembered, scope)
        body = remembered
        if not fits and not all(asked.holds(body, scope) for asked in form.every):
            body = self._fitted(body, form.every, plan)
        for promise, ruling in form.solvable:
            if not _keeps(form, promise, ruling, body, _answered(plan, {}, body)):
                body = solved(promise.rule or "", body, _answered(plan, {}, body))
        return body if form.laid is None else form.laid(body, scope)

    def _fitted(self, body: Json, asked: Iterable[Asked], plan: Plan) -> Json:
        """`body` changed as little as is asked for; as it is where that is impossible."""
        schemas = [filled_in(one.schema, plan.scope) for one in asked]
        seed = self._seed(plan.operation.id, plan.status)
        key = repr((seed, schemas, body))
        if key not in self._fitting:
            if len(self._fitting) >= _MOST_FITTED:
                self._fitting.clear()
            try:
                schema = merge_all(map(self._concrete, schemas))
                self._fitting[key] = fit(body, schema, self._api.resolve, seed=seed)
            except (CannotSample, ValueError):
                self._fitting[key] = body
        return self._fitting[key]

    def _concrete(self, found: Schema | Absence) -> Schema:
        """A schema filled in for one request. Raises `ValueError` when what was put in left it no schema."""
        if found is UNRESOLVED:
            return True
        Validator(found, self._api.components)
        return inline(found, self._api.resolve)

    def _seed(self, *parts: str | int) -> str:
        return "|".join(map(str, (self._options.seed, self._api.name, *parts)))

    # --- the first layer

    def _base(self, plan: Plan, form: Form) -> Json:
        """A fitting documented example, else the first, else a sample; with this instance's id and times."""
        bodies = [self._fresh(plan, form)] if plan.fresh else self._dressed(plan, form)
        body = bodies[0]
        if len(bodies) > 1:
            fitting = (b for b in bodies if all(asked.holds(b, plan.scope) for asked in form.asked))
            body = next(fitting, body)
        if form.born is not None and plan.instance is not None:
            pointer, way = form.born
            found = at(body, way)
            if not _identical(found, plan.instance.id):
                body = put(body, pointer, plan.instance.id)
        for find, schema in form.vanishing:
            if find(plan.scope) is UNRESOLVED:
                body = without_vanished(body, schema, plan.scope)
        return body

    def _dressed(self, plan: Plan, form: Form) -> list[Json]:
        """What the documentation shows, for this instance."""
        if not form.dressed:
            return [example for example, _ in form.shown]
        moment = plan.instance.created if plan.instance else plan.scope.now
        exact: dict[str, Json] = {}
        if moment is not None:
            now = written(moment)
            exact = {_MOMENT: now, _DAY: now[:10]}
        inside: dict[str, str] = {}
        if plan.lifecycle is not None and plan.instance is not None:
            shown = self._shown_id(plan.lifecycle)
            if isinstance(shown, str):
                exact[shown] = plan.instance.id
                inside[shown] = str(plan.instance.id)
        return [example if dressed is None else dressed(exact, inside) for example, dressed in form.shown]

    def _fresh(self, plan: Plan, form: Form) -> Json:
        """One of all the bodies that the schema allows, dressed; what is shown where it fails."""
        schema = form.content.schema if form.content else {"type": "object"}
        seed = self._seed(plan.operation.id, plan.status, "fresh", plan.fresh)
        formats = {"date-time": _MOMENT, "date": _DAY}
        try:
            made = sample(
                schema, self._api.resolve, seed=seed, formats=formats, prefer_examples=False, varied=True
            )
        except CannotSample:
            return self._dressed(plan, form)[0]
        moment = plan.instance.created if plan.instance else plan.scope.now
        if moment is None:
            return made
        now = written(moment)
        return dress(made, {_MOMENT: now, _DAY: now[:10]}, {})

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
            asked = self._id_schema(lifecycle)
            self._ids[lifecycle.name] = asked, Validator(asked, {})
        schema, validator = self._ids[lifecycle.name]
        fresh = uuid4(self._options.seed, self._api.name, lifecycle.name, number)
        if validator.accepts(fresh):
            return fresh
        try:
            return sample(schema, self._api.resolve, seed=fresh, prefer_examples=False)
        except CannotSample:
            return fresh

    def _shown_id(self, lifecycle: Lifecycle) -> Json | Absence:
        """The id in the creating reply's example (or sample): what stands for a new instance's own."""
        if lifecycle.name not in self._shown_ids:
            creator, status = self._creation(lifecycle)
            shown = self._shown(creator, status, json_content(creator.reply_for(status)))[0]
            facts = ResponseFacts(status, {}, shown)
            self._shown_ids[lifecycle.name] = evaluate(lifecycle.id_expression, Scope(response=facts))
        return self._shown_ids[lifecycle.name]

    def _id_schema(self, lifecycle: Lifecycle) -> Schema:
        """What the creating reply's schema and promises say of the id."""
        creator, status = self._creation(lifecycle)
        if lifecycle.id_expression.startswith(_IN_HEADER):
            reply, name = creator.reply_for(status), lifecycle.id_expression.removeprefix(_IN_HEADER).lower()
            documented = [h.schema for h in reply.headers if h.name.lower() == name] if reply else []
            return merge_all(inline(schema, self._api.resolve) for schema in documented)
        content = json_content(creator.reply_for(status))
        promised = [p.body for p in creator.promises if p.speaks_of(status) and p.body is not None]
        schema = merge_all(
            inline(s, self._api.resolve) for s in ([content.schema] if content else []) + promised
        )
        pointer = BODY_POINTER.fullmatch(lifecycle.id_expression)
        for token in pointer[1].split("/")[1:] if pointer else ():
            name = unescape(token)
            schema = schema.get("properties", {}).get(name, True) if isinstance(schema, Mapping) else True
        found = filled_in(schema, Scope())  # what depends on a request is imposed later, on the whole body
        return True if found is UNRESOLVED else found

    def _creation(self, lifecycle: Lifecycle) -> tuple[Operation, int]:
        creator = self._api.operation(lifecycle.created_by)
        cell = lifecycle.cell(ABSENT, lifecycle.created_by)
        transitions = cell.transitions if cell else ()
        return creator, next((t.status for t in transitions if t.to not in (None, ABSENT)), 201)

    # --- headers

    def _headers(self, plan: Plan, form: Form, body: Json | Absence) -> dict[str, str]:
        """Documented and promised headers; one whose value cannot stand in a header is left out."""
        if not form.headers:
            return {}
        known = dict(plan.headers)
        if body is not MISSING and any(header.key == _ETAG for header in form.headers):
            known.setdefault(_ETAG, entity_tag(body))
        # a header may be promised to say what the body says
        scope = _answered(plan, {}, body) if any(h.varies for h in form.headers) else plan.scope
        values = {h.name: h.value(known.get(h.key), scope) for h in form.headers}
        return {name: value for name, value in values.items() if value is not None}

    # --- the last look

    def _unmet(
        self, plan: Plan, form: Form, headers: Mapping[str, str], body: Json | Absence
    ) -> tuple[str, ...]:
        lower = {name.lower(): value for name, value in headers.items()} if headers else headers
        scope = _answered(plan, lower, body)
        if form.fits(body, scope):  # nothing but a rule can be broken
            return tuple(f"promise/{promise.id}" for promise, ruling in form.rules if not ruling(scope))
        return tuple(_broken(plan, form, body, scope))


def _broken(plan: Plan, form: Form, body: Json | Absence, scope: Scope) -> Iterator[str]:
    """What of all that is asked the body does not satisfy."""
    asked = iter(form.every)
    if form.content is not None and not next(asked).holds(body, scope):
        yield f"shape/{plan.status}"
    rulings = {promise.id: ruling for promise, ruling in form.rules}
    for promise in form.promises:
        fits = promise.body is None or next(asked).holds(body, scope)
        if not fits or not (promise.id not in rulings or rulings[promise.id](scope)):
            yield f"promise/{promise.id}"
    if not all(one.holds(body, scope) for one in asked):
        yield "the cell's body"


def _keeps(form: Form, promise: Promise, ruling: Ruling, body: Json, scope: Scope) -> bool:
    of = (asked for asked in form.asked if asked.schema is promise.body)
    return all(asked.holds(body, scope) for asked in of) and ruling(scope)


def _answered(plan: Plan, headers: Mapping[str, str], body: Json | Absence) -> Scope:
    """The plan's scope, the answer included."""
    facts = ResponseFacts(plan.status, headers, body)
    return Scope(plan.scope.request, facts, plan.scope.instance, plan.scope.now)


def _with_remembered(plan: Plan, form: Form, body: Json) -> Json:
    """The body with what is remembered of its instance; the same one where it says so already."""
    values = plan.instance.values if plan.instance is not None else {}
    ours = False
    for name, pointer, way in form.remembered:
        if name not in values or _identical(at(body, way), values[name]):
            continue
        if len(way) > 1 or not isinstance(body, dict):
            body, ours = put(body, pointer, values[name]), True
            continue
        if not ours:  # one copy is enough for all the members
            body, ours = dict(body), True
        body[way[0]] = values[name]
    return body


def _identical(found: Json | Absence, wanted: Json) -> bool:
    """True for the same text or whole number; any other value is rather put in once more."""
    return type(found) is type(wanted) and isinstance(found, str | int) and found == wanted
