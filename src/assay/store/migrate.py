"""From whatever tables there are to those of `schema.py`, by the migrations."""

from __future__ import annotations

import io
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection, text

from assay.store.errors import Outdated
from assay.store.schema import current

#: any number that nobody else locks by; servers only
_LOCK = 0x61737361


def upgrade(connection: Connection) -> None:
    """Runs the migrations that are missing, in the transaction that the caller began.

    Of several processes one does it and the others wait. Raises `Outdated` for tables of a newer Assay.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    if current(connection):
        return
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise Outdated(
            "because a newer version of Assay wrote it. Update Assay, or name another place with --history."
        ) from error


def written_out() -> str:
    """All migrations as SQL for SQLite, for `sqlite.sql`."""
    out = io.StringIO()
    command.upgrade(_config(out), "head", sql=True)
    return out.getvalue()


def _config(out: io.StringIO | None = None) -> Config:
    config = Config(output_buffer=out) if out is not None else Config()
    folder = Path(__file__).parent / "migrations"
    # the option is subject to interpolation
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config
