"""Where a history may be, empty: a file that is not there yet and, where one is named, a PostgreSQL server."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from assay.store.place import Place, place

#: a database that may be emptied, e.g. postgresql://assay@127.0.0.1/assay_test
SERVER = os.environ.get("ASSAY_TEST_POSTGRESQL", "")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A place of either kind."""
    if request.param == "sqlite":
        return Place(file=tmp_path / "new" / "history.sqlite")
    if not SERVER:
        pytest.skip("ASSAY_TEST_POSTGRESQL names no server")
    where = place(SERVER)
    engine = create_engine(where.url)
    with engine.begin() as connection:
        for table in ("latencies", "breaks", "marks", "clauses", "runs", "alembic_version"):
            connection.execute(text(f"DROP TABLE IF EXISTS {table}"))
    engine.dispose()
    return where
