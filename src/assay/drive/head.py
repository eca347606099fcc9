"""Heads of answers that leave no room for doubt, read at once; nearly all are of this kind.

`plain` reads a head only where `http.client` and its email parser would read the very same out of it. Whatever is
odd – a line without a colon, a folded one, a bare line feed, two lengths, a status that is no number, parts of a
multipart message – it leaves to them, so that odd heads mean what they always meant. Why bother: the email parser
takes longer for a head of six lines than everything else that an exchange needs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: RFC 9112 §4; of interim answers `http.client` knows more than one line
_STATUS = re.compile(r"HTTP/1\.1 ([2-9][0-9]{2})(?: ([ -~]*))?\r\n")
#: RFC 9112 §5; control characters, and what else some parser may take for the end of a line, are odd. Blanks are
#: taken for good: else each line could be read in two ways, and a hundred of them in 2^100
_FIELD = r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*+([\t -~\xa0-\xff]*)\r\n"
_FIELDS = re.compile(f"(?:{_FIELD})*")
_EACH = re.compile(_FIELD)
_LENGTH = re.compile(r"[0-9]{1,15}")
#: what is read here; said twice it is odd
_TELLING = frozenset({"content-length", "transfer-encoding", "connection", "content-type"})
#: `http.client` gives up at a hundred
_MOST_LINES = 90


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of an answer says."""

    status: int
    reason: str
    #: in wire order, names as sent
    fields: tuple[tuple[str, str], ...]
    #: bytes of the body as announced; None where nothing is
    length: int | None
    chunked: bool
    #: the server closes the connection after this answer
    closing: bool
    #: where the body begins
    size: int


def plain(data: bytes) -> Head | None:
    """The head that `data` begins with; None when it is not complete, or odd in any way."""
    end = data.find(b"\r\n\r\n") + 2
    if end < 2:
        return None
    text = data[:end].decode("latin-1")
    status = _STATUS.match(text)
    if status is None or not _FIELDS.fullmatch(text, status.end()):
        return None
    fields = tuple(_EACH.findall(text, status.end()))
    if len(fields) > _MOST_LINES:
        return None
    said: dict[str, str] = {}
    for name, value in fields:
        lowered = name.lower()
        if lowered in _TELLING:
            if lowered in said:
                return None
            said[lowered] = value
    length, coding = said.get("content-length"), said.get("transfer-encoding")
    if length is not None and not _LENGTH.fullmatch(length):
        return None
    if coding is not None and (coding.lower() != "chunked" or length is not None):
        return None
    # an email parser looks into these for parts, and complains where there are none
    if said.get("content-type", "").lower().startswith(("multipart", "message")):
        return None
    return Head(
        status=int(status[1]),
        reason=(status[2] or "").strip(),
        fields=fields,
        length=None if length is None else int(length),
        chunked=coding is not None,
        closing="close" in said.get("connection", "").lower(),
        size=end + 2,
    )
