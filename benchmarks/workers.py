"""What do workers gain where it is the target that takes the time?

    python -m benchmarks.workers [--contracts contracts] [--workers 0 2 4] [--latency 20] [--rounds 3]

Starts `assay mock` with a fixed latency in a process of its own, and runs pytest with one suite of all clauses against
it: without workers, and on so many. Each process has one request under way at a time, so that what is measured is the
sharing out of work and not the histories that a process has under way side by side; at 20 ms two cores are enough for
four workers. Told are the wall time from start to exit status, and the requests: workers that asked twice would show.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.machine import Noise, Spread, heading, seconds, table

TOKEN = "ASSAY_WORKERS_TOKEN"
#: one request at a time in each process, whatever the profile says
_CONFTEST = """
from dataclasses import replace
from assay.app.profile import PROFILES

PROFILES["gate"] = replace(PROFILES["gate"], max_in_flight=1, budget=3600.0)
"""
_SUITE = "from assay.pytest_plugin import suite\n\ntest_all = suite()\n"
_WITHIN = 600


@contextlib.contextmanager
def mock(contracts: Path, latency: int) -> Iterator[str]:
    """The URL of a mock in a process of its own, for the length of a `with` block."""
    words = [
        sys.executable, "-m", "assay", "mock", str(contracts), "--port", "0", "--latency", str(latency),
    ]  # fmt: skip
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://[\w.:]+", process.stdout.readline())
            if found is None:
                raise RuntimeError(
                    "Cannot measure: because the mock did not say where it is. See that it starts."
                )
            yield found[0]
        finally:
            process.terminate()


def session(project: Path, contracts: Path, url: str, workers: int) -> int:
    """One session of pytest on so many workers; how many requests it made."""
    words = [
        sys.executable, "-m", "pytest", "-q", "-n", str(workers), "-p", "no:cacheprovider", "--assay-seed=1",
        f"--assay-contracts={contracts}", f"--assay-target={url}", f"--assay-auth-env={TOKEN}",
    ]  # fmt: skip
    # compiled once, as at any user's: pytest compiles its plugins anew in each process where nothing may be kept
    own = {TOKEN: "any-token", "PYTHONPYCACHEPREFIX": str(project / "compiled")}
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        words, cwd=project, env={**kept, **own}, timeout=_WITHIN, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    report = json.loads((project / "reports" / "latest" / "report.json").read_text(encoding="utf-8"))
    if not report["run"]["complete"]:
        raise RuntimeError(f"Cannot measure: because the run is incomplete.\n{done.stdout}")
    return sum(report["run"]["requests"].values())


def main() -> None:
    """Prints one row for each number of workers, and how much the machine swayed."""
    parser = argparse.ArgumentParser(description="What do workers gain where the target takes the time?")
    parser.add_argument("--contracts", type=Path, default=Path("contracts"))
    parser.add_argument("--workers", type=int, nargs="+", default=[0, 2, 4])
    parser.add_argument("--latency", type=int, default=20, help="milliseconds before each answer")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    contracts, noise = given.contracts.absolute(), Noise()
    times: dict[int, list[float]] = {count: [] for count in given.workers}
    asked: dict[int, list[int]] = {count: [] for count in given.workers}
    print(heading(f"workers, {given.latency} ms latency, {given.contracts}"), flush=True)
    with tempfile.TemporaryDirectory() as folder, mock(contracts, given.latency) as url:
        project = Path(folder)
        for name, text in {
            "conftest.py": _CONFTEST,
            "test_all.py": _SUITE,
            "pytest.ini": "[pytest]\n",
        }.items():
            (project / name).write_text(text, encoding="utf-8")
        session(project, contracts, url, given.workers[0])
        for _ in range(given.rounds):
            for count in given.workers:
                noise.tick()
                times[count].append(
                    seconds(lambda n=count: asked[n].append(session(project, contracts, url, n)))
                )
    noise.tick()
    first = times[given.workers[0]]
    rows = [
        (
            f"-n {count}",
            Spread(tuple(times[count])).told(),
            Spread(tuple(a / b for a, b in zip(first, times[count], strict=True))).told(),
            " ".join(map(str, asked[count])),
        )
        for count in given.workers
    ]
    print(table(("workers", "seconds", f"times as fast as -n {given.workers[0]}", "requests"), rows))
    print(noise)


if __name__ == "__main__":
    main()
