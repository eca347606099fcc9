"""How a request is read: its headers, its query, and which page of a list it wants.

The numbers in brackets are those of the promises in README.md.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from starlette.requests import Request

from examples.orders.order import STATES, Refused

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
#: what `cursor` says for the first page
START = "start"


@dataclass(frozen=True)
class Ask:
    """One request, read whole."""

    request: Request
    raw: bytes

    def header(self, name: str) -> str | None:
        """That header, or None."""
        return self.request.headers.get(name)

    @cached_property
    def id(self) -> str:
        """The id in the path."""
        return str(self.request.path_params["id"])


@dataclass(frozen=True)
class Page:
    """Which part of a list is wanted [29, 30]."""

    state: str | None
    limit: int
    #: number of the last order of the page before
    after: int


def read_page(query: Mapping[str, str]) -> Page:
    """What a list's query asks for. Raises `Refused` (400) [29, 30]."""
    state, limit, cursor = query.get("state"), query.get("limit", "20"), query.get("cursor", START)
    if state is not None and state not in STATES:
        raise Refused(400, f"state is none of {', '.join(STATES)}.")
    # digits of other scripts are digits to `int`, too
    if not (limit.isascii() and limit.isdigit() and len(limit) <= 3 and 1 <= int(limit) <= 100):
        raise Refused(400, "limit is no number from 1 to 100.")
    return Page(state, int(limit), _position(cursor))


def write_cursor(number: int) -> str:
    """The cursor of the page that starts behind the order of that number [31]."""
    return base64.urlsafe_b64encode(f"after {number}".encode()).decode()


def _position(cursor: str) -> int:
    """The number of the order behind which the page starts. Raises `Refused` (400) [30]."""
    if cursor == START:
        return 0
    try:
        word, _, number = base64.urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        if word == "after" and number.isascii() and number.isdigit() and len(number) < 10:
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise Refused(400, "cursor is none that was handed out.")


def tags(written: str) -> set[str]:
    """The ETags that a conditional header lists (RFC 9110 §13.1) [15, 22]."""
    return {tag.strip() for tag in written.split(",")}


def is_uuid(text: str) -> bool:
    """Whether this spells a UUID as everybody does [12]."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
