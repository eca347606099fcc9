"""Did-you-mean."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from heapq import nlargest

#: longer words are not compared: closeness is quadratic in length, and such words are data, not slips
_LONGEST = 100
#: so many candidates are compared in earnest; a thousand slips among a thousand names must not take minutes
_MOST = 12


def nearest(word: str, options: Iterable[str]) -> str | None:
    """The option that `word` most probably stands for, or None when none is near."""
    if len(word) > _LONGEST:
        return None
    pairs = _pairs(word.casefold())
    known = [option for option in options if len(option) <= _LONGEST]
    if len(known) > _MOST:
        known = nlargest(
            _MOST, known, key=lambda option: len(pairs & _pairs(option.casefold())) / len(option or "-")
        )
    folded = {option.casefold(): option for option in known}
    found = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


@lru_cache(maxsize=16_384)
def _pairs(word: str) -> frozenset[str]:
    """The pairs of neighbouring letters: two words that are near have many in common."""
    return frozenset(word[i : i + 2] for i in range(len(word) - 1)) | {word[:1]}


def choose(word: str, options: Iterable[str], what: str = "one of") -> str:
    """A fix: the near option, or else the few that exist. Empty when there are none.

    >>> choose("pots", ["get", "post"])
    "Did you mean 'post'?"
    """
    known = sorted(set(options))
    near = nearest(word, known)
    if near is not None:
        return f"Did you mean '{near}'?"
    if not known:
        return ""
    if len(known) == 1:
        return f"Use '{known[0]}'."
    shown = ", ".join(f"'{option}'" for option in known[:8])
    return f"Use {what} {shown}{', …' if len(known) > 8 else ''}."
