"""Cases and exchanges: what is asked, and what came back, raw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from assay.model.contract import Json


class Credentials(StrEnum):
    """What the request carries where the operation is secured."""

    VALID = "valid"
    MISSING = "missing"
    INVALID = "invalid"


class SubjectKind(StrEnum):
    """Which instance a request is about."""

    #: the operation creates one
    NEW = "new"
    #: one created earlier in the same history
    KNOWN = "known"
    #: an id of the right form that was never issued
    NEVER_ISSUED = "never-issued"
    #: an id that some generator made up: the documentation does not say what happens
    ARBITRARY = "arbitrary"


@dataclass(frozen=True, slots=True)
class Subject:
    """The instance a request is about, by symbol: real ids are bound when the server names them."""

    kind: SubjectKind
    #: `pass₁`-like symbol within the history; for NEW the one to bind, for NEVER_ISSUED a salt
    symbol: str = ""
    #: the literal id of an ARBITRARY subject
    value: str | None = None


class BodyKind(StrEnum):
    """How the request body was made."""

    ABSENT = "absent"
    JSON = "json"
    RAW = "raw"


@dataclass(frozen=True, slots=True)
class Payload:
    """A request body: nothing, a JSON value, or bytes as they are."""

    kind: BodyKind = BodyKind.ABSENT
    value: Json = None
    raw: bytes = b""
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One request to make, with why it is made. Serialisable and replayable."""

    api: str
    operation: str
    #: what makes this case special, in words: «without player_id»
    title: str
    #: the explorer that made it
    origin: str
    credentials: Credentials = Credentials.VALID
    subject: Subject | None = None
    #: parameter values by name; the subject's parameter is filled from the subject
    path: Mapping[str, Json] = field(default_factory=dict)
    query: Mapping[str, Json] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    body: Payload = Payload()
    #: clause the case was built to show
    aim: str | None = None
    #: status that a `provoke` entry says this case brings about
    provokes: str | None = None
    #: who asks, as the target names its principals; empty: the first of them
    principal: str = ""
    #: the law whose drill this is a step of, and the part it plays there; empty outside of drills
    law: str = ""
    role: str = ""
    #: place (`header.If-Match`, `query.cursor`, `path.sku`, `body#/ref`, `url`) -> a text in which `$steps.ROLE.…` and
    #: `$instances.SYMBOL.…` stand for what an earlier step or instance of the same history made known
    refs: Mapping[str, str] = field(default_factory=dict)
    #: neighbours with the same mark are sent at once, as a race; empty: one after another
    together: str = ""
    #: seconds to let pass before it is sent
    wait: float = 0.0
    #: asked again and again while what the table promises may still come
    poll: bool = False
    #: True where something was masked when it was written down: it is not what was sent, and cannot be sent again
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """Cases of one history in order: the last is what the script is for, the others lead up to it."""

    title: str
    steps: tuple[Case, ...]

    @property
    def drills(self) -> bool:
        """True for the drill of a law."""
        return any(step.law for step in self.steps)


@dataclass(frozen=True, slots=True)
class WireRequest:
    """What goes out: credentials are added by the driver, so they never travel in values."""

    method: str
    #: path and query, percent-encoded; joined to the target's base URL by the driver
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    credentials: Credentials
    #: names of the security schemes that apply; empty when the operation is open
    schemes: tuple[str, ...] = ()
    #: False where being told to wait is the very answer that is asked for
    patient: bool = True
    #: False where being refused is the very answer that is asked for: credentials are not had anew for it
    renews: bool = True
    #: whose credentials, where the target knows several principals; empty: the first of them
    principal: str = ""
    #: True when `path` starts at the host's root, as an absolute URL that the target itself named does
    rooted: bool = False


@dataclass(frozen=True, slots=True)
class WireResponse:
    """What came back."""

    status: int
    #: in wire order, names as sent
    headers: tuple[tuple[str, str], ...]
    body: bytes
    reason: str = ""

    def header(self, name: str) -> str | None:
        """The first value of that header, names compared without case (RFC 9110 §5.1), or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


class FailureKind(StrEnum):
    """Why no complete response came."""

    #: nobody listens there: the environment's fault
    REFUSED = "refused"
    #: name not resolved, TLS failed, network unreachable: the environment's fault
    UNREACHABLE = "unreachable"
    #: no answer within the limit
    TIMEOUT = "timeout"
    #: the connection was closed or reset before a response
    RESET = "reset"
    #: the body ended before its announced length
    CUT = "cut"
    #: the body is larger than we are ready to read
    TOO_LARGE = "too-large"
    #: not HTTP
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Failure:
    """A response that did not come, or not whole."""

    kind: FailureKind
    message: str
    #: True when the target still accepts connections, so that the fault is the API's
    alive: bool = True


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response, or the lack of one. It has no serialiser: see `evidence`."""

    request: WireRequest
    #: absolute URL as sent
    url: str
    #: request headers as sent, credentials included
    sent_headers: tuple[tuple[str, str], ...]
    response: WireResponse | None
    failure: Failure | None
    started: datetime
    #: seconds
    elapsed: float
