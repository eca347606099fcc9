"""What people want masked besides known secrets: by name, by place in a JSON body, by pattern."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from functools import lru_cache

from assay.evidence.marks import SECRET, mark

#: a JSON Pointer (RFC 6901) cut at its slashes; `*` is any member or item, `**` any number of levels
Path = tuple[str, ...]
#: hexadecimal digits of a pseudonym
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Rules:
    """Names are compared without case where HTTP does."""

    #: header fields
    headers: frozenset[str] = frozenset()
    #: query and form parameters, and cookies
    parameters: frozenset[str] = frozenset()
    #: places in JSON bodies whose values become `***`
    pointers: tuple[Path, ...] = ()
    #: places in JSON bodies whose values become a pseudonym: the same one for the same value, within one run
    personal: tuple[Path, ...] = ()
    #: regular expressions; what they match becomes `***`
    patterns: tuple[str, ...] = ()
    #: those header fields whose values are made for each request: they are looked for in all of its exchange
    made: frozenset[str] = frozenset()
    #: makes pseudonyms that nobody can guess his way back from; forgotten with the run
    key: bytes = field(default=b"", repr=False, compare=False)

    def __bool__(self) -> bool:
        """False where nothing is asked for."""
        return bool(self.headers or self.parameters or self.pointers or self.personal or self.patterns)

    def also(self, other: Rules) -> Rules:
        """These and those: what one asks for, no other takes back."""
        return Rules(
            self.headers | other.headers,
            self.parameters | other.parameters,
            tuple(dict.fromkeys(self.pointers + other.pointers)),
            tuple(dict.fromkeys(self.personal + other.personal)),
            tuple(dict.fromkeys(self.patterns + other.patterns)),
            self.made | other.made,
            self.key or other.key,
        )

    @property
    def places(self) -> tuple[tuple[Path, bool], ...]:
        """Every place, and whether its values become pseudonyms: masks win."""
        return tuple([(path, False) for path in self.pointers] + [(path, True) for path in self.personal])

    def patterned(self, text: str) -> str:
        """The text with what patterns and names of parameters say as marks."""
        for pattern in self.patterns:
            text = _compiled(pattern).sub(mark(SECRET), text)
        if self.parameters and "=" in text:
            text = _pairs(self.parameters).sub(rf"\1={mark(SECRET)}", text)
        return text

    def pseudonym(self, name: str, value: str) -> str:
        """What stands for a value that was found under that name: `email-3fa9c1d20b47`."""
        made = hmac.new(self.key, value.encode("utf-8", "surrogatepass"), "sha256").hexdigest()[:_DIGITS]
        plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-") or "person"
        return f"{plain}-{made}"


NO_RULES = Rules()


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@lru_cache(maxsize=16)
def _pairs(names: frozenset[str]) -> re.Pattern[str]:
    """`name=value` as in queries, forms and cookies; the name as it is or percent-encoded where it has to be."""
    written = sorted({form for name in names for form in (name, _encoded(name))}, key=lambda n: (-len(n), n))
    return re.compile(rf"(?i)(?<![\w.%-])({'|'.join(map(re.escape, written))})=([^&;#\s\"'<>\\]+)")


def _encoded(name: str) -> str:
    return "".join(
        c if c.isascii() and (c.isalnum() or c in "-._~") else "".join(f"%{o:02X}" for o in c.encode())
        for c in name
    )


def path_of(pointer: str) -> Path:
    """The path of a JSON Pointer. Raises `ValueError` where the text is none, or names the whole document."""
    if not pointer.startswith("/"):
        raise ValueError("a JSON Pointer begins with /")
    if re.search(r"~(?![01])", pointer):
        raise ValueError("after ~ a JSON Pointer has 0 or 1")
    path = tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/"))
    if path[-1] == "**":
        raise ValueError("nothing comes after **")
    return path
