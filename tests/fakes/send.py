"""A driver without a network: an in-memory server function answers."""

from __future__ import annotations

import json
from collections.abc import Callable

from assay.model.case import Exchange, Failure, FailureKind, WireRequest, WireResponse
from assay.ports import Clock
from fakes.clock import FakeClock

#: an in-memory server
Server = Callable[[WireRequest], WireResponse | Failure]

BASE = "http://fake.test"
REFUSED = Failure(FailureKind.REFUSED, "connection refused", alive=False)


class FakeSend:
    """Implements `ports.Send`; `requests` lists everything that was sent."""

    def __init__(self, server: Server, clock: Clock | None = None) -> None:
        self.server = server
        self.requests: list[WireRequest] = []
        self._clock = clock or FakeClock()

    def __call__(self, request: WireRequest) -> Exchange:
        self.requests.append(request)
        return exchange(self.server(request), request, self._clock)

    @property
    def lines(self) -> list[str]:
        """What was asked: `POST /things`."""
        return [f"{request.method} {request.path}" for request in self.requests]


def exchange(answer: WireResponse | Failure, request: WireRequest, clock: Clock | None = None) -> Exchange:
    """The exchange of a request and what came of it."""
    response = answer if isinstance(answer, WireResponse) else None
    failure = answer if isinstance(answer, Failure) else None
    url = BASE + request.path
    return Exchange(request, url, request.headers, response, failure, (clock or FakeClock()).now(), 0.01)


def reply(
    status: int, body: object = b"", media_type: str | None = "application/json", **headers: str
) -> WireResponse:
    """A response: bytes go out as they are, anything else as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = [(name.replace("_", "-"), value) for name, value in headers.items()]
    if media_type is not None:
        fields.append(("Content-Type", media_type))
    return WireResponse(status, tuple(fields), raw)
