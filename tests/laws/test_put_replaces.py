"""`put-replaces` against the orders example."""

from __future__ import annotations

import pytest
from examples.orders.server import Orders
from examples.orders.wrong import put_answers_the_old, put_keeps_note
from tests.laws.bench import drilled, law, orders_api
from tests.laws.drill import kinds, missing, step, table

from assay.inputs.validator import Validator
from assay.laws import put_replaces
from assay.laws.writing import places
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


def test_a_place_may_be_written_as_elsewhere() -> None:
    """`#/note` is the same place as `/note`, as in all laws."""
    api, cycle = orders_api(), orders_api().lifecycles[0]
    told = [law(NAME, fields={"note": at}) for at in ("#/note", "/note")]
    assert [places(api, cycle, one, "replaceOrder", "getOrder") for one in told] == [{"note": "/note"}] * 2
    schema = Validator(put_replaces.PARAMETERS, {})
    assert all(schema.accepts(one.parameters) for one in told)


def test_it_says_what_it_cannot_try() -> None:
    """Without a PUT in the table, or without a member that is known to be shown, that is said."""
    assert missing(NAME, table(["replaceOrder"]))[0].startswith("the table has no PUT")
    assert missing(NAME, table(["getOrder"]))[0].startswith("the table has no PUT, or nothing")
    assert missing(NAME, table(fields=False), read="getStock")[0].startswith("which members of replaceOrder")
