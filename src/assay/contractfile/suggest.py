"""Did-you-mean."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

#: longer words are not compared: closeness is quadratic in length, and such words are data, not slips
_LONGEST = 100
#: so many candidates at most are compared
_MOST = 2000


def nearest(word: str, options: Iterable[str]) -> str | None:
    """The option that `word` most probably stands for, or None when none is near."""
    known = [option for option in options if len(option) <= _LONGEST][:_MOST]
    if len(word) > _LONGEST:
        return None
    folded = {option.casefold(): option for option in known}
    found = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def choose(word: str, options: Iterable[str], what: str = "one of") -> str:
    """A fix: the near option, or else the few that exist.

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
