"""What the checks of the promises share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from orders_api.client import Client

#: number -> its check, which raises AssertionError when the promise is broken
PROMISES: dict[int, Callable[[Client], None]] = {}
#: what paying and cancelling leave as it is
KEPT = ("id", "owner", "item", "quantity", "note", "total", "createdAt")
#: cents for a piece
PRICES = {"tea": 350, "mug": 900, "pot": 2400, "lamp": 12900}
#: all that can be asked of an order
EVERYTHING = ("read", "put", "patch", "delete", "pay", "cancel")


def promise(number: int) -> Callable[[Callable[[Client], None]], Callable[[Client], None]]:
    """Files a check under its promise."""

    def file(check: Callable[[Client], None]) -> Callable[[Client], None]:
        PROMISES[number] = check
        return check

    return file


def ask(client: Client, order: dict[str, Any], what: str) -> Any:
    """Does one of `EVERYTHING` to an order."""
    return client.act(order, what) if what in {"pay", "cancel"} else getattr(client, what)(order)


def unchanged(client: Client, order: dict[str, Any]) -> None:
    """The order is as it was."""
    assert client.read(order).json() == order


#: bodies that are no order
UNFIT: tuple[dict[str, Any], ...] = (
    {"item": "sofa"}, {"item": None}, {"item": 5}, {"quantity": 0}, {"quantity": 100}, {"quantity": -1},
    {"quantity": 1.5}, {"quantity": "2"}, {"quantity": True}, {"quantity": None}, {"note": 5},
    {"note": "n" * 201}, {"colour": "red"},
)  # fmt: skip
#: and bytes that are none
NO_JSON = (b"", b"{", b"[]", b"null", b'"tea"', b"\xff", b'{"item": "tea", "quantity": NaN}', b"[" * 5000)
