"""`monotone` against the orders example."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from examples.orders.order import Json, Order
from examples.orders.server import Orders
from examples.orders.wrong import equal_put_counts, version_runs_back, version_stands_still
from tests.laws.bench import drilled, law
from tests.laws.drill import kinds, missing, step, table

from assay.model.verdict import VerdictKind

FIELDS = {"version": {"by": 1}, "updatedAt": {"strictly": True, "still": True}}
LAW = law("monotone", fields=FIELDS)
BROKEN, KEPT, OPEN = VerdictKind.VIOLATED, VerdictKind.HOLDS, VerdictKind.INCONCLUSIVE


class ManyZones(Orders):
    """Writes the same moments with another offset each time."""

    hours = 0

    def time(self, moment: datetime) -> str:
        self.hours = (self.hours + 5) % 12
        return moment.astimezone(timezone(timedelta(hours=self.hours))).isoformat(timespec="milliseconds")


class ByTens(Orders):
    """Counts in tens."""

    def body(self, order: Order) -> dict[str, Json]:
        return {**super().body(order), "version": order.version * 10}


def test_the_honest_server_keeps_it() -> None:
    """Version and updatedAt move with each change and only then, and that is seen."""
    seen = drilled(Orders, LAW)
    assert seen.violated == set()
    assert seen.kinds("law/monotone") == {KEPT}
    assert seen.requests <= 40


@pytest.mark.parametrize("wrong", [version_runs_back, version_stands_still, equal_put_counts])
def test_a_version_that_does_not_count_breaks_it(wrong) -> None:
    """A version that falls, stands or counts what is no change is told in at most six requests."""
    seen = drilled(wrong.Wrong, LAW)
    assert "lifecycle/order/law/monotone" in seen.violated
    assert len(seen.shortest("law/monotone").history) <= 6


def test_moments_are_compared_whatever_their_offset() -> None:
    """The text of a later moment may sort before an earlier one."""
    seen = drilled(
        ManyZones, law("monotone", fields={"updatedAt": {"strictly": True}}, ignore=["/createdAt"])
    )
    assert "lifecycle/order/law/monotone" not in seen.violated
    assert KEPT in seen.kinds("law/monotone")


def test_how_much_is_open_where_nothing_is_said_of_it() -> None:
    """Without `by` a field may grow by any amount; with it, only by that."""
    assert (
        "lifecycle/order/law/monotone"
        not in drilled(ByTens, law("monotone", fields={"version": {}})).violated
    )
    assert "lifecycle/order/law/monotone" in drilled(ByTens, LAW).violated


@pytest.mark.parametrize(
    ("rule", "before", "after", "kind"),
    [
        ({}, {"n": 2, "x": 1}, {"n": 1, "x": 1}, BROKEN),
        ({}, {"n": 2, "x": 1}, {"n": 2, "x": 2}, KEPT),
        ({}, {"n": 2, "x": 1}, {"n": 3, "x": 1}, KEPT),
        ({"strictly": True}, {"n": 2, "x": 1}, {"n": 2, "x": 2}, BROKEN),
        ({"still": True}, {"n": 2, "x": 1}, {"n": 3, "x": 1}, BROKEN),
        ({"by": 1}, {"n": 2, "x": 1}, {"n": 4, "x": 2}, BROKEN),
        ({"by": 0.1}, {"n": 0.2, "x": 1}, {"n": 0.3, "x": 2}, KEPT),
        ({}, {"n": "2026-01-01T00:00:00Z"}, {"n": "2025-12-31T23:00:00-02:00"}, KEPT),
        ({}, {"n": "2026-01-01T00:00:00"}, {"n": "2025-01-01T00:00:00"}, OPEN),
        ({}, {"n": True}, {"n": False}, OPEN),
        ({}, {"n": 1}, {"n": "2026-01-01T00:00:00Z"}, OPEN),
        ({}, {"n": 1}, {}, OPEN),
    ],
)
def test_what_is_told_of_two_readings(rule: Json, before: Json, after: Json, kind: VerdictKind) -> None:
    """Going back always, the rest as far as it is stated; nothing of values that have no before and after."""
    looks = [step("look", "getOrder", body=body) for body in (before, after)]
    assert kinds("monotone", {"fields": {"n": rule}}, *looks) == [kind]


def test_what_cannot_be_tried() -> None:
    """Without a reading, or without an operation that succeeds, the law says so."""
    assert "no operation shows" in missing("monotone", table(["getOrder"]), fields=FIELDS)[0]
    assert (
        "none of the operations" in missing("monotone", table(), fields=FIELDS, operations=["deleteOrder"])[0]
    )


class StartsAnew(Orders):
    """Paying counts from the beginning again, which a fresh order does not show."""

    def body(self, order: Order) -> dict[str, Json]:
        return {**super().body(order), "version": 1 if order.state == "paid" else order.version}


def test_a_count_that_starts_anew_breaks_it() -> None:
    """It has counted already when the operation comes."""
    assert (
        "lifecycle/order/law/monotone"
        in drilled(StartsAnew, law("monotone", fields={"version": {}})).violated
    )
