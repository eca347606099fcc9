"""Ids that were never issued, in the form of those that were."""

from __future__ import annotations

import string
from collections.abc import Set
from hashlib import sha256
from uuid import UUID

_CLASSES = (string.digits, string.ascii_lowercase, string.ascii_uppercase)


def never_issued(salt: str, like: str | None, issued: Set[str]) -> str:
    """An id of the same form as `like` (a UUID when nothing is known yet) that is not in `issued`.

    Form means length and class of each character: what a server that issues such ids would take for one. Purely
    numeric ids are moved far up instead, because small numbers are likely to exist on a live target.
    """
    attempt = 0
    while True:
        made = _make(f"{salt}/{attempt}", like)
        if made not in issued:
            return made
        attempt += 1


def _make(salt: str, like: str | None) -> str:
    digest = sha256(salt.encode()).digest()
    if like is None or _is_uuid(like):
        return str(UUID(bytes=digest[:16], version=4))
    if like.isdigit():
        return str(int(like) + 1_000_000 + int.from_bytes(digest[:3], "big"))
    stream = sha256(digest + like.encode()).digest() * (len(like) // 32 + 1)
    hexadecimal = all(c in string.hexdigits for c in like)
    return "".join(_same_class(c, stream[i], hexadecimal) for i, c in enumerate(like))


def _same_class(character: str, byte: int, hexadecimal: bool) -> str:
    if hexadecimal:
        return "0123456789abcdef"[byte % 16]
    for letters in _CLASSES:
        if character in letters:
            return letters[byte % len(letters)]
    return character


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
