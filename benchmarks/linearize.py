"""How long does the linearizability check of a race take?

    python -m benchmarks.linearize [--steps 8] [--repeat 20]

Each line is one race on one order of the orders example, with all requests under way at once, which is the worst case:
nothing is known of their order. The table is compiled anew for each check, as the law `atomic` does. Times are
milliseconds; the search alone is measured with the table's answers at hand.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from datetime import date
from statistics import median

from assay.app.load import load
from assay.machine.expression import RequestFacts, ResponseFacts, Scope
from assay.machine.linearize import Window, ends, losing, possible
from assay.machine.worlds import Asked, Worlds
from assay.model.contract import Api, Strength

CONTRACTS = "examples/orders/contracts"
_ORDER = {
    "id": "o1", "owner": "alice", "item": "mug", "quantity": 2, "note": None, "state": "draft", "total": 1800,
    "createdAt": "2026-03-02T10:15:30.250Z", "updatedAt": "2026-03-02T10:15:30.250Z", "version": 1,
}  # fmt: skip


def asked(operation: str, status: int, sent: dict[str, object] | None = None, **shown: object) -> Asked:
    """One request and its answer."""
    body = {**_ORDER, **shown}
    request = RequestFacts("POST", "/orders/o1", {"id": "o1"}, body=sent or {})
    etag = {"etag": f'"{body["version"]}"'}
    return Asked(operation, status, body, Scope(request, ResponseFacts(status, etag, body)))


def patches(count: int) -> list[Asked]:
    """Patches that took effect in their order."""
    return [
        asked("patchOrder", 200, {"quantity": n}, quantity=n, total=900 * n, version=n)
        for n in range(2, count + 2)
    ]


def lost_update(count: int) -> list[Asked]:
    """The same, but that the last one undid the ones before."""
    bad = asked("patchOrder", 200, {"note": "x"}, note="x", version=count + 1)
    return [*patches(count - 1), bad]


def payments(count: int, paid: int) -> list[Asked]:
    """Payments, of which so many succeeded."""
    won = [asked("payOrder", 200, state="paid", version=n) for n in range(2, paid + 2)]
    return [*won, *(asked("payOrder", 409) for _ in range(count - paid))]


def reads(count: int) -> list[Asked]:
    """A payment and reads of both sides of it."""
    seen = [("draft", 1) if n % 2 else ("paid", 2) for n in range(count - 1)]
    return [
        asked("payOrder", 200, state="paid", version=2),
        *(asked("getOrder", 200, state=state, version=version) for state, version in seen),
    ]


def check(api: Api, steps: Sequence[Asked]) -> tuple[float, float, float, bool]:
    """Milliseconds for all, for the search alone, and for the smallest losing schedule; and whether an order exists."""
    windows = [Window(0.0, 1.0) for _ in steps]
    began = time.perf_counter()
    worlds = Worlds(api, api.lifecycles[0], "o1", Strength.DOCUMENTED)
    start = worlds.number("draft", {name: value for name, value in _ORDER.items() if name != "state"})
    known: dict[tuple[int, int], tuple[int, ...]] = {}

    def step(index: int, world: int) -> tuple[int, ...]:
        key = (index, world)
        if key not in known:
            known[key] = tuple(worlds.after(steps[index], world))
        return known[key]

    found = possible(windows, [start], step)
    whole = time.perf_counter() - began
    ends(windows, [start], step)
    began = time.perf_counter()
    ends(windows, [start], step)
    alone = time.perf_counter() - began
    began = time.perf_counter()
    losing(windows, [start], step, lambda i, w: worlds.lost(steps[i], w))
    return whole * 1000, alone * 1000, (time.perf_counter() - began) * 1000, found


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="How long does the linearizability check of a race take?")
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--repeat", type=int, default=20)
    given = parser.parse_args()
    api = load(CONTRACTS, date(2026, 1, 1)).api("orders")
    races = {
        "patches in some order": patches(given.steps),
        "patches, one undoes another": lost_update(given.steps),
        "payments, one succeeded": payments(given.steps, 1),
        "payments, two succeeded": payments(given.steps, 2),
        "a payment and reads": reads(given.steps),
    }
    print(f"{given.steps} requests at once on one order; milliseconds, median and worst of {given.repeat}")
    print(f"{'race':30} {'order?':7} {'check':>14} {'search alone':>14} {'smallest':>14}")
    for name, steps in races.items():
        rows = [check(api, steps) for _ in range(given.repeat)]
        columns = [
            f"{median(column):6.2f} {max(column):7.2f}" for column in list(zip(*rows, strict=True))[:3]
        ]
        print(f"{name:30} {'yes' if rows[0][3] else 'no':7} {' '.join(columns)}")


if __name__ == "__main__":
    main()
