"""One step of the possible-worlds semantics.

The model carries the *set* of states an instance may be in. An answer is wrong only when it leaves none: after a
timed-out request two worlds are possible, and either may be the real one (as in nondeterministic linearizability
checkers). A silent cell allows every answer and afterwards, if the request succeeded, every state but `absent`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assay.machine.expression import MISSING, RuleError, Scope, compile_rule
from assay.machine.predicate import Predicate
from assay.model.contract import Json
from assay.model.lifecycle import ABSENT, Cell, Lifecycle, Transition


@dataclass(frozen=True, slots=True)
class Miss:
    """Why one cell does not allow the answer."""

    cell: Cell
    message: str
    #: `status` or the place in the body, for fingerprints
    facet: str
    pointer: str = ""
    #: True when the status fits and only the body does not
    status_fits: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What the table says of one answer."""

    #: cells that allow it
    fits: tuple[Cell, ...]
    #: silent cells met on the way: they allow everything
    silent: tuple[Cell, ...]
    #: why the others do not
    misses: tuple[Miss, ...]
    #: states the instance may be in now; empty when nothing allows the answer
    states: frozenset[str]


class Machine:
    """A lifecycle ready to step. Predicates and guards are compiled once."""

    def __init__(self, lifecycle: Lifecycle, components: Mapping[str, Json]) -> None:
        self.lifecycle = lifecycle
        self._predicates: dict[int, Predicate] = {}
        for row in lifecycle.cells.values():
            for cell in row.values():
                for transition in cell.transitions:
                    if transition.body is not None:
                        self._predicates[id(transition)] = Predicate(transition.body, components)

    def step(self, states: frozenset[str], operation: str, status: int, body: Json, scope: Scope) -> Taken:
        """What an answer means for an instance that may be in any of `states`.

        `body` is the parsed JSON, None for null or a zero-length body, `MISSING` when it is not JSON.
        """
        fits: list[Cell] = []
        silent: list[Cell] = []
        misses: list[Miss] = []
        after: set[str] = set()
        for state in sorted(states):
            cell = self.lifecycle.cell(state, operation)
            if cell is None:
                continue
            if cell.silent:
                silent.append(cell)
                after |= self._after_silence(state, status)
                continue
            taken = [t for t in cell.transitions if self._miss(cell, t, status, body, scope) is None]
            if taken:
                fits.append(cell)
                after |= {t.to or state for t in taken}
            else:
                misses.append(self._closest(cell, status, body, scope))
        return Taken(tuple(fits), tuple(silent), tuple(misses), frozenset(after))

    def successors(self, states: frozenset[str], operation: str) -> frozenset[str]:
        """Where the instance may be when it is not known whether the operation took effect."""
        after = set(states)
        for state in states:
            cell = self.lifecycle.cell(state, operation)
            if cell is None or cell.silent:
                after |= self._after_silence(state, 200)
            else:
                after |= {t.to or state for t in cell.transitions}
        return frozenset(after)

    def _after_silence(self, state: str, status: int) -> set[str]:
        if 200 <= status < 300 and state != ABSENT:
            return {s.name for s in self.lifecycle.states if s.name != ABSENT}
        return {state}

    def _miss(self, cell: Cell, transition: Transition, status: int, body: Json, scope: Scope) -> Miss | None:
        if transition.when is not None and not _holds(transition.when, scope):
            return Miss(cell, f"the case «when: {transition.when}» does not apply", "when")
        if transition.status != status:
            return Miss(cell, f"expected {transition.status}, got {status}", "status")
        predicate = self._predicates.get(id(transition))
        if predicate is not None:
            for mismatch in predicate.mismatches(body, scope):
                where = f" at {mismatch.pointer}" if mismatch.pointer else ""
                return Miss(cell, f"body{where}: {mismatch.message}", mismatch.place, mismatch.pointer, True)
        return None

    def _closest(self, cell: Cell, status: int, body: Json, scope: Scope) -> Miss:
        """The most telling of several reasons: a body that does not fit says more than a status that does not."""
        misses = [m for t in cell.transitions if (m := self._miss(cell, t, status, body, scope)) is not None]
        best = next((m for m in misses if m.status_fits), misses[0])
        wanted = sorted({t.status for t in cell.transitions})
        if best.facet == "status" and len(wanted) > 1:
            return Miss(cell, f"expected one of {wanted}, got {status}", "status")
        return best


def _holds(guard: str, scope: Scope) -> bool:
    try:
        return compile_rule(guard)(scope)
    except RuleError:
        return False


__all__ = ["MISSING", "Machine", "Miss", "Taken"]
