"""Asking somebody for a credential: one request, one answer, and what is wrong in words that show nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlsplit

from assay.drive.keeper import IssueError
from assay.model.case import Credentials, Exchange, WireRequest, WireResponse
from assay.model.terms import Json

#: sends one request, without credentials of its own
Ask = Callable[[WireRequest], Exchange]


def request(method: str, url: str, headers: tuple[tuple[str, str], ...], body: bytes | None) -> WireRequest:
    """A request to that URL, of a sender whose target is the URL's origin."""
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return WireRequest(method, path, headers, body, Credentials.MISSING, patient=True, rooted=True)


def answer(ask: Ask, asked: WireRequest, who: str, whom: str) -> WireResponse:
    """What `whom` answers, whatever it is. Raises `IssueError` where no whole answer comes."""
    exchange = ask(asked)
    if exchange.response is None or exchange.failure is not None:
        why = exchange.failure.message if exchange.failure is not None else "nothing came"
        raise IssueError(
            f"Cannot authenticate as {who}: because {whom} does not answer ({why}). "
            "Do start it, or mend its address.",
            unreachable=True,
        )
    return exchange.response


def json_of(response: WireResponse) -> Json:
    """The JSON value of a body. Raises `ValueError` where it is none."""
    try:
        return json.loads(response.body)
    except RecursionError:
        raise ValueError("nested too deep") from None
