"""Making one request of the target. Whatever the target does is in the exchange; nothing of it is raised."""

from __future__ import annotations

import http.client
import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from random import random
from urllib.parse import quote, urlsplit

import requests
import urllib3
from urllib3.util import parse_url

from assay import __version__
from assay.drive.auth import Auth, Carried
from assay.drive.body import read
from assay.drive.failures import DOUBTFUL, explain
from assay.drive.flight import Flight
from assay.drive.lean import Lean
from assay.drive.manners import Manners
from assay.drive.pace import Holding, Pace, Pacing
from assay.drive.reference import Reference
from assay.drive.retry import BUSY, BUSY_TRIES, SAFE_METHODS, wait_asked
from assay.drive.transport import POOL, Transport
from assay.model.case import Exchange, Failure, FailureKind, WireRequest, WireResponse
from assay.ports import CannotSend, Clock

#: sent unless the case says otherwise; `http.client` adds `Accept-Encoding: identity`, which asks for plain
#: bodies
DEFAULT_HEADERS = (("User-Agent", f"assay/{__version__}"), ("Accept", "application/json"))
#: seconds to find out whether somebody still listens
PROBE = 1.0
#: what can carry requests, by name: sockets of our own, or `requests`
TRANSPORTS: Mapping[str, Callable[[str, bool | str, int, tuple[str, str] | None], Transport]] = {
    "lean": Lean,
    "requests": Reference,
}
#: after these a request may be sent again: it never arrived, or it may do no harm
_UNSENT = frozenset({FailureKind.REFUSED, FailureKind.UNREACHABLE})
_LOST = frozenset({FailureKind.RESET, FailureKind.TIMEOUT, FailureKind.CUT})
#: seconds before the first time, twice as long before each one after, and the part of it that is left to chance
_AGAIN, _JITTER = 0.2, 0.5
#: requests whose headers are remembered, to be put together once
_REMEMBERED = 1024

_Headers = tuple[tuple[str, str], ...]

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TARGET = re.compile(r"/[!-~]*")
_FORBIDDEN_IN_VALUE = re.compile(r"[\r\n\0]")


@dataclass(frozen=True, slots=True)
class Limits:
    """How long, how much, how often."""

    #: seconds for one request as a whole, connecting and reading included
    timeout: float = 10.0
    #: bytes of a response body we are ready to read, before and after decompression
    max_body: int = 8 * 1024 * 1024
    #: wait and ask again when a busy target names a time (429 or 503 with Retry-After); nobody asks before
    polite: bool = False
    #: seconds one request may wait for a busy target, all tries together
    retry_after_max: float = 30.0
    #: requests a second; None: as fast as it goes
    rate: float | None = None
    #: requests that may go at once under a rate
    burst: int = 1
    #: requests under way at a time; those of a race may be more, see `HttpSender.warm`
    max_in_flight: int = 1
    #: times that a request is sent again after a network failure, where that can do no harm
    retries: int = 0


class UnsendableError(CannotSend):
    """A request that is not HTTP even on our side: the fault of whoever made it, never the target's."""


class HttpSender:
    """Implements `ports.Send` over HTTP/1.1; may be shared by threads."""

    def __init__(
        self,
        base_url: str,
        auth: Auth,
        limits: Limits,
        clock: Clock,
        *,
        verify: bool | str = True,
        certificate: tuple[str, str] | None = None,
        transport: str = "lean",
        headers: tuple[tuple[str, str], ...] = (),
        pace: Pacing | None = None,
        hold: Holding | None = None,
        late: float = 0.0,
    ) -> None:
        """`base_url` is the target's root, with or without a path; `verify` as in `requests`.

        `certificate` is what TLS shows for us, and its key, as paths; `headers` are sent unless a request has its own.
        `pace` keeps the rate, and `hold` knows until when a busy target is left alone, where that is not this
        sender's alone; `late` is how many seconds after that it comes back.

        `transport` is one of `TRANSPORTS`; the target cannot tell which one.

        Raises `ValueError` for a base URL that is not http or https, and for another transport.
        """
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(
                f"Cannot use {base_url!r} as a target: because it is not an http or https URL without query. "
                "Give one like https://api.example.com/base."
            )
        if parts.username is not None:
            raise ValueError(
                "Cannot use the target URL: because it holds a user name or password. "
                "Take them out and give credentials with --auth-env."
            )
        self._origin = f"{parts.scheme}://{parts.netloc}"
        try:
            parse_url(self._origin)
        except urllib3.exceptions.LocationParseError:
            raise ValueError(
                f"Cannot use {base_url!r} as a target: because its host is neither a name nor an address. "
                "Give one like https://api.example.com/base."
            ) from None
        if transport not in TRANSPORTS:
            raise ValueError(
                f"Cannot use the transport {transport!r}: because there is none of that name. "
                f"Use one of {', '.join(TRANSPORTS)}."
            )
        self._prefix = parts.path.rstrip("/")
        self._address = (parts.hostname, parts.port or {"http": 80, "https": 443}[parts.scheme])
        self._auth, self._limits, self._clock = auth, limits, clock
        kept = max(POOL, limits.max_in_flight)
        self._transport: Transport = TRANSPORTS[transport](self._origin, verify, kept, certificate)
        if pace is None and limits.rate is not None:
            pace = Pace(limits.rate, limits.burst, clock)
        self._manners = Manners(limits.max_in_flight, pace, clock, hold, late)
        # most requests of a run differ in target and body alone
        self._carried = lru_cache(_REMEMBERED)(auth.carried)
        given = {name.lower() for name, _ in headers}
        defaults = (*(pair for pair in DEFAULT_HEADERS if pair[0].lower() not in given), *headers)
        self._headers = lru_cache(_REMEMBERED)(partial(_headers, defaults))

    def __call__(self, request: WireRequest) -> Exchange:
        """Sends and waits. What the target does, or fails to do, is in the exchange.

        Raises `CredentialError` when the request needs a secret that nobody gave, `UnsendableError` when it
        is not HTTP.
        """
        patient = self._limits.polite and request.patient
        most = self._limits.retry_after_max if patient and self._manners.heeds else 0.0
        exchange, waited, sent = self._stubborn(request, most)
        tries = 0
        heeds = patient and self._manners.heeds
        while heeds and exchange.response is not None and tries < BUSY_TRIES:
            wait = wait_asked(exchange.response, self._clock.now())
            if wait is None or waited + wait > self._limits.retry_after_max:
                break
            self._manners.hold(wait, sent)
            exchange, held, sent = self._stubborn(request, self._limits.retry_after_max - waited)
            waited, tries = waited + held, tries + 1
        if exchange.response is not None:
            if exchange.response.status in BUSY:
                self._manners.refused(in_vain=tries > 0)
            else:
                self._manners.answered()
        return exchange

    def warm(self, connections: int) -> None:
        """Opens connections until so many wait for a request, and asks nothing over them. Never raises.

        As many requests may then be under way at once on top of `Limits.max_in_flight`: a race whose requests wait
        for each other is none. What cannot be opened now will fail, or not, when a request needs it.
        """
        self._transport.warm(connections, self._limits.timeout, self._clock)
        self._manners.expect(connections)

    def close(self) -> None:
        """Closes the connections that are kept open."""
        self._transport.close()

    def _stubborn(self, request: WireRequest, patience: float) -> tuple[Exchange, float, float]:
        """As `_paced`, again after a failure of the network where nothing arrived, or of a safe method."""
        found = self._paced(request, patience)
        for number in range(self._limits.retries if request.patient else 0):
            failure = found[0].failure
            if failure is None or not (failure.kind in _UNSENT or (failure.kind in _LOST and _safe(request))):
                break
            self._clock.sleep(_AGAIN * 2**number * (1 + _JITTER * random()))
            found = self._paced(request, patience)
        return found

    def _paced(self, request: WireRequest, patience: float) -> tuple[Exchange, float, float]:
        """The exchange, the seconds that a busy target was waited for before, and the moment it was sent."""
        carried = self._carried(request.credentials, request.schemes, request.principal)
        target = _target(("" if request.rooted else self._prefix) + request.path, carried)
        headers, framed = self._headers(request.method, request.headers, carried)
        if request.body is not None and not framed:
            headers = (*headers, ("Content-Length", str(len(request.body))))
        waited = self._manners.enter(patience)
        try:
            started, begin = self._clock.now(), self._clock.monotonic()
            flight = Flight(target, self._origin, self._limits.timeout, self._clock)
            response, failure = self._attempt(request, headers, flight)
            if failure is not None and failure.kind is FailureKind.RESET and flight.stale and _safe(request):
                # the server may have closed the idle connection just then: see `transport`
                flight = flight.again()
                response, failure = self._attempt(request, headers, flight)
            elapsed = self._clock.monotonic() - begin
        finally:
            self._manners.leave()
        if failure is not None and failure.kind in DOUBTFUL:
            failure = Failure(failure.kind, failure.message, alive=self._listens())
        exchange = Exchange(
            request=request,
            url=self._origin + target,
            sent_headers=tuple(flight.sent),
            response=response,
            failure=failure,
            started=started,
            elapsed=elapsed,
        )
        return exchange, waited, begin

    def _attempt(
        self, request: WireRequest, headers: _Headers, flight: Flight
    ) -> tuple[WireResponse | None, Failure | None]:
        try:
            held = self._transport.launch(flight, request.method, headers, request.body)
        except (
            requests.RequestException,
            urllib3.exceptions.HTTPError,
            http.client.HTTPException,
            OSError,
            ValueError,
        ) as error:
            return None, explain(error, flight)
        reply = held.reply
        try:
            body = read(reply, flight, self._limits.max_body)
        except BaseException:
            held.discard()
            raise
        response = WireResponse(
            status=reply.status, headers=reply.fields, body=body.data, reason=reply.reason or ""
        )
        if body.failure is None and reply.tidy:
            held.release()
        else:
            held.discard()
        return response, body.failure

    def _listens(self) -> bool:
        try:
            with socket.create_connection(self._address, timeout=PROBE):
                return True
        except OSError:
            return False


def _safe(request: WireRequest) -> bool:
    return request.method.upper() in SAFE_METHODS


def _target(path: str, carried: Carried) -> str:
    if carried.query:
        pairs = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in carried.query)
        path += ("&" if "?" in path else "?") + pairs
    if not _TARGET.fullmatch(path):
        raise UnsendableError(
            f"Cannot send the request: because {path!r} is no request target (RFC 9112 §3.2.1). "
            "Begin it with «/» and percent-encode it."
        )
    return path


def _headers(usual: _Headers, method: str, given: _Headers, carried: Carried) -> tuple[_Headers, bool]:
    """All headers but those that tell of the body, and whether the case tells of it by itself."""
    if not _TOKEN.fullmatch(method):
        raise UnsendableError(
            f"Cannot send the request: because {method!r} is no method (RFC 9110 §9.1). Use a token."
        )
    replaced = {name.lower() for name, _ in carried.headers}
    headers = [pair for pair in given if pair[0].lower() not in replaced] + list(carried.headers)
    for name, value in headers:
        if not _TOKEN.fullmatch(name) or _FORBIDDEN_IN_VALUE.search(value):
            raise UnsendableError(
                f"Cannot send the request: because the header {name!r} is malformed (RFC 9110 §5.1, §5.5). "
                "Take out line breaks and NUL, and name it with a token."
            )
    if carried.cookies:
        pairs = [value for name, value in headers if name.lower() == "cookie"]
        pairs += [f"{name}={value}" for name, value in carried.cookies]
        headers = [pair for pair in headers if pair[0].lower() != "cookie"] + [("Cookie", "; ".join(pairs))]
    present = {name.lower() for name, _ in headers}
    defaults = [pair for pair in usual if pair[0].lower() not in present]
    framed = not present.isdisjoint({"content-length", "transfer-encoding"})
    return tuple((name, _octets(value)) for name, value in (*defaults, *headers)), framed


def _octets(value: str) -> str:
    """The bytes of `value`, as latin-1 shows them: what latin-1 lacks travels as UTF-8 (RFC 9110 §5.5)."""
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", errors="surrogatepass").decode("latin-1")
    return value
