"""The mock's engine in the place of a network: a `requests` session whose requests go to it, in memory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

from assay.mock.answering import Answering
from assay.mock.world import MockRequest, World

#: where it answers
URL = "http://mock.test"


class _AtTheMock(BaseAdapter):
    """Hands requests to an engine, and keeps its world."""

    def __init__(self, engine: Answering) -> None:
        super().__init__()
        self._engine, self._world = engine, World()

    def send(self, request: requests.PreparedRequest, *given: Any, **named: Any) -> requests.Response:
        """The engine's answer."""
        assert request.url is not None
        assert request.method is not None
        parts = urlsplit(request.url)
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        headers: Mapping[str, str] = request.headers
        asked = MockRequest(
            request.method, parts.path, parts.query, tuple(headers.items()), body, datetime.now(UTC)
        )
        self._world, reply = self._engine.respond(self._world, asked)
        answer = requests.Response()
        answer.status_code, answer._content, answer.encoding = reply.status, reply.body, "utf-8"
        answer.headers.update(dict(reply.headers))
        answer.url, answer.request = request.url, request
        return answer

    def close(self) -> None:
        """Nothing is open."""


def session(engine: Answering) -> requests.Session:
    """A session at that engine, in a world of its own."""
    made = requests.Session()
    made.trust_env = False
    made.mount("http://", _AtTheMock(engine))
    return made
