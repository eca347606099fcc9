"""Ids that were never issued, in the form of those that were."""

from __future__ import annotations

import string
from collections.abc import Set
from hashlib import sha256
from uuid import UUID

_ATTEMPTS = 100
#: a number of more digits is a text of digits
_DIGITS = 18
_CLASSES = (string.digits, string.ascii_lowercase, string.ascii_uppercase)


class Roster:
    """Numbers the instances of a run in the order in which it met them, by lifecycle and real id."""

    def __init__(self) -> None:
        self._numbers: dict[str, dict[str, int]] = {}

    def name(self, cycle: str, real: str | None) -> str:
        """`order#17`; `order` for one that has no real id."""
        if real is None:
            return cycle
        numbers = self._numbers.setdefault(cycle, {})
        return f"{cycle}#{numbers.setdefault(real, len(numbers) + 1)}"


def never_issued(salt: str, like: str | None, issued: Set[str]) -> str:
    """An id of the same form as `like` (a UUID when nothing is known yet) that is not in `issued`.

    Form means length and class of each character: what a server that issues such ids would take for one. Purely
    numeric ids are moved far up instead, because small numbers are likely to exist on a live target.
    """
    for attempt in range(_ATTEMPTS):
        made = _make(f"{salt}/{attempt}", like)
        if made not in issued:
            return made
    # a form with so few ids (`-`, a single digit) that all are taken: nothing of that form was never issued
    return f"{like}{sha256(salt.encode()).hexdigest()}"


def _make(salt: str, like: str | None) -> str:
    digest = sha256(salt.encode()).digest()
    if like is None or _is_uuid(like):
        made = str(UUID(bytes=digest[:16], version=4))
        return made.upper() if like is not None and like.isupper() else made
    if like.isascii() and like.isdigit() and len(like) <= _DIGITS:
        return str(int(like) + 1_000_000 + int.from_bytes(digest[:3], "big"))
    stream = sha256(digest + like.encode()).digest() * (len(like) // 32 + 1)
    classes: tuple[str, ...] = _CLASSES
    if len(like) > 1 and not like.isdigit() and all(c in string.hexdigits for c in like):
        digits = "0123456789ABCDEF" if like == like.upper() else "0123456789abcdef"
        classes = (string.hexdigits, digits)
    return "".join(_same_class(c, stream[i], classes) for i, c in enumerate(like))


def _same_class(character: str, byte: int, classes: tuple[str, ...]) -> str:
    if classes[0] == string.hexdigits:
        return classes[1][byte % 16]
    for letters in classes:
        if character in letters:
            return letters[byte % len(letters)]
    return character


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()  # `UUID` also reads other spellings: without dashes, in braces
    except ValueError:
        return False
