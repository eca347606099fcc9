"""The tables of a history, for SQLAlchemy Core. A change of them is a migration in `migrations/versions/`, too.

    runs ──< marks >── clauses        how each clause of a run stood
    runs ──< breaks >── clauses       in which ways promises were broken
    runs ──< latencies                how long answers took

Ids of clauses are long, and the same in run after run: they are kept once, with their strength.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    column,
    inspect,
    select,
    table,
)

#: the newest migration
REVISION: Final = "0001"

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

runs: Final = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(16), nullable=False, unique=True),
    Column("run", Text, nullable=False),
    #: ISO 8601, UTC: sorts as text
    Column("started", String(32), nullable=False),
    Column("finished", String(32), nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("profile", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("version", Text, nullable=False),
    Column("branch", Text, nullable=False),
    Column("commit", String(64), nullable=False),
    Column("strict", Boolean, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("exit_code", Integer, nullable=False),
    Column("requests", Integer, nullable=False),
    #: clauses by standing: what a list shows, without adding up the marks
    Column("verified", Integer, nullable=False),
    Column("violated", Integer, nullable=False),
    Column("unwitnessed", Integer, nullable=False),
    Column("inconclusive", Integer, nullable=False),
    Column("observed", Integer, nullable=False),
    Column("waived", Integer, nullable=False),
    Index(None, "started", "id"),
    Index(None, "run"),
)

clauses: Final = Table(
    "clauses",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("strength", String(16), nullable=False),
    UniqueConstraint("name", "strength"),
)

marks: Final = Table(
    "marks",
    metadata,
    Column("run_id", ForeignKey("runs.id"), primary_key=True, autoincrement=False),
    Column("clause_id", ForeignKey("clauses.id"), primary_key=True, autoincrement=False),
    Column("standing", String(16), nullable=False),
    Column("seen", Integer, nullable=False),
    Column("violations", Integer, nullable=False),
    Column("waived", Boolean, nullable=False),
    Column("flaky", Boolean, nullable=False),
    # one run's marks lie together
    sqlite_with_rowid=False,
)

breaks: Final = Table(
    "breaks",
    metadata,
    Column("run_id", ForeignKey("runs.id"), primary_key=True, autoincrement=False),
    Column("clause_id", ForeignKey("clauses.id"), primary_key=True, autoincrement=False),
    Column("fingerprint", String(12), primary_key=True),
    Column("message", Text, nullable=False),
    Column("again", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("waived", Boolean, nullable=False),
    Index(None, "fingerprint"),
    sqlite_with_rowid=False,
)

latencies: Final = Table(
    "latencies",
    metadata,
    Column("run_id", ForeignKey("runs.id"), primary_key=True, autoincrement=False),
    Column("api", Text, primary_key=True),
    Column("operation", Text, primary_key=True),
    Column("answers", Integer, nullable=False),
    #: milliseconds
    Column("p50", Double, nullable=False),
    Column("p90", Double, nullable=False),
    Column("p99", Double, nullable=False),
    Column("most", Double, nullable=False),
    sqlite_with_rowid=False,
)

#: Alembic's own
_version: Final = table("alembic_version", column("version_num"))


def current(connection: Connection) -> bool:
    """True when the tables that are there are these."""
    if not inspect(connection).has_table(_version.name):
        return False
    return connection.execute(select(_version.c.version_num)).scalars().all() == [REVISION]
