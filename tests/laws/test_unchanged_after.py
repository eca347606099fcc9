"""`unchanged-after` against the orders example."""

from __future__ import annotations

from examples.orders.server import Orders
from examples.orders.wrong import cancelling_drops_the_note
from tests.laws.bench import drilled, law
from tests.laws.drill import kinds, missing, step, table

from assay.model.verdict import VerdictKind

FIELDS = ["id", "owner", "item", "quantity", "note", "total", "createdAt"]
PARAMETERS = {"operations": ["payOrder", "cancelOrder"], "fields": FIELDS}
LAW = law("unchanged-after", **PARAMETERS)


def test_the_honest_server_keeps_it() -> None:
    """Paying and cancelling leave the fields as they were, and that is seen in each state that allows them."""
    seen = drilled(Orders, LAW)
    assert seen.violated == set()
    assert seen.kinds("law/unchanged-after") == {VerdictKind.HOLDS}
    assert seen.requests <= 20


def test_without_parameters_the_table_says_what_stays() -> None:
    """Remembered fields that no cell of an operation sets are compared: PUT may change the note, not the owner."""
    seen = drilled(Orders, law("unchanged-after"))
    assert seen.violated == set()
    assert seen.kinds("law/unchanged-after") == {VerdictKind.HOLDS}


def test_a_field_that_gets_lost_breaks_it() -> None:
    """A note that is gone after cancelling is told, in at most six requests."""
    seen = drilled(cancelling_drops_the_note.Wrong, LAW)
    assert "lifecycle/order/law/unchanged-after" in seen.violated
    assert len(seen.shortest("law/unchanged-after").history) <= 6


def test_a_field_that_vanishes_breaks_it() -> None:
    """A member that is there before and missing afterwards is another value."""
    steps = [
        step("before", "getOrder", body={"note": "a"}),
        step("asked", "payOrder"),
        step("after", "getOrder", body={}),
    ]
    assert kinds("unchanged-after", {"fields": ["note"]}, *steps) == [VerdictKind.VIOLATED]


def test_a_refused_operation_tells_nothing() -> None:
    """What happens around a refusal is another law's matter."""
    steps = [
        step("before", "getOrder", body={"note": "a"}),
        step("asked", "payOrder", 409),
        step("after", "getOrder", body={"note": "b"}),
    ]
    assert kinds("unchanged-after", {"fields": ["note"]}, *steps) == [VerdictKind.INCONCLUSIVE]


def test_fields_that_nobody_shows_are_no_pass() -> None:
    """Where the reading shows none of the fields, nothing is claimed."""
    steps = [
        step("before", "getOrder", body={}),
        step("asked", "payOrder"),
        step("after", "getOrder", body={}),
    ]
    assert kinds("unchanged-after", {"fields": ["note"]}, *steps) == [VerdictKind.INCONCLUSIVE]


def test_what_cannot_be_tried() -> None:
    """Without an operation that shows an instance, or without fields, the law says so."""
    assert "no operation shows" in missing("unchanged-after", table(["getOrder"]), **PARAMETERS)[0]
    assert "no `fields`" in missing("unchanged-after", table(fields=False))[0]
