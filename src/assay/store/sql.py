"""`python -m assay.store.sql > src/assay/store/sqlite.sql`: what `quick.py` says to SQLite, written out beforehand."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from sqlalchemy import Dialect
from sqlalchemy.dialects import sqlite

from assay.model.record import Break, Head, Latency, Mark, Record
from assay.model.terms import Strength
from assay.model.verdict import Standing
from assay.store.migrate import written_out
from assay.store.rows import rows
from assay.store.schema import REVISION
from assay.store.statements import readings, statements

_HEAD = "-- Made by `python -m assay.store.sql` from schema.py, statements.py and the migrations; a test compares.\n"
#: names only matter: which parameters each statement is given
_SAMPLE = Record(
    Head("", "", "", "", 0, "", "", "", ""),
    (Mark("", Strength.DOCUMENTED, Standing.VIOLATED),),
    (Break("", ""),),
    (Latency("", "", 0, 0, 0, 0, 0),),
)


def sql() -> str:
    """The text of `sqlite.sql`."""
    dialect = sqlite.dialect(paramstyle="named")
    parts = [_HEAD, f"--- revision\n{REVISION}\n", f"--- make\n{_tidy(written_out())}"]
    parts += (f"--- {name}\n{_tidy(text)}" for name, text in said(dialect).items())
    parts += (f"--- {name}\n{_tidy(str(one.compile(dialect=dialect)))}" for name, one in readings().items())
    return "\n".join(parts)


def said(dialect: Dialect) -> Mapping[str, str]:
    """The statements that write a record, in the words of that dialect."""
    given = rows(_SAMPLE)
    return {
        name: str(statement.compile(dialect=dialect, column_keys=list(given[name][0])))
        for name, statement in statements(dialect.name).items()
    }


def _tidy(script: str) -> str:
    lines = (line.rstrip() for line in script.splitlines() if not line.startswith("--"))
    return "\n".join(line for line in lines if line) + "\n"


if __name__ == "__main__":
    sys.stdout.write(sql())
