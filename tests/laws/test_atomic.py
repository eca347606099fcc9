"""`atomic` against the orders example: races that are lost, races that are not, and what cannot be raced."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from examples.orders.asking import Ask
from examples.orders.order import Refused
from examples.orders.server import Orders
from examples.orders.wrong import (
    gives_back_twice,
    if_match_race,
    key_race,
    oversells,
    patch_undoes_another,
    pays_and_cancels,
    pays_twice_at_once,
    reads_half_written,
    stock_update_lost,
)
from starlette.responses import Response
from tests.laws.bench import drilled, law, orders_api

from assay.inputs.known_good import Supply
from assay.laws import atomic
from assay.laws.terms import Missing, Seen, Told
from assay.machine.expression import RequestFacts, ResponseFacts, Scope
from assay.model.lifecycle import Law
from assay.model.terms import Json
from assay.model.verdict import APART, VerdictKind
from assay.plan.ground import Ground
from assay.plan.witness import Planner

CLAUSE = "lifecycle/order/law/atomic"
#: as the contract of the example has it
STATED = next(law for law in orders_api().lifecycles[0].laws if law.name == "atomic")
#: seconds in which others may come between
PAUSE = 0.02


def only(operation: str, state: str = "draft", **more: Json) -> Law:
    """The law with one race."""
    return law("atomic", races=[{"operation": operation, "states": [state], **more}])


def again(chosen: Law) -> Law:
    """The law with its races twice: a race may be won by luck."""
    return replace(chosen, parameters={**chosen.parameters, "races": [*chosen.parameters["races"]] * 2})


def test_the_honest_server_keeps_it() -> None:
    """Nothing is told of a server that answers one request after another, and some races are seen to overlap."""
    seen = drilled(Orders, STATED)
    assert seen.violated == set()
    assert VerdictKind.HOLDS in seen.kinds("law/atomic")
    assert seen.requests <= 60


@pytest.mark.parametrize(
    ("wrong", "race"),
    [
        (pays_twice_at_once, only("payOrder")),
        (pays_and_cancels, only("payOrder", **{"with": ["cancelOrder"]})),
        (gives_back_twice, only("cancelOrder", "paid")),
        (patch_undoes_another, only("patchOrder")),
        (reads_half_written, only("payOrder", **{"with": ["getOrder"]})),
        (oversells, only("payOrder")),
        (stock_update_lost, only("payOrder")),
        (if_match_race, STATED),
        (key_race, STATED),
    ],
    ids=lambda item: getattr(item, "__name__", "").rpartition(".")[2] or "race",
)
def test_a_lost_race_breaks_it(wrong, race: Law) -> None:
    """Each server that lets others come between is told, in at most six requests."""
    seen = drilled(wrong.Wrong, again(race))
    assert CLAUSE in seen.violated
    assert len(seen.shortest("law/atomic").history) <= 6


def test_two_requests_are_the_smallest_race() -> None:
    """Four payments of which all succeeded are told as two."""
    found = drilled(pays_twice_at_once.Wrong, again(only("payOrder"))).shortest("law/atomic")
    assert [step.case.operation for step in found.history] == ["createOrder", "payOrder", "payOrder"]
    assert (
        found.verdict.message
        == "no order explains what was answered at once in state draft: payOrder 200, payOrder 200"
    )
    assert [step.overlap > 1 for step in found.history] == [False, True, True]


class Oversells(Orders):
    """Looks at the stock and takes from it in two steps; orders themselves are safe."""

    async def pay(self, ask: Ask) -> Response:
        order = self.find(ask, "pay")
        self.allow(order, self.payable)
        if self.stock[order.item] < order.quantity:
            raise Refused(409, "There is not enough.")
        shown = self.shown(self.change(order, state="paid"))
        await asyncio.sleep(PAUSE)
        self.stock[order.item] = max(self.stock[order.item] - order.quantity, 0)
        return shown


SHARED = {
    "read": "getStock", "path": {"sku": "lamp"}, "at": "#/available", "takes": "#/quantity",
    "create": {"item": "lamp", "quantity": 3}, "undo": "cancelOrder",
}  # fmt: skip


def test_what_several_take_from_at_once() -> None:
    """Two orders of three lamps are both paid although there are five, and none of them was paid twice."""
    seen = drilled(Oversells, again(only("payOrder", shared=SHARED)))
    found = seen.shortest("law/atomic")
    assert len(found.history) == 6
    assert found.verdict.message == "2 of 2 payOrder at once took 6 of 5, and 0 are left"


class Busy(Orders):
    """Refuses a second payment while a first is under way, with a status that nobody documents."""

    busy = False

    async def pay(self, ask: Ask) -> Response:
        if self.busy:
            raise Refused(423, "Somebody else is at it.")
        self.busy = True
        await asyncio.sleep(PAUSE)
        self.busy = False
        return await super().pay(ask)


def test_a_busy_server_is_not_accused() -> None:
    """A refusal of which the table says nothing is no order's matter."""
    seen = drilled(Busy, again(only("payOrder")))
    assert seen.violated == set()
    assert VerdictKind.INCONCLUSIVE in seen.kinds("law/atomic")


class Resets(Orders):
    """Loses the answers of payments that took effect."""

    async def pay(self, ask: Ask) -> Response:
        await super().pay(ask)
        raise TimeoutError


def test_an_accident_beside_the_race_is_not_its_matter() -> None:
    """What breaks another promise, a 5xx here, says nothing of an order."""
    assert CLAUSE not in drilled(Resets, again(only("payOrder"))).violated


def test_a_put_that_changes_nothing_is_not_counted() -> None:
    """With one If-Match several equal PUTs may succeed when nothing has to change."""
    same = {"item": "mug", "quantity": 2, "note": "gift wrap"}
    race = only(
        "replaceOrder",
        once=True,
        refused=[412],
        refs={"header.If-Match": "$steps.before.response.header.ETag"},
        bodies=[same],
    )
    seen = drilled(Orders, race)
    assert seen.violated == set()
    assert seen.kinds("law/atomic") == {VerdictKind.HOLDS}


def seen(
    role: str, operation: str, status: int, *, window: tuple[float, float], overlap: int = 0, **told
) -> Seen:
    """A step as it might have gone, about one order."""
    body = {"id": "o1", "state": told.pop("shows", "paid"), "version": told.pop("version", 2)}
    usual = GROUND.ask(operation, "i1")
    scope = Scope(RequestFacts("POST", "/", {"id": "o1"}), ResponseFacts(status, {}, body))
    return Seen(
        replace(usual, role=role), status, body, id="o1", window=window, overlap=overlap, scope=scope, **told
    )


GROUND = Ground(Planner(orders_api(), Supply(dict(orders_api().supplies))), orders_api().lifecycles[0])


def judged(*steps: Seen) -> list[tuple[VerdictKind, str]]:
    """Kind and message of what the law says of these steps after an order was opened."""
    return [(kind, message) for kind, message, _ in found(*steps)]


def found(*steps: Seen) -> list[tuple[VerdictKind, str, str]]:
    """What the law says of these steps after an order was opened, with its facet."""
    opened = seen(
        "before", "createOrder", 201, window=(0, 1), after=frozenset({"draft"}), values={"version": 1}
    )
    told = Told(orders_api(), orders_api().lifecycles[0], only("payOrder"), [opened, *steps])
    return [(one.kind, one.message, one.facet) for one in atomic.judge(told)]


def test_requests_that_never_met_tell_nothing() -> None:
    """Without two requests under way at one moment it is neither verified nor violated, but stays unwitnessed."""
    apart = [seen("racer-0", "payOrder", 200, window=(n, n + 1), overlap=1) for n in (2, 4)]
    ((kind, message, facet),) = found(*apart)
    assert (kind, facet) == (VerdictKind.INCONCLUSIVE, APART)
    assert "no two of them were under way" in message


def test_real_time_counts() -> None:
    """A read that had returned before the payment was called cannot show it paid."""
    pay = seen("racer-0", "payOrder", 200, window=(4, 6), overlap=2)
    early = seen("racer-0", "getOrder", 200, window=(2, 3), overlap=2)
    beside = seen("racer-0", "getOrder", 200, window=(2, 5), overlap=2)
    after = seen("afterwards", "getOrder", 200, window=(7, 8))
    assert [kind for kind, _ in judged(pay, early)] == [VerdictKind.VIOLATED]
    assert judged(pay, beside) == []
    assert [kind for kind, _ in judged(pay, beside, after)] == [VerdictKind.HOLDS]


def test_what_they_leave_must_fit_their_answers() -> None:
    """A payment and a cancellation that both succeed leave the order cancelled."""
    racers = [
        seen("racer-0", "payOrder", 200, window=(2, 6), overlap=2),
        seen("racer-0", "cancelOrder", 200, window=(3, 5), overlap=2, shows="cancelled", version=3),
    ]
    ((kind, message),) = judged(*racers, seen("afterwards", "getOrder", 200, window=(7, 8)))
    assert kind is VerdictKind.VIOLATED
    assert message.endswith("cancelOrder 200, and afterwards getOrder 200")


def test_a_lead_that_went_wrong_tells_nothing() -> None:
    """Where the way to the race broke a promise, nothing can be built on it."""
    wrong = seen("before", "createOrder", 201, window=(1, 2), broken=("orders/createOrder/shape/201",))
    racers = [seen("racer-0", "payOrder", 200, window=(2, 6), overlap=2) for _ in range(2)]
    assert [kind for kind, _ in judged(wrong, *racers)] == [VerdictKind.INCONCLUSIVE]


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        ({"operation": "payOrder", "states": ["deleted"]}, None),
        ({"operation": "getOrder"}, "changes nothing in any state"),
        ({"operation": "payOrder", "states": ["absent"]}, "changes nothing in any state"),
    ],
)
def test_what_cannot_be_raced_says_why(parameters, why) -> None:
    """A race that no documented way leads to, or that nothing could lose, is not tried in silence."""
    found = list(atomic.drills(GROUND, law("atomic", **parameters)))
    missing = [item.why for item in found if isinstance(item, Missing)]
    assert (missing == []) if why is None else why in missing[0]


def test_without_parameters_all_that_changes_something_is_raced() -> None:
    """By default each operation runs against itself wherever the table says that it changes something."""
    scripts = list(atomic.drills(GROUND, law("atomic")))
    raced = {step.operation for script in scripts for step in script.steps if step.together}
    assert raced == {"replaceOrder", "patchOrder", "deleteOrder", "payOrder", "cancelOrder"}
    assert all(2 <= sum(bool(step.together) for step in script.steps) <= 4 for script in scripts)
    assert all(len(script.steps) <= 6 for script in scripts)


def test_a_silent_cell_after_the_race_makes_it_untellable() -> None:
    """Where nobody documents what the second one gets, no answer can be wrong, and the law says so."""
    cycle = orders_api().lifecycles[0]
    quiet = {
        name: {
            state: replace(cell, silent=True, transitions=()) if state == "cancelled" else cell
            for state, cell in row.items()
        }
        for name, row in cycle.cells.items()
    }
    ground = Ground(GROUND.planner, replace(cycle, cells=quiet))
    (missing,) = atomic.drills(ground, only("cancelOrder"))
    assert isinstance(missing, Missing)
    assert "no answer can be wrong" in missing.why
