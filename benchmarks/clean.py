"""Is the mock clean? Against its own contracts over many seeds, and whatever it is sent.

    python -m benchmarks.clean [PART …] [--seeds 50] [--profile gate] [--minutes 10] [--examples 100]

Parts:

* `seeds`: `assay run` of the shipped contracts and of the orders example against the embedded mock, seed after seed. A
  violation is not clean; a promise that one seed witnesses and another does not is named. It stops when the minutes are
  over, and says how many seeds there were time for.
* `clients`: 32 clients at once have the same conversation, and every status has to be the expected one; then
  `assay run` has up to 32 requests under way at a mock that takes its time, and judges each answer.
* `malformed`: Schemathesis' own command line, in negative mode, looks for server errors.

Ends with 1 when something was not clean.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import heading, table
from benchmarks.mock import (
    CONTRACTS,
    CONVERSATIONS,
    ORDERS,
    TODAY,
    CannotMeasure,
    asked_of,
    conversation,
    first_line,
    process,
)

from assay.app.load import load
from assay.openapi.compile import compile_api

#: clients at once
CLIENTS = 32


@dataclass(frozen=True)
class Run:
    """What one run came to."""

    code: int
    requests: int
    seconds: float
    #: clause -> standing
    standings: dict[str, str]

    @property
    def counted(self) -> Counter[str]:
        """How many clauses have which standing."""
        return Counter(self.standings.values())


def run(path: str, profile: str, seed: int) -> Run:
    """One `assay run` against the embedded mock."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        command = [sys.executable, "-m", "assay", "run", path, "--profile", profile, "--seed", str(seed)]
        told = subprocess.run(
            [*command, "--reports", folder], capture_output=True, text=True, timeout=3600, check=False
        )
        seconds = time.perf_counter() - began
        report = Path(folder) / "latest" / "report.json"
        if not report.exists():
            raise CannotMeasure(f"Cannot run seed {seed}: because there is no report. {told.stderr[-500:]}")
        found = json.loads(report.read_text(encoding="utf-8"))
    return Run(
        told.returncode,
        _requests(told.stdout),
        seconds,
        {clause["id"]: clause["standing"] for clause in found["clauses"]},
    )


def _requests(told: str) -> int:
    """How many requests a run says it made."""
    found = re.search(r"([\d ,.]+) requests to ", told)
    return int(re.sub(r"\D", "", found[1])) if found else 0


def seeds(given: argparse.Namespace) -> Iterator[str]:
    """Each seed's run of each folder; what is not clean."""
    until = time.monotonic() + given.minutes * 60
    for path in (CONTRACTS, ORDERS):
        rows, sways, first, done = [], list[str](), None, 0
        share = until if path == ORDERS else (time.monotonic() + until) / 2
        for seed in range(1, given.seeds + 1):
            if time.monotonic() > share:
                break
            made = run(path, given.profile, seed)
            done += 1
            counted = made.counted
            first = first or made
            told = ", ".join(f"{number} {standing}" for standing, number in sorted(counted.items()))
            rows.append([str(seed), str(made.code), str(made.requests), f"{made.seconds:.1f}", told])
            broken = [clause for clause, standing in made.standings.items() if standing == "violated"]
            yield from (f"{path}, seed {seed}: {clause} is violated" for clause in broken)
            if made.code and not broken:
                yield f"{path}, seed {seed}: ended with {made.code}"
            sways += (c for c, standing in made.standings.items() if standing != first.standings.get(c))
        print(f"{path}, profile {given.profile}: {done} of {given.seeds} seeds\n")
        print(table(["seed", "exit", "requests", "seconds", "clauses"], rows))
        for clause, times in Counter(sways).items():
            print(f"otherwise than under the first seed, {times} times: {clause}")


def clients(given: argparse.Namespace) -> Iterator[str]:
    """Many at once."""
    for name, asked in CONVERSATIONS.items():
        command = [sys.executable, "-u", "-m", "assay", "mock", CONTRACTS, "--port", "0"]
        steps = asked(load(CONTRACTS, TODAY).api(name))
        with conversation(steps) as script, process(command, first_line) as ours:
            try:
                seen = asked_of(ours, script, given.seconds, name, CLIENTS)
            except CannotMeasure as error:
                yield str(error)
            else:
                print(
                    f"{name}: {CLIENTS} clients at once, {seen['requests']} requests, each answered as expected"
                )
    for path in (CONTRACTS, ORDERS):
        yield from _judged(path, given.profile)


def _judged(path: str, profile: str) -> Iterator[str]:
    """A run that has many requests under way; what it finds."""
    command = [sys.executable, "-u", "-m", "assay", "mock", path, "--port", "0", "--latency", "20"]
    with process(command, first_line) as ours, tempfile.TemporaryDirectory() as folder:
        settings = {"url": ours.url, "auth-env": "TOKEN", "rate": 5000, "max-in-flight": CLIENTS}
        lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
        (Path(folder) / "assay.toml").write_text("\n".join(["[targets.many]", *lines]), encoding="utf-8")
        words = ["run", str(Path(path).resolve()), "--target", "many", "--profile", profile]
        told = subprocess.run(
            [sys.executable, "-m", "assay", *words], capture_output=True, text=True, timeout=3600, check=False,
            cwd=folder, env={**os.environ, "TOKEN": "any-token"},
        )  # fmt: skip
    if told.returncode:
        yield f"{path}, {CLIENTS} requests under way: ended with {told.returncode}. {told.stdout[-1500:]}"
    else:
        print(f"{path}: judged with up to {CLIENTS} requests under way, {_requests(told.stdout)} requests")


def malformed(given: argparse.Namespace) -> Iterator[str]:
    """What the engine's own command line makes of it."""
    program = Path(sys.executable).with_name("st")
    found = str(program) if program.exists() else shutil.which("st")
    if found is None:
        raise CannotMeasure(
            "Cannot look for server errors: because the program st is not here. Install schemathesis."
        )
    for path in (CONTRACTS, ORDERS):
        command = [sys.executable, "-u", "-m", "assay", "mock", path, "--port", "0"]
        with process(command, first_line) as ours, tempfile.TemporaryDirectory() as folder:
            for api in load(path, TODAY).apis:
                document = Path(folder) / f"{api.name}.json"
                document.write_text(json.dumps(compile_api(api)), encoding="utf-8")
                words = ["run", str(document), "--url", ours.url, "--mode", "negative", "--seed", "1"]
                words += ["--checks", "not_a_server_error", "--max-examples", str(given.examples)]
                words += ["--header", "Authorization: Bearer any-token", "--suppress-health-check", "all"]
                told = subprocess.run(
                    [found, *words], capture_output=True, text=True, timeout=1800, check=False, cwd=folder
                ).stdout
                tried = re.search(r"(\d+) generated, (\d+) passed", told)
                if tried is None or tried[1] != tried[2]:
                    yield f"{api.name}: {told[-1500:]}"
                else:
                    print(f"{api.name}: {tried[1]} malformed requests, no server error")


PARTS = {"seeds": seeds, "clients": clients, "malformed": malformed}


def main() -> int:
    """Prints what each part found."""
    parser = argparse.ArgumentParser(description="Is the mock clean?")
    parser.add_argument(
        "parts", nargs="*", choices=[*PARTS, []], default=[], metavar="PART", help=", ".join(PARTS)
    )
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--profile", default="gate")
    parser.add_argument("--minutes", type=float, default=10.0, help="for all the seeds")
    parser.add_argument("--seconds", type=float, default=5.0, help="of the clients")
    parser.add_argument(
        "--examples", type=int, default=100, help="of each operation, made up by Schemathesis"
    )
    given = parser.parse_args()
    unclean: list[str] = []
    for part in given.parts or PARTS:
        print(heading(f"clean, {part}"))
        unclean += PARTS[part](given)
        print()
    for line in unclean:
        print(f"not clean: {line}")
    print("clean" if not unclean else f"{len(unclean)} lines are not clean")
    return int(bool(unclean))


if __name__ == "__main__":
    sys.exit(main())
