"""`idempotent` against the orders example."""

from __future__ import annotations

import pytest
from examples.orders.server import Orders
from examples.orders.wrong import empty_patch_counts, equal_put_counts
from tests.laws.bench import drilled, law
from tests.laws.drill import kinds, missing, step, table

from assay.model.verdict import VerdictKind

NAME = "idempotent"
CLAUSE = f"lifecycle/order/law/{NAME}"
LAW = law(NAME, operations=["replaceOrder", "patchOrder"], equal=["body", "ETag"], answer=True)


@pytest.mark.parametrize("stated", [LAW, law(NAME)])
def test_the_honest_server_keeps_it(stated) -> None:
    """Nothing is told of a server to which twice is once (by default of PUT and DELETE), and that is seen."""
    seen = drilled(Orders, stated)
    assert seen.violated == set()
    assert seen.kinds(CLAUSE) == {VerdictKind.HOLDS}
    assert seen.notes == ()
    assert seen.requests <= 60


@pytest.mark.parametrize("answer", [True, False])
@pytest.mark.parametrize("wrong", [empty_patch_counts, equal_put_counts])
def test_a_repetition_that_counts_breaks_it(wrong, answer) -> None:
    """A request that has an effect the second time is told by its effect alone, in at most six requests."""
    seen = drilled(wrong.Wrong, law(NAME, **{**LAW.parameters, "answer": answer}))
    assert CLAUSE in seen.violated
    assert len(seen.shortest(CLAUSE).history) <= 6


def test_noting_down_a_request_is_no_effect_unless_stated() -> None:
    """Without `equal` a version that counts requests is the server's own (RFC 9110 §9.2.2)."""
    assert CLAUSE not in drilled(equal_put_counts.Wrong, law(NAME)).violated


def test_a_write_that_adds_up_is_told_without_equal() -> None:
    """A PUT that adds to the quantity instead of setting it has an effect each time."""
    steps = (
        step("first", "replaceOrder", body={}, sent={"quantity": 2}),
        step("before", "getOrder", body={"quantity": 4}),
        step("again", "replaceOrder", body={}, sent={"quantity": 2}),
    )
    assert kinds(NAME, {}, *steps, step("after", "getOrder", body={"quantity": 6})) == [VerdictKind.VIOLATED]
    assert kinds(NAME, {}, *steps, step("after", "getOrder", body={"quantity": 4})) == [VerdictKind.HOLDS]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (404, 404, VerdictKind.HOLDS),
        (404, 410, VerdictKind.HOLDS),
        (404, 200, VerdictKind.VIOLATED),
        (404, 503, VerdictKind.INCONCLUSIVE),
    ],
)
def test_of_a_second_delete_only_the_effect_counts(before, after, kind) -> None:
    """Gone is gone, whatever the second DELETE and the reads answer; back again is told."""
    steps = (
        step("first", "deleteOrder", 204, None),
        step("before", "getOrder", before, {"title": "a"}),
        step("again", "deleteOrder", 404, {"title": "b"}),
        step("after", "getOrder", after, {"title": "c"}),
    )
    assert kinds(NAME, {"equal": ["body"], "answer": True}, *steps) == [kind]


def test_it_says_what_it_cannot_try() -> None:
    """Without a PUT or DELETE, or an operation that shows an instance, that is said."""
    assert missing(NAME, table(["getOrder"]))[0].startswith("no operation of the table shows")
    assert missing(NAME, table(["replaceOrder", "deleteOrder"]))[0].startswith(
        "no operation of the table has PUT"
    )
