"""The quick way: the same statements without the library, and many writers at once."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assay.store.errors import Damaged
from assay.store.history import History, Which
from assay.store.place import Place
from assay.store.quick import add, script
from assay.store.repair import set_aside
from assay.store.rows import ORDER, rows
from assay.store.sql import sql
from assay.store.statements import readings
from fakes.records import mark, run

PROCESSES, EACH = 4, 20
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_the_statements_are_those_of_the_library() -> None:
    """`python -m assay.store.sql > src/assay/store/sqlite.sql` makes them anew."""
    written = (Path(__file__).parents[3] / "src" / "assay" / "store" / "sqlite.sql").read_text(
        encoding="utf-8"
    )
    assert "".join(written.split()) == "".join(sql().split())
    assert set(ORDER) | set(readings()) == set(script()) - {"make", "revision"}


def test_a_run_is_kept_without_the_library(tmp_path: Path) -> None:
    """Neither SQLAlchemy nor Alembic is loaded: that takes a tenth of a whole gate."""
    program = (
        "import sys; from pathlib import Path; from fakes.records import run;"
        "from assay.store.quick import add; from assay.store.rows import rows;"
        "add(Path(sys.argv[1]), rows(run(1)));"
        "print(sorted({'sqlalchemy', 'alembic', 'mako'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "h.sqlite")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
    assert History(Place(file=tmp_path / "h.sqlite")).count() == 1


def _write(where: Place, first: int, gate: object) -> None:
    history = History(where)
    gate.wait()  # type: ignore[attr-defined]
    for number in range(first, first + EACH):
        history.add(run(number, *(mark(f"a/op/status/{n}") for n in range(60))))


def test_many_writers_lose_nothing(empty: Place) -> None:
    """Several processes that begin at once, where there are no tables yet: every run is kept, whole."""
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(PROCESSES)
    writers = [context.Process(target=_write, args=(empty, 1 + n * EACH, gate)) for n in range(PROCESSES)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0] * PROCESSES
    history = History(empty)
    heads = history.heads(Which())
    assert {head.run for head in heads} == {f"r{n}" for n in range(1, 1 + PROCESSES * EACH)}
    assert {len(history.record(head).marks) for head in heads} == {60}


def test_a_damaged_file_is_moved_aside_once(tmp_path: Path) -> None:
    """Whoever comes second finds the new one, and leaves it."""
    file = tmp_path / "history.sqlite"
    file.write_bytes(b"no database" * 1000)
    with pytest.raises(Damaged):
        add(file, rows(run(1)))
    aside = set_aside(file, MOMENT)
    assert aside == tmp_path / "history.sqlite.damaged-20260102T030405Z"
    assert aside.read_bytes() == b"no database" * 1000
    add(file, rows(run(1)))
    assert set_aside(file, MOMENT) is None
    assert History(Place(file=file)).count() == 1


def test_two_damaged_files_of_one_moment_both_stay(tmp_path: Path) -> None:
    """Nothing that was moved aside is written over."""
    file = tmp_path / "history.sqlite"
    for content in (b"first" * 1000, b"second" * 1000):
        file.write_bytes(content)
        assert set_aside(file, MOMENT) is not None
    assert {path.read_bytes()[:5] for path in tmp_path.glob("*damaged*")} == {b"first", b"secon"}


def test_a_file_that_breaks_in_the_middle_is_damaged(tmp_path: Path) -> None:
    """Not only one that was never a database."""
    file = tmp_path / "history.sqlite"
    for number in range(1, 30):
        add(file, rows(run(number, *(mark(f"a/op/status/{n}") for n in range(100)))))
    whole = file.read_bytes()
    file.with_name("history.sqlite-wal").unlink(missing_ok=True)
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    assert set_aside(file, MOMENT) is not None
