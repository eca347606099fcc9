"""An answer: `http.client` reads it, under a deadline, and framing that nobody can trust is told as such."""

from __future__ import annotations

import http.client
import io
import re
import socket
from typing import Any, Protocol

from urllib3.util.response import assert_header_parsing

from assay.drive.flight import Flight
from assay.drive.head import Head

#: bytes of a head that are read; browsers stop there too
HEAD = 256 * 1024
#: no line of an answer is longer, in `http.client` and here
_LONGEST_LINE = 65536
_LENGTH = re.compile(r"[0-9]{1,400}")
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,400}")


class Answer(Protocol):
    """An answer whose head is complete, and whose body is still to be read."""

    @property
    def status(self) -> int:
        """The status code."""
        ...

    @property
    def reason(self) -> str:
        """The words behind it."""
        ...

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """Headers in wire order, names as sent."""
        ...

    @property
    def length(self) -> int | None:
        """Bytes of the body that are still to come; None where nothing tells."""
        ...

    @property
    def bodiless(self) -> bool:
        """True when no body follows, whatever the headers say (RFC 9112 §6.3, rule 1)."""
        ...

    @property
    def tidy(self) -> bool:
        """False when bytes may follow that no reader asked for: a body is announced where none may be."""
        ...

    def read1(self, n: int, /) -> bytes:
        """Some of the body, `n` bytes at most; nothing at its end."""
        ...


class Source(Protocol):
    """What an answer is read from: a socket, or one of which some bytes were taken already."""

    def makefile(self, mode: str) -> io.BufferedReader:
        """A reader of its bytes."""
        ...

    def settimeout(self, seconds: float) -> None:
        """Bounds each of the next reads."""
        ...


class _Deadline(io.RawIOBase):
    """A socket's bytes, each read given only the time that is left."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket | Source, flight: Flight) -> None:
        self._raw, self._sock, self._flight = raw, sock, flight

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - a writable buffer
        self._sock.settimeout(self._flight.left())
        count = self._raw.readinto(buffer) or 0
        self._flight.received += count
        return count

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class BadFraming(http.client.HTTPException):
    """Nobody can tell where the head or the body ends: too far away, or no number (RFC 9112 §6.3, §7.1)."""


class _Lines(io.BufferedReader):
    """Remembers whether the last line came whole, and bounds the head, interim answers included."""

    ended = False
    #: bytes that the head may still have; None behind it
    left: int | None = HEAD

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        self.ended = not line
        if self.left is not None:
            self.left -= len(line)
            if self.left < 0:
                raise BadFraming(f"the head is larger than {HEAD} bytes")
        return line


class Whole:
    """An answer of which everything came at once. Implements `Answer`."""

    __slots__ = ("_asked", "_body", "_head", "fields", "length", "reason", "status")

    def __init__(self, head: Head, body: bytes, asked: str) -> None:
        """`asked` is the method of the request."""
        self.status, self.reason, self.fields = head.status, head.reason, head.fields
        self.length, self._body = len(body), body
        self._head, self._asked = head, asked

    @classmethod
    def of(cls, head: Head, data: bytes, method: str) -> Whole | None:
        """The answer with that head, if `data` ends where its body does."""
        if _bodiless(method, head.status):
            size = 0
        elif head.length is None:
            return None
        else:
            size = head.length
        return cls(head, data[head.size :], method) if len(data) - head.size == size else None

    @property
    def bodiless(self) -> bool:
        """True when no body follows, whatever the headers say."""
        return _bodiless(self._asked, self.status)

    @property
    def tidy(self) -> bool:
        """False when bytes may follow that no reader asked for."""
        if self.status != 204 or self._asked == "HEAD":
            return True
        return not self._head.chunked and not self._head.length

    @property
    def will_close(self) -> bool:
        """True when the server closes the connection after this answer."""
        return self._head.closing

    def read1(self, n: int, /) -> bytes:
        """Some of the body, `n` bytes at most; nothing at its end."""
        part, self._body = self._body[:n], self._body[n:]
        self.length -= len(part)
        return part

    def close(self) -> None:
        """Nothing to close."""


class Reply(http.client.HTTPResponse):
    """A response that is read under the deadline of its flight and announces itself there."""

    def __init__(
        self,
        sock: socket.socket | Source,
        debuglevel: int = 0,
        method: str | None = None,
        url: str | None = None,
        *,
        flight: Flight,
    ) -> None:
        super().__init__(sock, debuglevel, method, url)  # type: ignore[arg-type]  # makes a file of it, no more
        self._flight, self._asked = flight, method
        #: headers in wire order, names as sent; none before the head was read
        self.fields: tuple[tuple[str, str], ...] = ()
        raw = self.fp.detach()
        self.fp = self._lines = _Lines(_Deadline(raw, sock, flight))

    @classmethod
    def headed(cls, head: Head, source: Source, method: str, flight: Flight) -> Reply:
        """The answer whose head was read already, as `begin` would have; `source` has the body."""
        reply = cls.__new__(cls)
        http.client.HTTPResponse.__init__(reply, source, 0, method)  # type: ignore[arg-type]
        reply._flight, reply._asked, reply.fields = flight, method, head.fields
        reply.status, reply.reason, reply.version = head.status, head.reason, 11
        reply.chunked, reply.chunk_left = head.chunked, None
        reply.length = 0 if reply.bodiless else head.length
        # without a length the body ends with the connection (RFC 9112 §6.3, rule 8)
        reply.will_close = head.closing or (reply.length is None and not head.chunked)
        flight.answered = True
        return reply

    def begin(self) -> None:
        """Reads the head; from then on the flight is answered.

        Interim answers are passed over (RFC 9110 §15.2); `http.client` does so for 100 only. Raises
        `HeaderParsingError` for a head that `http.client` gave up in the middle of, `IncompleteRead` for one that
        ends without its empty line (RFC 9112 §2.1), which `http.client` takes for a whole one.
        """
        super().begin()
        while 100 < self.status < 200 and self.status != 101:
            self.headers = self.msg = None  # type: ignore[assignment]  # else nothing more is read
            super().begin()
        if self._lines.ended:
            raise http.client.IncompleteRead(b"")
        self._lines.left = None
        assert_header_parsing(self.msg)
        if not self.chunked:
            self._measure()
        self.fields = tuple(self.msg.items())
        self._flight.answered = True

    def _measure(self) -> None:
        """Takes the length of the body from the head; the same one said twice counts once (RFC 9112 §6.3, rule 5).

        `http.client` reads on to the end of the connection where it is no number. Where no body follows, whatever is
        no number does no harm. Raises `BadFraming`.
        """
        said = {
            length.strip(" \t")
            for value in self.msg.get_all("Content-Length", ())
            for length in value.split(",")
        }
        if self.bodiless:
            if len(said) > 1 and all(map(_LENGTH.fullmatch, said)) and len(set(map(int, said))) > 1:
                raise BadFraming("Content-Length says different things")
            return
        if not said:
            return
        length = said.pop()
        if said:
            raise BadFraming("Content-Length says different things")
        if not _LENGTH.fullmatch(length):
            raise BadFraming("Content-Length is no number of bytes")
        self.length = int(length)
        self.will_close = self._check_close()  # type: ignore[attr-defined]  # of http.client

    def _read_next_chunk_size(self) -> int:
        """As in `http.client`, which takes all that `int` takes for a size. Raises `BadFraming`."""
        line = self.fp.readline(_LONGEST_LINE + 1)
        if len(line) > _LONGEST_LINE:
            raise BadFraming(f"a chunk begins with a line of more than {_LONGEST_LINE} bytes")
        if not line.endswith(b"\n"):
            raise http.client.IncompleteRead(b"")
        size = line.partition(b";")[0].strip(b" \t\r\n")
        if not _CHUNK_SIZE.fullmatch(size):
            raise BadFraming("the size of a chunk is no hexadecimal number")
        return int(size, 16)

    @property
    def bodiless(self) -> bool:
        """True when no body follows, whatever the headers say (RFC 9112 §6.3, rule 1)."""
        return _bodiless(self._asked, self.status)

    @property
    def tidy(self) -> bool:
        """False when bytes may follow that no reader asked for: a body is announced where none may be."""
        if self._asked == "HEAD" or self.status == 304 or not self.bodiless:
            return True
        said = [value for name, value in self.fields if name.lower() == "content-length"]
        return self.status != 101 and not self.chunked and said in ([], ["0"])


def _bodiless(method: str | None, status: int) -> bool:
    """RFC 9112 §6.3, rule 1."""
    return method == "HEAD" or status < 200 or status in (204, 304)
