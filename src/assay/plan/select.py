"""Choosing clauses by name, as `--only` does."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from fnmatch import fnmatchcase

from assay.model.verdict import Clause


class NoSuchClause(ValueError):
    """A pattern that matches nothing: more often a slip of the pen than a wish for an empty run."""

    def __init__(self, pattern: str, known: Iterable[str]) -> None:
        close = get_close_matches(pattern, list(known), n=1, cutoff=0.5)
        hint = f" Did you mean {close[0]}?" if close else " `assay plan` lists the clauses."
        super().__init__(f"Cannot select clauses by {pattern!r}: because none matches.{hint}")
        self.pattern = pattern


def select(clauses: Iterable[Clause], patterns: Iterable[str]) -> tuple[Clause, ...]:
    """The clauses whose id equals a pattern, lies below it, or matches it as a shell pattern; all without patterns.

    Raises `NoSuchClause` for a pattern that selects nothing.
    """
    everything, wanted = tuple(clauses), tuple(patterns)
    if not wanted:
        return everything
    chosen: set[str] = set()
    known = {clause.id for clause in everything}
    for pattern in wanted:
        if pattern in known:  # an id means itself, whatever characters it has
            chosen.add(pattern)
            continue
        hits = {c.id for c in everything if _matches(c.id, pattern)}
        if not hits:
            raise NoSuchClause(pattern, (c.id for c in everything))
        chosen |= hits
    return tuple(c for c in everything if c.id in chosen)


def _matches(clause: str, pattern: str) -> bool:
    return clause == pattern or clause.startswith(pattern.rstrip("/") + "/") or fnmatchcase(clause, pattern)
