"""Claims about what instances hold of something else."""

from __future__ import annotations

import pytest

from fakes.asking_the_mock import Asker, law, stating


def _left(ask, sku="mug"):
    return ask("GET", f"/stock/{sku}").body["available"]


@pytest.fixture
def ask():
    """A client of the orders mock."""
    return Asker()


def test_paying_takes_and_cancelling_gives_back(ask):
    """The stock of that item falls by the quantity, rises by it again, and no other item's moves."""
    whole, other = _left(ask), _left(ask, "tea")
    path = f"/orders/{ask.order(quantity=7)['id']}"
    assert _left(ask) == whole
    ask("POST", f"{path}/pay")
    assert (_left(ask), _left(ask, "tea")) == (whole - 7, other)
    assert ask("POST", f"{path}/pay").status == 409
    assert _left(ask) == whole - 7
    ask("POST", f"{path}/cancel")
    assert _left(ask) == whole


def test_what_is_not_there_cannot_be_held():
    """Where too little is left the next way of the cell is gone: the documented 409, and nothing moves."""
    stock = {"read": "getStock", "with": {"sku": "$instance.item"}, "at": "#/available",
             "amount": "$instance.quantity", "states": ["paid"]}  # fmt: skip
    ask = Asker(stating(law("conserved", **stock, least=1_000_000 - 50)))
    one, two = (ask.order(item="lamp", quantity=n)["id"] for n in (50, 1))
    assert ask("POST", f"/orders/{one}/pay").status == 200
    assert ask("POST", f"/orders/{two}/pay").status == 409
    assert ask("GET", f"/orders/{two}").body["state"] == "draft"
    ask("POST", f"/orders/{one}/cancel")
    assert ask("POST", f"/orders/{two}/pay").status == 200


def test_unstated_nothing_is_held():
    """Without the law the stock shows what the documentation shows."""
    ask = Asker(stating())
    whole = _left(ask)
    ask("POST", f"/orders/{ask.order()['id']}/pay")
    assert _left(ask) == whole


def test_what_is_not_sold_is_not_found(ask):
    """A path that names nothing the schema knows gets the documented 404 where no 400 is documented."""
    assert ask("GET", "/stock/anchor").status == 404
