"""Claims about requests that name versions."""

from __future__ import annotations

import pytest

from fakes.asking_the_mock import Asker, stating

UNKNOWN = "/orders/00000000-0000-4000-8000-000000000000"


@pytest.fixture
def ask():
    """A client of the orders mock."""
    return Asker()


@pytest.mark.parametrize("known", ["{0}", "*", '"other", {0}', "W/{0}"])
def test_a_reader_with_the_current_version_is_told_so(ask, known):
    """304 without a body and with the ETag, also for a list and the weak form (RFC 9110 §13.1.2)."""
    made = ask("POST", "/orders", {"item": "mug", "quantity": 2})
    path = f"/orders/{made.body['id']}"
    read = ask("GET", path, headers={"If-None-Match": known.format(made.etag)})
    assert (read.status, read.reply.body, read.etag) == (304, b"", made.etag)


def test_a_reader_with_a_stale_version_gets_the_new_one(ask):
    """Each change makes another ETag, and the old one names nothing any more."""
    made = ask("POST", "/orders", {"item": "mug", "quantity": 2})
    path = f"/orders/{made.body['id']}"
    changed = ask("PATCH", path, {"quantity": 3})
    assert changed.etag != made.etag
    read = ask("GET", path, headers={"If-None-Match": made.etag})
    assert (read.status, read.etag) == (200, changed.etag)


@pytest.mark.parametrize(
    ("named", "status"), [("{0}", 200), ("*", 200), ('"x", {0}', 200), ('"x"', 412), ("W/{0}", 412)]
)
def test_a_writer_needs_the_current_version(ask, named, status):
    """If-Match compares strongly (RFC 9110 §13.1.1); a 412 changes nothing."""
    made = ask("POST", "/orders", {"item": "mug", "quantity": 2})
    path = f"/orders/{made.body['id']}"
    put = ask("PUT", path, {"item": "tea", "quantity": 9}, headers={"If-Match": named.format(made.etag)})
    assert put.status == status
    assert (ask("GET", path).body == made.body) == (status == 412)


def test_other_refusals_come_first(ask):
    """A precondition is of no interest where the request is refused anyway (RFC 9110 §13.2.1)."""
    path = f"/orders/{ask.order()['id']}"
    ask("POST", f"{path}/pay")
    stale = {"If-Match": '"a version that never was"', "If-None-Match": "*"}
    assert ask("PUT", path, {"item": "tea", "quantity": 9}, headers=stale).status == 409
    assert ask("PUT", UNKNOWN, {"item": "tea", "quantity": 9}, headers=stale).status == 404
    assert ask("GET", UNKNOWN, headers=stale).status == 404


def test_without_the_law_only_what_is_provoked_is_refused():
    """A contract that states no `conditional` has its 412 by `provoke`, and any other version goes through."""
    ask = Asker(stating())
    path = f"/orders/{ask.order()['id']}"
    body = {"item": "tea", "quantity": 9}
    assert ask("PUT", path, body, headers={"If-Match": '"another"'}).status == 200
    assert ask("PUT", path, body, headers={"If-Match": '"a version that never was"'}).status == 412
