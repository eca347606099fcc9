"""The statements that write a record, by the names of `rows.ORDER`, for any database that we know; and those that read.

Every one has the run's key, or a clause's name, where a number is kept: so none of them waits for what another one
returned, and a list of rows is one message to the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import ScalarSelect, Select, Table, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import UpdateBase

from assay.model.record import Head
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


def readings() -> Mapping[str, Select[Any]]:
    """What `lately.py` asks: the runs before one, and what is kept of a run."""
    named = (clauses.c.name, clauses.c.strength)
    broken = (clauses.c.name, breaks.c.fingerprint, breaks.c.message, breaks.c.again, breaks.c.tries)
    alike = (runs.c.target == bindparam("target"), runs.c.profile == bindparam("profile"))
    earlier = (runs.c.started <= bindparam("started"), runs.c.key != bindparam("key"))
    heads = select(*(runs.c[field.name] for field in fields(Head))).where(*alike, *earlier)
    stood = (marks.c.standing, marks.c.seen, marks.c.violations, marks.c.waived, marks.c.flaky)
    took = (column for column in latencies.c if column.name != "run_id")
    return {
        "past-runs": heads.order_by(runs.c.started.desc(), runs.c.id.desc()),
        "past-marks": select(*named, *stood).join_from(marks, clauses).where(marks.c.run_id == _run())
        .order_by(clauses.c.name),
        "past-breaks": select(*broken, breaks.c.waived).join_from(breaks, clauses)
        .where(breaks.c.run_id == _run()).order_by(clauses.c.name, breaks.c.fingerprint),
        "past-latencies": select(*took).where(latencies.c.run_id == _run())
        .order_by(latencies.c.api, latencies.c.operation),
    }  # fmt: skip


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
