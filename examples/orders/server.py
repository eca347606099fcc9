"""The honest server: keeps every promise of README.md, whose numbers stand in brackets.

A request's body is read first; after that an honest server waits for nothing, so that requests take effect
one after another [40]. Each answer is a small method: a wrong server is this one with a method replaced.

    python -m examples.orders.server --port 8000 --token alice=T1 --token bob=T2 [--wrong put-keeps-note]
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from examples.orders.asking import JSON, MERGE_PATCH, Ask, Page, is_uuid, read_page, tags, write_cursor
from examples.orders.order import PRICES, STOCK, Json, Order, Refused, parse, read_new, read_patch

PROBLEM = "application/problem+json"

_ROUTES = (
    ("POST", "/orders", "create"),
    ("GET", "/orders", "browse"),
    ("GET", "/orders/{id}", "read"),
    ("PUT", "/orders/{id}", "replace"),
    ("PATCH", "/orders/{id}", "patch"),
    ("DELETE", "/orders/{id}", "delete"),
    ("POST", "/orders/{id}/pay", "pay"),
    ("POST", "/orders/{id}/cancel", "cancel"),
    ("GET", "/stock/{sku}", "read_stock"),
)


class Orders:
    """The shop: its orders, its stock, and how it answers."""

    #: states in which each of these is allowed [23, 27, 34, 35]
    editable: Collection[str] = ("draft",)
    deletable: Collection[str] = ("draft", "cancelled")
    payable: Collection[str] = ("draft",)
    cancellable: Collection[str] = ("draft", "paid")

    def __init__(self, tokens: Mapping[str, str]) -> None:
        """`tokens` are the principals' bearer tokens, by name."""
        self.tokens = dict(tokens)
        self.orders: dict[str, Order] = {}
        self.stock = dict(STOCK)
        #: (principal, key) -> the body and the answer it got [11]
        self.kept: dict[tuple[str, str], tuple[Json, Response]] = {}
        self.made = 0
        self._moment = datetime.min.replace(tzinfo=UTC)

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[Route(path, self._endpoint(name), methods=[method]) for method, path, name in _ROUTES],
            exception_handlers={Refused: self._refused, HTTPException: self._not_routed},
        )

    # The operations

    async def create(self, ask: Ask) -> Response:
        """POST /orders [3–12]."""
        who = self.authorized(ask)
        document = self.document(ask, JSON)
        fields = self.read_new(document)
        key = ask.header("idempotency-key")
        if key is None:
            return self.open(who, fields)
        if not is_uuid(key):
            raise Refused(400, "Idempotency-Key is no UUID.")
        return await self.once(who, key, document, lambda: self.open(who, fields))

    async def read(self, ask: Ask) -> Response:
        """GET /orders/{id} [13–17]."""
        order = self.find(ask, "read")
        if self.not_modified(ask, order):
            return Response(status_code=304, headers={"ETag": self.etag(order)})
        return self.shown(order)

    async def replace(self, ask: Ask) -> Response:
        """PUT /orders/{id} [18, 19, 22–25]."""
        order = self.find(ask, "replace")
        fields = self.read_whole(order, self.document(ask, JSON))
        self.allow(order, self.editable)
        await self.check_match(ask, order)
        return self.shown(self.change(order, **fields))

    async def patch(self, ask: Ask) -> Response:
        """PATCH /orders/{id} [20–25]."""
        order = self.find(ask, "patch")
        fields = self.read_patch(order, self.document(ask, MERGE_PATCH))
        self.allow(order, self.editable)
        await self.check_match(ask, order)
        return self.shown(self.change(order, **self.merged(order, fields)))

    async def delete(self, ask: Ask) -> Response:
        """DELETE /orders/{id} [26, 27]."""
        order = self.find(ask, "delete")
        self.allow(order, self.deletable)
        self.erase(order)
        return Response(status_code=204)

    async def browse(self, ask: Ask) -> Response:
        """GET /orders [28–33]."""
        who = self.authorized(ask)
        page = self.page(ask)
        matching = self.matching(who, page)
        rest = [order for order in matching if order.number > page.after]
        items = self.items(rest, page)
        more = len(rest) > len(items)
        return self.json(200, self.listed(items, matching, self.cursor(items[-1]) if more else None))

    async def pay(self, ask: Ask) -> Response:
        """POST /orders/{id}/pay [34, 36, 38]."""
        order = self.find(ask, "pay")
        self.allow(order, self.payable)
        await self.take(order)
        return self.shown(self.change(order, state="paid"))

    async def cancel(self, ask: Ask) -> Response:
        """POST /orders/{id}/cancel [35, 36, 39]."""
        order = self.find(ask, "cancel")
        self.allow(order, self.cancellable)
        await self.give_back(order)
        return self.shown(self.change(order, state="cancelled"))

    async def read_stock(self, ask: Ask) -> Response:
        """GET /stock/{sku} [37]."""
        sku = ask.request.path_params["sku"]
        if sku not in self.stock:
            raise Refused(404, "There is no such item.")
        return self.json(200, {"sku": sku, "price": PRICES[sku], "available": self.stock[sku]})

    # Who asks, and for what

    def principal(self, ask: Ask) -> str | None:
        """Whose token this is (the scheme's case is free, RFC 9110 §11.1) [1]."""
        scheme, _, token = (ask.header("authorization") or "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        return next((name for name, known in self.tokens.items() if known == token.strip()), None)

    def authorized(self, ask: Ask) -> str:
        """The principal. Raises `Refused` (401) [1]."""
        who = self.principal(ask)
        if who is None:
            raise Refused(401, "A valid bearer token is needed.")
        return who

    def find(self, ask: Ask, operation: str) -> Order:
        """The order that is asked for. Raises `Refused` (401, 404) [1, 2, 17]."""
        who = self.authorized(ask)
        order = self.orders.get(ask.id)
        if order is None or not self.may(who, order, operation):
            raise self.unknown()
        return order

    def may(self, who: str, order: Order, operation: str) -> bool:
        """Whether this is that principal's order [2]."""
        return order.owner == who

    def unknown(self) -> Refused:
        """What is said of an order that is not there, or not for them [2, 17]."""
        return Refused(404, "There is no such order.")

    def document(self, ask: Ask, wanted: str) -> Json:
        """The JSON of the body. Raises `Refused` (400, 415) [9, 10, 24]."""
        if not ask.raw:
            raise Refused(400, "A body is needed.")
        if (ask.header("content-type") or "").partition(";")[0].strip().lower() != wanted:
            raise Refused(415, f"The body is to be {wanted}.")
        return parse(ask.raw)

    def read_new(self, document: Json) -> dict[str, Json]:
        """The fields of a new order [6, 9]."""
        return read_new(document)

    def read_whole(self, order: Order, document: Json) -> dict[str, Json]:
        """The fields that replace those of `order` [18, 24]."""
        return read_new(document)

    def read_patch(self, order: Order, document: Json) -> dict[str, Json]:
        """The fields a patch names [20, 24]."""
        return read_patch(document)

    def allow(self, order: Order, states: Collection[str]) -> None:
        """Raises `Refused` (409) in any other state [23, 27, 34, 35]."""
        if order.state not in states:
            raise Refused(409, f"The order is {order.state}.")

    async def check_match(self, ask: Ask, order: Order) -> None:
        """Raises `Refused` (412) where If-Match names another version (RFC 9110 §13.1.1) [22]."""
        wanted = ask.header("if-match")
        if wanted is not None and wanted.strip() != "*" and self.etag(order) not in tags(wanted):
            raise Refused(412, "The order has changed.")

    def not_modified(self, ask: Ask, order: Order) -> bool:
        """Whether If-None-Match names this version (RFC 9110 §13.1.2) [15]."""
        known = ask.header("if-none-match")
        if known is None:
            return False
        return known.strip() == "*" or self.etag(order) in {tag.removeprefix("W/") for tag in tags(known)}

    # What happens

    def open(self, who: str, fields: Mapping[str, Json]) -> Response:
        """Makes an order, and answers 201 [3–8]."""
        self.made += 1
        moment = self.now()
        order = Order(self.new_id(), self.made, who, **fields, state="draft", created=moment, updated=moment)
        self.orders[order.id] = order
        response = self.shown(order, 201)
        response.headers["Location"] = f"/orders/{order.id}"
        return response

    def new_id(self) -> str:
        """An id that was never issued [5]."""
        return str(uuid.UUID(bytes=sha256(f"order {self.made}".encode()).digest()[:16], version=4))

    async def once(self, who: str, key: str, document: Json, make: Callable[[], Response]) -> Response:
        """The answer this key already got, or a new one [11, 12]."""
        if (who, key) in self.kept:
            sent, response = self.kept[who, key]
            if sent != document:
                raise Refused(422, "This Idempotency-Key was used for another order.")
            return response
        response = make()
        self.kept[who, key] = (document, response)
        return response

    def merged(self, order: Order, fields: Mapping[str, Json]) -> Mapping[str, Json]:
        """What a patch changes: what it names, and null empties the note (RFC 7396) [20]."""
        return fields

    def change(self, order: Order, **fields: Json) -> Order:
        """The order with these fields; another version if that makes a difference [19, 21, 25]."""
        changed = replace(order, **fields)
        if changed != order:
            changed = replace(changed, version=order.version + 1, updated=self.now())
            self.orders[order.id] = changed
        return changed

    def erase(self, order: Order) -> None:
        """Forgets the order [26]."""
        del self.orders[order.id]

    async def take(self, order: Order) -> None:
        """Takes the pieces from stock. Raises `Refused` (409) when there are not enough [38]."""
        if self.stock[order.item] < order.quantity:
            raise Refused(409, f"There are only {self.stock[order.item]} of {order.item}.")
        self.stock[order.item] -= order.quantity

    async def give_back(self, order: Order) -> None:
        """Puts the pieces of a paid order back [39]."""
        if order.state == "paid":
            self.stock[order.item] += order.quantity

    def now(self) -> datetime:
        """The present, in milliseconds; never the same twice [25]."""
        moment = datetime.now(UTC)
        moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        self._moment = max(moment, self._moment + timedelta(milliseconds=1))
        return self._moment

    # Lists

    def page(self, ask: Ask) -> Page:
        """What the query asks for. Raises `Refused` (400) [29, 30]."""
        return read_page(ask.request.query_params)

    def matching(self, who: str, page: Page) -> list[Order]:
        """Everything the list is about, oldest first [28, 29]."""
        return [o for o in self.orders.values() if o.owner == who and page.state in (None, o.state)]

    def items(self, rest: list[Order], page: Page) -> list[Order]:
        """What of `rest` is on this page [30]."""
        return rest[: page.limit]

    def cursor(self, last: Order) -> str:
        """Where the next page starts: behind this order [31]."""
        return write_cursor(last.number)

    def listed(self, items: list[Order], matching: list[Order], following: str | None) -> dict[str, Json]:
        """The body of a list [28, 31–33]."""
        return {"items": [self.body(order) for order in items], "total": len(matching), "next": following}

    # Answers

    def shown(self, order: Order, status: int = 200) -> Response:
        """An order, with its ETag [13, 14]."""
        response = self.json(status, self.body(order))
        response.headers["ETag"] = self.etag(order)
        return response

    def body(self, order: Order) -> dict[str, Json]:
        """An order as JSON [3, 6–8]."""
        return {
            "id": order.id,
            "owner": order.owner,
            "item": order.item,
            "quantity": order.quantity,
            "note": order.note,
            "state": order.state,
            "total": order.quantity * PRICES[order.item],
            "createdAt": self.time(order.created),
            "updatedAt": self.time(order.updated),
            "version": order.version,
        }

    def time(self, moment: datetime) -> str:
        """A moment, as RFC 3339 spells it [7]."""
        return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"

    def etag(self, order: Order) -> str:
        """What names this version of this order (RFC 9110 §8.8.3) [14]."""
        return f'"{sha256(f"{order.id} {order.version}".encode()).hexdigest()[:16]}"'

    def json(self, status: int, document: Json, media_type: str = JSON) -> Response:
        """JSON in ASCII: whatever text came in can go out."""
        return Response(json.dumps(document).encode(), status, media_type=media_type)

    def problem(self, status: int, detail: str) -> Response:
        """An error (RFC 9457) [1, 41]."""
        phrase = HTTPStatus(status).phrase
        document = {"type": "about:blank", "title": phrase, "status": status, "detail": detail}
        response = self.json(status, document, PROBLEM)
        if status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response

    def _endpoint(self, name: str) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            ask = Ask(request, await request.body())
            try:
                answered: Response = await getattr(self, name)(ask)
            except (Refused, HTTPException):
                raise
            except Exception as crash:  # noqa: BLE001 - only wrong servers crash; uvicorn would hang up on them
                return self.problem(500, type(crash).__name__)
            return answered

        return endpoint

    async def _refused(self, _request: Request, error: Exception) -> Response:
        return self.problem(getattr(error, "status", 500), str(error))

    async def _not_routed(self, _request: Request, error: Exception) -> Response:
        response = self.problem(getattr(error, "status_code", 404), "There is nothing here.")
        response.headers.update(getattr(error, "headers", None) or {})
        return response


if __name__ == "__main__":
    from examples.orders.serving import main

    main()
