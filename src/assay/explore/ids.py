"""Ids that were never issued, in the form of those that were."""

from __future__ import annotations

import re
import string
from collections.abc import Set
from hashlib import sha256
from math import ceil, log, prod
from uuid import UUID

_ATTEMPTS = 100
#: a number of more digits is a text of digits
_DIGITS = 18
#: of a form with fewer ids than these any may be a real one
_ROOM = 10_000_000
#: a form that ends with a number
_NUMBERED = re.compile(rf"(.*\D)([0-9]{{1,{_DIGITS}}})", re.DOTALL)
#: a form that begins with a label: `sha256:…`, `cus_…`
_LABELLED = re.compile(r"([A-Za-z][A-Za-z0-9]*[:_])(.+)", re.DOTALL)
_CLASSES: tuple[str, ...] = (string.digits, string.ascii_lowercase, string.ascii_uppercase)


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

    Form means length and class of each character: what a server that issues such ids would take for one. A label in
    front (`sha256:`, `cus_`) stays, where what follows leaves room enough. Where so few
    have that form that the server may have issued any of them, or will before the request arrives, the id is longer:
    the number at its end is moved far up (`t16` becomes `t9284112`, and so does every numeric id), else it is repeated.
    """
    for attempt in range(_ATTEMPTS):
        made = _make(f"{salt}/{attempt}", like)
        if made not in issued:
            return made
    # a form with so few ids (`-`, a single digit) that all are taken: nothing of that form was never issued
    return f"{like}{sha256(salt.encode()).hexdigest()}"


def _make(salt: str, like: str | None) -> str:
    labelled = _LABELLED.fullmatch(like) if like is not None and not _is_uuid(like) else None
    # the label says what it is: a server may look at it
    if labelled is not None and _room(labelled[2]) >= _ROOM:
        return labelled[1] + _make(salt, labelled[2])
    digest = sha256(salt.encode()).digest()
    if like is None or _is_uuid(like):
        made = str(UUID(bytes=digest[:16], version=4))
        return made.upper() if like is not None and like.isupper() else made
    if like.isascii() and like.isdigit() and len(like) <= _DIGITS:
        return _far_up(like, digest)
    classes = _classes(like)
    if 1 < (room := _room(like)) < _ROOM:
        numbered = _NUMBERED.fullmatch(like)
        if numbered is not None:
            return numbered[1] + _far_up(numbered[2], digest)
        like *= ceil(log(_ROOM) / log(room))
    stream = sha256(digest + like.encode()).digest() * (len(like) // 32 + 1)
    return "".join(_same_class(c, stream[i], classes) for i, c in enumerate(like))


def _classes(like: str) -> tuple[str, ...]:
    """The letters that ids of that form are of, class by class."""
    if len(like) > 1 and not like.isdigit() and all(c in string.hexdigits for c in like):
        return string.hexdigits, "0123456789ABCDEF" if like == like.upper() else "0123456789abcdef"
    return _CLASSES


def _room(like: str) -> int:
    """How many ids have that form."""
    return prod(len(_class(c, _classes(like))) for c in like)


def _far_up(number: str, digest: bytes) -> str:
    return str(int(number) + 1_000_000 + int.from_bytes(digest[:3], "big")).zfill(len(number))


def _same_class(character: str, byte: int, classes: tuple[str, ...]) -> str:
    letters = _class(character, classes)
    return letters[byte % len(letters)]


def _class(character: str, classes: tuple[str, ...]) -> str:
    """The characters that may stand for that one."""
    if classes[0] == string.hexdigits:
        return classes[1]
    return next((letters for letters in classes if character in letters), character)


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()  # `UUID` also reads other spellings: without dashes, in braces
    except ValueError:
        return False
