"""The transport of reference: `requests`, bent to what a test needs, for where people plug in what their network needs.

`transport` says what is undone below `requests`: the connection writes the target as it was given, and bounds each
step by what is left of the time. An idle socket is looked at by `urllib3`.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util import SKIP_HEADER

from assay.drive.flight import Flight
from assay.drive.link import acknowledge_at_once
from assay.drive.proxy import Proxy
from assay.drive.reply import Reply
from assay.drive.retry import SAFE_METHODS
from assay.drive.transport import IDLE, POOL
from assay.ports import Clock


class _UnderWay(threading.local):
    """The flight of the current thread: how it gets from `Reference` through `requests` to `_Connection`, and back."""

    flight: Flight
    reply: Reply


_under_way = _UnderWay()


class _Connection(HTTPConnection):
    """A connection that writes what the flight says, within the time it has."""

    last_used = 0.0

    def connect(self) -> None:
        """Opens the connection in what is left of the time; looking up the name is bounded by the system."""
        flight = _under_way.flight
        flight.fresh = True
        self.timeout = flight.left_to_connect()
        super().connect()
        self.last_used = flight.clock.monotonic()
        flight.open = True

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - handed on
        """Writes the request, on a fresh connection when an idle one cannot be trusted."""
        flight = _under_way.flight
        if self.sock is not None and not flight.fresh:
            idle = flight.clock.monotonic() - self.last_used
            if flight.must_be_fresh or (idle > IDLE and method not in SAFE_METHODS):
                self.close()
            else:
                flight.open = True
        self.response_class = _reply  # type: ignore[assignment]  # called, no more
        super().request(method, url, *args, **kwargs)

    def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - handed on
        """Writes the request line with the target as given: `url` was normalised."""
        del url
        super().putrequest(method, _under_way.flight.target, *args, **kwargs)

    def putheader(self, header: str, *values: str) -> None:  # type: ignore[override]  # as in urllib3
        """Writes a header and notes it."""
        if SKIP_HEADER not in values:
            flight = _under_way.flight
            flight.sent = (*flight.sent, (header, ", ".join(map(_text, values))))
        super().putheader(header, *values)

    def send(self, data: Any) -> None:  # noqa: ANN401 - handed on
        """Writes bytes in what is left of the time."""
        if self.sock is not None:
            self.sock.settimeout(_under_way.flight.left())
        super().send(data)

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]  # as in urllib3
        """Reads the head of the answer."""
        if self.sock is not None:
            acknowledge_at_once(self.sock)
        response = super().getresponse()
        self.last_used = _under_way.flight.clock.monotonic()
        return response


class _TlsConnection(_Connection, HTTPSConnection):
    """The same over TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


@dataclass(frozen=True, slots=True)
class _Held:
    """Implements `Held`."""

    reply: Reply
    _response: requests.Response

    def release(self) -> None:
        self.reply.close()
        self._response.raw.release_conn()

    def discard(self) -> None:
        self._response.close()


class Reference(HTTPAdapter):
    """Implements `Transport` with the adapter of `requests`, without its session.

    The session would follow or at least parse redirects (reading their bodies without bound), keep cookies,
    and look for proxies and `.netrc` passwords in the environment; a harness wants none of these.
    """

    def __init__(
        self,
        origin: str,
        verify: bool | str,
        kept: int = POOL,
        certificate: tuple[str, str] | None = None,
        proxy: Proxy | None = None,
    ) -> None:
        """`origin` is scheme, host and port; `verify` is False, True or the path of a CA bundle.

        `certificate` is what TLS shows for us, and its key, as paths; all goes through the `proxy`.

        `kept` bounds the connections that are kept open.
        """
        super().__init__(pool_maxsize=kept)
        self._origin, self._verify, self._kept = origin, verify, kept
        self._certificate, self._proxy = certificate, proxy
        self._proxies = {"http": proxy.url, "https": proxy.url} if proxy is not None else None
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def launch(
        self, flight: Flight, method: str, headers: tuple[tuple[str, str], ...], body: bytes | None
    ) -> _Held:
        """Sends, and waits for the head of the answer. Raises what `requests` and `urllib3` raise."""
        prepared = requests.PreparedRequest()
        prepared.method, prepared.url, prepared.body = method, self._origin, body
        # keeps duplicates; `requests` hands it on untouched
        prepared.headers = urllib3.HTTPHeaderDict(list(headers))  # type: ignore[assignment]
        _under_way.flight = flight
        response = self.send(
            prepared,
            stream=True,
            timeout=flight.left(),
            verify=self._verify,
            cert=self._certificate,
            proxies=self._proxies,
        )
        return _Held(_under_way.reply, response)

    def warm(self, connections: int, limit: float, clock: Clock) -> None:
        """Opens connections until so many are idle, within `limit` seconds for each. Stops at one that fails."""
        prepared = requests.PreparedRequest()
        prepared.prepare_url(self._origin, None)
        # typed as anything: there is no public way to open a connection without asking over it
        pool: Any = self.get_connection_with_tls_context(
            prepared, self._verify, self._proxies, self._certificate
        )
        taken = []
        try:
            for _ in range(min(connections, self._kept)):
                connection = pool._get_conn()
                taken.append(connection)
                if clock.monotonic() - connection.last_used > IDLE:
                    connection.close()
                if connection.is_closed:
                    _under_way.flight = Flight("/", self._origin, limit, clock)
                    connection.connect()
        except (urllib3.exceptions.HTTPError, OSError):
            return
        finally:
            for connection in taken:
                pool._put_conn(connection)

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:  # noqa: ANN401 - as in requests
        """The connections through the proxy, which write what the flight says, too."""
        manager = super().proxy_manager_for(proxy, **proxy_kwargs)
        manager.pool_classes_by_scheme = self.poolmanager.pool_classes_by_scheme
        return manager

    def proxy_headers(self, proxy: str) -> dict[str, str]:
        """What the proxy is shown."""
        del proxy
        return dict(self._proxy.headers) if self._proxy is not None else {}

    def request_url(self, request: requests.PreparedRequest, proxies: object) -> str:
        """A stand-in: the connection writes the flight's target."""
        del request, proxies
        return "/"

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:  # noqa: ANN401
        """Only what reading the body needs: no cookie jar, no guess at the encoding."""
        response = requests.Response()
        response.status_code, response.raw, response.request = resp.status, resp, req
        return response


def _reply(*args: Any, **kwargs: Any) -> Reply:  # noqa: ANN401 - handed on
    """The answer on the connection of the current thread."""
    _under_way.reply = Reply(*args, flight=_under_way.flight, **kwargs)
    return _under_way.reply


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
