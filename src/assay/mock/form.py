"""The form of a reply: all of it that is known before anybody asks, worked out once.

One form stands for one operation, status and way of answering. It holds the schemas, compiled; the rules; the
examples, with the places that an instance's id and times go to; the cell's patch, read. What a single request adds is
filled in by `compose`. Where it adds nothing at all, as to most refusals, the form keeps the composed reply itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from assay.inputs.classify import text
from assay.inputs.sample import CannotSample, inline, merge_all, sample
from assay.inputs.validator import Validator
from assay.machine.expression import UNRESOLVED, Scope, filled_in
from assay.machine.predicate import has_expressions
from assay.mock.asked import Asked, together
from assay.mock.found import tokens
from assay.mock.negotiation import usual
from assay.mock.patch import Dressed, Laid, laid
from assay.mock.planned import Composed, Plan
from assay.mock.ruling import ruling
from assay.mock.solve import equalities
from assay.model.contract import Api, Content, Promise, Reply
from assay.model.lifecycle import FieldKind, Nothing, Transition
from assay.model.terms import Json, Schema

#: a runtime expression that points into the answer's body
BODY_POINTER = re.compile(r"\$response\.body#(/.*)", re.DOTALL)
#: what the transfer itself decides (RFC 9110 §6.4, RFC 9112 §6)
_FRAMING = frozenset({"content-type", "content-length", "transfer-encoding", "connection", "date"})

#: RFC 9110 §5.5, without what is merely tolerated there
_FIELD_VALUE = re.compile(r"[!-~](?:[ -~]*[!-~])?")


class HeaderForm:
    """One header that is documented or promised."""

    def __init__(self, name: str, schemas: Sequence[Schema], api: Api, seed: str) -> None:
        self.name = name
        #: as values for it are known by
        self.key = name.lower()
        self._schemas, self._api, self._seed = schemas, api, seed
        #: True when what is asked of it depends on the request
        self.varies = any(map(has_expressions, schemas))

    def value(self, known: str | None, scope: Scope) -> str | None:
        """What is sent: the known value where its schemas accept it, else a sample; None for what cannot be a value."""
        if known is not None and self._accepts(known, scope):
            return known
        if not self.varies:
            return self._usual
        schemas = (filled_in(schema, scope) for schema in self._schemas)
        return self._sampled(self._merged([schema for schema in schemas if schema is not UNRESOLVED]))

    def _accepts(self, known: str, scope: Scope) -> bool:
        return self._fixed.accepts(known) and all(one.rest_holds(known, scope) for one in self._asked)

    @cached_property
    def _asked(self) -> tuple[Asked, ...]:
        return tuple(Asked(schema, self._api.components) for schema in self._schemas)

    @cached_property
    def _fixed(self) -> Validator:
        return Validator(self._merged([a.fixed for a in self._asked if a.fixed is not None]), {})

    @cached_property
    def _usual(self) -> str | None:
        return self._sampled(self._merged(self._schemas))

    def _merged(self, schemas: Sequence[Schema]) -> Schema:
        return merge_all(inline(schema, self._api.resolve) for schema in schemas)

    def _sampled(self, schema: Schema) -> str | None:
        try:
            value = sample(schema, self._api.resolve, seed=self._seed)
        except CannotSample:
            return None
        written = text(value) if not isinstance(value, list | dict) else ""
        return written if _FIELD_VALUE.fullmatch(written) else None


class Form:
    """What replies of one operation, status and way of answering have in common."""

    def __init__(self, api: Api, plan: Plan, seed: str) -> None:
        self.reply: Reply | None = plan.operation.reply_for(plan.status)
        self.content: Content | None = json_content(self.reply)
        #: kept as long as the form, so that its identity names it
        self.transition: Transition | None = plan.transition
        self.promises: tuple[Promise, ...] = tuple(
            promise for promise in plan.operation.promises if promise.speaks_of(plan.status)
        )
        #: what promises and the cell hold the body to, in the order in which it is fitted
        self.asked = tuple(Asked(schema, api.components) for schema in self._asked())
        self.nothing = plan.transition is not None and plan.transition.body is Nothing.NOTHING
        shape = () if self.content is None else (Asked(self.content.schema, api.components),)
        #: the same after what the documentation says of its shape
        self.every = (*shape, *self.asked)
        #: what of all that never varies, in one
        self._whole = together((a.fixed for a in self.every if a.fixed is not None), api.components)
        self._varying = tuple(a for a in self.every if a.varies)
        self.rules = tuple((p, ruling(p.rule)) for p in self.promises if p.rule is not None)
        #: the rules that say what a value is
        self.solvable = tuple((p, r) for p, r in self.rules if equalities(p.rule or ""))
        patch = plan.transition.mock_body if plan.transition is not None else None
        #: what the cell's patch makes of a body
        self.laid: Laid | None = None if patch is None else laid(patch)
        self.remembered = tuple(_remembered(plan))
        self.headers = tuple(self._headers(api, seed))
        #: the examples with their places, and whether they have any
        self.shown: tuple[tuple[Json, Dressed | None], ...] = ()
        self.dressed = False
        #: pointer and way to where a new instance's id stands
        self.born: tuple[str, tuple[str, ...]] | None = None
        #: what members are held to that are not to be there when it finds nothing, and the schema that says so
        self.vanishing = tuple((find, a.schema) for a in self.asked for find in a.vanishing)
        #: True when the reply is the same for every request that is answered in this way
        self.alike = not (
            self._varying
            or has_expressions(patch)
            or (self.remembered and not self.nothing)
            or any(not one.apart for _, one in self.rules)
            or any(header.varies for header in self.headers)
        )
        #: the reply, where it is the same for everybody and was composed
        self.constant: Composed | None = None

    def show(self, examples: tuple[tuple[Json, Dressed | None], ...], born: str | None) -> None:
        """What the body is made from, best first, and the pointer to where the id of a new instance goes."""
        self.shown = examples
        self.born = None if born is None else (born, tokens(born))
        self.dressed = any(dressed is not None for _, dressed in examples)
        self.alike = self.alike and (self.nothing or (self.born is None and not self.dressed))

    def fits(self, body: Json, scope: Scope) -> bool:
        """Whether the body satisfies its documented shape and all that is asked of it; rules aside."""
        if self._whole is None:
            return all(asked.holds(body, scope) for asked in self.every)
        if not self._whole.accepts(body):
            return False
        return not self._varying or all(a.rest_holds(body, scope) for a in self._varying)

    @property
    def asks_for_body(self) -> bool:
        """True when a promise or the cell speaks of the body."""
        way = self.transition
        if way is not None and (way.body is not None or way.mock_body is not None):
            return True
        return any(promise.body is not None for promise in self.promises)

    def _asked(self) -> Iterator[Schema]:
        """The schemas, expressions and all, that promises and the cell hold the body to."""
        yield from (p.body for p in self.promises if p.body is not None)
        way = self.transition
        if way is not None and way.body is not None and way.body is not Nothing.NOTHING:
            yield way.body

    def _headers(self, api: Api, seed: str) -> Iterator[HeaderForm]:
        schemas: dict[str, list[Schema]] = {}
        for header in self.reply.headers if self.reply else ():
            schemas.setdefault(header.name, []).append(header.schema)
        for promise in self.promises:
            for name, schema in promise.headers.items():
                schemas.setdefault(name, []).append(schema)
        for name, of in schemas.items():
            if name.lower() not in _FRAMING:
                yield HeaderForm(name, of, api, f"{seed}|{name}")


def _remembered(plan: Plan) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Fields that the answer shows of an instance: name, pointer into the body, and the parts of that."""
    if plan.lifecycle is None or plan.instance is None or plan.status // 100 != 2:
        return
    for remembered in plan.lifecycle.fields:
        found = BODY_POINTER.fullmatch(remembered.at.get(plan.operation.id, ""))
        if found is not None and remembered.kind is not FieldKind.VOLATILE:
            yield remembered.name, found[1], tokens(found[1])


def json_content(reply: Reply | None) -> Content | None:
    """What the reply documents as JSON, or leaves open."""
    return usual(reply.content) if reply else None
