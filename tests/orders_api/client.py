"""A client of the orders API for tests: plain requests, nothing of the harness."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import requests
from examples.orders.serving import Running
from requests.auth import AuthBase

MERGE_PATCH = "application/merge-patch+json"


@dataclass(frozen=True)
class Token(AuthBase):
    """A bearer token; requests would read `.netrc` otherwise."""

    value: str | None

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self.value is not None:
            request.headers["Authorization"] = f"Bearer {self.value}"
        return request


@dataclass
class Client:
    """Asks as one principal."""

    running: Running
    who: str | None = "alice"
    token: str | None = None
    timeout: float = 10.0
    session: requests.Session = field(default_factory=requests.Session)

    def as_(self, who: str | None, token: str | None = None) -> Client:
        """The same, for somebody else; nobody is None."""
        return Client(self.running, who, token, self.timeout)

    def send(self, method: str, path: str, **more: Any) -> requests.Response:
        """One request, and its answer."""
        token = self.token or (self.running.tokens[self.who] if self.who else None)
        url = self.running.url + path
        return self.session.request(method, url, auth=Token(token), timeout=self.timeout, **more)

    def create(self, headers: dict[str, str] | None = None, **fields: Any) -> requests.Response:
        """Opens an order: a tea, unless told otherwise; a field that is `...` is left out."""
        return self.send(
            "POST", "/orders", json=_sent({"item": "tea", "quantity": 2, **fields}), headers=headers
        )

    def order(self, state: str = "draft", **fields: Any) -> dict[str, Any]:
        """A new order in that state."""
        made = self.create(**fields)
        assert made.status_code == 201
        steps = {"draft": (), "paid": ("pay",), "cancelled": ("cancel",), "refunded": ("pay", "cancel")}
        for step in steps[state]:
            made = self.act(made.json(), step)
            assert made.status_code == 200
        return made.json()

    def read(self, order: dict[str, Any], **headers: str) -> requests.Response:
        """Reads it."""
        return self.send("GET", f"/orders/{order['id']}", headers=_named(headers))

    def put(
        self, order: dict[str, Any], _headers: dict[str, str] | None = None, **fields: Any
    ) -> requests.Response:
        """Replaces it: with a mug, unless told otherwise."""
        whole = _sent({"item": "mug", "quantity": 3, **fields})
        return self.send("PUT", f"/orders/{order['id']}", json=whole, headers=_headers)

    def patch(
        self, order: dict[str, Any], _headers: dict[str, str] | None = None, **fields: Any
    ) -> requests.Response:
        """Patches it."""
        headers = {"Content-Type": MERGE_PATCH, **(_headers or {})}
        return self.send("PATCH", f"/orders/{order['id']}", json=fields, headers=headers)

    def delete(self, order: dict[str, Any]) -> requests.Response:
        """Removes it."""
        return self.send("DELETE", f"/orders/{order['id']}")

    def act(self, order: dict[str, Any], action: str) -> requests.Response:
        """Pays or cancels it."""
        return self.send("POST", f"/orders/{order['id']}/{action}")

    def browse(self, **query: Any) -> requests.Response:
        """One page of the list."""
        return self.send("GET", "/orders", params=query)

    def every(self, **query: Any) -> list[dict[str, Any]]:
        """All pages of the list in a row; at most fifty."""
        found: list[dict[str, Any]] = []
        for _ in range(50):
            page = self.browse(**query).json()
            found += page["items"]
            if page["next"] is None:
                return found
            query["cursor"] = page["next"]
        raise AssertionError("the list has no last page")

    def left(self, sku: str) -> int:
        """How much of it is in stock."""
        return int(self.send("GET", f"/stock/{sku}").json()["available"])

    def at_once(self, *asked: Any) -> list[Any]:
        """Does all of these at the same time, each with a client of its own."""
        with ThreadPoolExecutor(len(asked)) as pool:
            return list(pool.map(lambda ask: ask(self.as_(self.who)), asked))


def _sent(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not ...}


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
