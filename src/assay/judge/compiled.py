"""An API ready to be judged: schemas, predicates and rules compiled once, and what no exchange changes looked up once.

Any number of threads may judge at once. What is made on first use is made whole and then put in place: two threads may
both make it, and either is as good. Validators and CEL programs are immutable libraries' objects, safe to share.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote

from assay.inputs.classify import Classifier, is_structured, text, text_readings
from assay.inputs.constraints import constraints, refusals
from assay.inputs.known_good import Supply
from assay.inputs.validator import Validator
from assay.judge.body import Label, labelled
from assay.laws import isolation
from assay.machine.expression import Reader, reader
from assay.machine.predicate import Predicate
from assay.machine.step import Machine
from assay.model.clause_id import field_clause
from assay.model.contract import Api, Content, Header, Json, Operation, Parameter, Promise, Reply
from assay.model.lifecycle import Field, FieldKind
from assay.model.verdict import Verdict, VerdictKind

#: kept readings of `Content-Type`, of one status
_LABELS = 64
#: a variable of a path template
_VARIABLE = re.compile(r"\{([^}]*)\}")
#: what says nothing of which texts a `type: string` allows; neither does what begins with `x-`
_REMARKS = frozenset(
    {"type", "title", "description", "default", "example", "examples", "deprecated", "$comment"}
)


class Heading(NamedTuple):
    """A documented response header."""

    header: Header
    clause: str
    validator: Validator
    #: how its text spells an array or object is not modelled
    structured: bool


class Remembered(NamedTuple):
    """A field of the lifecycle, as one operation shows it."""

    field: Field
    name: str
    clause: str
    #: finds it in an answer of this operation; None where that does not show it
    shown: Reader | None
    #: finds what was sent of it, where this operation creates
    sent: Reader | None
    #: this operation creates, and what it is sent comes back
    echoed: bool
    #: compared with what is remembered, which the answers themselves bind; a derived one is compared with its rule
    compared: bool


#: with their clauses
Promises = tuple[tuple[Promise, str], ...]


class Wanted(NamedTuple):
    """What has to be asked of a body to know that all is well, in as few questions as can be."""

    #: the documented shape and the promises that are plain schemas at once: a body is handed over but once. None where
    #: nothing of the kind is asked
    together: Validator | None
    #: the other promises
    others: Promises


class Outcome(dict[str, Verdict]):
    """What is told of the clauses that an answer of that kind keeps, by clause: the same value each time, made once.

    There are as many as the contract has clauses.
    """

    __slots__ = ("told",)

    def __init__(self, told: str) -> None:
        super().__init__()
        #: what was seen, in a word or two: `404`, `200 null`
        self.told = told

    def __missing__(self, clause: str) -> Verdict:
        return self.setdefault(clause, Verdict(clause, VerdictKind.HOLDS, "", self.told))


class Stated:
    """What the documentation states of one status of an operation. Everything is looked up and compiled once."""

    __slots__ = (
        "_labels",
        "_of",
        "_wanted",
        "content_type",
        "headings",
        "labelled",
        "promises",
        "reply",
        "seen",
        "shape",
        "status",
    )

    def __init__(self, of: CompiledOperation, status: int) -> None:
        #: the documented reply, if there is one
        self.reply = reply = of.operation.reply_for(status)
        #: the ids of the clauses about that reply
        self.status, self.content_type, self.shape = (
            of.clause(part, reply) if reply else "" for part in ("status", "content-type", "shape")
        )
        self.headings = tuple(
            Heading(
                header,
                f"{of.base}/header/{reply.status}/{header.name}",
                of.validator(header),
                is_structured(of.api.resolve(header.schema)),
            )
            for header in (reply.headers if reply else ())
            if reply
        )
        #: the promises that speak of it, with their clauses
        self.promises = tuple(
            (promise, of.clause(f"promise/{promise.id}"))
            for promise in of.operation.promises
            if promise.speaks_of(status)
        )
        #: what verdicts call an answer, and what is told of the clauses that it keeps: by what is said of its body
        self.seen = {label: Outcome(f"{status} {label}".strip()) for label in ("", "null", "empty")}
        self._labels: dict[str, Label] = {}
        self._wanted: dict[tuple[int, bool], Wanted] = {}
        self._of = of

    def wanted(self, label: Label, *, promised: bool) -> Wanted:
        """All that is asked of a body so labelled; `promised`: also what the promises ask."""
        content = label.content if self._of.bodied and (label.json or label.textual) else None
        key = (id(content), promised)
        return self._wanted.get(key) or self._wanted.setdefault(
            key, _wanted(self._of, content, self.promises if promised else ())
        )

    def label(self, content_type: str) -> Label:
        """What the documentation makes of a `Content-Type`."""
        known = self._labels.get(content_type)
        if known is None:
            known = labelled(content_type, self.reply)
            if len(self._labels) < _LABELS:
                self._labels[content_type] = known
        return known


def _wanted(of: CompiledOperation, content: Content | None, promises: Promises) -> Wanted:
    """The plain ones of what is asked, put together."""
    shape = None if content is None else of.validator(content)
    plain = [promise for promise, _ in promises if of.is_plain(promise)]
    if not plain:
        return Wanted(shape, promises)
    schemas = [*([] if content is None else [content.schema]), *(promise.body for promise in plain)]
    try:
        together = Validator({"allOf": schemas}, of.api.components)
    except ValueError:  # each is a schema, but they do not go together: two may have one `$id`
        return Wanted(shape, promises)
    return Wanted(together, tuple((promise, clause) for promise, clause in promises if promise not in plain))


def _template(path: str) -> re.Pattern[str]:
    """Matches the paths of a path template, with a group for each variable."""
    parts = _VARIABLE.split(path)
    return re.compile("".join("([^/]*?)" if at % 2 else re.escape(part) for at, part in enumerate(parts)))


class CompiledOperation:
    """One operation's validators, made on first use."""

    def __init__(
        self,
        api: Api,
        operation: Operation,
        supply: Supply,
        machine: Machine | None,
        validators: dict[int, Validator],
    ) -> None:
        self.api = api
        self.operation = operation
        self.base = f"{api.name}/{operation.id}"
        self.lifecycle = cycle = api.lifecycle_of(operation.id)
        #: the lifecycle's table, ready to step
        self.machine = machine
        self.secured = operation.secured
        #: False for HEAD, whose response never has a body, whatever GET would answer (RFC 9110 §9.3.2)
        self.bodied = operation.method.lower() != "head"
        self.creates = cycle is not None and operation.id == cycle.created_by
        #: finds the id in the answer of the operation that creates
        self.names_id = reader(cycle.id_expression) if cycle is not None and self.creates else None
        #: parameters that carry the instance, by place
        self._carried = {
            place: tuple(n for n, where in (cycle.carried_in.items() if cycle else ()) if where == place)
            for place in ("path", "query")
        }
        self._template: re.Pattern[str] | None = None
        #: True when it is about an instance that already exists
        self.carries = (
            cycle is not None
            and not self.creates
            and any(parameter.name in cycle.carried_in for parameter in operation.parameters)
        )
        #: the clauses that every answer speaks of
        self.answers = self.clause("answers")
        self.no_server_error = self.clause("no-server-error")
        self.statuses = self.clause("documented-statuses")
        self.authorization = self.clause("authorization")
        #: the documented statuses: all, the successes, the refusals of invalid input
        self.documented = frozenset(reply.status for reply in operation.replies)
        self.successes = tuple(reply.status for reply in operation.replies if reply.status[:1] == "2")
        self.refusals = refusals(operation)
        #: what the lifecycle says that another principal is refused with
        self.for_strangers = () if cycle is None else tuple(s for s in isolation.refusals(cycle) if s >= 400)
        self.fields = tuple(self._remembered(field) for field in (cycle.fields if cycle else ()))
        #: the readers of those that its answers show
        self.shown = tuple((known.name, known.shown) for known in self.fields if known.shown is not None)
        #: a body of null shows none of them
        self.shown_by_members = all(
            field.at[operation.id].startswith("$response.body#/")
            for field in (cycle.fields if cycle else ())
            if operation.id in field.at
        )
        self.derived = tuple(known.field for known in self.fields if known.field.kind is FieldKind.DERIVED)
        self._supply = supply
        self._classifier: Classifier | None = None
        self._constraints: frozenset[str] | None = None
        #: by the identity of the schema, which operations may share
        self._validators = validators
        self._predicates: dict[str, Predicate] = {}
        self._stated: dict[int, Stated] = {}
        self._spelled = {
            place: tuple((p, _any_text(p.schema)) for p in operation.parameters if p.location == place)
            for place in ("path", "query")
        }

    @property
    def constraints(self) -> frozenset[str]:
        """The ids of everything the documentation refuses: those that have a clause."""
        if self._constraints is None:
            self._constraints = frozenset(c.id for c in constraints(self.api, self.operation))
        return self._constraints

    @property
    def classify(self) -> Classifier:
        """The request classifier."""
        if self._classifier is None:
            self._classifier = Classifier(self.api, self.operation, self._supply)
        return self._classifier

    def stated(self, status: int) -> Stated:
        """What the documentation states of a status."""
        return self._stated.get(status) or self._stated.setdefault(status, Stated(self, status))

    def validator(self, part: Content | Header | Parameter) -> Validator:
        """The validator of a body's, header's or parameter's schema."""
        key = id(part.schema)
        return self._validators.get(key) or self._validators.setdefault(
            key, Validator(part.schema, self.api.components)
        )

    def predicate(self, promise: Promise) -> Predicate:
        """The predicate of a promise's `body`."""
        return self._predicates.get(promise.id) or self._predicates.setdefault(
            promise.id, Predicate(promise.body, self.api.components)
        )

    def is_plain(self, promise: Promise) -> bool:
        """True where a promise is a schema in which nothing varies, and nothing else."""
        return (
            promise.body is not None
            and not promise.headers
            and promise.rule is None
            and not self.predicate(promise).varies
        )

    def carried(self, location: str, target: str) -> dict[str, str]:
        """What a request target says of the instance in that place (`path`, `query`), as it went over the wire.

        What was asked about an id that nobody issued has it only there.
        """
        wanted = self._carried[location]
        if not wanted:
            return {}
        path, _, query = target.partition("?")
        if location == "query":
            found = dict(parse_qsl(query, keep_blank_values=True))
        else:
            if self._template is None:
                self._template = _template(self.operation.path)
            match = self._template.fullmatch(path)
            names = _VARIABLE.findall(self.operation.path)
            found = dict(zip(names, map(unquote, match.groups()), strict=True)) if match else {}
        return {name: found[name] for name in wanted if name in found}

    def spelled(self, location: str, sent: Mapping[str, Json]) -> dict[str, Json]:
        """What the parameters of one place say, as their schemas read it: on the wire they are all text.

        A value that no reading of its text fits stays as it was sent; so do arrays and objects, which have many
        spellings.
        """
        values = dict(sent)
        if not values:
            return values
        for parameter, any_text in self._spelled[location]:
            value = values.get(parameter.name)
            if value is None or isinstance(value, list | dict):
                continue
            if any_text:
                values[parameter.name] = text(value)
                continue
            accepts = self.validator(parameter).accepts
            values[parameter.name] = next((r for r in text_readings(text(value)) if accepts(r)), value)
        return values

    def clause(self, part: str, reply: Reply | None = None) -> str:
        """The clause id of a part, of a documented reply where one is given."""
        return f"{self.base}/{part}/{reply.status}" if reply else f"{self.base}/{part}"

    def _remembered(self, field: Field) -> Remembered:
        shown = field.at.get(self.operation.id)
        echoed = self.creates and field.kind is FieldKind.ECHO
        cycle = self.lifecycle.name if self.lifecycle else ""
        return Remembered(
            field,
            field.name,
            field_clause(self.api.name, cycle, field.name),
            None if shown is None else reader(shown),
            reader(field.sent) if echoed and field.sent else None,
            echoed,
            compared=field.kind in {FieldKind.ECHO, FieldKind.SERVER},
        )


def _any_text(schema: Json) -> bool:
    """True where a schema says no more than `type: string`: then a text is itself, whatever else it may spell."""
    return (
        isinstance(schema, Mapping)
        and schema.get("type") == "string"
        and all(key in _REMARKS or key.startswith("x-") for key in schema)
    )


class CompiledApi:
    """All operations and lifecycles of one API."""

    def __init__(self, api: Api, supply: Supply) -> None:
        self.api = api
        validators: dict[int, Validator] = {}
        self.machines: Mapping[str, Machine] = {
            cycle.name: Machine(cycle, api.components) for cycle in api.lifecycles
        }
        self.operations: Mapping[str, CompiledOperation] = {
            operation.id: CompiledOperation(api, operation, supply, self._machine_of(operation), validators)
            for operation in api.operations
        }

    def _machine_of(self, operation: Operation) -> Machine | None:
        """The machine whose table has that operation, if any."""
        cycle = self.api.lifecycle_of(operation.id)
        return self.machines[cycle.name] if cycle else None
