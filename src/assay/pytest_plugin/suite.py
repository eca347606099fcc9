"""What a test module says: which clauses are its tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Suite:
    """A choice of clauses. The plugin turns it into one test per clause."""

    #: names of clause kinds; None: all kinds
    kinds: frozenset[str] | None = None
    #: clause ids, id prefixes or shell patterns, as `assay run --only` takes them; empty: all
    only: tuple[str, ...] = ()


def suite(*, kinds: Iterable[str] | None = None, only: str | Iterable[str] = ()) -> Suite:
    """A suite of the clauses of those kinds that match one of the patterns.

    Raises `ValueError` for a kind that does not exist.
    """
    patterns = (only,) if isinstance(only, str) else tuple(only)
    if kinds is None:
        return Suite(None, patterns)
    wanted = frozenset([kinds] if isinstance(kinds, str) else kinds)
    known = _known()
    for kind in sorted(wanted):
        if kind not in known:
            close = get_close_matches(kind, known, n=1)
            hint = f"Did you mean {close[0]!r}?" if close else f"Choose of {', '.join(known)}."
            raise ValueError(
                f"Cannot make a suite of {kind!r} clauses: because there is no such kind. {hint}"
            )
    return Suite(wanted, patterns)


def _known() -> tuple[str, ...]:
    from assay.model.verdict import ClauseKind  # noqa: PLC0415 - only where it is needed

    return tuple(kind.value for kind in ClauseKind)
