"""What the pages of an SDK tell, before anything is concluded: values only, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assay.ingest.sdk_docs.dialects import Dialect


@dataclass(frozen=True, slots=True)
class Member:
    """A row of a table of parameters or properties."""

    #: as the page spells it
    name: str
    #: the type as the language has it, without marks
    type: str
    description: str
    #: None where the page does not say
    required: bool | None
    at: str
    #: the text of `[default to …]`; empty where there is none
    default: str = ""
    #: the values of `[enum: …]`
    choices: tuple[str, ...] = ()
    read_only: bool = False
    #: a value from the example; None where it shows none
    example: str | None = None
    #: stands in the table of what is part of the path
    path: bool = False


@dataclass(frozen=True, slots=True)
class Status:
    """A row of the table of responses."""

    #: as OpenAPI has it: `200`, `4XX`, `default`
    code: str
    description: str
    #: name and description of each header
    headers: tuple[tuple[str, str], ...]
    at: str


@dataclass(frozen=True, slots=True)
class Method:
    """One operation, as its section and its row of the table tell it."""

    name: str
    verb: str
    path: str
    at: str
    dialect: Dialect
    #: the class whose page it is, without «Api»
    group: str
    summary: str = ""
    description: str = ""
    #: None where no section tells them
    members: tuple[Member, ...] | None = None
    #: the return type; empty for no body, None where it is not told
    returns: str | None = None
    #: names of schemes; empty for none needed, None where it is not told
    schemes: tuple[str, ...] | None = None
    #: media types; empty for «not defined», None where it is not told
    sends: tuple[str, ...] | None = None
    accepts: tuple[str, ...] | None = None
    #: None where the page has no such table
    statuses: tuple[Status, ...] | None = None


@dataclass(frozen=True, slots=True)
class Scheme:
    """A way in, as a README or an example tells it."""

    #: `apiKey`, `http` or `oauth2`; empty where only its name is known
    type: str
    at: str
    #: `bearer`, `basic`
    scheme: str = ""
    #: of an API key
    name: str = ""
    place: str = ""
    format: str = ""
    #: of OAuth
    flow: str = ""
    urls: Mapping[str, str] = field(default_factory=dict)
    scopes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApiPage:
    """The page of one class of operations."""

    file: str
    #: the class with its namespace: `IPlayGamesApi.MultiSessionsApi`
    title: str
    methods: tuple[Method, ...]
    #: base URL and its place
    server: tuple[str, str] | None
    #: what the examples tell of the ways in
    schemes: Mapping[str, Scheme]


@dataclass(frozen=True, slots=True)
class ModelPage:
    """The page of one model."""

    name: str
    at: str
    dialect: Dialect
    description: str = ""
    #: None where the page has no table of properties
    members: tuple[Member, ...] | None = None
    #: values of enums by the title of their section; the model's own under the empty name
    enums: Mapping[str, tuple[str | float | int | bool | None, ...]] = field(default_factory=dict)
    #: names of the models of which this is one
    any_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Readme:
    """What a README tells of the whole API."""

    title: str = ""
    version: str = ""
    server: tuple[str, str] | None = None
    schemes: Mapping[str, Scheme] = field(default_factory=dict)
    #: (verb, path) -> name of the method, and place
    listed: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
