"""The tables of `report.json`: matrix, lifecycles, coverage, decisions, health, levels."""

from __future__ import annotations

from assay.model.contract import Json
from assay.report.health import Health
from assay.report.result import (
    Coverage,
    Extent,
    Gap,
    Levels,
    LifecycleTable,
    Matrix,
    PendingResult,
    WaiverResult,
)


def matrix(matrix: Matrix) -> Json:
    """One API's operations and what was found of each."""
    return {
        "api": matrix.api,
        "columns": list(matrix.columns),
        "rows": [
            {
                "operation": row.operation,
                "method": row.method,
                "path": row.path,
                "cells": {
                    column: {
                        "standing": str(cell.standing),
                        "waived": cell.waived,
                        "seen": cell.seen,
                        "clauses": list(cell.clauses),
                    }
                    for column, cell in row.cells.items()
                },
            }
            for row in matrix.rows
        ],
    }


def lifecycle(table: LifecycleTable) -> Json:
    """One table, cell by cell."""
    return {
        "api": table.api,
        "name": table.name,
        "states": [{"name": s.name, "final": s.final, "description": s.description} for s in table.states],
        "operations": list(table.operations),
        "cells": [
            {
                "state": cell.state,
                "operation": cell.operation,
                "expected": cell.expected,
                "clause": cell.result.clause.id,
                "standing": str(cell.result.standing),
                "seen": cell.result.seen,
                "outcomes": dict(cell.result.outcomes),
                "waived": cell.result.waived,
            }
            for _, cell in sorted(table.cells.items())
        ],
    }


def coverage(found: Coverage) -> Json:
    """How much of one table was walked."""
    return {
        "api": found.api,
        "lifecycle": found.name,
        "states": _extent(found.states),
        "cells": _extent(found.cells) | {"complete_at": found.complete},
        "transitions": _extent(found.transitions),
        "pairs": _extent(found.pairs),
    }


def _extent(extent: Extent) -> dict[str, Json]:
    return {"seen": extent.seen, "of": extent.of, "unseen": [_gap(gap) for gap in extent.gaps]}


def _gap(gap: Gap) -> Json:
    first = {"state": gap.state, "operation": gap.operation, "to": gap.to}
    if gap.then is None:
        return {key: value for key, value in first.items() if value} | {"why": gap.why}
    return {"first": first, "then": dict(zip(first, gap.then, strict=True)), "why": gap.why}


def waiver(waiver: WaiverResult) -> Json:
    """One decision and what it did."""
    return {
        "matches": waiver.matches,
        "reason": waiver.reason,
        "owner": waiver.owner,
        "until": waiver.until,
        "place": waiver.place,
        "expired": waiver.expired,
        "waives": list(waiver.waives),
        "link": waiver.link,
        "passing": waiver.passing,
        "finding": waiver.finding,
    }


def pending(pending: PendingResult) -> Json:
    """One promise that may be broken still."""
    return {
        "clause": pending.clause,
        "standing": str(pending.standing),
        "held": pending.held,
        "place": pending.place,
        "finding": pending.finding,
    }


def health(health: Health) -> Json:
    """How well the target was."""
    return {
        "sick": health.sick,
        "bouts": [
            {
                "first": bout.first,
                "last": bout.last,
                "bad": bout.bad,
                "of": bout.of,
                "operations": list(bout.operations),
            }
            for bout in health.bouts
        ],
    }


def levels(found: Levels) -> Json:
    """How much of what one API documents was touched."""
    return {
        "api": found.api,
        "level": found.level,
        "criteria": [
            {
                "level": one.level,
                "name": one.name,
                "covered": one.covered,
                "of": one.of,
                "missing": list(one.missing),
            }
            for one in found.criteria
        ],
        "statuses": {
            "covered": found.covered,
            "documented": found.documented,
            "undocumented": list(found.strange),
        },
    }
