"""The last exchanges of a running mock: as many as fit, the oldest forgotten first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from assay.mock.world import MockReply, MockRequest

#: exchanges that are kept, and bytes of each body
MOST, MOST_BODY = 250, 16 * 1024


class Kept(NamedTuple):  # one is made for each request
    """One exchange, raw: what may be shown of it, `evidence.redact` says."""

    #: counted from 1 since the mock began
    number: int
    request: MockRequest
    reply: MockReply
    #: seconds that the answer took to be found
    took: float
    #: bytes of both bodies, before any cut
    sizes: tuple[int, int]


class Record:
    """The last exchanges, newest last."""

    def __init__(self, most: int = MOST) -> None:
        self._kept: deque[Kept] = deque(maxlen=most)
        #: the number of the last exchange
        self.last = 0

    def add(self, request: MockRequest, reply: MockReply, took: float) -> None:
        """Keeps that exchange; of long bodies only how they begin."""
        self.last += 1
        sizes = len(request.body), len(reply.body)
        if sizes[0] > MOST_BODY:
            request = replace(request, body=request.body[:MOST_BODY])
        if sizes[1] > MOST_BODY:
            reply = replace(reply, body=reply.body[:MOST_BODY])
        self._kept.append(Kept(self.last, request, reply, took, sizes))

    def since(self, number: int, most: int) -> Iterator[Kept]:
        """The exchanges after that number, oldest first; of too many the newest."""
        found = [kept for kept in list(self._kept) if kept.number > number]
        return iter(found[-most:] if most > 0 else ())

    def clear(self) -> None:
        """Forgets them all; the next one has the next number."""
        self._kept.clear()
