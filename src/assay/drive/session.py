"""Making one request of the target. Whatever the target does is in the exchange; nothing of it is raised."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from http import HTTPStatus
from random import random
from typing import NamedTuple
from urllib.parse import urlsplit

import requests
import urllib3
from urllib3.util import parse_url

from assay import __version__
from assay.drive.auth import Auth, Stamp, had_anew
from assay.drive.body import read
from assay.drive.carried import Carried
from assay.drive.composed import Headers, UnsendableError, headers, target
from assay.drive.failures import DOUBTFUL, explain
from assay.drive.flight import Flight
from assay.drive.lean import Lean
from assay.drive.manners import Manners
from assay.drive.pace import Holding, Pace, Pacing
from assay.drive.proxy import Proxy
from assay.drive.reference import Reference
from assay.drive.retry import BUSY, BUSY_TRIES, SAFE_METHODS, wait_asked
from assay.drive.transport import POOL, Transport
from assay.model.case import Exchange, Failure, FailureKind, WireRequest, WireResponse
from assay.ports import Clock

__all__ = ["DEFAULT_HEADERS", "TRANSPORTS", "HttpSender", "Limits", "UnsendableError"]

#: sent unless the case says otherwise; `http.client` adds `Accept-Encoding: identity`, which asks for plain
#: bodies
DEFAULT_HEADERS = (("User-Agent", f"assay/{__version__}"), ("Accept", "application/json"))
#: seconds to find out whether somebody still listens
PROBE = 1.0
#: what can carry requests, by name: sockets of our own, or `requests`
TRANSPORTS: Mapping[
    str, Callable[[str, bool | str, int, tuple[str, str] | None, Proxy | None], Transport]
] = {
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

#: methods that may make something there
_MAKING = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How long, how much, how often."""

    #: seconds for one request as a whole, connecting and reading included
    timeout: float = 10.0
    #: seconds of them for opening a connection; None: all of them
    connect: float | None = None
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


class _Sent(NamedTuple):
    """One request that went out."""

    exchange: Exchange
    #: seconds that a busy target was waited for before, and the moment it was sent
    waited: float
    moment: float
    #: what it went out with
    stamp: Stamp


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
        headers: Headers = (),
        marks: Headers = (),
        pace: Pacing | None = None,
        hold: Holding | None = None,
        late: float = 0.0,
        proxy: Proxy | None = None,
    ) -> None:
        """`base_url` is the target's root, with or without a path; `verify` as in `requests`.

        `certificate` is what TLS shows for us, and its key, as paths; `headers` are sent unless a request has its own,
        and so are `marks` with what may make something. `pace` keeps the rate, and `hold` knows until when a busy
        target is left alone, where that is not this sender's alone; `late` is how many seconds after that it comes
        back. All goes through the `proxy`.

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
        # a proxy that reads requests itself gets absolute targets (RFC 9112 §3.2.2), and is shown who we are
        self._before, self._there = "", self._origin
        self._shown: Headers = ()
        if proxy is not None:
            self._address = (proxy.host, proxy.port)
            self._there = f"{self._origin} through the proxy {proxy.url}"
            if parts.scheme == "http":
                self._before, self._shown = self._origin, proxy.headers
        self._proxied = proxy is not None
        self._auth, self._limits, self._clock = auth, limits, clock
        #: see `ports.Resending`
        self.again: Callable[[], None] = lambda: None
        kept = max(POOL, limits.max_in_flight)
        self._transport: Transport = TRANSPORTS[transport](self._origin, verify, kept, certificate, proxy)
        if pace is None and limits.rate is not None:
            pace = Pace(limits.rate, limits.burst, clock)
        self._manners = Manners(limits.max_in_flight, pace, clock, hold, late)
        # most requests of a run differ in target and body alone
        self._carried = lru_cache(_REMEMBERED)(auth.carried)
        given = {name.lower() for name, _ in headers}
        defaults = (*(pair for pair in DEFAULT_HEADERS if pair[0].lower() not in given), *headers)
        self._headers = lru_cache(_REMEMBERED)(partial(_composed, defaults, marks))

    def __call__(self, request: WireRequest) -> Exchange:
        """Sends and waits. What the target does, or fails to do, is in the exchange.

        A credential that runs out and is refused (401, RFC 9110 §15.5.2) is had anew and the request sent again, once,
        unless a refusal is what the request is for.

        Raises `CredentialError` when the request needs a secret that nobody gave, `UnsendableError` when it
        is not HTTP.
        """
        sent = self._asked(request)
        if not (sent.stamp and request.renews and _refused(sent.exchange)):
            return sent.exchange
        if not had_anew(sent.stamp):
            return sent.exchange
        self.again()
        again = self._asked(request)
        for living, generation in again.stamp:
            living.answered(generation, refused=_refused(again.exchange))
        return again.exchange

    def _asked(self, request: WireRequest) -> _Sent:
        """Sends; where a busy target names a time, again after it."""
        patient = self._limits.polite and request.patient
        most = self._limits.retry_after_max if patient and self._manners.heeds else 0.0
        sent = self._stubborn(request, most)
        waited, tries = sent.waited, 0
        heeds = patient and self._manners.heeds
        while heeds and sent.exchange.response is not None and tries < BUSY_TRIES:
            wait = wait_asked(sent.exchange.response, self._clock.now())
            if wait is None or waited + wait > self._limits.retry_after_max:
                break
            self._manners.hold(wait, sent.moment)
            self.again()
            sent = self._stubborn(request, self._limits.retry_after_max - waited)
            waited, tries = waited + sent.waited, tries + 1
        if sent.exchange.response is not None:
            if sent.exchange.response.status in BUSY:
                self._manners.refused(in_vain=tries > 0)
            else:
                self._manners.answered()
        return sent

    def warm(self, connections: int) -> None:
        """Opens connections until so many wait for a request, and asks nothing over them. Never raises.

        As many requests may then be under way at once on top of `Limits.max_in_flight`: a race whose requests wait
        for each other is none. What cannot be opened now will fail, or not, when a request needs it.
        """
        limit = min(self._limits.timeout, self._limits.connect or self._limits.timeout)
        self._transport.warm(connections, limit, self._clock)
        self._manners.expect(connections)

    def close(self) -> None:
        """Closes the connections that are kept open."""
        self._transport.close()

    def _stubborn(self, request: WireRequest, patience: float) -> _Sent:
        """As `_paced`, again after a failure of the network where nothing arrived, or of a safe method."""
        found = self._paced(request, patience)
        for number in range(self._limits.retries if request.patient else 0):
            failure = found.exchange.failure
            if failure is None or not (failure.kind in _UNSENT or (failure.kind in _LOST and _safe(request))):
                break
            self.again()
            self._clock.sleep(_AGAIN * 2**number * (1 + _JITTER * random()))
            found = self._paced(request, patience)
        return found

    def _paced(self, request: WireRequest, patience: float) -> _Sent:
        """Sends it once it may go."""
        stamp: Stamp = ()
        if self._auth.moves:
            carried, stamp = self._auth.stamped(request.credentials, request.schemes, request.principal)
        else:
            carried = self._carried(request.credentials, request.schemes, request.principal)
        where = target(("" if request.rooted else self._prefix) + request.path, carried)
        fields, framed = self._headers(request.method, request.headers, carried)
        if request.body is not None and not framed:
            fields = (*fields, ("Content-Length", str(len(request.body))))
        waited = self._manners.enter(patience)
        try:
            started, begin = self._clock.now(), self._clock.monotonic()
            if carried.signs:
                # as late as that: a signature may hold the moment
                where, fields = self._signed(request, where, fields, carried)
            flight = Flight(
                self._before + where,
                self._there,
                self._limits.timeout,
                self._clock,
                connect=self._limits.connect,
            )
            fields += self._shown
            response, failure = self._attempt(request, fields, flight)
            if failure is not None and failure.kind is FailureKind.RESET and flight.stale and _safe(request):
                # the server may have closed the idle connection just then: see `transport`
                self.again()
                flight = flight.again()
                response, failure = self._attempt(request, fields, flight)
            elapsed = self._clock.monotonic() - begin
        finally:
            self._manners.leave()
        if failure is not None and failure.kind in DOUBTFUL:
            failure = Failure(failure.kind, failure.message, alive=self._listens())
        exchange = Exchange(
            request=request,
            url=self._origin + where,
            sent_headers=tuple(flight.sent),
            response=response,
            failure=failure,
            started=started,
            elapsed=elapsed,
        )
        self._auth.overhear(request.method, where, response)
        return _Sent(exchange, waited, begin, stamp)

    def _signed(
        self, request: WireRequest, where: str, fields: Headers, carried: Carried
    ) -> tuple[str, Headers]:
        """The target and header fields once everybody has signed who wants to. Raises `CannotSend`."""
        url = self._origin + where
        for sign in carried.signs:
            url, fields = sign(request.method, url, fields, request.body)
        plain, _ = headers((), request.method, fields, Carried())
        return target(url.removeprefix(self._origin) or "/", Carried()), plain

    def _attempt(
        self, request: WireRequest, fields: Headers, flight: Flight
    ) -> tuple[WireResponse | None, Failure | None]:
        try:
            held = self._transport.launch(flight, request.method, fields, request.body)
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
        if self._proxied and reply.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
            # only a proxy says so (RFC 9110 §15.5.8): the target was not asked
            refused = f"{self._there} asks for credentials that it accepts"
            return None, Failure(FailureKind.UNREACHABLE, refused, alive=False)
        return response, body.failure

    def _listens(self) -> bool:
        try:
            with socket.create_connection(self._address, timeout=PROBE):
                return True
        except OSError:
            return False


def _safe(request: WireRequest) -> bool:
    return request.method.upper() in SAFE_METHODS


def _refused(exchange: Exchange) -> bool:
    """True for an answer that asks for other credentials."""
    return exchange.response is not None and exchange.response.status == HTTPStatus.UNAUTHORIZED


def _composed(
    usual: Headers, marks: Headers, method: str, given: Headers, carried: Carried
) -> tuple[Headers, bool]:
    """All headers but those that tell of the body, and whether the case tells of it by itself."""
    return headers((*usual, *marks) if method.upper() in _MAKING else usual, method, given, carried)
