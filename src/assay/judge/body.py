"""Reading a response body the way its documentation and RFC 8259 say."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from assay.inputs.classify import strict_json
from assay.inputs.constraints import is_json
from assay.machine.expression import MISSING
from assay.model.contract import Content, Json, Reply


class Form(StrEnum):
    """How a body arrived."""

    EMPTY = "empty"
    JSON = "json"
    TEXT = "text"
    #: neither JSON nor text, and nothing says that it should be
    OTHER = "other"
    #: not JSON, where JSON is documented
    BROKEN = "broken"


class Body(NamedTuple):
    """A body as read."""

    form: Form
    #: the JSON value; None for an empty body; `MISSING` when there is none to speak of
    value: Json
    #: why it could not be read; empty when it could
    problem: str = ""

    @property
    def label(self) -> str:
        """`null`, `empty` or nothing, for tallies of what was seen."""
        if self.form is Form.EMPTY:
            return "empty"
        return "null" if self.form is Form.JSON and self.value is None else ""


class Label(NamedTuple):
    """What the documentation makes of a `Content-Type`."""

    #: the field as it came; empty where there was none
    written: str
    #: `type/subtype` in lower case
    claimed: str
    #: the documented media type that governs the response
    content: Content | None
    #: that is a text type
    textual: bool
    #: that is JSON
    json: bool
    #: it is a documented media type that was claimed, or one in a documented range
    documented: bool
    #: what governs the response is what was claimed
    fits: bool


def labelled(written: str, reply: Reply | None) -> Label:
    """What a documented reply makes of that `Content-Type`."""
    claimed = essence(written)
    content = _governing(claimed, reply)
    return Label(
        written,
        claimed,
        content,
        textual=content is not None and essence(content.media_type).startswith("text/"),
        json=content is not None and is_json(content.media_type),
        documented=any(accepts(c.media_type, claimed) for c in (reply.content if reply else ())),
        fits=content is not None and accepts(content.media_type, claimed),
    )


def read(raw: bytes, label: Label) -> Body:
    """The body as the documented media type says; without one, as JSON when it is JSON."""
    if not raw:
        return Body(Form.EMPTY, "" if label.textual else None)
    if label.textual:
        return _text(raw, label.written)
    try:
        return Body(Form.JSON, strict_json(raw, vast=True))
    except ValueError as error:
        if not label.json:
            return Body(Form.OTHER, MISSING)
        return Body(Form.BROKEN, MISSING, _because(error))


def _governing(claimed: str, reply: Reply | None) -> Content | None:
    """The documented media type that governs a response: the one it claims, else the first JSON one, else the first."""
    if reply is None or not reply.content:
        return None
    exact = next((c for c in reply.content if accepts(c.media_type, claimed)), None)
    return exact or next((c for c in reply.content if is_json(c.media_type)), reply.content[0])


def essence(content_type: str) -> str:
    """`type/subtype` in lower case, parameters dropped (RFC 9110 §8.3.1)."""
    return content_type.split(";", 1)[0].strip().lower()


def accepts(documented: str, claimed: str) -> bool:
    """True when a media range of the documentation covers the claimed type (RFC 9110 §12.5.1)."""
    wanted = essence(documented)
    if wanted == "*/*":
        return bool(claimed)
    return claimed.split("/", maxsplit=1)[0] == wanted[:-2] if wanted.endswith("/*") else claimed == wanted


def _text(raw: bytes, content_type: str) -> Body:
    """Text in the charset it claims (RFC 9110 §8.3.2), else UTF-8. What does not decode stands as U+FFFD."""
    _, _, parameters = content_type.lower().partition("charset=")
    charset = parameters.split(";", 1)[0].strip(" \"'")
    try:
        return Body(Form.TEXT, raw.decode(charset or "utf-8", "replace"))
    except (LookupError, ValueError):  # a name nobody knows, or a codec that is no text encoding
        return Body(Form.TEXT, raw.decode("utf-8", "replace"))


def _because(error: ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8: byte 0x{error.object[error.start]:02x} at offset {error.start} (RFC 8259 §8.1)"
    return f"not JSON: {str(error)[:200]}"
