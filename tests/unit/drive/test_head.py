"""`plain` and `Reply.headed`: a head read at once says what `http.client` reads out of it, or is left to it."""

from __future__ import annotations

import http.client
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from urllib3.exceptions import HTTPError

from assay.drive.clock import SystemClock
from assay.drive.flight import Flight
from assay.drive.head import plain
from assay.drive.reply import Reply, Whole


class Source:
    """Bytes to read an answer from."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(io.BytesIO(self._data))  # type: ignore[arg-type]

    def settimeout(self, seconds: float) -> None:
        """Nothing to wait for."""


def flight() -> Flight:
    return Flight("/", "http://x", 60.0, SystemClock())


def slowly(data: bytes, method: str) -> Reply | None:
    """What `http.client` makes of it; None where that is no answer."""
    reply = Reply(Source(data), method=method, flight=flight())
    try:
        reply.begin()
    except (http.client.HTTPException, HTTPError, ValueError):
        return None
    return reply


def said(reply: Reply | Whole) -> tuple[object, ...]:
    """All that anybody asks of an answer."""
    return (
        reply.status,
        reply.reason,
        reply.fields,
        reply.bodiless,
        reply.tidy,
        bool(reply.will_close),
        reply.length,
    )


def _all(reply: Reply) -> bytes | None:
    """The body; None where it is not framed as HTTP."""
    try:
        return b"" if reply.bodiless else b"".join(iter(lambda: reply.read1(100), b""))
    except http.client.HTTPException:
        return None


NAMES = st.sampled_from(
    ["Content-Length", "content-length", "Transfer-Encoding", "Connection", "Content-Type", "Keep-Alive", "X", "x-y",
     "Date", "From", "Content-Transfer-Encoding", "MIME-Version", "", "X ", " X", "X(", "Ü"]
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(
        ["0", "3", "03", "3, 3", "-3", "+3", "chunked", "Chunked", "chunked ", "gzip, chunked", "close", "CLOSE",
         "keep-alive, close", "application/json", "multipart/mixed", "multipart/mixed; boundary=a", "message/rfc822",
         "text", "base64", " a ", "\ta\t", "", " ", "=?utf-8?q?a?="]
    ),
    st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=8),
    st.text(st.sampled_from("a \t\r\n:\x00\x0b\x0c\x1c\x85\xa0é"), max_size=6),
)  # fmt: skip
LINES = st.builds(
    lambda name, colon, value, end: f"{name}{colon}{value}{end}",
    NAMES,
    st.sampled_from([":", ": ", ":", ": ", ":  ", ""]),
    VALUES,
    st.sampled_from(["\r\n"] * 9 + ["\n"]),
)
STATUS = st.sampled_from(
    ["HTTP/1.1 200 OK\r\n"] * 6
    + ["HTTP/1.1 204 No Content\r\n", "HTTP/1.1 304  Not  Modified \r\n", "HTTP/1.1 201\r\n", "HTTP/1.1 500 \r\n",
       "HTTP/1.0 200 OK\r\n", "HTTP/1.1 100 Continue\r\n", "HTTP/1.1 101 Switching\r\n", "HTTP/1.1 2000 OK\r\n",
       "HTTP/1.1 999 \t\r\n", "http/1.1 200 OK\r\n", "HTTP/1.1\t200\tOK\r\n", "HTTP/1.1 200 OK\n", "junk\r\n", ""]
)  # fmt: skip
BODIES = st.sampled_from([b"", b"abc", b"abcdef", b"3\r\nabc\r\n0\r\n\r\n"])


@settings(max_examples=400, deadline=None)
@given(STATUS, st.lists(LINES, max_size=5), BODIES, st.sampled_from(["GET", "HEAD", "POST"]))
def test_a_head_that_is_read_at_once_says_the_same(
    status: str, lines: list[str], body: bytes, method: str
) -> None:
    """Of two readers one would be wrong: where they could differ, there is only one."""
    data = (status + "".join(lines) + "\r\n").encode("latin-1") + body
    head = plain(data)
    if head is None:
        return
    slow = slowly(data, method)
    assert slow is not None
    quick = Reply.headed(head, Source(data[head.size :]), method, flight())
    assert said(quick) == said(slow)
    assert bool(quick.chunked) == bool(slow.chunked)
    whole = Whole.of(head, data, method)
    if whole is None:
        assert _all(quick) == _all(slow)
    else:
        assert said(whole)[:-1] == said(slow)[:-1]
        assert whole.read1(100) == slow.read1(100)
        assert whole.length == 0


def test_everyday_heads_are_read_at_once() -> None:
    """What servers usually say is plain, or nothing would be won."""
    data = b"HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2026 12:00:00 GMT\r\nContent-Type: application/json\r\n"
    data += b"Set-Cookie: a=b; Path=/\r\nSet-Cookie: c=\xe9\r\nX-Empty:\r\nContent-Length: 2\r\n\r\n{}"
    head = plain(data)
    assert head is not None
    assert (head.status, head.reason, head.length, head.chunked, head.closing) == (200, "OK", 2, False, False)
    assert head.fields[2:5] == (("Set-Cookie", "a=b; Path=/"), ("Set-Cookie", "c=é"), ("X-Empty", ""))


@pytest.mark.parametrize(
    "line",
    ["no colon", " folded: a", "a: b\r\n c", "a: b\nc: d", "a: \0", "Content-Length: 1\r\nContent-Length: 1",
     "Content-Length: 1, 1", "Transfer-Encoding: gzip", "Transfer-Encoding: chunked\r\nContent-Length: 1",
     "Content-Type: multipart/mixed"],
)  # fmt: skip
def test_odd_heads_are_left_to_http_client(line: str) -> None:
    """It and its email parser have always read them, and are tested for it."""
    assert plain(f"HTTP/1.1 200 OK\r\nServer: x\r\n{line}\r\n\r\n".encode("latin-1")) is None


def test_an_odd_line_behind_many_plain_ones_is_found_in_one_pass() -> None:
    """Lines that could be read in two ways would make 2^90 of them; this test would not end."""
    assert plain(b"HTTP/1.1 200 OK\r\n" + b"X:  \t  a \t b\r\n" * 90 + b"odd\r\n\r\n") is None
