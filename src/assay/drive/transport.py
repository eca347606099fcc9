"""What carries requests: the bytes we ask for go out, and time is bounded as a whole.

There are two of them, and nobody at the other end can tell which one it was: `lean` writes to sockets itself,
`reference` goes through `requests`, where people can plug in what their network needs. Three things that a client for
everyday use does well are wrong here, and are done otherwise by both:

* *The target of a request is normalised*: `requests` quotes again, `urllib3` rewrites escapes and drops dot
  segments. A test that sends `%2e%2e` must send `%2e%2e`, so the connection writes the target as it was
  given.
* *Timeouts count from one received byte to the next*, so that a server that drips holds a client for ever.
  Here each read is given only what is left of the request's time.
* *A server may close an idle connection at any moment* (RFC 9112 §9.5), and a request that meets that
  moment fails without anybody's fault. A client may repeat what is idempotent (RFC 9112 §9.3.1, RFC 9110
  §9.2.2). We repeat *safe* methods only, once, on a fresh connection, and only when no byte of an answer
  came: a repeated DELETE may answer 404, and that would accuse an honest API. For the others there is no
  repair, so the accident is made rare instead: an idle socket is looked at before it is used again
  (readable means closed, or bytes that nobody asked for), and one idle for longer than `IDLE` is not used at all. What
  remains is reported as a reset «on a connection used before», for the judge to treat as transient.
"""

from __future__ import annotations

from typing import Protocol

from assay.drive.flight import Flight
from assay.drive.reply import Answer
from assay.ports import Clock

#: seconds after which an idle connection carries no request that must not be repeated; servers wait 2 s
#: (gunicorn) and more before they close one
IDLE = 1.0
#: connections kept open at a time, where no more requests than that may be under way
POOL = 64


class Held(Protocol):
    """An answer whose body is to be read, and the connection it comes over."""

    @property
    def reply(self) -> Answer:
        """The answer, its head complete."""
        ...

    def release(self) -> None:
        """Lets the connection carry other requests, if it can; the body was read to its end."""
        ...

    def discard(self) -> None:
        """Closes the connection."""
        ...


class Transport(Protocol):
    """Carries requests to one origin; may be shared by threads."""

    def launch(
        self, flight: Flight, method: str, headers: tuple[tuple[str, str], ...], body: bytes | None
    ) -> Held:
        """Sends, and waits for the head of the answer.

        Raises `OSError`, `ValueError`, and what `requests`, `urllib3` and `http.client` raise.
        """
        ...

    def warm(self, connections: int, limit: float, clock: Clock) -> None:
        """Opens connections until so many are idle, within `limit` seconds for each. Stops at one that fails."""
        ...

    def close(self) -> None:
        """Closes the connections that are kept open."""
        ...
