"""Which line of which contract answered, and why: one line for a header."""

from __future__ import annotations

from functools import lru_cache

from assay.model.lifecycle import Cell, Lifecycle
from assay.model.problem import Place

#: the header that carries the explanation
HEADER = "X-Assay-Cell"
#: the clause where no contract has an operation
UNROUTED = "no operation"
_LONGEST = 500


def of_cell(lifecycle: Lifecycle, cell: Cell, to: str, chosen: str, unmet: tuple[str, ...]) -> str:
    """For a reply that a cell decided: its clause, the step, the place."""
    at = lifecycle.api, lifecycle.name, cell.operation
    return _of_cell(at, cell.state, to, chosen, str(cell.place) if cell.place.file else "", unmet)


@lru_cache(maxsize=4096)  # the same few lines are told again and again
def _of_cell(
    at: tuple[str, str, str], state: str, to: str, chosen: str, place: str, unmet: tuple[str, ...]
) -> str:
    api, lifecycle, operation = at
    return _line(f"{api}/lifecycle/{lifecycle}/{state}/{operation}", f"{state} -> {to}", chosen, place, unmet)


def line(clause: str, step: str, why: str, place: Place, unmet: tuple[str, ...] = ()) -> str:
    """«clause; step; why; at file:line:column; does not satisfy …» as printable ASCII of bounded length."""
    return _line(clause, step, why, str(place) if place.file else "", unmet)


@lru_cache(maxsize=1024)
def _line(clause: str, step: str, why: str, place: str, unmet: tuple[str, ...]) -> str:
    broken = ", ".join(unmet)
    parts = (
        clause,
        step,
        why,
        f"at {place}" if place else "",
        f"does not satisfy {broken}" if broken else "",
    )
    return printable("; ".join(part for part in parts if part))


def printable(text: str) -> str:
    """`text` as one line that is safe in a header (RFC 9110 §5.5), whatever it was made from."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(char if " " <= char <= "~" else "?" for char in text)
    safe = text.strip()
    return safe if len(safe) <= _LONGEST else f"{safe[: _LONGEST - 3]}..."
