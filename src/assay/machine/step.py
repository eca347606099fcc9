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
    #: the status it wanted, where that is what does not fit
    wanted: int = 0
    #: True when a guard or body could not be evaluated: neither allowed nor refused
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What the table says of one answer."""

    #: cells that allow it
    fits: tuple[Cell, ...]
    #: cells met on the way that say nothing of this request: they allow everything
    silent: tuple[Cell, ...]
    #: why the others do not
    misses: tuple[Miss, ...]
    #: states the instance may be in now; empty when nothing allows the answer
    states: frozenset[str]
    #: the ways of `fits` that were taken
    ways: tuple[Transition, ...] = ()


class Machine:
    """A lifecycle ready to step. Predicates and guards are compiled once."""

    def __init__(self, lifecycle: Lifecycle, components: Mapping[str, Json]) -> None:
        self.lifecycle = lifecycle
        leads = {t.to for row in lifecycle.cells.values() for cell in row.values() for t in cell.transitions}
        #: where an instance can be at all; `absent` only where the table says that one may cease to exist
        self._anywhere = {s.name for s in lifecycle.states if s.name != ABSENT or ABSENT in leads}
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
        ways: list[Transition] = []
        after: set[str] = set()
        for state in sorted(states):
            cell = self.lifecycle.cell(state, operation)
            if cell is None:
                continue
            tried = [(way, self._miss(cell, way, status, body, scope)) for way in cell.transitions]
            taken = [way for way, miss in tried if miss is None]
            closed = [miss for _, miss in tried if miss is not None and miss.facet != "when"]
            if taken:
                fits.append(cell)
                ways += taken
                after |= {way.to or state for way in taken}
            elif closed and not any(miss.doubt for _, miss in tried if miss is not None):
                misses.append(self._closest(cell, closed, status))
            else:  # silent, or no case of it applies to this request for certain
                silent.append(cell)
                after |= self._after_silence(state, status)
        return Taken(tuple(fits), tuple(silent), tuple(misses), frozenset(after), tuple(ways))

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
            return set(self._anywhere)
        return {state}

    def _miss(self, cell: Cell, transition: Transition, status: int, body: Json, scope: Scope) -> Miss | None:
        try:
            if transition.when is not None and not compile_rule(transition.when)(scope):
                return Miss(cell, f"the case «when: {transition.when}» does not apply", "when")
            if transition.status != status:
                return Miss(
                    cell, f"expected {transition.status}, got {status}", "status", wanted=transition.status
                )
            predicate = self._predicates.get(id(transition))
            mismatch = next(predicate.mismatches(body, scope), None) if predicate is not None else None
        except RuleError as error:
            return Miss(cell, f"it cannot be told: {error}", "when", doubt=True)
        if mismatch is None:
            return None
        where = f" at {mismatch.pointer}" if mismatch.pointer else ""
        return Miss(
            cell, f"body{where}: {mismatch.message}", mismatch.place, mismatch.pointer, status_fits=True
        )

    def _closest(self, cell: Cell, misses: list[Miss], status: int) -> Miss:
        """The most telling of several reasons: a body that does not fit says more than a status that does not."""
        best = next((m for m in misses if m.status_fits), misses[0])
        wanted = sorted({m.wanted for m in misses})
        if best.facet == "status" and len(wanted) > 1:
            return Miss(cell, f"expected {' or '.join(map(str, wanted))}, got {status}", "status")
        return best


__all__ = ["MISSING", "Machine", "Miss", "Taken"]
