"""The document: one representation per instance, made when it is created, changed by writes, shown by reads and lists.

It is what the lifecycle's reading operation answers. Every other success whose reply has the same schema shows it too.
A step that writes makes the next document in this order: what a law says the body writes, what the cell's `set` and its
derived fields say, what the cell and the promises of the answer ask for, last the counters, which grow if all that
changed anything. What is never written needs no document: it is composed when somebody looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from assay.inputs.classify import text
from assay.inputs.constraints import is_json
from assay.laws import location_resolves
from assay.laws.reading import carries, reader, safe
from assay.machine.effects import applied, derived
from assay.machine.expression import (
    MISSING,
    UNRESOLVED,
    Absence,
    InstanceFacts,
    ResponseFacts,
    Scope,
    evaluate,
)
from assay.mock import aging, table
from assay.mock.compose import Composer
from assay.mock.counters import begun, counted, counters
from assay.mock.patch import put
from assay.mock.planned import Plan
from assay.mock.world import Instance
from assay.mock.writes import writes
from assay.model.contract import Api, Operation
from assay.model.lifecycle import FieldKind, Law, Lifecycle, Nothing
from assay.model.problem import NOWHERE
from assay.model.terms import Json, Schema, Strength

_SHOWN = "$response.body#"
_HEADER = "$response.header."


class Documents:
    """The documents of one lifecycle. It keeps none of them: they are kept with their instances."""

    def __init__(self, api: Api, cycle: Lifecycle, composer: Composer) -> None:
        self._api, self._cycle, self._composer = api, cycle, composer
        read = _reader(api, cycle)
        #: the operation that shows the document, if there is one
        self.read: Operation | None = api.operation(read) if read is not None else None
        self._status, self._schema = _success(self.read)
        self._showing = {
            (o.id, status)
            for o in map(api.operation, cycle.operations)
            for status, schema in _schemas(o)
            if self.read is not None and api.resolve(schema) == api.resolve(self._schema)
        }
        self._writes = writes(api, cycle, read, self._schema) if read is not None else {}
        self._counters = counters(cycle.laws)
        self._derived = tuple(field for field in cycle.fields if field.kind is FieldKind.DERIVED)
        self._safe = frozenset(name for name in cycle.operations if safe(api, name))
        self._locates = any(law.name == location_resolves.NAME for law in cycle.laws)

    def shows(self, operation: Operation, status: int) -> bool:
        """True when that answer shows the document."""
        return (operation.id, status) in self._showing

    def of(self, instance: Instance, scope: Scope) -> Json | Absence:
        """The document of an instance as it is now; MISSING where nothing shows it."""
        known = instance.document
        if known is not MISSING and instance.pictured == instance.state:
            return known
        plan = self.reading(instance, scope)
        return known if plan is None else self._composer.body(plan)

    def reading(self, instance: Instance, scope: Scope) -> Plan | None:
        """How the reading operation would answer now; None where it would not succeed."""
        if self.read is None:
            return None
        known = Scope(instance=InstanceFacts(instance.id, instance.values), now=scope.now)
        so_long = aging.age(instance, scope.now) if scope.now is not None else 0.0
        chosen = table.chosen(self._cycle.cell(instance.state, self.read.id), self.read, known, so_long)
        if chosen is None:
            return None
        _, way, _ = chosen
        if way.status // 100 != 2 or way.body is Nothing.NOTHING:
            return None
        plan = Plan(self.read, way.status, known, way, self._cycle, instance)
        if instance.document is not MISSING:
            return plan._replace(start=instance.document)
        return plan._replace(start=begun(self._counters, self._composer.base(plan), instance.created))

    # --- steps

    def created(self, plan: Plan, instance: Instance) -> tuple[Instance, Plan]:
        """The new instance with its document, and the plan of the answer that shows it."""
        if told := {
            **self._located(plan.scope, instance),
            **self._called(instance),
            **self._asked_at(plan, instance),
        }:
            plan = plan._replace(headers=told)
        if not self.shows(plan.operation, plan.status):
            return instance, plan
        start = begun(self._counters, self._composer.base(plan), instance.created)
        document = self._consistent(plan._replace(start=start))
        return _pictured(instance, document, instance.state), plan._replace(body=document)

    def stepped(self, plan: Plan, instance: Instance, to: str) -> tuple[Instance, Plan]:
        """The instance, its document changed by the step that leads it to `to`, and the plan of the answer."""
        moved, plan = self._stepped(plan, instance, to)
        if told := self._asked_at(plan, moved):
            plan = plan._replace(headers={**plan.headers, **told})
        return moved, plan

    def _stepped(self, plan: Plan, instance: Instance, to: str) -> tuple[Instance, Plan]:
        operation = plan.operation
        if plan.status // 100 != 2 or plan.transition is None:
            return instance, plan
        shows = self.shows(operation, plan.status)
        if operation.id in self._safe:
            known = shows and instance.document is not MISSING
            return instance, plan._replace(start=instance.document) if known else plan
        kept = instance.document is not MISSING or operation.id in self._writes or shows
        if not (kept or plan.transition.set or self._derived):
            return instance, plan  # nothing that could be seen changes
        values = applied(plan.transition.set, instance.values, plan.scope)
        moved = replace(instance, state=to, values=derived(self._cycle.fields, values, instance.id))
        plan = plan._replace(instance=moved)
        if not kept:
            return instance, plan
        before = self.of(instance, plan.scope)
        if before is MISSING:
            return instance, plan
        draft = self._written(operation, before, plan.scope)
        picture = plan if shows else self.reading(moved, plan.scope)
        if picture is None:  # nobody can look at it any more
            return instance, plan
        after = self._consistent(picture._replace(start=draft))
        if plan.scope.now is not None:
            after = counted(self._counters, before, after, plan.scope.now)
        return _pictured(instance, after, to), plan._replace(body=after) if shows else plan

    def _located(self, scope: Scope, instance: Instance) -> dict[str, str]:
        """Where the new instance is, as a path (`location-resolves`; RFC 9110 §10.2.2)."""
        if self.read is None or not self._locates:
            return {}
        path = self._path(self.read, scope, instance)
        return {"location": path} if path else {}

    def _called(self, instance: Instance) -> dict[str, str]:
        """The id of a new instance, where a header names it."""
        expression = self._cycle.id_expression
        if not expression.startswith(_HEADER):
            return {}
        return {expression.removeprefix(_HEADER).lower(): text(instance.id)}

    def _asked_at(self, plan: Plan, instance: Instance) -> dict[str, str]:
        """Where the instance is asked from now on, in the header in which this answer names that."""
        wanted, way = self._cycle.url_expression, plan.transition
        if wanted is None or way is None or plan.status // 100 != 2:
            return {}
        told = way.set.get(wanted.removeprefix("$instance."))
        names = (o for o in self._cycle.operations if o != self._cycle.created_by)
        asked = next((o for o in names if carries(self._api, self._cycle, o)), None)
        if not isinstance(told, str) or not told.startswith(_HEADER) or asked is None:
            return {}
        path = self._path(self._api.operation(asked), plan.scope, instance)
        return {told.removeprefix(_HEADER).lower(): path} if path else {}

    def _path(self, operation: Operation, scope: Scope, instance: Instance) -> str:
        """The path at which the operation asks for the instance; empty where something of it is not known."""
        places = self._cycle.carried_in.items()
        named = {name: instance.id for name, location in places if location == "path"}
        known = {**(scope.request.path if scope.request is not None else {}), **named}
        path = operation.path
        for name, value in known.items():
            path = path.replace(f"{{{name}}}", quote(text(value), safe=""))
        return "" if "{" in path else path

    def _written(self, operation: Operation, document: Json, scope: Scope) -> Json:
        write = self._writes.get(operation.id)
        body = scope.request.body if scope.request is not None else MISSING
        return document if write is None or body is MISSING else write.written(document, body)

    def _consistent(self, plan: Plan) -> Json:
        """The body that the plan asks for, in which derived fields agree with those that it shows itself."""
        body = self._composer.body(plan)
        fields = self._derived
        if not fields or plan.instance is None:
            return body
        shown = dict(self._shown(plan.operation, body, plan.status))
        values = derived(self._cycle.fields, {**plan.instance.values, **shown}, plan.instance.id)
        for field in fields:
            at = field.at.get(plan.operation.id, "")
            if field.name in values and at.startswith(_SHOWN):
                body = put(body, at.removeprefix(_SHOWN), values[field.name])
        return body

    def _shown(self, operation: Operation, body: Json, status: int) -> Iterator[tuple[str, Json]]:
        """The values that an answer with this body shows of the fields, where it is not said to show an older one."""
        scope = Scope(response=ResponseFacts(status, {}, body))
        for field in self._cycle.fields:
            found = evaluate(field.at.get(operation.id, "$response.nothing"), scope)
            if found is not UNRESOLVED and field.kind is not FieldKind.DERIVED:
                yield field.name, found


def _pictured(instance: Instance, document: Json, state: str) -> Instance:
    return replace(instance, document=document, pictured=state)


def _reader(api: Api, cycle: Lifecycle) -> str | None:
    """The operation that shows an instance: what a law of the lifecycle names, else the first that can."""
    plain = Law("", {}, Strength.DOCUMENTED, "", NOWHERE)
    named = (law.parameters.get("read") for law in cycle.laws)
    known = (name for name in named if isinstance(name, str) and carries(api, cycle, name))
    return next(known, None) or reader(api, cycle, plain)


def _schemas(operation: Operation) -> Iterator[tuple[int, Schema]]:
    """Status and schema of each success that is answered in JSON."""
    for reply in operation.replies:
        content = next((c for c in reply.content if is_json(c.media_type)), None)
        if content is not None and reply.status.isdigit() and reply.status.startswith("2"):
            yield int(reply.status), content.schema


def _success(operation: Operation | None) -> tuple[int, Schema]:
    return next(_schemas(operation), (200, True)) if operation is not None else (200, True)
