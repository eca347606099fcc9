"""What happens to one exchange after it came back, and before it went out, in microseconds.

    python -m benchmarks.judge [--rounds 7] [--seed 1] [--orders]

A gate run of both shipped APIs against the embedded mock is recorded: every (case, situation, exchange) that the judge
was asked about. Then each round plays the record back in its order to a judge that has seen nothing yet, as in the run,
so that what is remembered from one exchange to the next is remembered no better than there. Of an exchange counts the
median of the rounds. The yardstick beside it is `json.loads` of the same bodies, in the same rounds: it sways with the
machine as the rest does. With `--orders` the orders example, which states every law, is measured too.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from unittest.mock import patch

from benchmarks.machine import Noise, heading, table

from assay.app.run import RunOptions, begin
from assay.evidence.redact import Policy, redact, redact_verdicts
from assay.evidence.secrets import Secrets
from assay.inputs.fresh import Freshener
from assay.inputs.known_good import Supply
from assay.inputs.wire import build
from assay.judge import Judge, Situation
from assay.model.case import Case, Exchange
from assay.model.contract import Api, Strength
from assay.model.fingerprint import fingerprint
from assay.model.verdict import Judgement
from assay.plan.clauses import clauses

SHIPPED, ORDERS = "contracts", "examples/orders/contracts"
#: as an id that nobody issued looks
UNKNOWN = "5f0c7a52-93b0-4b0e-8a52-d1f2a1f0c001"
MICRO = 1_000_000


@dataclass(frozen=True)
class Told:
    """One exchange of the record, and what was judged of it."""

    case: Case
    situation: Situation
    exchange: Exchange
    judgement: Judgement


@dataclass(frozen=True)
class Record:
    """All that one API's judge was asked in a run."""

    api: Api
    supply: Supply
    silent: frozenset[str]
    policy: Policy
    told: tuple[Told, ...]

    def judge(self) -> Judge:
        """A judge that has seen nothing yet."""
        return Judge(self.api, self.supply, self.silent)


@contextmanager
def recording() -> Iterator[dict[str, list[Told]]]:
    """Whatever any judge is asked meanwhile, by API."""
    found: dict[str, list[Told]] = defaultdict(list)
    examine = Judge.examine

    def overheard(self: Judge, case: Case, situation: Situation, exchange: Exchange) -> object:
        said = examine(self, case, situation, exchange)
        # the ids issued so far are a set that grows
        then = replace(situation, issued=frozenset(situation.issued))
        found[case.api].append(Told(case, then, exchange, said[0]))
        return said

    with patch.object(Judge, "examine", overheard):
        yield found


def recorded(path: str, seed: int = 1) -> list[Record]:
    """The records of a gate run against the embedded mock, one for each API."""
    with tempfile.TemporaryDirectory() as reports, recording() as found:
        opened = begin(RunOptions(path, seed=seed, reports=reports))
        try:
            for unit in opened.plan.units:
                opened.campaign.explore(unit)
        finally:
            opened.close()
        return [
            Record(
                api,
                opened.target.supply(api),
                frozenset(c.id for c in clauses(api) if c.strength is Strength.SILENT),
                opened.target.policy,
                tuple(found[api.name]),
            )
            for api in opened.plan.contracts.apis
        ]


#: one thing to do with each exchange, made anew for every round
Work = Callable[[Record], Callable[[Told], object]]


def judging(record: Record) -> Callable[[Told], object]:
    """`Judge.examine`."""
    examine = record.judge().examine
    return lambda told: examine(told.case, told.situation, told.exchange)


def reading(_: Record) -> Callable[[Told], object]:
    """The yardstick: `json.loads` of both bodies."""

    def read(told: Told) -> None:
        answer = told.exchange.response
        for raw in (told.exchange.request.body, answer.body if answer else None):
            if raw:
                try:
                    json.loads(raw)
                except ValueError:
                    continue

    return read


def redacting(record: Record) -> Callable[[Told], object]:
    """`redact` and `redact_verdicts`."""
    policy = record.policy

    def both(told: Told) -> None:
        redact_verdicts(told.judgement.verdicts, policy)
        redact(told.exchange, policy)

    return both


def building(record: Record) -> Callable[[Told], object]:
    """`wire.build`."""
    operations = {operation.id: operation for operation in record.api.operations}
    return lambda told: build(
        record.api, operations[told.case.operation], told.case, told.situation.instance or UNKNOWN
    )


def freshening(record: Record) -> Callable[[Told], object]:
    """`Freshener`."""
    freshener = Freshener(record.api)
    return lambda told: freshener(told.case, "1/1")


def marking(_: Record) -> Callable[[Told], object]:
    """`fingerprint`."""
    return lambda told: fingerprint("equos/startThing/status/200", told.case.operation, "running", "404")


WORKS: dict[str, Work] = {
    "json.loads of the bodies": reading,
    "Judge.examine": judging,
    "redact + redact_verdicts": redacting,
    "wire.build": building,
    "Freshener": freshening,
    "fingerprint": marking,
}


@dataclass(frozen=True)
class Times:
    """Microseconds of one kind of work: the median of the rounds, exchange by exchange."""

    of: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.of)

    @property
    def ninetieth(self) -> float:
        """What nine of ten do not exceed."""
        return sorted(self.of)[int(0.9 * (len(self.of) - 1))]


def measured(records: Sequence[Record], rounds: int, noise: Noise) -> dict[str, Times]:
    """Every kind of work in turns, so many rounds, over all exchanges of the records."""
    seen: dict[str, list[list[float]]] = {name: [] for name in WORKS}
    for _ in range(rounds):
        noise.tick()
        for name, work in WORKS.items():
            gc.collect()
            seen[name].append([took for record in records for took in _timed(work(record), record.told)])
    return {
        name: Times(tuple(MICRO * statistics.median(of) for of in zip(*rows, strict=True)))
        for name, rows in seen.items()
    }


def _timed(work: Callable[[Told], object], told: Sequence[Told]) -> Iterator[float]:
    clock = time.perf_counter
    for one in told:
        began = clock()
        work(one)
        yield clock() - began


def by_operation(records: Sequence[Record], times: Times) -> list[tuple[str, str, str, str]]:
    """A row for each operation: how many exchanges, and their median and 90th percentile."""
    grouped: dict[str, list[float]] = defaultdict(list)
    exchanges = (told for record in records for told in record.told)
    for told, took in zip(exchanges, times.of, strict=True):
        grouped[f"{told.case.api}/{told.case.operation}"].append(took)
    return [
        (name, str(len(of)), f"{Times(tuple(of)).median:.1f}", f"{Times(tuple(of)).ninetieth:.1f}")
        for name, of in sorted(grouped.items())
    ]


def opening(records: Sequence[Record], rounds: int) -> float:
    """Milliseconds until the secrets of the first policy are ready and one ordinary text was looked through."""
    values = records[0].policy.secrets
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        Secrets(values).marked("https://api.example/things?limit=1")
        took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took)


def told_of(path: str, rounds: int, seed: int, noise: Noise) -> None:
    """Measures one folder of contracts and prints its tables."""
    records = recorded(path, seed)
    times = measured(records, rounds, noise)
    yardstick = times["json.loads of the bodies"].median
    exchanges = sum(len(record.told) for record in records)
    print(f"\n{path}: {exchanges} exchanges, {rounds} rounds, microseconds an exchange\n")
    rows = [
        (name, f"{of.median:.1f}", f"{of.ninetieth:.1f}", f"{of.median / yardstick:.1f}")
        for name, of in times.items()
    ]
    print(table(("what", "median", "90th percentile", "median / json.loads"), rows))
    print()
    print(
        table(
            ("Judge.examine", "exchanges", "median", "90th percentile"),
            by_operation(records, times["Judge.examine"]),
        )
    )
    print(f"\nsecrets ready: {opening(records, 3):.2f} ms, once a run")


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description="What one exchange costs besides the network.")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--orders", action="store_true", help="measure the orders example, too")
    given = parser.parse_args()
    noise = Noise()
    print(heading("judge"))
    for path in (SHIPPED, *([ORDERS] if given.orders else [])):
        told_of(path, given.rounds, given.seed, noise)
    print(f"\n{noise}")


if __name__ == "__main__":
    main()
