"""How long does a report of a million exchanges take, and how much memory?

    python -m benchmarks.fold [--steps 100000 1000000] [--keep FOLDER]

Runs the contracts of this repository against the embedded mock once, as profile `gate` does, and makes logs of any
length of that run's: its steps again and again, each with a number, an instance, an id and a moment of its own. One
step in a hundred breaks a promise, with a message of its own, and one in five hundred is told with its history. Then
`assay report` is run on each log as a process of its own, once on two shards, and the system is asked for the most
memory that it ever held.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from benchmarks.machine import Noise, heading, table

_INSTANCE = re.compile(rb'"instance":"([a-z-]+)#(\d+)"')
_ID = re.compile(rb"([0-9a-f]{8})-([0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")
_MOMENT = re.compile(rb'"started":"[^"]*"')
_KIND = b'"kind":"holds"'


@dataclass(frozen=True)
class Run:
    """A real log, its steps apart from the rest."""

    header: bytes
    steps: tuple[bytes, ...]
    others: tuple[bytes, ...]
    footer: bytes


def real(folder: Path) -> Run:
    """The log of one gate run against the embedded mock."""
    asked = [sys.executable, "-m", "assay", "run", "contracts", "--seed", "7", "--reports", str(folder)]
    subprocess.run(asked, check=True, capture_output=True)
    header, *lines, footer = (folder / "latest" / "log.jsonl").read_bytes().splitlines()
    steps = tuple(line for line in lines if line.startswith(b'{"event":"step-judged"'))
    return Run(header, steps, tuple(line for line in lines if line not in set(steps)), footer)


def lines(run: Run, first: int, count: int) -> Iterator[bytes]:
    """So many steps, numbered from `first`, and some violations among them."""
    for number in range(first, first + count):
        again, at = divmod(number - 1, len(run.steps))
        line = _varied(run.steps[at], number, again)
        if number % 100 == 0:
            said = b'"kind":"violated","message":"step %d answered something else"' % number
            line = line.replace(_KIND, said, 1)
        yield line
        if number % 500 == 0 and _KIND in run.steps[at]:
            yield _found(line, number)


def _varied(line: bytes, number: int, again: int) -> bytes:
    line = re.sub(rb'"number":\d+', b'"number":%d' % number, line, count=1)
    line = _ID.sub(lambda m: b"%08x-%b" % ((int(m[1], 16) + again) % 2**32, m[2]), line)
    line = _INSTANCE.sub(lambda m: b'"instance":"%b#%d"' % (m[1], int(m[2]) + 1000 * again), line)
    moment = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(1_800_000_000 + number / 50)).encode()
    return _MOMENT.sub(b'"started":"%b"' % moment, line)


def _found(line: bytes, number: int) -> bytes:
    judged = json.loads(line)
    verdict = next(v for v in judged["verdicts"] if v["kind"] == "violated")
    event = {
        "event": "violation-found",
        # a violation is met again and again, and now and then there is another one
        "fingerprint": f"{crc32(verdict['clause'].encode(), number % 7):012x}",
        "verdict": verdict,
        "history": [judged["step"]] * (1 + number % 3),
    }
    return json.dumps(event, separators=(",", ":")).encode()


def write(run: Run, path: Path, first: int, count: int, shard: bytes | None = None) -> int:
    """One log; its size in bytes."""
    header = run.header if shard is None else run.header.replace(b'"run":', b'"shard":"%b","run":' % shard, 1)
    with path.open("wb") as file:
        file.write(header + b"\n")
        for line in lines(run, first, count):
            file.write(line + b"\n")
        for line in (*run.others, run.footer):
            file.write(line + b"\n")
    return path.stat().st_size


def report(logs: Sequence[Path], folder: Path) -> tuple[float, float, float]:
    """Seconds by the clock, seconds of the processor, and MB at most, of `assay report` as a process."""
    asked = [sys.executable, "-m", "assay", "report", *map(str, logs), "--reports", str(folder)]
    began = time.perf_counter()
    process = subprocess.Popen(asked, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in {0, 1}:
        raise SystemExit(f"assay report ended with {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Makes, folds and tells."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--steps", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument(
        "--shards", type=int, default=100_000, help="steps of the two shards together; 0: none"
    )
    arguments = parser.parse_args()
    noise = Noise()
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run = real(folder / "real")
        noise.tick()
        for count in arguments.steps:
            place = folder / str(count)
            place.mkdir()
            size = write(run, place / "log.jsonl", 1, count)
            noise.tick()
            rows.append(_row(f"{count}", size, *report([place / "log.jsonl"], folder)))
            noise.tick()
            (place / "log.jsonl").unlink()
        if half := arguments.shards // 2:
            parts = [folder / "1.jsonl", folder / "2.jsonl"]
            size = sum(
                write(run, part, 1 + at * half, half, b"%d/2" % (at + 1)) for at, part in enumerate(parts)
            )
            noise.tick()
            rows.append(_row(f"2 x {half}, merged", size, *report(parts, folder)))
            noise.tick()
    print(heading("fold"))
    print(table(("exchanges", "MB", "s", "s of the processor", "MB of memory at most"), rows))
    print(noise)


def _row(what: str, size: int, wall: float, used: float, memory: float) -> tuple[str, ...]:
    return what, f"{size / 1e6:.0f}", f"{wall:.1f}", f"{used:.1f}", f"{memory:.0f}"


if __name__ == "__main__":
    main()
