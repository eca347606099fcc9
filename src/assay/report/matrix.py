"""Tables for people: operation × requirement, and state × operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from assay.model.contract import Strength
from assay.model.event import RunStarted
from assay.model.verdict import ClauseKind, Standing
from assay.report.result import (
    ClauseResult,
    LifecycleCell,
    LifecycleState,
    LifecycleTable,
    Matrix,
    MatrixCell,
    MatrixRow,
    Way,
)

T = TypeVar("T")

ACCESS = "access"
INPUT = "input"
ALWAYS = "always"
#: columns after the statuses: credentials, refusal of invalid input, what holds for every exchange
GROUPS = (ACCESS, INPUT, ALWAYS)

#: a cell shows the first of these that any of its clauses has
WORST_FIRST = (
    Standing.VIOLATED,
    Standing.INCONCLUSIVE,
    Standing.UNWITNESSED,
    Standing.VERIFIED,
    Standing.OBSERVED,
)
_GROUP_OF = {
    ClauseKind.AUTHORIZATION: ACCESS,
    ClauseKind.REJECTS: INPUT,
    ClauseKind.ANSWERS: ALWAYS,
    ClauseKind.SERVER_ERROR: ALWAYS,
    ClauseKind.STATUSES: ALWAYS,
}
_LIFECYCLE = {ClauseKind.CELL, ClauseKind.EXPIRY, ClauseKind.FIELD, ClauseKind.LAW}


def worst(results: Iterable[ClauseResult]) -> Standing:
    """The standing that a group of clauses has as a whole."""
    return min((result.standing for result in results), key=WORST_FIRST.index)


class Drawn:
    """What was made for a report before, by what it was made of: it serves again where that is the same.

    Of a run that goes on, a report is asked for again and again, and little has changed between two of them.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], tuple[tuple[object, ...], Any]] = {}

    def get(self, key: tuple[object, ...], of: tuple[object, ...], make: Callable[[], T]) -> T:
        """What `make` makes, or has made of the same things."""
        known = self._known.get(key)
        if known is None or known[0] != of:
            known = self._known[key] = of, make()
        made: T = known[1]
        return made


def matrices(header: RunStarted, clauses: Sequence[ClauseResult], drawn: Drawn) -> tuple[Matrix, ...]:
    """One matrix per API, operations in the header's order."""
    apis = [str(api.get("name", "")) for api in header.apis]
    described: dict[str, dict[str, Mapping[str, object]]] = {}
    for operation in header.operations:
        described.setdefault(str(operation.get("api")), {})[str(operation.get("id"))] = operation
    mine: dict[str, dict[str, list[ClauseResult]]] = {}
    for result in clauses:
        of = mine.setdefault(result.clause.api, {})
        if result.clause.kind not in _LIFECYCLE:
            of.setdefault(result.clause.operation or "", []).append(result)
    apis = list(dict.fromkeys([*filter(None, apis), *sorted(mine)]))
    made = (_matrix(api, described.get(api, {}), mine.get(api, {}), drawn) for api in apis)
    return tuple(matrix for matrix in made if matrix.rows)


def _matrix(
    api: str,
    described: Mapping[str, Mapping[str, object]],
    mine: Mapping[str, list[ClauseResult]],
    drawn: Drawn,
) -> Matrix:
    ids = list(dict.fromkeys([*described, *sorted(mine)]))
    rows = [
        drawn.get(
            ("row", api, i), tuple(mine.get(i, ())), partial(_row, i, described.get(i, {}), mine.get(i, []))
        )
        for i in ids
    ]
    used = {column for row in rows for column in row.cells}
    statuses = sorted(used - set(GROUPS))
    return Matrix(
        api, (*statuses, *(g for g in GROUPS if g in used)), tuple(row for row in rows if row.cells)
    )


def _row(operation: str, described: Mapping[str, object], results: list[ClauseResult]) -> MatrixRow:
    statuses = {r.clause.status for r in results if r.clause.kind is ClauseKind.STATUS and r.clause.status}
    columns: dict[str, list[ClauseResult]] = {}
    for result in results:
        for column in _columns(result, statuses):
            columns.setdefault(column, []).append(result)
    return MatrixRow(
        operation=operation,
        method=str(described.get("method", "")).upper(),
        path=str(described.get("path", "")),
        summary=str(described.get("summary", "")),
        cells={column: _cell(column, columns[column]) for column in sorted(columns)},
    )


def _columns(result: ClauseResult, statuses: set[str]) -> list[str]:
    clause = result.clause
    if clause.kind in _GROUP_OF:
        return [_GROUP_OF[clause.kind]]
    wanted = [s.strip() for s in (clause.status or "").split(",") if s.strip()]
    found = [s for s in sorted(statuses) if any(_matches(w, s) for w in wanted)]
    # a promise about a status that has no clause of its own still has to be seen somewhere
    return found or wanted or [ALWAYS]


def _matches(wanted: str, status: str) -> bool:
    return wanted == status or (wanted.upper().endswith("XX") and wanted[:1] == status[:1])


def _cell(column: str, results: list[ClauseResult]) -> MatrixCell:
    said = [r for r in results if r.clause.strength is not Strength.SILENT]
    shown = said or results
    standing = worst(shown)
    broken = [r for r in shown if r.standing is standing]
    return MatrixCell(
        column=column,
        standing=standing,
        waived=standing is Standing.VIOLATED and all(r.waived for r in broken),
        silent=not said,
        # one exchange speaks about many clauses: a sum would count it many times
        seen=max(r.seen + sum(count for _, count in r.outcomes) for r in shown),
        clauses=tuple(r.clause.id for r in results),
    )


def lifecycle_tables(
    header: RunStarted, clauses: Sequence[ClauseResult], drawn: Drawn
) -> tuple[LifecycleTable, ...]:
    """One table per lifecycle: as the header draws it, or as the clauses imply."""
    found: dict[tuple[str, str], list[ClauseResult]] = {}
    for result in clauses:
        if result.clause.kind in _LIFECYCLE and result.clause.lifecycle:
            found.setdefault((result.clause.api, result.clause.lifecycle), []).append(result)
    told = {(str(t.get("api", "")), str(t.get("name", ""))): t for t in header.tables}
    order = [key for key in told if key in found] + sorted(key for key in found if key not in told)
    return tuple(
        drawn.get(
            ("table", *key), tuple(found[key]), partial(lifecycle_table, *key, told.get(key, {}), found[key])
        )
        for key in order
    )


def lifecycle_table(
    api: str, name: str, drawn: Mapping[str, object], results: Sequence[ClauseResult]
) -> LifecycleTable:
    """One table, of what the header draws and the results of its clauses."""
    cells = [r for r in results if r.clause.kind is ClauseKind.CELL]
    states = {s.name: s for s in _states(drawn)}
    for result in cells:
        states.setdefault(result.clause.state or "", LifecycleState(result.clause.state or ""))
    operations = dict.fromkeys(
        [*_strings(drawn.get("operations")), *(r.clause.operation or "" for r in cells)]
    )
    expected, ways = _expected(drawn), _ways(drawn)
    return LifecycleTable(
        api=api,
        name=name,
        states=tuple(states.values()),
        operations=tuple(operations),
        cells={
            key: LifecycleCell(*key, expected.get(key, _implied(r)), r, ways.get(key, ()))
            for key, r in _keyed(cells)
        },
        rules=tuple(r for r in results if r.clause.kind is not ClauseKind.CELL),
    )


def _keyed(cells: Sequence[ClauseResult]) -> list[tuple[tuple[str, str], ClauseResult]]:
    return [((r.clause.state or "", r.clause.operation or ""), r) for r in cells]


def _implied(result: ClauseResult) -> str:
    silent = result.clause.strength is Strength.SILENT
    return "" if silent else result.clause.title.partition(": ")[2]


def _states(drawn: Mapping[str, object]) -> list[LifecycleState]:
    states = drawn.get("states")
    found = []
    for state in states if isinstance(states, list | tuple) else []:
        if isinstance(state, Mapping):
            described = str(state.get("description", ""))
            found.append(LifecycleState(str(state.get("name", "")), bool(state.get("final")), described))
        else:
            found.append(LifecycleState(str(state)))
    return found


def _expected(drawn: Mapping[str, object]) -> dict[tuple[str, str], str]:
    return {
        (str(c.get("state")), str(c.get("operation"))): str(c.get("expected", ""))
        for c in _mappings(drawn.get("cells"))
    }


def _ways(drawn: Mapping[str, object]) -> dict[tuple[str, str], tuple[Way, ...]]:
    return {
        (str(c.get("state")), str(c.get("operation"))): tuple(map(_way, _mappings(c.get("ways"))))
        for c in _mappings(drawn.get("cells"))
    }


def _way(drawn: Mapping[str, object]) -> Way:
    status, to = drawn.get("status"), drawn.get("to")
    return Way(
        status=status if isinstance(status, int) else 0,
        to=str(to) if to else None,
        nothing=drawn.get("nothing") is True,
        when=str(drawn.get("when") or ""),
        time=str(drawn.get("time") or ""),
    )


def _mappings(value: object) -> list[Mapping[str, object]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list | tuple) else []


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else []
