"""Are races that are lost seen, and are honest servers left in peace?

    python -m benchmarks.races [--honest 200] [--wrong 20] [--window 5] [--rounds 2] [--pause 0]

Each run starts a server of the orders example on a loopback port and plays the drills of its law `atomic`, and no
other, as profile `gate` does. The wrong one looks whether an order is paid, waits for `--window` milliseconds, and pays
it: payments that come in between all succeed. Of it only the race of payments is run: the others would help.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from examples.orders.asking import Ask
from examples.orders.server import Orders
from examples.orders.serving import start
from starlette.responses import Response

from assay.app.load import load
from assay.app.profile import PROFILES
from assay.app.target import Target
from assay.drive.auth import Secrets
from assay.drive.clock import SystemClock
from assay.explore import laws as explorer
from assay.explore.stage import Stage
from assay.files.config import TargetConfig
from assay.inputs.known_good import Supply
from assay.judge.judge import Judge
from assay.model.contract import Api
from assay.model.event import Event, StepJudged
from assay.model.lifecycle import Law
from assay.model.verdict import VerdictKind
from assay.plan.ground import Ground
from assay.plan.witness import Planner

CONTRACTS = "examples/orders/contracts"
GATE = PROFILES["gate"]


def double(window: float) -> type[Orders]:
    """A server whose payments look first and act later, by so many seconds."""

    class Double(Orders):
        async def pay(self, ask: Ask) -> Response:
            order = self.find(ask, "pay")
            self.allow(order, self.payable)
            await asyncio.sleep(window)
            await self.take(order)
            return self.shown(self.change(order, state="paid"))

    return Double


@dataclass(frozen=True)
class Ran:
    """What one run saw."""

    accused: bool
    #: races that were judged, by the most requests that were under way at once
    overlaps: Counter[int]
    #: verdicts on the law, by kind
    verdicts: Counter[str]
    requests: int
    seconds: float


def api_with(races: tuple[str, ...] | None) -> Api:
    """The orders API with `atomic` as its only law, of which it races these operations alone where some are named."""
    api = load(CONTRACTS, date(2026, 1, 1)).api("orders")
    cycle = api.lifecycles[0]
    law = next(law for law in cycle.laws if law.name == "atomic")
    if races is not None:
        parameters = {"races": [{"operation": name, "states": ["draft"]} for name in races]}
        law = Law(law.name, parameters, law.strength, law.source, law.place)
    return replace(api, lifecycles=(replace(cycle, laws=(law,)),))


def ran(make: type[Orders], api: Api, rounds: int, seed: int) -> Ran:
    """One run."""
    began = time.monotonic()
    events: list[Event] = []
    supply = Supply(dict(api.supplies))

    def keep(event: Event) -> None:
        events.append(event)

    with start(make) as running:
        config = TargetConfig(running.url, running.url)
        target = Target(running.url, running.url, Secrets({"*": running.tokens["alice"]}), config, GATE, {})
        stage = Stage(
            api,
            Judge(api, supply),
            target.sender(api),
            keep,
            SystemClock(),
            target.policy(api),
            seed,
        )
        try:
            explorer.explore(
                stage, Ground(Planner(api, supply), api.lifecycles[0]), GATE.lifecycle.laws, rounds
            )
        finally:
            target.close()
    steps = [event for event in events if isinstance(event, StepJudged)]
    verdicts = Counter(
        str(v.kind) for step in steps for v in step.verdicts if v.clause.endswith("/law/atomic")
    )
    overlaps = Counter(step.step.overlap for step in steps if step.step.overlap)
    accused = bool(verdicts[str(VerdictKind.VIOLATED)])
    return Ran(accused, overlaps, verdicts, sum(stage.requests.values()), time.monotonic() - began)


def repeated(make: type[Orders], api: Api, rounds: int, times: int, pause: float) -> Iterator[Ran]:
    """So many runs, with a pause before each."""
    for seed in range(times):
        time.sleep(pause)
        yield ran(make, api, rounds, seed)


def told(name: str, runs: list[Ran]) -> str:
    """One line."""
    overlaps = sum((run.overlaps for run in runs), Counter[int]())
    verdicts = sum((run.verdicts for run in runs), Counter[str]())
    return (
        f"{name:28} {sum(run.accused for run in runs):4} of {len(runs):4} accused; "
        f"{sum(run.requests for run in runs)} requests in {sum(run.seconds for run in runs):.0f} s; "
        f"verdicts {dict(sorted(verdicts.items()))}; requests by overlap {dict(sorted(overlaps.items()))}"
    )


def main() -> None:
    """Prints one line for the honest server and one for the wrong one."""
    parser = argparse.ArgumentParser(description="Are lost races seen, and honest servers left in peace?")
    parser.add_argument("--honest", type=int, default=200, help="runs against the honest server")
    parser.add_argument("--wrong", type=int, default=20, help="runs against the wrong one")
    parser.add_argument("--window", type=float, default=5.0, help="milliseconds between look and act")
    parser.add_argument("--rounds", type=int, default=GATE.lifecycle.rounds)
    parser.add_argument("--pause", type=float, default=0.0, help="seconds before each run")
    given = parser.parse_args()
    wrong = list(
        repeated(double(given.window / 1000), api_with(("payOrder",)), given.rounds, given.wrong, given.pause)
    )
    if wrong:
        print(told(f"wrong, window {given.window:g} ms", wrong), flush=True)
    honest = list(repeated(Orders, api_with(None), given.rounds, given.honest, given.pause))
    if honest:
        print(told("honest", honest))


if __name__ == "__main__":
    main()
