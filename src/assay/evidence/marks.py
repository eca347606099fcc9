"""Marks: where a secret stood, and which shell variable would hold it.

While an exchange is being redacted a secret is a *mark*, two Unicode noncharacters (Unicode 16 §23.7: never
meant for interchange) around a variable's name. A reader sees `***`, a shell sees `"$TOKEN"`.
"""

from __future__ import annotations

import re

_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
MARK = re.compile(f"{_OPEN}([A-Z0-9_]*){_CLOSE}")

#: what a reader sees instead of a secret
MASK = "***"

TOKEN = "TOKEN"  # noqa: S105 - the name of a shell variable
INVALID_TOKEN = "INVALID_TOKEN"  # noqa: S105 - the name of a shell variable
COOKIE = "COOKIE"
SECRET = "SECRET"  # noqa: S105 - the name of a shell variable


def mark(variable: str) -> str:
    """The mark of a secret that the shell variable of that name would hold."""
    return f"{_OPEN}{variable}{_CLOSE}"


def owned(text: str, principal: str) -> str:
    """The text of a request of that principal: another than the usual one has variables of his own, `TOKEN_BOB`.

    Names of variables are letters, digits and underscores (POSIX.1-2017, XBD §8.1).
    """
    if not principal:
        return text
    name = re.sub("[^A-Z0-9]", "_", principal.upper())
    return text.replace(mark(TOKEN), mark(f"{TOKEN}_{name}")).replace(mark(COOKIE), mark(f"{COOKIE}_{name}"))


def has_marks(text: str) -> bool:
    """True when the text holds a character that could be taken for a mark, or is one."""
    return _OPEN in text or _CLOSE in text


def unmarked(text: str) -> str:
    """The text without characters that could be taken for a mark."""
    return text.replace(_OPEN, "\ufffd").replace(_CLOSE, "\ufffd")


def shown(text: str) -> str:
    """The text as a reader may see it: marks as `***`, lone surrogates spelled out, so that it encodes."""
    if text.isascii():
        return text
    whole = MARK.sub(MASK, text).replace(_OPEN, "").replace(_CLOSE, "")
    return whole.encode("utf-8", "backslashreplace").decode("utf-8")
