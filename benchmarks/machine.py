"""What every benchmark here needs: the machine and its noise, and two things measured in turns.

Machines are shared and speed drifts, so nothing is told as seconds alone. `paired` runs two things in turns (A B A B …)
and tells the ratio of each pair. `Noise` times the same small piece of pure Python all along (100 000 turns of a loop),
and says how long it took and how far it swayed: a ratio that differs from 1 by less than that says nothing, and
microseconds of one day compare with those of another by that loop only.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

#: turns of the yardstick, a few milliseconds of them
_TURNS = 100_000

# what people install is compiled once, by pip or by the first run: a machine that is told not to keep what it compiled
# would compile all of Assay again in every process that is measured
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@dataclass
class Noise:
    """How much the machine sways while something is measured."""

    ticks: list[float] = field(default_factory=list)

    def tick(self) -> None:
        """Times the yardstick once."""
        began = time.perf_counter()
        total = 0
        for number in range(_TURNS):
            total += number & 7
        self.ticks.append(time.perf_counter() - began)

    def __str__(self) -> str:
        if not self.ticks:
            return "noise: not measured"
        middle = statistics.median(self.ticks)
        low, high = min(self.ticks) / middle, max(self.ticks) / middle
        swayed = f"{low:.2f} to {high:.2f} of its median of {middle * 1000:.1f} ms"
        return f"noise: the same loop took {swayed} ({len(self.ticks)} times)"


@dataclass(frozen=True)
class Spread:
    """Some measurements of one thing."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.values)

    def told(self, form: str = "{:.2f}") -> str:
        """Median, and from the least to the most."""
        return f"{form} ({form}-{form})".format(self.median, min(self.values), max(self.values))


@dataclass(frozen=True)
class Pair:
    """Two things measured in turns."""

    a: Spread
    b: Spread

    @property
    def ratios(self) -> Spread:
        """A over B, pair by pair."""
        return Spread(tuple(x / y for x, y in zip(self.a.values, self.b.values, strict=True)))


def paired(a: Callable[[], float], b: Callable[[], float], rounds: int, noise: Noise) -> Pair:
    """Both in turns, so many rounds; each returns its own figure (a rate, or seconds)."""
    first, second = [], []
    for _ in range(rounds):
        noise.tick()
        first.append(a())
        second.append(b())
    noise.tick()
    return Pair(Spread(tuple(first)), Spread(tuple(second)))


def seconds(work: Callable[[], object]) -> float:
    """How long it took, in seconds of the wall clock."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def heading(what: str) -> str:
    """The first line of a benchmark: what, when, on which machine."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    today = datetime.now(UTC).date().isoformat()
    return (
        f"{what}: {today}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, {python}{load}"
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, its columns aligned, to be read in a terminal and pasted into RESULTS.md."""
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    lines = [
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in (head, *rows)
    ]
    return "\n".join(
        f"| {line} |" for line in (lines[0], " | ".join("-" * width for width in widths), *lines[1:])
    )
