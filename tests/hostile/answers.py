"""What comes back from servers that are broken, or hostile: one script of bytes each.

Each says what a run has to make of it: the kinds of clause that it breaks, or none where the answer, odd as it is, is
one that HTTP and JSON allow. Scripts are bounded: what is endless ends when the client goes.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass

from fakes.raw_server import Connection, Script, reply

#: what the contract documents: an object with a name
GOOD = b'{"name":"a"}'
JSON = "Content-Type: application/json"
#: an answer that is all right, for those that are hostile in another way
WELL = reply(GOOD, JSON)


@dataclass(frozen=True)
class Hostile:
    """One way to hurt a client."""

    name: str
    script: Script
    #: the clause that tells of it: `answers`, `shape/200`, …; empty: nothing is broken
    breaks: str
    #: words in what is told
    says: str = ""


def _each(say: Callable[[Connection], None]) -> Script:
    """That for every request of every connection."""

    def script(connection: Connection, _number: int) -> None:
        while connection.read():
            say(connection)

    return script


def _always(data: bytes) -> Script:
    return _each(lambda connection: connection.say(data))


#: what a server does that is all right
all_well = _always(WELL)


def _then_gone(data: bytes, *, rude: bool = False) -> Script:
    """That, and the connection is over: closed, or reset."""

    def script(connection: Connection, _number: int) -> None:
        if connection.read():
            connection.say(data)
            if rude:
                connection.reset()

    return script


def _slowly(head: bytes, again: bytes, pause: float) -> Script:
    """A beginning, and then a little more every now and then, without end."""

    def script(connection: Connection, _number: int) -> None:
        if not connection.read():
            return
        connection.say(head)
        for _ in range(2000):
            connection.say(again)
            time.sleep(pause)

    return script


def _floods(head: bytes, again: bytes) -> Script:
    """A beginning, and then as much as the client will take."""

    def script(connection: Connection, _number: int) -> None:
        if not connection.read():
            return
        connection.say(head)
        for _ in range(100_000):
            connection.say(again)

    return script


_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_CHUNK = b"10000\r\n" + b" " * 65536 + b"\r\n"


def _json(body: bytes) -> Script:
    return _always(reply(body, JSON))


def _chunked(body: bytes) -> Script:
    return _then_gone(_HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + body)


HOSTILE: tuple[Hostile, ...] = (
    Hostile("headers-byte-by-byte", _slowly(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a", 0.02), "answers", "within"),
    Hostile("body-byte-by-byte", _slowly(_HEAD + b"Content-Length: 100000\r\n\r\n{", b" ", 0.02), "answers", "within"),
    Hostile("endless-body", _floods(_HEAD + b"Connection: close\r\n\r\n", b" " * 65536), "answers", "larger than"),
    Hostile("endless-chunks", _floods(_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", _CHUNK),
            "answers", "larger than"),
    Hostile("endless-head", _floods(_HEAD, b"X-More: " + b"a" * 4096 + b"\r\n"), "answers", "not HTTP"),
    Hostile("gzip-bomb", _always(reply(gzip.compress(b" " * 200_000_000, 9), JSON, "Content-Encoding: gzip")),
            "answers", "larger than"),
    Hostile("gzip-that-is-none", _always(reply(GOOD, JSON, "Content-Encoding: gzip")), "answers", "gzip"),
    Hostile("length-too-long", _then_gone(reply(GOOD, JSON, length=4096)), "answers", "before its announced length"),
    Hostile("length-too-short", _always(reply(GOOD, JSON, length=4)), "shape/200", "not JSON"),
    Hostile("length-negative", _always(reply(GOOD, JSON, length=-1)), "answers", "no number of bytes"),
    Hostile("length-twice", _always(reply(GOOD, JSON, "Content-Length: 5")), "answers", "different things"),
    Hostile("chunk-size-is-a-word", _chunked(b"four\r\n{}\r\n0\r\n\r\n"), "answers", "chunk"),
    Hostile("chunk-size-is-vast", _chunked(b"f" * 300 + b"\r\n{}\r\n0\r\n\r\n"), "answers"),
    Hostile("chunk-cut", _chunked(b"100\r\n{"), "answers"),
    Hostile("ten-thousand-headers", _always(reply(GOOD, JSON, *(f"X-{n}: a" for n in range(10_000)))),
            "answers", "not HTTP"),
    Hostile("megabyte-header", _always(reply(GOOD, JSON, "X-Large: " + "a" * 1_000_000)), "answers", "not HTTP"),
    Hostile("carriage-return-in-a-value", _always(reply(GOOD, JSON, "X-Odd: a\rSet-Cookie: b=c")), ""),
    Hostile("folded-value", _always(reply(GOOD, JSON, "X-Folded: a\r\n b")), ""),
    Hostile("null-in-a-value", _always(reply(GOOD, JSON, "X-Null: a\x00b")), ""),
    Hostile("invalid-utf-8", _json(b'{"name":"\xff\xfe"}'), "shape/200", "UTF-8"),
    Hostile("deep-json", _json(b'{"name":' + b"[" * 100_000 + b"]" * 100_000 + b"}"), "shape/200", "not JSON"),
    Hostile("deep-objects", _json(b'{"name":' * 100_000 + b"1" + b"}" * 100_000), "shape/200", "not JSON"),
    Hostile("huge-number", _json(b'{"name":"a","size":1e999999}'), ""),
    Hostile("huge-integer", _json(b'{"name":"a","size":' + b"9" * 100_000 + b"}"), ""),
    Hostile("duplicate-keys", _json(b'{"name":1,"name":"a"}'), ""),
    Hostile("duplicate-keys-the-last-is-wrong", _json(b'{"name":"a","name":1}'), "shape/200"),
    Hostile("nan", _json(b'{"name":"a","size":NaN}'), "shape/200", "NaN"),
    Hostile("infinity", _json(b'{"name":"a","size":-Infinity}'), "shape/200", "Infinity"),
    Hostile("byte-order-mark", _json(b"\xef\xbb\xbf" + GOOD), ""),
    Hostile("utf-16", _json('{"name":"a"}'.encode("utf-16")), "shape/200"),
    Hostile("lone-surrogate", _json(b'{"name":"\\ud800"}'), ""),
    Hostile("nothing-but-a-body", _then_gone(GOOD), "answers", "not HTTP"),
    Hostile("http-0.9", _then_gone(b"<html>" + b"a" * 65_000), "answers", "not HTTP"),
    Hostile("no-such-version", _then_gone(b"HTTP/7.1 200 OK\r\n\r\n"), "answers", "not HTTP"),
    Hostile("status-of-four-digits", _then_gone(b"HTTP/1.1 2000 OK\r\n\r\n"), "answers", "not HTTP"),
    Hostile("interim-flood", _floods(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"), "answers", "not HTTP"),
    Hostile("interim-then-well", _always(b"HTTP/1.1 102 Processing\r\n\r\n" * 20 + WELL), ""),
    Hostile("switches-protocols", _then_gone(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
            "documented-statuses"),
    Hostile("reset-before-a-byte", _then_gone(b"", rude=True), "answers"),
    Hostile("reset-in-the-head", _then_gone(b"HTTP/1.1 200 OK\r\nContent-", rude=True), "answers"),
    Hostile("reset-in-the-body", _then_gone(reply(GOOD, JSON, length=4096), rude=True), "answers"),
    Hostile("closed-in-the-head", _then_gone(b"HTTP/1.1 200 OK\r\nContent-"), "answers"),
    Hostile("redirect-to-itself", _always(reply(b"", "Location: /thing", status="302 Found")), "documented-statuses"),
    Hostile("redirect-elsewhere", _always(reply(b"", "Location: http://203.0.113.1/thing", status="307 Elsewhere")),
            "documented-statuses"),
    Hostile("body-behind-204", _always(reply(GOOD, JSON, status="204 No Content")), "documented-statuses"),
    Hostile("html-injection", _json(b'{"name":["<script>alert(1)</script>"]}'), "shape/200"),
    Hostile("terminal-escapes", _json(b'{"name":["\\u001b[2J\\u001b]0;owned\\u0007"]}'), "shape/200"),
)  # fmt: skip
