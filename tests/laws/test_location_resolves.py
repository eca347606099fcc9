"""`location-resolves` against the orders example."""

from __future__ import annotations

import pytest
from examples.orders.asking import Ask
from examples.orders.order import Json
from examples.orders.server import Orders
from examples.orders.wrong import location_of_another, location_of_the_one_before
from starlette.responses import Response
from tests.laws.bench import drilled, law
from tests.laws.drill import kinds, missing, step, table

from assay.model.verdict import VerdictKind

LAW = law("location-resolves", headers=["ETag"])


class Absolute(Orders):
    """Names the new order by an absolute URL of this very host."""

    here = "http://{host}/orders/{id}"

    async def create(self, ask: Ask) -> Response:
        response = await super().create(ask)
        name = response.headers["Location"].rpartition("/")[2]
        response.headers["Location"] = self.here.format(host=ask.header("host"), id=name)
        return response


class Elsewhere(Absolute):
    """Names it on a host that nobody gave leave to ask."""

    here = "http://orders.example/orders/{id}"


class Guarded(Orders):
    """Lets nobody read: its documentation does not say why."""

    async def read(self, ask: Ask) -> Response:
        return self.problem(403, "Not now.")


def test_the_honest_server_keeps_it() -> None:
    """Each way of creating names what it created, and that is seen."""
    seen = drilled(Orders, LAW)
    assert seen.violated == set()
    assert seen.kinds("law/location-resolves") == {VerdictKind.HOLDS}


@pytest.mark.parametrize("wrong", [location_of_another, location_of_the_one_before])
def test_a_location_that_leads_elsewhere_breaks_it(wrong) -> None:
    """A Location of nothing, or of another order, is told in at most six requests."""
    seen = drilled(wrong.Wrong, LAW)
    assert "lifecycle/order/law/location-resolves" in seen.violated
    assert len(seen.shortest("law/location-resolves").history) <= 6


def test_an_absolute_location_is_followed() -> None:
    """A Location with scheme and host leads to the same order."""
    seen = drilled(Absolute, LAW)
    assert "lifecycle/order/law/location-resolves" not in seen.violated
    assert seen.kinds("law/location-resolves") == {VerdictKind.HOLDS}


def test_another_host_is_not_asked() -> None:
    """A Location on another host is not followed: nothing is claimed, and why is noted."""
    seen = drilled(Elsewhere, LAW)
    assert seen.kinds("law/location-resolves") == set()
    assert any("another host" in note.text for note in seen.notes)


def test_an_answer_about_credentials_tells_nothing() -> None:
    """A 403 says something of who asks, not of where Location leads."""
    assert drilled(Guarded, LAW).kinds("law/location-resolves") == {VerdictKind.INCONCLUSIVE}


@pytest.mark.parametrize(
    ("created", "named", "kind"),
    [
        ({"id": "1", "at": "a"}, {"id": "1", "at": "b"}, VerdictKind.VIOLATED),
        (None, {"id": "1"}, VerdictKind.HOLDS),
    ],
)
def test_what_is_compared(created: Json, named: Json, kind: VerdictKind) -> None:
    """The whole body is compared, and a 201 without a body has nothing to compare with."""
    steps = [
        step("created", "createOrder", 201, created, headers={"location": "/orders/1"}),
        step("named", "getOrder", 200, named),
    ]
    assert kinds("location-resolves", {}, *steps) == [kind]


def test_a_201_without_location_breaks_it() -> None:
    """Where no documented header is missing already, the law tells it."""
    assert kinds("location-resolves", {}, step("created", "createOrder", 201, {})) == [VerdictKind.VIOLATED]
    told = step("created", "createOrder", 201, {}, broken=("orders/createOrder/header/201/Location",))
    assert kinds("location-resolves", {}, told) == [VerdictKind.INCONCLUSIVE]


def test_what_cannot_be_tried() -> None:
    """Without an operation that shows an instance the law says so."""
    assert "no operation shows" in missing("location-resolves", table(["getOrder"]))[0]
