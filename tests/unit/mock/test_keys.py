"""Claims about keys that make a request safe to repeat."""

from __future__ import annotations

import pytest

from fakes.asking_the_mock import Asker, law, stating

KEY = {"Idempotency-Key": "6f1c1c1e-7a0b-4c0d-9a58-0a4f6f0c7f11"}
BODY = {"item": "mug", "quantity": 2}


@pytest.fixture
def ask():
    """A client of the orders mock."""
    return Asker()


def test_the_first_answer_is_given_again(ask):
    """The same key and body get status, headers and body of the first answer, whatever happened since."""
    first = ask("POST", "/orders", BODY, headers=KEY)
    ask("POST", f"/orders/{first.body['id']}/pay")
    again = ask("POST", "/orders", {"quantity": 2.0, "item": "mug"}, headers=KEY)
    assert again.reply == first.reply
    assert ask("GET", "/orders").body["total"] == 1


def test_another_body_is_refused(ask):
    """With another body the documented refusal comes, and nothing happens."""
    ask("POST", "/orders", BODY, headers=KEY)
    refused = ask("POST", "/orders", {**BODY, "quantity": 3}, headers=KEY)
    assert (refused.status, refused.body["status"]) == (422, 422)
    assert ask("GET", "/orders").body["total"] == 1


def test_keys_are_of_principals(ask):
    """A key of one principal says nothing to another."""
    first = ask("POST", "/orders", BODY, headers=KEY)
    second = ask("POST", "/orders", {**BODY, "quantity": 3}, headers=KEY, who="bob")
    assert second.status == 201
    assert second.body["id"] != first.body["id"]


def test_a_refusal_is_not_remembered(ask):
    """What was refused can be sent again, corrected, with the same key."""
    assert ask("POST", "/orders", {"item": "mug"}, headers=KEY).status == 400
    assert ask("POST", "/orders", BODY, headers=KEY).status == 201


def test_the_law_names_header_operation_and_status():
    """Another header, an operation on an instance, another status: as the law says. Unstated, a key is no matter."""
    ask = Asker(stating(law("idempotency-key", operation="replaceOrder", header="X-Once", reused=409)))
    made = ask.order()
    path, key = f"/orders/{made['id']}", {"X-Once": "k"}
    first = ask("PUT", path, BODY, headers=key)
    ask("PATCH", path, {"quantity": 50})
    assert ask("PUT", path, BODY, headers=key).body == first.body
    assert ask("PUT", path, {**BODY, "quantity": 4}, headers=key).status == 409
    one, two = (ask("POST", "/orders", BODY, headers=KEY).body["id"] for _ in range(2))
    assert one != two
