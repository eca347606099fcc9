"""A history: what is kept is what is found again, on SQLite and, where one is named, on a PostgreSQL server."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from assay.model.record import Latency, Record
from assay.model.terms import Strength
from assay.store.errors import Damaged, Missing, Outdated, StoreError
from assay.store.history import History, Which
from assay.store.place import Place, place
from assay.store.rows import ORDER
from assay.store.schema import metadata
from assay.store.sql import said
from fakes.records import UNWITNESSED, VIOLATED, broken, mark, run


@pytest.fixture
def kept(empty: Place) -> Iterator[History]:
    """A history in which nothing is kept yet."""
    history = History(empty)
    yield history
    history.close()


def full(number: int = 1) -> Record:
    """A run with something of everything."""
    return run(
        number,
        mark("a/op/status/200", VIOLATED, flaky=True, waived=True),
        mark("a/op/status/404"),
        replace(mark("a/op/promise/p", UNWITNESSED), strength=Strength.EXEMPLIFIED),
        breaks=(
            broken(message="it’s \0\ud800 \U0001f4a5"),
            broken(fingerprint="b" * 12, again=2, waived=True),
        ),
        latencies=(Latency("a", "op", 12, 0.5, 1.25, 3.0, 4.0), Latency("b", "op", 1, 1.0, 1.0, 1.0, 1.0)),
        seed=2**62,
        commit="",
        strict=True,
        complete=False,
        exit_code=5,
    )


def test_a_record_comes_back_as_it_was_kept(kept: History) -> None:
    """Every field, but that a text has neither NUL nor halves of pairs: no server takes them."""
    record = full()
    kept.add(record)
    (head,) = kept.heads(Which())
    assert head == record.head
    told = kept.record(head)
    shown = (replace(record.breaks[0], message="it’s \ufffd\ufffd \U0001f4a5"), *record.breaks[1:])
    assert told == replace(record, breaks=shown)


def test_a_run_kept_again_is_replaced(kept: History) -> None:
    """By its key: newer code may make something else of the same log."""
    kept.add(full())
    kept.add(run(2))
    changed = run(1, mark("a/op/status/500"), version="9")
    kept.add(changed)
    assert kept.count() == 2
    assert kept.record(kept.heads(Which())[1]) == changed


def test_a_clause_may_change_its_strength(kept: History) -> None:
    """Each run keeps what it was for it."""
    first = run(1, mark())
    second = run(2, replace(mark(), strength=Strength.EXEMPLIFIED))
    kept.add(first)
    kept.add(second)
    assert [kept.record(head) for head in kept.heads(Which())] == [second, first]
    assert len(kept.sightings(mark().clause, "", Which())) == 2


def test_runs_are_listed_newest_first_and_by_kind(kept: History) -> None:
    """As many as are wanted; those before another one."""
    for number, branch in enumerate(["main", "topic", "main", "main"], 1):
        kept.add(run(number, branch=branch, target="mock" if number < 4 else "https://x.example"))

    def names(*which: object, **more: object) -> list[str]:
        return [head.run for head in kept.heads(*which, **more)]  # type: ignore[arg-type]

    assert names(Which()) == ["r4", "r3", "r2", "r1"]
    assert names(Which(), 2) == ["r4", "r3"]
    assert names(Which(branch="main", target="mock")) == ["r3", "r1"]
    assert names(Which(profile="nightly")) == []
    assert names(Which(branch="main"), 1, kept.heads(Which())[1]) == ["r1"]


def test_a_target_is_found_by_its_name_alone(kept: History) -> None:
    """Runs tell it with its URL; nobody types that."""
    for number, target in enumerate(
        ["staging (https://a.example)", "staging (https://b.example)", "staging2", "mock"], 1
    ):
        kept.add(run(number, target=target))
    assert [head.run for head in kept.heads(Which(target="staging"))] == ["r2", "r1"]
    assert [head.run for head in kept.heads(Which(target="staging (https://a.example)"))] == ["r1"]
    assert kept.heads(Which(target="stag")) == ()
    assert kept.heads(Which(target="%")) == ()


def test_runs_are_found_by_what_they_are_called(kept: History) -> None:
    """A whole id before one that begins so; what has signs of patterns in it is taken as it is written."""
    for number in (1, 10, 11):
        kept.add(run(number))
    assert [head.run for head in kept.named("r1")] == ["r1"]
    assert {head.run for head in kept.named("r")} == {"r1", "r10", "r11"}
    assert [head.run for head in kept.named(f"{10:016x}")] == ["r10"]
    assert kept.named("r_") == kept.named("%") == ()


def test_sightings_come_oldest_first(kept: History) -> None:
    """With the standing of the clause, and whether it was broken in the way that is looked for."""
    kept.add(run(3, mark(standing=VIOLATED), breaks=(broken(fingerprint="b" * 12),)))
    kept.add(run(1))
    kept.add(run(2, mark(standing=VIOLATED)))
    kept.add(run(4, mark("another/clause")))

    def row(fingerprint: str) -> list[tuple[str, str, bool]]:
        seen = kept.sightings(mark().clause, fingerprint, Which())
        names = kept.numbered(one.run for one in seen)
        return [(names[one.run].run, str(one.standing), one.broken) for one in seen]

    assert row("") == [("r1", "verified", False), ("r2", "violated", True), ("r3", "violated", True)]
    assert row("a" * 12) == [("r1", "verified", False), ("r2", "violated", True), ("r3", "violated", False)]
    assert kept.broken_clauses("a") == ((mark().clause, "a" * 12),)
    assert kept.broken_clauses("c") == ()
    assert (kept.has_clause(mark().clause), kept.has_clause("no")) == (True, False)


def test_the_tables_are_those_that_the_code_knows(kept: History) -> None:
    """The migrations lead to `schema.py`: nothing is left to migrate."""
    kept.add(run(1))
    with kept._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_everything_can_be_said_to_postgresql() -> None:
    """Statements and tables, without a server to say it to."""
    dialect = postgresql.dialect(paramstyle="named")
    statements = said(dialect)
    assert set(statements) == set(ORDER)
    assert statements["add-clause"].endswith("ON CONFLICT (name, strength) DO NOTHING")
    tables = {
        table.name: str(CreateTable(table).compile(dialect=dialect)) for table in metadata.sorted_tables
    }
    assert "id SERIAL NOT NULL" in tables["runs"]
    assert "p50 DOUBLE PRECISION NOT NULL" in tables["latencies"]
    assert "ROWID" not in "".join(tables.values())


def test_the_library_makes_the_tables_that_quick_makes(tmp_path: Path) -> None:
    """Whoever comes first: the migrations through the library, or their text."""

    def tables(file: Path) -> dict[str, object]:
        with sqlite3.connect(file) as connection:
            return dict(
                connection.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
            )

    quick, slow = tmp_path / "quick.sqlite", tmp_path / "slow.sqlite"
    History(Place(file=quick)).add(run(1))
    slow.touch()
    assert History(Place(file=slow)).count() == 0

    def spaces(told: dict[str, object]) -> dict[str, str]:
        return {name: "".join(str(sql).split()) for name, sql in told.items()}

    assert spaces(tables(quick)) == spaces(tables(slow))
    assert "marks" in inspect(create_engine(f"sqlite:///{slow}")).get_table_names()


def test_an_older_file_is_migrated_when_a_run_is_kept(tmp_path: Path) -> None:
    """A file in which no migration has been done yet stands for every older one."""
    file = tmp_path / "history.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    history = History(Place(file=file))
    history.add(run(1))
    assert history.count() == 1


def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    """This code does not know what its tables mean."""
    file = tmp_path / "history.sqlite"
    History(Place(file=file)).add(run(1))
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for act in (lambda h: h.add(run(2)), lambda h: h.count()):
        with pytest.raises(Outdated, match=r"because a newer version of Assay wrote it\. Update Assay"):
            act(History(Place(file=file)))


def test_somebody_elses_database_is_left_alone(tmp_path: Path) -> None:
    """Nothing is written into it."""
    file = tmp_path / "other.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE accounts (name TEXT)")
    with pytest.raises(StoreError, match="because it is somebody else's database"):
        History(Place(file=file)).add(run(1))
    with sqlite3.connect(file) as connection:
        assert [name for (name,) in connection.execute("SELECT name FROM sqlite_master")] == ["accounts"]


def test_nothing_kept_yet_is_said(tmp_path: Path) -> None:
    """Looking does not make a file."""
    file = tmp_path / "history.sqlite"
    with pytest.raises(Missing, match="Do run `assay run` first"):
        History(Place(file=file)).count()
    assert not file.exists()


NO_DATABASE = b"no database at all, but long enough to be looked at" * 40
HALF_OF_ONE = b"SQLite format 3\0" + b"\7" * 5000


@pytest.mark.parametrize("content", [NO_DATABASE, HALF_OF_ONE], ids=["none", "half"])
def test_a_damaged_file_is_known_as_such(content: bytes, tmp_path: Path) -> None:
    """For whoever writes and for whoever reads."""
    file = tmp_path / "history.sqlite"
    file.write_bytes(content)
    with pytest.raises(Damaged, match="because it is damaged"):
        History(Place(file=file)).add(run(1))
    with pytest.raises(Damaged, match="because it is damaged"):
        History(Place(file=file)).count()


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    """It is said, and what to do."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(
        StoreError, match=r"Cannot use the history .*: because .*Name another place with --history\."
    ):
        History(Place(file=tmp_path / "file" / "history.sqlite")).add(run(1))


def test_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that cannot be kept as a whole is not kept in part, and one that it was to replace stays."""
    history = History(Place(file=tmp_path / "history.sqlite"))
    history.add(full(1))
    twice = run(1, mark("x"), mark("x"))
    with pytest.raises(StoreError, match="UNIQUE"):
        history.add(twice)
    assert history.record(history.heads(Which())[0]).marks == full(1).marks


def test_reading_goes_on_while_somebody_writes(tmp_path: Path) -> None:
    """A write-ahead log: the list is there at once, without what is not yet committed."""
    file = tmp_path / "history.sqlite"
    history = History(Place(file=file))
    history.add(run(1))
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM runs")
    assert history.count() == 1
    writer.execute("ROLLBACK")
    writer.close()


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("reports/history.sqlite", "reports/history.sqlite"),
        ("sqlite:////tmp/h.sqlite", "/tmp/h.sqlite"),
        (
            "postgresql://me:s3cret@db.example:5432/assay?sslmode=require",
            "postgresql://db.example:5432/assay",
        ),
        ("postgres://db/assay", "postgresql://db/assay"),
        ("postgresql+psycopg://me@db/assay", "postgresql://db/assay"),
    ],
)
def test_a_place_is_shown_without_credentials(told: str, shown: str) -> None:
    """Whatever is printed of it."""
    assert str(place(told)) == shown


def test_other_databases_are_refused() -> None:
    """By the scheme alone: the rest of a URL may hold a password."""
    with pytest.raises(StoreError) as refused:
        place("mysql://me:s3cret@db/assay")
    assert "Cannot keep history in mysql://…" in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_a_server_that_is_not_there_is_said_without_the_password() -> None:
    """Neither the message nor its cause's has it."""
    pytest.importorskip("psycopg")
    history = History(place("postgresql://me:s3cret@127.0.0.1:1/assay"))
    with pytest.raises(
        StoreError, match=r"Cannot use the history postgresql://127\.0\.0\.1:1/assay: because"
    ) as said:
        history.add(run(1))
    assert "s3cret" not in str(said.value)
