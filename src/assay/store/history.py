"""A history: runs added, listed, and looked up. SQLAlchemy Core over SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    NullPool,
    Row,
    Select,
    create_engine,
    func,
    make_url,
    or_,
    select,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

from assay.model.record import Break, Head, Latency, Mark, Record
from assay.model.terms import Strength
from assay.model.verdict import Standing
from assay.report.origin import Sighting
from assay.store import quick
from assay.store.errors import Missing, Outdated, StoreError
from assay.store.place import Place
from assay.store.rows import rows
from assay.store.schema import breaks, clauses, current, latencies, marks, runs
from assay.store.statements import statements

#: attempts to write where a server ends one of two that wait for each other
_ATTEMPTS: Final = 5
#: seconds for a server to be reached
_CONNECT: Final = 10
_HEAD: Final = tuple(field.name for field in fields(Head))


@dataclass(frozen=True, slots=True)
class Which:
    """Which runs are meant; what is empty is any."""

    branch: str = ""
    #: as a run tells it, `staging (https://…)`, or the name alone
    target: str = ""
    profile: str = ""

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """The same, asked of the table of runs."""
        for name in ("branch", "profile"):
            if wanted := getattr(self, name):
                yield runs.c[name] == wanted
        if self.target:
            yield or_(
                runs.c.target == self.target, runs.c.target.startswith(f"{self.target} (", autoescape=True)
            )


class History:
    """The runs that are kept at one place. Every call raises `StoreError` when that cannot be used."""

    def __init__(self, place: Place) -> None:
        """Opens it. Nothing is read yet."""
        self.place = place
        self._engine = _engine(place)
        self._ready = False

    def close(self) -> None:
        """Leaves the server to others."""
        self._engine.dispose()

    def add(self, record: Record) -> None:
        """Keeps a run; one that is kept already, by its key, is replaced. Makes the tables where there are none."""
        written = rows(record)
        if self.place.file is not None:
            try:
                quick.add(self.place.file, written)
            except Outdated:
                self._migrate()
                quick.add(self.place.file, written)
            return
        self._migrate()
        named = statements("postgresql")
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with self._telling(), self._engine.begin() as connection:
                    for name, several in written.items():
                        connection.execute(named[name], several)
            except _TriedInVain:
                if attempt == _ATTEMPTS:
                    raise
            else:
                return

    def heads(self, which: Which, limit: int | None = None, before: Head | None = None) -> tuple[Head, ...]:
        """The runs, newest first; those that began before that one only."""
        earlier = [runs.c.started <= before.started, runs.c.key != before.key] if before else []
        asked = select(*_columns()).where(*which.conditions(), *earlier).order_by(*_newest()).limit(limit)
        return tuple(_head(row) for row in self._all(asked))

    def named(self, text: str) -> tuple[Head, ...]:
        """The runs of that id or key, else those whose id or key begins so; newest first, eleven at most."""
        whole = or_(runs.c.run == text, runs.c.key == text)
        begun = or_(
            runs.c.run.startswith(text, autoescape=True), runs.c.key.startswith(text, autoescape=True)
        )
        for condition in (whole, begun):
            found = self._all(select(*_columns()).where(condition).order_by(*_newest()).limit(11))
            if found:
                return tuple(_head(row) for row in found)
        return ()

    def known_runs(self) -> frozenset[str]:
        """The ids of all runs."""
        return frozenset(row.run for row in self._all(select(runs.c.run)))

    def count(self) -> int:
        """How many runs there are."""
        return int(self._all(select(func.count().label("runs")).select_from(runs))[0].runs)

    def record(self, head: Head) -> Record:
        """All that is kept of that run."""
        with self._reading() as connection:
            run = connection.execute(select(runs.c.id).where(runs.c.key == head.key)).scalar_one_or_none()
            named = (clauses.c.name.label("clause"), clauses.c.strength)
            kept = connection.execute(
                select(*named, marks).join(clauses).where(marks.c.run_id == run).order_by(clauses.c.name)
            ).all()
            found = connection.execute(
                select(*named, breaks).join(clauses).where(breaks.c.run_id == run)
                .order_by(clauses.c.name, breaks.c.fingerprint)
            ).all()  # fmt: skip
            times = connection.execute(
                select(latencies)
                .where(latencies.c.run_id == run)
                .order_by(latencies.c.api, latencies.c.operation)
            ).all()
        return Record(
            head,
            tuple(_mark(row) for row in kept),
            tuple(Break(r.clause, r.fingerprint, r.message, r.again, r.tries, r.waived) for r in found),
            tuple(Latency(r.api, r.operation, r.answers, r.p50, r.p90, r.p99, r.most) for r in times),
        )

    def broken_clauses(self, fingerprint: str) -> tuple[tuple[str, str], ...]:
        """Clause and whole fingerprint of what begins so."""
        asked = (
            select(clauses.c.name, breaks.c.fingerprint)
            .join(clauses)
            .where(breaks.c.fingerprint.startswith(fingerprint, autoescape=True))
            .distinct()
            .order_by(clauses.c.name, breaks.c.fingerprint)
        )
        return tuple((row.name, row.fingerprint) for row in self._all(asked))

    def has_clause(self, name: str) -> bool:
        """True when some run had that clause."""
        return bool(self._all(select(clauses.c.id).where(clauses.c.name == name)))

    def clause_names(self) -> tuple[str, ...]:
        """Every clause that some run had."""
        return tuple(row.name for row in self._all(select(clauses.c.name).distinct()))

    def sightings(self, clause: str, fingerprint: str, which: Which) -> tuple[Sighting[int], ...]:
        """How a clause stood, run by run, the oldest first; broken in that way only, where a fingerprint is given.

        Runs are named by numbers: `numbered` knows what they are.
        """
        with self._reading() as connection:
            # asked for by number: else the server looks through all marks instead of one in each run
            ids = connection.execute(select(clauses.c.id).where(clauses.c.name == clause)).scalars().all()
            asked = (
                select(runs.c.id, marks.c.standing, breaks.c.fingerprint)
                .join(marks, (marks.c.run_id == runs.c.id) & marks.c.clause_id.in_(ids))
                .outerjoin(
                    breaks,
                    (breaks.c.run_id == runs.c.id)
                    & (breaks.c.clause_id == marks.c.clause_id)
                    & (breaks.c.fingerprint == fingerprint),
                )
                .where(*which.conditions())
                .order_by(runs.c.started, runs.c.id)
            )
            return tuple(
                Sighting(
                    number,
                    Standing(standing),
                    found is not None if fingerprint else standing == Standing.VIOLATED,
                )
                for number, standing, found in connection.execute(asked)
            )

    def held(self, target: str, names: Iterable[str]) -> Mapping[str, str]:
        """Clauses of those names that were verified at that target, each with the id of the first run they were."""
        asked = (
            select(clauses.c.name, runs.c.run)
            .join(marks, marks.c.clause_id == clauses.c.id)
            .join(runs, runs.c.id == marks.c.run_id)
            .where(
                clauses.c.name.in_(set(names)),
                marks.c.standing == Standing.VERIFIED.value,
                runs.c.target == target,
            )
            .order_by(runs.c.started.desc(), runs.c.id.desc())
        )
        return {row.name: row.run for row in self._all(asked)}

    def numbered(self, numbers: Iterable[int]) -> Mapping[int, Head]:
        """The runs of those numbers."""
        asked = select(*_columns(), runs.c.id).where(runs.c.id.in_(set(numbers)))
        return {row.id: _head(row) for row in self._all(asked)}

    def _all(self, asked: Select[Any]) -> list[Row[Any]]:
        with self._reading() as connection:
            return list(connection.execute(asked).all())

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if self.place.file is not None and not self.place.file.is_file():
            raise Missing(
                f"Cannot read the history: because there is no {self.place.file}. Do run `assay run` first, or "
                "`assay history rebuild` where there are logs."
            )
        self._migrate()
        with self._telling(), self._engine.connect() as connection:
            yield connection

    def _migrate(self) -> None:
        """Sees that the tables are those of this code, once."""
        if self._ready:
            return
        with self._telling(), self._engine.connect() as connection:
            if not current(connection):
                connection.rollback()
                self._upgrade(connection)
        self._ready = True

    def _upgrade(self, connection: Connection) -> None:
        from assay.store import migrate  # noqa: PLC0415 - loads Alembic, which is hardly ever needed

        try:
            if self.place.file is None:
                migrate.upgrade(connection)
                connection.commit()
                return
            # begun by hand: the driver itself begins too late for a change of tables
            by_hand = connection.execution_options(isolation_level="AUTOCOMMIT")
            by_hand.exec_driver_sql("BEGIN IMMEDIATE")
            migrate.upgrade(by_hand)
            by_hand.exec_driver_sql("COMMIT")
        except Outdated as error:
            raise Outdated(f"Cannot use the history {self.place}: {error}") from error

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Every trouble as one of ours."""
        try:
            yield
        except SQLAlchemyError as error:
            cause = error.orig if isinstance(error, DBAPIError) else None
            if self.place.file is not None and isinstance(cause, Exception):
                raise quick.trouble(self.place.file, cause) from error
            raise _of_server(self.place, error, cause) from error


class _TriedInVain(StoreError):
    """The server ended it for the sake of somebody else; it may be tried again."""


def _of_server(place: Place, error: SQLAlchemyError, cause: BaseException | None) -> StoreError:
    # the driver's own words name host, user and database, but never the password
    why = " ".join(str(cause or error).split())[:300] or type(error).__name__
    state = str(getattr(cause, "sqlstate", None) or "")
    # serialization failure, deadlock, and another one who adds the same (PostgreSQL, appendix A)
    kind = _TriedInVain if state in {"40001", "40P01", "23505"} else StoreError
    return kind(f"Cannot use the history {place}: because {why}. See that the server can be reached.")


def _engine(place: Place) -> Engine:
    if place.file is not None:
        url = URL.create("sqlite", database=str(place.file))
        return create_engine(url, poolclass=NullPool, connect_args={"timeout": quick.PATIENCE})
    try:
        return create_engine(make_url(place.url), connect_args={"connect_timeout": _CONNECT})
    except (ImportError, NoSuchModuleError) as error:
        raise StoreError(
            f"Cannot use the history {place}: because the driver for PostgreSQL is not installed. "
            "Do `pip install 'assay-contracts[postgresql]'`."
        ) from error
    except (SQLAlchemyError, ValueError) as error:
        raise StoreError(
            f"Cannot use the history {place}: because its URL cannot be read. "
            "Write it as postgresql://USER@HOST/DATABASE."
        ) from error


def _columns() -> Iterable[ColumnElement[Any]]:
    return [runs.c[name] for name in _HEAD]


def _newest() -> Iterable[ColumnElement[Any]]:
    return runs.c.started.desc(), runs.c.id.desc()


def _head(row: Row[Any]) -> Head:
    return Head(*row[: len(_HEAD)])


def _mark(row: Row[Any]) -> Mark:
    return Mark(
        row.clause,
        Strength(row.strength),
        Standing(row.standing),
        row.seen,
        row.violations,
        row.waived,
        row.flaky,
    )
