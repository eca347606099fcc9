"""What the shop knows: orders, prices, and how a request's JSON is read.

The numbers in brackets are those of the promises in README.md.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

#: any JSON value
Json = Any

#: what one piece costs, in cents [37]
PRICES = {"tea": 350, "mug": 900, "pot": 2400, "lamp": 12900}
#: pieces at the start: lamps are few, of the others there are always enough [38]
STOCK = {"tea": 1_000_000, "mug": 1_000_000, "pot": 1_000_000, "lamp": 5}
#: the states an order is shown in
STATES = ("draft", "paid", "cancelled")

_FIELDS = {"item", "quantity", "note"}
_LONGEST_NOTE = 200
_MOST = 99


@dataclass(frozen=True, slots=True)
class Order:
    """One order, as it was last written."""

    id: str
    #: counts orders in the order of their creation
    number: int
    owner: str
    item: str
    quantity: int
    note: str | None
    state: str
    created: datetime
    updated: datetime
    version: int = 1


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        #: the HTTP status
        self.status = status
        #: why, for people
        self.detail = detail


def parse(raw: bytes) -> Json:
    """The JSON value of a body (RFC 8259: UTF-8, no NaN). Raises `Refused` (400) when it is none [9]."""
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_not_json)
    except (ValueError, RecursionError):
        raise Refused(400, "The body is not JSON.") from None


def read_new(document: Json) -> dict[str, Json]:
    """Item, quantity and note of a whole order; no note is null. Raises `Refused` (400) [6, 9, 18]."""
    fields = read_patch(document)
    for name in ("item", "quantity"):
        if name not in fields:
            raise Refused(400, f"{name} is missing.")
    return {"note": None, **fields}


def read_patch(document: Json) -> dict[str, Json]:
    """Those of item, quantity and note that a merge patch names. Raises `Refused` (400) [20, 24]."""
    if not isinstance(document, dict):
        raise Refused(400, "The body is not an object.")
    if unknown := sorted(document.keys() - _FIELDS):
        raise Refused(400, f"There is no field {unknown[0]!r}.")
    fields = dict(document)
    if "item" in fields and not (isinstance(fields["item"], str) and fields["item"] in PRICES):
        raise Refused(400, f"item is none of {', '.join(PRICES)}.")
    if "quantity" in fields:
        fields["quantity"] = _quantity(fields["quantity"])
    note = fields.get("note")
    if not (note is None or (isinstance(note, str) and len(note) <= _LONGEST_NOTE)):
        raise Refused(400, f"note is not a text of at most {_LONGEST_NOTE} characters.")
    return fields


def _quantity(value: Json) -> int:
    # JSON has one kind of number: 2.0 is 2
    whole = isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1
    if not whole or not 1 <= value <= _MOST:
        raise Refused(400, f"quantity is no whole number from 1 to {_MOST}.")
    return int(value)


def _not_json(token: str) -> NoReturn:
    raise ValueError(token)
