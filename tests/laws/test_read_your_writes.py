"""`read-your-writes` against the orders example."""

from __future__ import annotations

from dataclasses import replace

import pytest
from examples.orders.server import Orders
from examples.orders.wrong import note_trimmed, patch_is_not_kept, put_answers_the_old, put_is_not_kept
from tests.laws.bench import drilled, law, orders_api
from tests.laws.drill import kinds, missing, step, table

from assay.inputs.known_good import Supply
from assay.laws.library import drills
from assay.laws.terms import Missing
from assay.model.case import Script
from assay.model.verdict import VerdictKind
from assay.plan.ground import Ground
from assay.plan.witness import Planner

NAME = "read-your-writes"
LAW = law(NAME, equal=["body", "ETag"], exact=["note"])
CLAUSE = f"lifecycle/order/law/{NAME}"


def test_the_honest_server_keeps_it() -> None:
    """Nothing is told of a server that shows what was written, and that is seen, in few requests."""
    seen = drilled(Orders, LAW)
    assert seen.violated == set()
    assert seen.kinds(CLAUSE) == {VerdictKind.HOLDS}
    assert seen.notes == ()
    assert seen.requests <= 60


@pytest.mark.parametrize("wrong", [note_trimmed, patch_is_not_kept, put_is_not_kept])
def test_what_is_read_otherwise_breaks_it(wrong) -> None:
    """A write that is not kept, or not as it was sent, is told, in at most six requests."""
    seen = drilled(wrong.Wrong, LAW)
    assert CLAUSE in seen.violated
    assert len(seen.shortest(CLAUSE).history) <= 6


def test_an_etag_that_the_read_does_not_show_breaks_it() -> None:
    """With `equal: [ETag]` the tag of the write and that of the read are one."""

    class Wrong(Orders):
        async def replace(self, ask):
            response = await super().replace(ask)
            response.headers["ETag"] = '"another"'
            return response

    found = drilled(Wrong, LAW).shortest(CLAUSE)
    assert "ETag" in found.verdict.message


@pytest.mark.parametrize("wrong", [note_trimmed, put_answers_the_old])
def test_what_is_not_promised_is_not_told(wrong) -> None:
    """Without `exact` and `equal`, trimming is left open, and so is what the answer of a write shows."""
    seen = drilled(wrong.Wrong, law(NAME))
    assert CLAUSE not in seen.violated
    assert VerdictKind.HOLDS in seen.kinds(CLAUSE)


def test_what_the_server_adds_is_its_own_business() -> None:
    """More members than were sent, and a null that is not shown, are no contradiction; another value is."""
    sent = {"where": {"street": "A"}, "note": None}
    wrote = step("write", "replaceOrder", body={}, sent=sent)
    parameters = {"fields": ["where", "note"]}
    added = step("read", "getOrder", body={"where": {"street": "A", "country": "DE"}})
    assert kinds(NAME, parameters, wrote, added) == [VerdictKind.HOLDS]
    changed = step("read", "getOrder", body={"where": {"street": "B"}})
    assert kinds(NAME, parameters, wrote, changed) == [VerdictKind.VIOLATED]


def test_a_read_that_is_not_let_through_tells_nothing() -> None:
    """A rate limit or a crash is no sign that the write was lost; a 404 is."""
    wrote = step("write", "replaceOrder", body={}, sent={"item": "tea"})
    for status, kind in (
        (429, VerdictKind.INCONCLUSIVE),
        (500, VerdictKind.INCONCLUSIVE),
        (404, VerdictKind.VIOLATED),
    ):
        assert kinds(NAME, {}, wrote, step("read", "getOrder", status)) == [kind]


def test_it_says_what_it_cannot_try() -> None:
    """Without an operation that shows an instance, or anything to compare, that is said."""
    assert missing(NAME, table(["getOrder"])) == [
        "no operation of the table shows an instance: name one with «read»"
    ]
    assert [why.split()[0] for why in missing(NAME, table())] == ["payOrder", "cancelOrder"]


def test_only_what_surely_is_accepted_comes_back_as_it_was() -> None:
    """What the contract does not call known good a server may normalise: nothing is sent to be compared."""
    api = orders_api()
    schemas = {**api.components["schemas"]}
    schemas["Quantity"] = {**schemas["Quantity"], "x-known-good": False}
    vague = replace(api, components={**api.components, "schemas": schemas})
    ground = Ground(Planner(vague, Supply({})), vague.lifecycles[0])
    found = list(drills(ground, law(NAME, writes=["createOrder", "replaceOrder", "patchOrder"])))
    assert [item.why.split(",")[0] for item in found if isinstance(item, Missing)] == [
        "no request of createOrder is surely valid",
        "no request of replaceOrder is surely valid",
    ]
    sent = [
        c.body.value for item in found if isinstance(item, Script) for c in item.steps if c.role == "write"
    ]
    assert sent
    assert all("quantity" not in body for body in sent)
