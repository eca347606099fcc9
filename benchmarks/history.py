"""How long do ten thousand runs take to look into, and what does keeping one more cost?

    python -m benchmarks.history [--runs 10000] [--clauses 250] [--keep FILE] [--url postgresql://…]

Makes a history of that many runs over half a year: of three branches and two targets, each run with that many clauses,
a dozen operations, some clauses that break and are mended again, and now and then one that is flaky. Then two runs are
compared, the list is made, a violation is bisected and a run is kept, each several times in a process that has loaded
the library already; and each command is timed once more as a user types it.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from benchmarks.machine import Noise, heading, table

from assay.app.history import bisected, compared, listed
from assay.model.record import Break, Head, Latency, Mark, Record
from assay.model.terms import Strength
from assay.model.verdict import Standing
from assay.store import quick
from assay.store.history import History, Which
from assay.store.place import Place, place
from assay.store.rows import rows

#: what the issue asks for, in milliseconds
LIMIT = 200.0
_AGAIN = 9
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_STANDINGS = (*[Standing.VERIFIED] * 200, *[Standing.UNWITNESSED] * 8, *[Standing.OBSERVED] * 20)


def records(count: int, clauses: int) -> Iterator[Record]:
    """That many runs, one after another."""
    chance = Random(7)
    names = [f"shop/operation{n % 12}/status/{200 + n}" for n in range(clauses)]
    standings = [chance.choice(_STANDINGS) for _ in names]
    for number in range(count):
        # a few clauses change from run to run: one breaks, one is mended
        for _ in range(chance.randrange(3)):
            at = chance.randrange(clauses)
            standings[at] = chance.choice((*_STANDINGS[:12], Standing.VIOLATED))
        yield _record(number, names, standings, chance)


def _record(number: int, names: list[str], standings: list[Standing], chance: Random) -> Record:
    began = _BEGAN + timedelta(minutes=26 * number)
    marks = tuple(
        Mark(
            name,
            Strength.DOCUMENTED,
            standing,
            40,
            int(standing is Standing.VIOLATED),
            flaky=chance.random() < 0.001,
        )
        for name, standing in zip(names, standings, strict=True)
    )
    breaks = tuple(
        Break(
            one.clause,
            f"{hash((one.clause, number // 500)) & (1 << 48) - 1:012x}",
            "expected 200, got 500",
            5,
            5,
        )
        for one in marks
        if one.standing is Standing.VIOLATED
    )
    times = tuple(Latency("shop", f"operation{n}", 200, 3.0, 5.0, 9.0, 20.0) for n in range(12))
    counts = {str(standing): sum(1 for one in marks if one.standing is standing) for standing in Standing}
    head = Head(
        key=f"{number:016x}",
        run=f"{began:%Y-%m-%dT%H-%M-%SZ}",
        started=began.isoformat(timespec="seconds"),
        finished=began.isoformat(timespec="seconds"),
        seed=number,
        profile="nightly" if number % 20 == 0 else "gate",
        target=("mock", "https://staging.example.com")[number % 2],
        digest=f"{number // 700:064x}",
        version="0.1.0",
        branch=("main", "main", "topic", "release")[number % 4],
        commit=f"{number // 3:040x}",
        requests=3000,
    )
    return Record(replace(head, **counts), marks, breaks, times)


def fill(kept: Place, count: int, clauses: int) -> float:
    """Makes the history; seconds that it took. A file is filled in one transaction."""
    began = time.perf_counter()
    if kept.file is not None:
        sections = quick.script()
        with quick.opened(kept.file) as connection:
            quick.make(connection)
            with quick.transaction(connection):
                for record in records(count, clauses):
                    for name, several in rows(record).items():
                        connection.executemany(sections[name], several)
    else:
        history = History(kept)
        for record in records(count, clauses):
            history.add(record)
        history.close()
    return time.perf_counter() - began


def timed(what: Callable[[], object]) -> str:
    """Milliseconds: the median of several, and the most."""
    times = []
    for _ in range(_AGAIN):
        began = time.perf_counter()
        what()
        times.append(1000 * (time.perf_counter() - began))
    return f"{statistics.median(times):.0f} (at most {max(times):.0f})"


def typed(kept: Place, *words: str) -> str:
    """Milliseconds of the command as a process."""
    told = str(kept.file) if kept.file else kept.url
    began = time.perf_counter()
    asked = [
        sys.executable,
        "-m",
        "assay",
        "history",
        *words,
        "--history",
        told,
        "--reports",
        "no-such-folder",
    ]
    subprocess.run(asked, check=True, stdout=subprocess.DEVNULL)
    return f"{1000 * (time.perf_counter() - began):.0f}"


def rounds(kept: Place, count: int, clauses: int) -> Iterator[tuple[str, str, str]]:
    """What, in a process that is there, and as a command."""
    first, middle = (f"{number:016x}" for number in (0, count // 2))
    clause = next(records(1, clauses)).marks[3].clause
    extra = next(records(1, clauses))

    def add() -> None:
        number = time.perf_counter_ns() % 10**15
        record = replace(
            extra, head=replace(extra.head, key=f"f{number:015d}", started="2025-01-01T00:00:00+00:00")
        )
        if kept.file is not None:
            quick.add(kept.file, rows(record))
        else:
            History(kept).add(record)

    yield (
        "compare two",
        timed(lambda: compared(kept, "", Which(), first, middle)),
        typed(kept, "compare", first, middle),
    )
    yield "compare the latest", timed(lambda: compared(kept, "", Which(), None, None)), typed(kept, "compare")
    yield (
        "compare branches",
        timed(lambda: compared(kept, "", Which(), "main", "topic")),
        typed(kept, "compare", "main", "topic"),
    )
    yield "list twenty", timed(lambda: listed(kept, "", Which(), 20)), typed(kept)
    yield "bisect a clause", timed(lambda: bisected(kept, "", Which(), clause)), typed(kept, "bisect", clause)
    yield "keep one more", timed(add), ""


def main() -> None:
    """Makes, asks and tells."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--clauses", type=int, default=250)
    parser.add_argument("--keep", help="where the file stays")
    parser.add_argument("--url", help="an empty PostgreSQL database instead")
    arguments = parser.parse_args()
    noise = Noise()
    with tempfile.TemporaryDirectory() as folder:
        kept = place(arguments.url or arguments.keep or str(Path(folder) / "history.sqlite"))
        seconds = fill(kept, arguments.runs, arguments.clauses)
        noise.tick()
        size = f", {kept.file.stat().st_size / 1e6:.0f} MB" if kept.file else ""
        found = list(rounds(kept, arguments.runs, arguments.clauses))
        noise.tick()
    print(heading("history"))
    print(f"{arguments.runs} runs of {arguments.clauses} clauses, made in {seconds:.0f} s{size}\n")
    print(table(("what", "ms", "ms as a command"), found))
    print(noise)
    compare = float(found[0][1].partition(" ")[0])
    if compare > LIMIT:
        raise SystemExit(f"Comparing two runs took {compare:.0f} ms: more than {LIMIT:.0f}.")


if __name__ == "__main__":
    main()
