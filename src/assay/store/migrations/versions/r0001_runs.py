"""Runs, and how their clauses stood."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(16), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("started", sa.String(32), nullable=False),
        sa.Column("finished", sa.String(32), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("branch", sa.Text(), nullable=False),
        sa.Column("commit", sa.String(64), nullable=False),
        sa.Column("strict", sa.Boolean(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("exit_code", sa.Integer(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("verified", sa.Integer(), nullable=False),
        sa.Column("violated", sa.Integer(), nullable=False),
        sa.Column("unwitnessed", sa.Integer(), nullable=False),
        sa.Column("inconclusive", sa.Integer(), nullable=False),
        sa.Column("observed", sa.Integer(), nullable=False),
        sa.Column("waived", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.UniqueConstraint("key", name="uq_runs_key"),
    )
    op.create_index("ix_runs_started_id", "runs", ["started", "id"])
    op.create_index("ix_runs_run", "runs", ["run"])
    op.create_table(
        "clauses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("strength", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_clauses"),
        sa.UniqueConstraint("name", "strength", name="uq_clauses_name_strength"),
    )
    op.create_table(
        "marks",
        sa.Column("run_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("clause_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("standing", sa.String(16), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("violations", sa.Integer(), nullable=False),
        sa.Column("waived", sa.Boolean(), nullable=False),
        sa.Column("flaky", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "clause_id", name="pk_marks"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_marks_run_id_runs"),
        sa.ForeignKeyConstraint(["clause_id"], ["clauses.id"], name="fk_marks_clause_id_clauses"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "breaks",
        sa.Column("run_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("clause_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fingerprint", sa.String(12), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("again", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("waived", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "clause_id", "fingerprint", name="pk_breaks"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_breaks_run_id_runs"),
        sa.ForeignKeyConstraint(["clause_id"], ["clauses.id"], name="fk_breaks_clause_id_clauses"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_breaks_fingerprint", "breaks", ["fingerprint"])
    op.create_table(
        "latencies",
        sa.Column("run_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("api", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("p50", sa.Double(), nullable=False),
        sa.Column("p90", sa.Double(), nullable=False),
        sa.Column("p99", sa.Double(), nullable=False),
        sa.Column("most", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "api", "operation", name="pk_latencies"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_latencies_run_id_runs"),
        sqlite_with_rowid=False,
    )
