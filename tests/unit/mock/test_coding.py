"""Claims about request bodies that come compressed (RFC 9110 §8.4)."""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assay.mock.coding import MOST_BYTES, decoded
from assay.mock.engine import Engine, MockReply, MockRequest, World
from assay.mock.refusal import Refusal
from fakes.asking_the_mock import orders

ORDER = json.dumps({"item": "mug", "quantity": 2}).encode()


def _raw_deflate(data: bytes) -> bytes:
    writer = zlib.compressobj(wbits=-15)
    return writer.compress(data) + writer.flush()


def _posted(body: bytes, coding: str) -> MockReply:
    headers = (
        ("Authorization", "Bearer t"),
        ("Content-Type", "application/json"),
        ("Content-Encoding", coding),
    )
    request = MockRequest("POST", "/orders", "", headers, body, datetime(2026, 3, 4, tzinfo=UTC))
    return Engine(orders()).respond(World(), request)[1]


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(ORDER, mtime=0)),
        ("X-GZIP", gzip.compress(ORDER, mtime=0)),
        ("deflate", zlib.compress(ORDER)),
        ("deflate", _raw_deflate(ORDER)),
        ("identity", ORDER),
        ("deflate, gzip", gzip.compress(zlib.compress(ORDER), mtime=0)),
    ],
)
def test_a_compressed_body_is_the_body(coding: str, body: bytes) -> None:
    """What gzip and deflate make is read as what it was made from."""
    reply = _posted(body, coding)
    assert reply.status == 201
    assert json.loads(reply.body)["item"] == "mug"


def test_another_coding_is_refused_with_those_that_are_read() -> None:
    """415, and `Accept-Encoding` names the codings (RFC 9110 §12.5.3)."""
    reply = _posted(ORDER, "br")
    assert (reply.status, reply.header("Accept-Encoding")) == (415, "gzip, deflate")


@pytest.mark.parametrize(
    "body", [ORDER, gzip.compress(ORDER, mtime=0)[:-5], gzip.compress(ORDER, mtime=0) + b"x", b""]
)
def test_what_is_not_gzip_is_a_client_s_error(body: bytes) -> None:
    """Neither plain, cut off, nor followed by anything."""
    assert _posted(body, "gzip").status == 400


def test_a_bomb_does_not_go_off() -> None:
    """A body that would be too large is refused once it is, and no more of it is kept."""
    bomb = gzip.compress(bytes(MOST_BYTES * 20), 9)
    found = decoded(bomb, "gzip")
    assert isinstance(found, Refusal)
    assert (found.status, len(bomb) < MOST_BYTES) == (413, True)
    assert decoded(gzip.compress(bytes(MOST_BYTES)), "gzip") == bytes(MOST_BYTES)


def test_the_documented_refusal_is_given_where_there_is_one() -> None:
    """A 415 that the contract documents answers an unknown coding."""
    contracts = orders()
    api = contracts.apis[0]
    creator = api.operation("createOrder")
    of_415 = replace(creator.replies[-1], status="415", content=(), headers=())
    changed = replace(creator, replies=(*creator.replies, of_415))
    others = tuple(changed if one.id == creator.id else one for one in api.operations)
    engine = Engine(replace(contracts, apis=(replace(api, operations=others),)))
    headers = (("Authorization", "Bearer t"), ("Content-Encoding", "br"))
    request = MockRequest("POST", "/orders", "", headers, ORDER, datetime(2026, 3, 4, tzinfo=UTC))
    reply = engine.respond(World(), request)[1]
    assert (reply.status, reply.explanation.split(";")[0]) == (415, "orders/createOrder/status/415")
