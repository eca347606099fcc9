"""Contracts: what an API's documentation promises, endpoint by endpoint.

An operation keeps its OpenAPI 3.1 parts as plain JSON values, `$ref`s into `#/components` included:
OpenAPI is the schema language, and no second one is invented here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from assay.model.lifecycle import Lifecycle
from assay.model.pointer import unescape
from assay.model.problem import NOWHERE, Place
from assay.model.terms import Json, Schema, Strength
from assay.model.verdict import Pending, Waiver

__all__ = [
    "Api",
    "Content",
    "ContractSet",
    "Header",
    "Json",
    "Operation",
    "Parameter",
    "Prerequisite",
    "Promise",
    "Provocation",
    "Reply",
    "RequestBody",
    "Schema",
    "Source",
    "Strength",
]


@dataclass(frozen=True, slots=True)
class Source:
    """Where promises are made: one entry of `sources` in `api.yaml`."""

    key: str
    title: str
    url: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """An OpenAPI 3.1 Parameter Object (§4.8.12)."""

    name: str
    #: `path`, `query`, `header` or `cookie`
    location: str
    required: bool
    schema: Schema
    #: the documented example, absent when there is none
    examples: tuple[Json, ...] = ()
    #: name in `target.values` that supplies a value known to exist (`x-supplied`)
    supplied: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """One media type of a request or response body."""

    media_type: str
    schema: Schema
    #: documented examples by name; an unnamed one is called `example`
    examples: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RequestBody:
    """An OpenAPI 3.1 Request Body Object (§4.8.13)."""

    required: bool
    content: tuple[Content, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """A documented response header."""

    name: str
    required: bool
    schema: Schema


@dataclass(frozen=True, slots=True)
class Reply:
    """One documented response."""

    #: `200`, a range like `4XX`, or `default` (OpenAPI 3.1 §4.8.16)
    status: str
    description: str
    content: tuple[Content, ...]
    headers: tuple[Header, ...]
    strength: Strength
    source: str
    place: Place = NOWHERE

    def covers(self, status: int) -> bool:
        """True when `status` is this reply's code or lies in its range; `default` covers nothing by itself."""
        if self.status.isdigit():
            return int(self.status) == status
        return self.status[:1].isdigit() and int(self.status[0]) == status // 100


@dataclass(frozen=True, slots=True)
class Promise:
    """What OpenAPI cannot say, or only an example shows, about responses."""

    id: str
    #: statuses it speaks of: codes and classes (`200`, `4XX`)
    on: tuple[str, ...]
    #: JSON Schema whose values may be OpenAPI runtime expressions
    body: Schema | None
    #: header name -> JSON Schema of its value
    headers: Mapping[str, Schema]
    #: one CEL expression over `request`, `response`, `instance`
    rule: str | None
    strength: Strength
    source: str
    place: Place = NOWHERE

    def speaks_of(self, status: int) -> bool:
        """True when `status` is one of the statuses this promise is about."""
        return any(o == str(status) or (o.upper().endswith("XX") and o[0] == str(status)[0]) for o in self.on)


@dataclass(frozen=True, slots=True)
class Provocation:
    """How to obtain a status that cannot be derived, or why it cannot be obtained."""

    status: str
    #: why nobody can provoke it; None when it can
    unreachable: str | None = None
    #: path parameters to set
    path: Mapping[str, Json] = field(default_factory=dict)
    #: extra request headers
    headers: Mapping[str, str] = field(default_factory=dict)
    #: query parameters to set
    query: Mapping[str, Json] = field(default_factory=dict)
    #: request body to send; None leaves the derived valid one
    body: Json | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One endpoint: an OpenAPI 3.1 Operation Object plus its method and path."""

    id: str
    api: str
    #: lower case
    method: str
    #: path template, e.g. `/v3/session-passes/{id}/stop`
    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    body: RequestBody | None
    replies: tuple[Reply, ...]
    #: alternatives (OR) of scheme names (AND); empty tuple: no credentials needed
    security: tuple[tuple[str, ...], ...]
    promises: tuple[Promise, ...]
    provoke: Mapping[str, Provocation]
    source: str
    deprecated: bool
    #: the Operation Object as written, our own keys taken out; goes into the compiled document
    document: Mapping[str, Json]
    place: Place = NOWHERE
    #: `p50`, `p90`, `p99` -> milliseconds that that share of the answers should take at most; it decides no run
    slo: Mapping[str, float] = field(default_factory=dict)

    @property
    def secured(self) -> bool:
        """True when every documented way in needs a credential."""
        return bool(self.security) and all(self.security)

    def reply_for(self, status: int) -> Reply | None:
        """The documented reply that governs `status`: exact code, then range, then `default` (OpenAPI 3.1 §4.8.16)."""
        exact = [reply for reply in self.replies if reply.status == str(status)]
        ranges = [reply for reply in self.replies if not reply.status.isdigit() and reply.covers(status)]
        default = [reply for reply in self.replies if reply.status == "default"]
        return next(iter([*exact, *ranges, *default]), None)


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """How a supplied value comes about where the target has none ready: an instance is made, and the value is its."""

    #: a lifecycle of the same api
    lifecycle: str
    #: the state the instance has to be in; empty: the first one that its creator leads into
    state: str = ""
    #: text with runtime expressions over that instance
    value: str = "$instance.id"
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Api:
    """A folder of contracts that share servers, security, schemas and lifecycles."""

    #: the folder's name; first part of every clause id
    name: str
    title: str
    version: str
    servers: tuple[str, ...]
    #: OpenAPI Security Scheme Objects by name
    security_schemes: Mapping[str, Mapping[str, Json]]
    #: OpenAPI Components Object as written
    components: Mapping[str, Json]
    sources: Mapping[str, Source]
    operations: tuple[Operation, ...]
    lifecycles: tuple[Lifecycle, ...]
    waivers: tuple[Waiver, ...] = ()
    #: promises that may be broken until they have held once
    pending: tuple[Pending, ...] = ()
    #: example values for `x-supplied` names, used by the mock and shown in help
    supplies: Mapping[str, Json] = field(default_factory=dict)
    #: how those of them come about that an instance of this very api can give
    prerequisites: Mapping[str, Prerequisite] = field(default_factory=dict)
    #: the rest of `api.yaml` that belongs into the compiled document (info, tags, …)
    document: Mapping[str, Json] = field(default_factory=dict)
    place: Place = NOWHERE
    #: False when files of this api could not be read: then nothing follows from what is *not* here
    complete: bool = True
    #: operation id -> the first operation of that id, and the lifecycles whose table has it as a column
    by_id: Mapping[str, Operation] = field(init=False, compare=False, repr=False)
    _tables: Mapping[str, tuple[Lifecycle, ...]] = field(init=False, compare=False, repr=False)
    #: what others worked out of this very api and need not work out again; it belongs to them, and says nothing new
    kept: dict[str, Any] = field(init=False, compare=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Looks everything up once: an api may have a thousand operations, and each is asked for often."""
        by_id: dict[str, Operation] = {}
        for operation in self.operations:
            by_id.setdefault(operation.id, operation)
        tables: dict[str, tuple[Lifecycle, ...]] = {}
        for lifecycle in self.lifecycles:
            for name in lifecycle.cells:
                tables[name] = (*tables.get(name, ()), lifecycle)
        object.__setattr__(self, "by_id", by_id)
        object.__setattr__(self, "_tables", tables)

    def operation(self, operation_id: str) -> Operation:
        """The operation of that id, the first of several. Raises `KeyError` when there is none."""
        return self.by_id[operation_id]

    def lifecycle_of(self, operation_id: str) -> Lifecycle | None:
        """The lifecycle whose table has that operation as a column, the first of several, if any."""
        return next(iter(self.lifecycles_with(operation_id)), None)

    def lifecycles_with(self, operation_id: str) -> tuple[Lifecycle, ...]:
        """Every lifecycle whose table has that operation as a column: one, unless lint has something to say."""
        return self._tables.get(operation_id, ())

    def resolve(self, schema: Schema) -> Schema:
        """Follows `$ref: '#/components/…'` until an object that is not a reference. The loader has refused cycles."""
        while isinstance(schema, Mapping) and isinstance(schema.get("$ref"), str):
            node: Json = {"components": self.components}
            for part in schema["$ref"].removeprefix("#/").split("/"):
                node = node[unescape(part)]
            schema = node
        return schema


def unlocated(file: str, pointer: str) -> Place:
    """The place of a pointer in a file nobody knows the lines of."""
    return Place(file, pointer=pointer)


@dataclass(frozen=True, slots=True)
class ContractSet:
    """Everything under one contracts folder."""

    apis: tuple[Api, ...]
    #: sha256 over the parsed documents, hex; equal for equal contracts whatever the formatting
    digest: str
    #: file and JSON Pointer -> the place a reader would look at
    locate: Callable[[str, str], Place] = field(default=unlocated, compare=False, repr=False)

    def api(self, name: str) -> Api:
        """The API of that name. Raises `KeyError` when there is none."""
        for api in self.apis:
            if api.name == name:
                return api
        raise KeyError(name)
