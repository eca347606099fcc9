"""The statements that write a record, by the names of `rows.ORDER`, for any database that we know.

Every one has the run's key, or a clause's name, where a number is kept: so none of them waits for what another one
returned, and a list of rows is one message to the server.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ScalarSelect, Table, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import UpdateBase

from assay.store.schema import breaks, clauses, latencies, marks, runs


def statements(dialect: str) -> Mapping[str, UpdateBase]:
    """For `sqlite` or `postgresql`: they say alike what is to happen where a row is there already."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    known = (clauses.c.name, clauses.c.strength)
    return {
        "forget-marks": _forget(marks),
        "forget-breaks": _forget(breaks),
        "forget-latencies": _forget(latencies),
        "forget-run": delete(runs).where(runs.c.key == bindparam("key")),
        "add-run": runs.insert().inline(),
        "add-clause": insert(clauses).inline().on_conflict_do_nothing(index_elements=known),
        "add-mark": _add(marks),
        "add-break": _add(breaks),
        "add-latency": _add(latencies),
    }


def _forget(table: Table) -> UpdateBase:
    return delete(table).where(table.c.run_id == _run())


def _run() -> ScalarSelect[int]:
    return select(runs.c.id).where(runs.c.key == bindparam("key")).scalar_subquery()


def _clause() -> ScalarSelect[int]:
    named = (clauses.c.name == bindparam("name"), clauses.c.strength == bindparam("strength"))
    return select(clauses.c.id).where(*named).scalar_subquery()


def _add(table: Table) -> UpdateBase:
    found = {"run_id": _run(), "clause_id": _clause()}
    return table.insert().inline().values({c.name: found[c.name] for c in table.columns if c.name in found})
