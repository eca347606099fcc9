"""How long do `assay lint` and `assay plan` take, of ten contracts, of a hundred and of a thousand?

    python -m benchmarks.large [--counts 10 100 1000] [--rounds 2] [--shape several|one]

Of two shapes (`benchmarks.contracts`): several APIs of 20 endpoint files each, and one API with a lifecycle for every
two of its endpoint files. Told are whole processes, from a cold start, in seconds of the processor and by the clock.
What a contract costs is that less the time of the same process for a single one, told also as a ratio to that of a
hundred. The parts are measured in one more process, imports apart.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.contracts import ONE, SEVERAL, write
from benchmarks.machine import Noise, heading, table

_SHAPES = {"several": SEVERAL, "one": ONE}
#: seconds of the processor, part by part, in a process of its own
_PARTS = """
import sys, time
from datetime import date
from assay.files.contracts import read_tree
from assay.rules import lint
import assay.app.plan as planning
from assay.app.profile import PROFILES
from assay.machine.rule import compile_rule
compile_rule("true")
path, today, moment = sys.argv[1], date(2026, 1, 1), time.process_time
def part(name, work):
    began = moment()
    made = work()
    print(f"{name} {moment() - began:.3f}")
    return made
from assay.app.load import load
from assay.app.spared import spared
from assay.contractfile.parse import parse
tree = part("read", lambda: read_tree(path))
with spared():
    parsed = part("parse", lambda: parse(tree, root=path))
    part("lint", lambda: lint.lint(parsed.contracts, today=today))
contracts = load(path, today)
planning.load = lambda *_: contracts
part("plan", lambda: planning.prepare(path, PROFILES["gate"], today))
"""


def process(*arguments: str) -> tuple[float, float, str]:
    """Seconds of the processor and by the clock, and what it said, of a Python of its own."""
    began = time.perf_counter()
    child = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, text=True)
    said = child.stdout.read() if child.stdout else ""
    _, status, used = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"{' '.join(arguments)} ended with {os.waitstatus_to_exitcode(status)}: {said}")
    return used.ru_utime + used.ru_stime, time.perf_counter() - began, said


def main() -> None:
    """Writes folders, measures, tells."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--counts", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--shape", choices=_SHAPES, nargs="+", default=list(_SHAPES))
    arguments = parser.parse_args()
    noise = Noise()
    whole, parts = [], []
    with tempfile.TemporaryDirectory() as name:
        single = Path(name) / "single"
        write(single, 1, ONE)
        for shape in arguments.shape:
            of_hundred: dict[str, float] = {}
            for count in arguments.counts:
                folder = Path(name) / f"{shape}-{count}"
                write(folder, count, _SHAPES[shape])
                for command in ("lint", "plan"):
                    taken = []
                    for _ in range(arguments.rounds):
                        noise.tick()
                        # in turns, so that both meet the same machine
                        start, _, _ = process("-m", "assay", command, str(single))
                        taken.append((*process("-m", "assay", command, str(folder))[:2], start))
                    used, wall, start = map(statistics.median, zip(*taken, strict=True))
                    each = (used - start) / (count - 1) * 1000
                    of_hundred.setdefault(command, each) if count == 100 else None
                    ratio = f"{each / of_hundred[command]:.2f}" if command in of_hundred else ""
                    whole.append((_SHAPES[shape].name, str(count), command, f"{used:.2f}", f"{wall:.2f}",
                                  f"{each:.2f}", ratio))  # fmt: skip
                _, _, said = process("-c", _PARTS, str(folder))
                noise.tick()
                parts.append(
                    (_SHAPES[shape].name, str(count), *(line.split()[1] for line in said.splitlines()))
                )
    print(heading("large"))
    print(
        table(
            ("shape", "contracts", "assay", "s of the processor", "s", "ms a contract", "of that of 100"),
            whole,
        )
    )
    print()
    print(table(("shape", "contracts", "read", "parse", "lint", "plan"), parts))
    print(noise)


if __name__ == "__main__":
    main()
