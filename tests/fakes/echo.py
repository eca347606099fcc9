"""A server that tells everybody's credential to everybody: in every place, in every spelling."""

from __future__ import annotations

import base64
import html
import itertools
import json
import re
import threading
from collections.abc import Callable
from urllib.parse import quote

from fakes.raw_server import Connection, RawServer

#: how a credential comes back; each spelling in the ASCII that a header field can carry, but for the first
SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "percent-encoded": lambda s: quote(s.encode(), safe=""),
    "percent-encoded in lower case": lambda s: re.sub(
        "%..", lambda m: m[0].lower(), quote(s.encode(), safe="")
    ),
    "percent-encoded to the last character": lambda s: "".join(f"%{octet:02x}" for octet in s.encode()),
    "JSON escapes": lambda s: json.dumps(s)[1:-1],
    "JSON escapes of all": lambda s: "".join(f"\\u{ord(c):04x}" for c in s),
    "JSON in JSON": lambda s: json.dumps(json.dumps(s)[1:-1])[1:-1],
    "HTML": html.escape,
    "HTML references": lambda s: "".join(c if c.isalnum() and c.isascii() else f"&#x{ord(c):x};" for c in s),
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "base64 for URLs": lambda s: base64.urlsafe_b64encode(s.encode()).decode().rstrip("="),
    "base64 after a name": lambda s: base64.b64encode(b"ab:" + s.encode()).decode(),
    "base64 within more": lambda s: base64.b64encode(b"user:" + s.encode() + b" and more").decode(),
}


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def _raw_json(told: str) -> bytes:
    """JSON with the spelling in it as it is, be it JSON then or not."""
    return b'{"id": "1", "note": "' + told.encode() + b'"}'


#: place -> (reason, head, body) of an answer
Answer = tuple[str, str, bytes]
PLACES: dict[str, Callable[[str], Answer]] = {
    "reason": lambda t: (f"Sorry {t}", "", _json({"id": "1"})),
    "header": lambda t: ("OK", f"X-Debug: you sent {t}\r\n", _json({"id": "1"})),
    "header's name": lambda t: ("OK", f"X-{re.sub('[^A-Za-z0-9-]', '', t)}: 1\r\n", _json({"id": "1"})),
    "Location": lambda t: ("OK", f"Location: /tickets/1?was={t}\r\n", _json({"id": "1"})),
    "cookie": lambda t: ("OK", f"Set-Cookie: seen={t}; Path=/\r\n", _json({"id": "1"})),
    "id": lambda t: ("OK", "", _json({"id": t})),
    "value": lambda t: ("OK", "", _json({"id": "1", "title": {"deep": [t]}})),
    "key": lambda t: ("OK", "", _json({"id": "1", t: 1})),
    "wrong type": lambda t: ("OK", "", _json({"id": [t, 1]})),
    "raw": lambda t: ("OK", "", _raw_json(t)),
    "no JSON": lambda t: ("OK", "", f"<h1>no {t}</h1>".encode()),
    "torn JSON": lambda t: ("OK", "", _json({"id": t})[:-2]),
    "across the cut": lambda t: ("OK", "", _json({"id": "1", "pad": "x" * 16360 + t + "y" * 300})),
    "long": lambda t: ("OK", "", _json({"id": "1", "pad": (t + " ") * 400})),
}
_COMBINED = tuple(itertools.product(SPELLINGS, PLACES))


class Echo:
    """Answers every request with the credential of whoever asked, each time in another place or spelling."""

    def __init__(self) -> None:
        self.server = RawServer(self._serve)
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        #: the combinations that were answered
        self.told: set[tuple[str, str]] = set()

    def _serve(self, connection: Connection, _number: int) -> None:
        while head := connection.read():
            text = head.decode("latin-1")
            found = re.search(r"(?im)^authorization: Bearer (.*?)\r?$", text)
            with self._lock:
                # a prime step: neighbours differ in both
                spelling, place = _COMBINED[next(self._numbers) * 37 % len(_COMBINED)]
                self.told.add((spelling, place))
            secret = found[1] if found else "nobody-knows-this"
            reason, more, body = PLACES[place](SPELLINGS[spelling](secret))
            status = 201 if text.startswith("POST /tickets ") else 200
            start = f"HTTP/1.1 {status} {reason}\r\n{more}Content-Type: application/json\r\n"
            connection.say(start.encode("latin-1", "replace") + b"Transfer-Encoding: chunked\r\n\r\n")
            # cut where it hurts: after every few bytes
            for at in range(0, len(body), 7 if len(body) < 500 else 4001):
                piece = body[at : at + (7 if len(body) < 500 else 4001)]
                connection.say(b"%x\r\n%b\r\n" % (len(piece), piece))
            connection.say(b"0\r\n\r\n")

    def __enter__(self) -> Echo:
        self.server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.__exit__(None, None, None)
