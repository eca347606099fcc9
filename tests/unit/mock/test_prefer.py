"""Claims about what a request prefers (RFC 7240), in memory."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assay.mock.prefer import Wish, wished
from assay.mock.world import MockRequest
from fakes.asking_the_mock import Asker

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def _request(prefer: str | None = None, query: str = "") -> MockRequest:
    headers = () if prefer is None else (("Prefer", prefer),)
    return MockRequest("GET", "/", query, headers, b"", NOW)


@pytest.fixture
def ask() -> Asker:
    """A client of the orders mock."""
    return Asker()


@pytest.mark.parametrize(
    ("header", "wish"),
    [
        ("code=404", Wish(code="404")),
        ('CODE = "404" ; foo="a,b"', Wish(code="404")),
        ("code=404, code=500", Wish(code="404")),
        ("respond-async, wait=10, example=sold-out", Wish(example="sold-out")),
        (r'example="a \"b\", c"', Wish(example='a "b", c')),
        ("dynamic", Wish(dynamic=True)),
        ("dynamic=true, code=500", Wish(code="500", dynamic=True)),
        ("dynamic=false", None),
        ("code=", None),
        ('handling=strict; a="code=404"', None),
        ("return=minimal", None),
        ("", None),
        (",, ;; ===", None),
    ],
)
def test_the_header_is_read_as_its_standard_says(header: str, wish: Wish | None) -> None:
    """Names know no case, values may be quoted, the first of a name counts, and what is not ours is left alone."""
    assert wished(_request(header))[0] == wish


def test_the_query_says_the_same_and_is_not_seen_by_the_contract() -> None:
    """`__code` and its like are wishes, taken out of the query; the header goes before them."""
    wish, left = wished(_request("code=500", "a=1&__code=404&__example=x%20y&__other=2"))
    assert wish == Wish(code="500", example="x y")
    assert left.query == "a=1&__other=2"


def test_a_preferred_status_changes_nothing(ask: Asker) -> None:
    """The documented reply of that status comes and says where it stands; nothing was done."""
    made = ask.order()
    refused = ask("DELETE", f"/orders/{made['id']}", headers={"Prefer": "code=401"})
    assert refused.status == 401
    assert refused.reply.header("Preference-Applied") == "code=401"
    assert refused.reply.explanation.startswith("orders/deleteOrder/status/401; preferred: code=401")
    assert ask("GET", f"/orders/{made['id']}").body == made


def test_a_preferred_status_that_is_due_is_given_in_earnest(ask: Asker) -> None:
    """Who prefers a 201 where a 201 is due gets an order that is there afterwards."""
    made = ask("POST", "/orders", {"item": "mug", "quantity": 2}, headers={"Prefer": "code=201"})
    assert (made.status, made.reply.header("Preference-Applied")) == (201, "code=201")
    assert ask("GET", f"/orders/{made.body['id']}").status == 200


def test_what_is_not_documented_cannot_be_preferred(ask: Asker) -> None:
    """A status or an example that nobody documents is a 404 that names what there is, and says that it is no answer."""
    status = ask("GET", "/orders", headers={"Prefer": "code=418"})
    example = ask("GET", "/orders", headers={"Prefer": "code=200, example=none"})
    odd = ask("GET", "/orders?__code=999999")
    assert [one.status for one in (status, example, odd)] == [404, 404, 404]
    assert "listOrders documents no 418, only 200, 400, 401" in status.body["detail"]
    assert "listOrders's 200 documents no example 'none', only example" in example.body["detail"]
    assert status.reply.header("Preference-Applied") is None
    assert status.reply.explanation.startswith("no such answer")


def test_an_invalid_request_gets_its_refusal_whatever_it_prefers(ask: Asker) -> None:
    """A preference is about the answers to requests that the contract allows."""
    refused = ask("POST", "/orders", {"item": "none"}, headers={"Prefer": "code=201"})
    assert (refused.status, refused.reply.header("Preference-Applied")) == (400, None)


def test_a_named_example_comes_as_it_is_documented(ask: Asker) -> None:
    """Nothing in it is replaced, and the request does nothing: what it shows exists nowhere."""
    shown = ask("POST", "/orders", {"item": "mug", "quantity": 7}, headers={"Prefer": "example=example"})
    assert (shown.status, shown.reply.header("Preference-Applied")) == (201, "example=example")
    assert shown.body["id"] == "f3d6f0d5-5b05-4fde-b011-6c2eaffd74e9"
    assert ask("GET", f"/orders/{shown.body['id']}").status == 404
    assert ask("GET", "/orders").body["total"] == 0


def test_dynamic_answers_are_new_each_time_and_real(ask: Asker) -> None:
    """They differ from one another and fit; what was created so is there afterwards as it was shown."""
    wish = {"Prefer": "dynamic=true"}
    first, second = (ask("POST", "/orders", {"item": "mug", "quantity": 2}, headers=wish) for _ in range(2))
    assert first.body["owner"] != second.body["owner"] != "alice"
    assert (first.body["item"], first.body["quantity"], first.body["state"]) == ("mug", 2, "draft")
    assert ask("GET", f"/orders/{first.body['id']}").body == first.body
    stocks = {ask("GET", "/stock/mug", headers=wish).reply.body for _ in range(4)}
    assert len(stocks) > 1


def test_dynamic_answers_follow_from_the_seed() -> None:
    """The same requests to two mocks of one seed get the same bytes; another seed, other ones."""
    answers = []
    for seed in (1, 1, 2):
        ask = Asker(seed=seed)
        answers.append(ask("GET", "/stock/mug", headers={"Prefer": "dynamic"}).reply.body)
    assert answers[0] == answers[1] != answers[2]
