"""The last look: whether any known secret stands in what was written, in any spelling, after all redaction.

Redaction looks at texts before they are written, one by one, where it is known what they are. This looks at bytes
afterwards, and knows nothing of how they came about, so that a way to paper that somebody forgot is found all the same.

Texts here are long and nearly always clean, so what is dear is only done where it may matter: a secret that stands as
it is, or base64-encoded, is looked for as it is; in every other spelling some character of it is escaped, so only the
surroundings of such escapes are looked at closely.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

from assay.evidence.secrets import HTML, JSON_SHORT, Secrets

#: shorter ones cannot be told from words by looking at a page
SHORTEST = 8
#: characters of an escape that is cut off from the rest, at most: `\\\\\\\\u00e4`
_ESCAPE = 24


class Sweep:
    """Looks for the secrets of one run. Any number of threads may look at once."""

    __slots__ = ("_escapes", "_finder", "_literals", "values")

    def __init__(self, values: Iterable[str]) -> None:
        """`values` are the secrets in every form in which they are sent; too short ones are left out."""
        #: never shown
        self.values = tuple(sorted({value for value in values if len(value) >= SHORTEST}))
        self._finder = Secrets(self.values)
        self._literals = self._finder.literals
        #: how an escape begins -> what it is then
        self._escapes = _escapes("".join(self.values))

    def __bool__(self) -> bool:
        """False where there is nothing to look for."""
        return bool(self.values)

    def without(self, public: str) -> Sweep:
        """The same without the secrets that stand in a text which everybody may read anyway: they are none."""
        kept = [value for value in self.values if not Sweep((value,)).finds(public)]
        return self if len(kept) == len(self.values) else Sweep(kept)

    def finds(self, text: str) -> bool:
        """True when one of the secrets stands in the text."""
        if not self.values:
            return False
        for literal in self._literals:
            if literal in text and self._finder.holds(text):
                return True
        return any(self._finder.holds(part) for part in self._suspicious(text))

    def finds_in(self, chunks: Iterable[bytes]) -> bool:
        """The same of bytes that come piece by piece, wherever they are cut; what is not UTF-8 is passed over."""
        if not self.values:
            return False
        decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")
        overlap = 2 * self._finder.reach + _ESCAPE
        kept = ""
        for chunk in chunks:
            text = kept + decoder.decode(chunk)
            if self.finds(text):
                return True
            kept = text[-overlap:]
        return False

    def _suspicious(self, text: str) -> Iterator[str]:
        """The surroundings of escapes that may stand for a character of a secret, those that overlap as one."""
        reach = self._finder.reach + _ESCAPE
        start = end = -1
        for at in sorted(self._places(text)):
            if start >= 0 and at - reach > end:
                yield text[start:end]
                start = -1
            if start < 0:
                start = max(at - reach, 0)
            end = at + reach
        if start >= 0:
            yield text[start:end]

    def _places(self, text: str) -> Iterator[int]:
        for beginning, whole in self._escapes.items():
            at = text.find(beginning)
            while at >= 0:
                if whole.match(text, at):
                    yield at
                at = text.find(beginning, at + 1)


def _escapes(characters: str) -> dict[str, re.Pattern[str]]:
    """Everything that is no character of a secret and may stand for one, or for a part of one: by how it begins."""
    letters = set(characters)
    octets = _any({f"{octet:02x}" for octet in characters.encode("utf-8", "surrogatepass")})
    units = {f"{ord(c):x}" for c in letters} | {
        c.encode("utf-16-be", "surrogatepass")[:2].hex().lstrip("0") for c in letters
    }
    ways = {
        # what begins an escape may itself be percent-encoded
        "%": rf"%(?:25){{0,2}}(?i:{octets}|26|2b|5c)",
        "\\x": rf"\\x(?i:{octets})",
        "\\u": rf"\\u0*(?i:{_any(units)})",
        "&#": rf"&#(?:0*(?:{_any({str(ord(c)) for c in letters})});|[xX]0*(?i:{_any(units)});)",
        **{f"\\{e}": re.escape(f"\\{e}") for c, e in JSON_SHORT.items() if c in letters},
        "&amp;": r"&(?:amp;)+(?:#|\w+;)",
        **{f"&{name};": f"&{name};" for c, name in HTML.items() if c in letters},
        # only a blank is ever written as a plus sign
        **({"+": r"\+"} if " " in letters else {}),
    }
    return {beginning: re.compile(way) for beginning, way in ways.items()}


def _any(ways: set[str]) -> str:
    return "|".join(sorted(ways)) or "(?!)"


#: looks for nothing
NOTHING = Sweep(())
