"""Which of the faults in `examples/orders/wrong` does a run find, and how short is the story it tells?

    python -m benchmarks.detection [NAME…] [--profile gate] [--seed 1] [--seeds 20] [--rival]

Each server is started on a loopback port and given one `assay run`. The honest one comes first: whatever is told of it
is a false accusation (`--seeds N` asks it with N seeds). «As hoped» means that among the clauses found broken is one of
the law, or of the clause kind, that the wrong server's `LAW` names. With `--rival`, `st run` gets the same server and
the same time, and has a column of its own: see `benchmarks.rival` for what counts as a find.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from benchmarks.rival import Rival
from examples.orders.server import Orders
from examples.orders.serving import start
from examples.orders.wrong import KINDS, WRONG

from assay.app.run import RunOptions, run
from assay.model.verdict import Clause, Standing
from assay.report.result import Report

CONTRACTS = "examples/orders/contracts"
TOKEN, OTHER = "ASSAY_DETECTION_TOKEN", "ASSAY_DETECTION_OTHER_TOKEN"
HONEST = "honest"


@dataclass(frozen=True)
class Row:
    """What one run found."""

    name: str
    kind: str
    hoped: str
    #: clauses found broken, without the api's name
    clauses: tuple[str, ...]
    as_hoped: bool
    #: requests in the shortest history; 0 when nothing was found
    shortest: int
    #: requests in the longest of the shortest histories of what was hoped for; 0 when it was not found
    telling: int
    #: requests of the whole run
    requests: int
    seconds: float
    #: what the rival found, where it was asked
    rival: tuple[str, ...] | None = None

    @property
    def caught(self) -> bool:
        """Whether anything was found at all."""
        return bool(self.clauses)


def explored(make: type[Orders], profile: str, seed: int) -> Report:
    """The report of one run against such a server."""
    with start(make) as running, tempfile.TemporaryDirectory() as reports:
        os.environ[TOKEN], os.environ[OTHER] = running.tokens["alice"], running.tokens["bob"]
        options = RunOptions(path=CONTRACTS, target=running.url, profile=profile, seed=seed, auth_env=TOKEN,
                             reports=reports, principals={"bob": OTHER})  # fmt: skip
        return run(options).report


def measured(names: Iterable[str], profile: str, seed: int, rival: Rival | None = None) -> Iterator[Row]:
    """One row for each name, in that order."""
    for name in names:
        wrong = WRONG.get(name)
        began = time.monotonic()
        report = explored(wrong.make if wrong else Orders, profile, seed)
        seconds = time.monotonic() - began
        broken = [result.clause for result in report.clauses if result.standing is Standing.VIOLATED]
        hoped = wrong.law if wrong else ""
        theirs = None
        if rival is not None and wrong is not None:
            theirs = tuple(
                sorted(f"{kind} {where}" for kind, where in rival.found(wrong.make, seconds, seed))
            )
        named = {clause.id for clause in broken if _is(hoped, clause)}
        yield Row(
            name,
            wrong.kind if wrong else "",
            hoped,
            tuple(sorted(clause.id.partition("/")[2] for clause in broken)),
            bool(named),
            min((len(violation.history) for violation in report.violations), default=0),
            min((len(v.history) for v in report.violations if v.verdict.clause in named), default=0),
            sum(count for _, count in report.requests),
            seconds,
            theirs,
        )


def _is(hoped: str, clause: Clause) -> bool:
    """True for a clause of that kind, or of that law or a part of it."""
    return clause.kind == hoped or f"/law/{hoped}/" in f"{clause.id}/"


def in_order() -> list[str]:
    """The honest server, then the wrong ones, kind by kind."""
    return [HONEST, *sorted(WRONG, key=lambda name: (KINDS.index(WRONG[name].kind), name))]


def line(row: Row) -> str:
    """One row as text."""
    found = "-" if not row.caught else "yes" if row.as_hoped else "other"
    told = ", ".join(row.clauses[:2]) + (f", +{len(row.clauses) - 2}" if len(row.clauses) > 2 else "")
    theirs = "" if row.rival is None else f"{'yes' if row.rival else '-':7}"
    lengths = f"{row.shortest or '-':>4} {row.telling or '-':>5} {row.seconds:5.1f}"
    return f"{row.kind:11} {row.name:31} {row.hoped:28} {theirs}{found:6} {lengths}  {told}"


def summary(rows: list[Row]) -> Iterator[str]:
    """Caught of how many, kind by kind."""
    wrong = [row for row in rows if row.kind]
    groups = {kind: [row for row in wrong if row.kind == kind] for kind in KINDS}
    for kind, of in {**groups, "all": wrong}.items():
        if of:
            caught, hoped = sum(row.caught for row in of), sum(row.as_hoped for row in of)
            theirs = sum(bool(row.rival) for row in of)
            column = f", st run {theirs:3}" if of[0].rival is not None else ""
            yield f"{kind:11} {caught:3} of {len(of):3}, as hoped {hoped:3}{column}"
    lengths = Counter(row.shortest for row in wrong if row.caught)
    yield "requests in the shortest history: " + ", ".join(f"{n} ×{lengths[n]}" for n in sorted(lengths))
    yield f"{sum(row.requests for row in rows)} requests, {sum(row.seconds for row in rows):.0f} s"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="Which faults of the orders example does a run find?")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="wrong servers; all of them and the honest one if none"
    )
    parser.add_argument("--profile", default="gate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1, help="ask the honest server with so many seeds")
    parser.add_argument("--rival", action="store_true", help="give `st run` the same server and time")
    given = parser.parse_args()
    theirs = f"{'st run':7}" if given.rival else ""
    print(
        f"{'kind':11} {'server':31} {'hoped for':28} {theirs}{'caught':6} {'reqs':>4} {'told':>5} {'s':>5}  clauses"
    )
    rival = Rival(CONTRACTS) if given.rival else None
    rows: list[Row] = []
    for seed in range(given.seed + 1, given.seed + given.seeds):
        rows += measured([HONEST], given.profile, seed)
        print(line(rows[-1]), f"(seed {seed})", flush=True)
    for row in measured(given.names or in_order(), given.profile, given.seed, rival):
        rows.append(row)
        print(line(row), flush=True)
    print("", *summary(rows), sep="\n")


if __name__ == "__main__":
    main()
