"""`put-replaces` against the orders example."""

from __future__ import annotations

import pytest
from examples.orders.server import Orders
from examples.orders.wrong import put_answers_the_old, put_keeps_note
from tests.laws.bench import drilled, law
from tests.laws.drill import kinds, missing, step, table

from assay.model.verdict import VerdictKind

NAME = "put-replaces"
CLAUSE = f"lifecycle/order/law/{NAME}"
STATED = law(NAME, absent={"note": None}, answer=True)


@pytest.mark.parametrize("stated", [STATED, law(NAME)])
def test_the_honest_server_keeps_it(stated) -> None:
    """Nothing is told of a server whose PUT replaces, and that is seen, in few requests."""
    seen = drilled(Orders, stated)
    assert seen.violated == set()
    assert seen.kinds(CLAUSE) == {VerdictKind.HOLDS}
    assert seen.requests <= 60


@pytest.mark.parametrize("wrong", [put_answers_the_old, put_keeps_note])
def test_what_is_not_replaced_breaks_it(wrong) -> None:
    """A PUT that keeps what was left out, or shows what was before, is told, in at most six requests."""
    seen = drilled(wrong.Wrong, STATED)
    assert CLAUSE in seen.violated
    assert len(seen.shortest(CLAUSE).history) <= 6


def _twice(first: str | None, second: str | None):
    """Left out, read, written as `b`, left out, read again."""
    return (
        step("put", "replaceOrder", body={}, sent={"item": "tea"}),
        step("after", "getOrder", body={"item": "tea", "note": first}),
        step("filled", "replaceOrder", body={}, sent={"item": "tea", "note": "b"}),
        step("put", "replaceOrder", body={}, sent={"item": "tea"}),
        step("after", "getOrder", body={"item": "tea", "note": second}),
    )


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        ("a", "b", VerdictKind.VIOLATED),
        ("b", "b", VerdictKind.HOLDS),
        ("default", "default", VerdictKind.HOLDS),
        (None, "b", VerdictKind.VIOLATED),
        (None, None, VerdictKind.HOLDS),
    ],
)
def test_an_undocumented_default_is_left_open(first, second, kind) -> None:
    """Where nobody says what a member that was left out becomes, only a value that was written in between is told."""
    assert kinds(NAME, {}, *_twice(first, second)) == [kind]


def test_what_the_answer_shows_is_open_unless_stated() -> None:
    """Without `answer` the PUT's own answer may show whatever it likes."""
    assert CLAUSE not in drilled(put_answers_the_old.Wrong, law(NAME, absent={"note": None})).violated


def test_it_says_what_it_cannot_try() -> None:
    """Without a PUT in the table, or without a member that is known to be shown, that is said."""
    assert missing(NAME, table(["replaceOrder"]))[0].startswith("the table has no PUT")
    assert missing(NAME, table(["getOrder"]))[0].startswith("the table has no PUT, or nothing")
    assert missing(NAME, table(fields=False), read="getStock")[0].startswith("which members of replaceOrder")
