"""Making one request of the target. Whatever the target does is in the exchange; nothing of it is raised."""

from __future__ import annotations

import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import requests
import urllib3

from assay import __version__
from assay.drive.auth import Auth, Carried
from assay.drive.body import read
from assay.drive.failures import DOUBTFUL, explain
from assay.drive.pace import Pace
from assay.drive.retry import BUSY, BUSY_TRIES, IN_VAIN, SAFE_METHODS, wait_asked
from assay.drive.transport import Flight, Transport
from assay.model.case import Exchange, Failure, FailureKind, WireRequest, WireResponse
from assay.ports import CannotSend, Clock

#: sent unless the case says otherwise; `http.client` adds `Accept-Encoding: identity`, which asks for plain
#: bodies
DEFAULT_HEADERS = (("User-Agent", f"assay/{__version__}"), ("Accept", "application/json"))
#: seconds to find out whether somebody still listens
PROBE = 1.0

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
    #: wait and ask again when a busy target names a time (429 or 503 with Retry-After)
    polite: bool = False
    #: seconds one request may wait for a busy target, all tries together
    retry_after_max: float = 30.0
    #: requests a second; None: as fast as it goes
    rate: float | None = None
    #: requests that may go at once under a rate
    burst: int = 1


class UnsendableError(CannotSend):
    """A request that is not HTTP even on our side: the fault of whoever made it, never the target's."""


class HttpSender:
    """Implements `ports.Send` over HTTP/1.1; may be shared by threads."""

    def __init__(
        self, base_url: str, auth: Auth, limits: Limits, clock: Clock, *, verify: bool | str = True
    ) -> None:
        """`base_url` is the target's root, with or without a path; `verify` as in `requests`.

        Raises `ValueError` for a base URL that is not http or https.
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
        self._prefix = parts.path.rstrip("/")
        self._address = (parts.hostname, parts.port or {"http": 80, "https": 443}[parts.scheme])
        self._auth, self._limits, self._clock = auth, limits, clock
        self._transport = Transport(self._origin, verify)
        self._pace = Pace(limits.rate, limits.burst, clock) if limits.rate is not None else None
        #: requests in a row that were waited for and answered «busy» all the same
        self._in_vain = 0

    def __call__(self, request: WireRequest) -> Exchange:
        """Sends and waits. What the target does, or fails to do, is in the exchange.

        Raises `CredentialError` when the request needs a secret that nobody gave, `UnsendableError` when it
        is not HTTP.
        """
        exchange = self._paced(request)
        waited, tries = 0.0, 0
        polite = self._limits.polite and request.patient and self._in_vain < IN_VAIN
        while polite and exchange.response is not None and tries < BUSY_TRIES:
            wait = wait_asked(exchange.response, self._clock.now())
            if wait is None or waited + wait > self._limits.retry_after_max:
                break
            self._clock.sleep(wait)
            waited, tries = waited + wait, tries + 1
            exchange = self._paced(request)
        if exchange.response is not None:
            busy = exchange.response.status in BUSY
            self._in_vain = self._in_vain + bool(tries) if busy else 0
        return exchange

    def warm(self, connections: int) -> None:
        """Opens connections until so many wait for a request, and asks nothing over them. Never raises.

        What cannot be opened now will fail, or not, when a request needs it.
        """
        self._transport.warm(connections, self._limits.timeout, self._clock)

    def close(self) -> None:
        """Closes the connections that are kept open."""
        self._transport.close()

    def _paced(self, request: WireRequest) -> Exchange:
        carried = self._auth.carried(request.credentials, request.schemes, request.principal)
        target = _target(("" if request.rooted else self._prefix) + request.path, carried)
        headers = _headers(request, carried)
        if self._pace is not None:
            self._pace.take()
        started, begin = self._clock.now(), self._clock.monotonic()
        flight = Flight(target, self._origin, self._limits.timeout, self._clock)
        response, failure = self._attempt(request, headers, flight)
        if failure is not None and failure.kind is FailureKind.RESET and flight.stale and _safe(request):
            # the server may have closed the idle connection just then: see `transport`
            flight = flight.again()
            response, failure = self._attempt(request, headers, flight)
        elapsed = self._clock.monotonic() - begin
        if failure is not None and failure.kind in DOUBTFUL:
            failure = Failure(failure.kind, failure.message, alive=self._listens())
        return Exchange(
            request=request,
            url=self._origin + target,
            sent_headers=tuple(flight.sent),
            response=response,
            failure=failure,
            started=started,
            elapsed=elapsed,
        )

    def _attempt(
        self, request: WireRequest, headers: Sequence[tuple[str, str]], flight: Flight
    ) -> tuple[WireResponse | None, Failure | None]:
        try:
            held = self._transport.launch(flight, request.method, list(headers), request.body)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            return None, explain(error, flight)
        reply = flight.reply
        assert reply is not None, "a response without a head"  # noqa: S101
        body = read(reply, flight, self._limits.max_body)
        if body.failure is None and reply.tidy:
            reply.close()
            held.raw.release_conn()
        else:
            held.close()
        response = WireResponse(
            status=reply.status, headers=tuple(reply.msg.items()), body=body.data, reason=reply.reason or ""
        )
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


def _headers(request: WireRequest, carried: Carried) -> list[tuple[str, str]]:
    if not _TOKEN.fullmatch(request.method):
        raise UnsendableError(
            f"Cannot send the request: because {request.method!r} is no method (RFC 9110 §9.1). Use a token."
        )
    replaced = {name.lower() for name, _ in carried.headers}
    headers = [pair for pair in request.headers if pair[0].lower() not in replaced] + list(carried.headers)
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
    if request.body is not None and not present & {"content-length", "transfer-encoding"}:
        headers.append(("Content-Length", str(len(request.body))))
    defaults = [pair for pair in DEFAULT_HEADERS if pair[0].lower() not in present]
    return [(name, _octets(value)) for name, value in (*defaults, *headers)]


def _octets(value: str) -> str:
    """The bytes of `value`, as latin-1 shows them: what latin-1 lacks travels as UTF-8 (RFC 9110 §5.5)."""
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", errors="surrogatepass").decode("latin-1")
    return value
