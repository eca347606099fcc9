"""Claims about media types: which one a client gets (RFC 9110 §12.5.1)."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from assay.contractfile.parse import parse
from assay.mock.engine import Engine, MockReply, MockRequest, World
from assay.mock.negotiation import best, quality
from fakes.asking_the_mock import Asker

API = """
title: Sheets
version: "1"
servers: [{url: "https://sheets.example"}]
security: []
sources: {doc: {title: The manual}}
components:
  schemas: {Sheet: {type: object, required: [n], properties: {n: {type: integer}}}}
"""
READ = """
operation: read
method: get
path: /sheets/{n}
summary: Read
source: doc
parameters: [{name: n, in: path, required: true, schema: {type: integer}}]
responses:
  "200":
    description: It
    content:
      text/csv: {schema: {type: string}, example: "n\\n1\\n"}
      application/json: {schema: {$ref: '#/components/schemas/Sheet'}, example: {n: 1}}
      application/vnd.sheet+json: {schema: {$ref: '#/components/schemas/Sheet'}}
      application/vnd.brief+json: {schema: {type: object, required: [b], properties: {b: {const: 2}}}}
      application/x-www-form-urlencoded: {schema: {type: object}, example: {n: 1, m: "a b"}}
      image/png: {schema: {type: string, format: binary}}
"""
OPEN = """
operation: any
method: get
path: /any
summary: Any
source: doc
responses:
  "200": {description: It, content: {"*/*": {schema: {$ref: '#/components/schemas/Sheet'}, example: {n: 3}}}}
"""


@pytest.fixture(scope="module")
def engine() -> Engine:
    """A mock of sheets in many media types."""
    parsed = parse(
        {"c/sheets/api.yaml": API, "c/sheets/read.yaml": READ, "c/sheets/any.yaml": OPEN}, root="c"
    )
    assert parsed.contracts is not None, parsed.problems
    return Engine(parsed.contracts)


def _asked(engine: Engine, accept: str | None, method: str = "GET", path: str = "/sheets/1") -> MockReply:
    headers = () if accept is None else (("Accept", accept),)
    request = MockRequest(method, path, "", headers, b"", datetime(2026, 3, 4, tzinfo=UTC))
    return engine.respond(World(), request)[1]


@pytest.mark.parametrize(
    ("accept", "media_type", "wanted"),
    [
        ("*/*", "text/csv", 1),
        ("text/*;q=0.3, text/csv;q=0.7, */*;q=0.5", "text/csv", 0.7),
        ("text/*;q=0.3, text/csv;q=0.7, */*;q=0.5", "text/plain", 0.3),
        ("text/*;q=0.3, text/csv;q=0.7, */*;q=0.5", "image/png", 0.5),
        ("text/csv;q=0, */*", "text/csv", 0),
        ("TEXT/CSV", "text/csv", 1),
        ("text/csv;header=present", "text/csv", 0),
        ('text/csv;header="present";q=0.4', "text/csv; Header=present", 0.4),
        ("application/json", "application/problem+json", 1),
        ("application/json;q=0.2, application/problem+json;q=0.1", "application/problem+json", 0.1),
        ("text/html", "application/json", 0),
        ("nonsense", "application/json", 1),
        ("text/csv;q=none", "text/csv", 0),
        ("", "text/csv", 1),
    ],
)
def test_the_most_precise_range_decides(accept: str, media_type: str, wanted: float) -> None:
    """Weights count by the range that fits best, parameters belong to the type, and what is no range says nothing."""
    assert quality(accept, media_type) == wanted


def test_ties_go_to_what_is_offered_first() -> None:
    """Two types that are wanted alike: the usual one stays."""
    assert best("*/*", ("a/b", "c/d")) == "a/b"
    assert best("x/y", ("a/b",)) is None


def test_a_hostile_header_costs_nothing() -> None:
    """A header made to be slow to read is read as none at all."""
    began = time.perf_counter()
    assert quality(r"\"" * 30_000, "a/b") == 1
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize(
    ("accept", "media_type", "body"),
    [
        (None, "application/json", b'{"n":1}'),
        ("*/*", "application/json", b'{"n":1}'),
        ("text/html, text/*;q=0.5, application/json;q=0.4", "text/csv", b"n\n1\n"),
        ("application/vnd.sheet+json", "application/vnd.sheet+json", b'{"n":1}'),
        ("application/vnd.brief+json", "application/vnd.brief+json", b'{"b":2}'),
        ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded", b"n=1&m=a+b"),
        ("image/*", "image/png", b""),
    ],
)
def test_each_documented_type_can_be_had(
    engine: Engine, accept: str | None, media_type: str, body: bytes
) -> None:
    """The one that is wanted most comes, by its example or its schema; caches are told that it depends on who asks."""
    reply = _asked(engine, accept)
    assert (reply.status, reply.header("Content-Type"), reply.body) == (200, media_type, body)
    assert reply.header("Vary") == "Accept"


def test_what_nobody_documents_is_not_acceptable(engine: Engine) -> None:
    """A 406 names what there is."""
    reply = _asked(engine, "text/html, image/gif")
    assert (reply.status, reply.header("Content-Type")) == (406, "application/problem+json")
    assert b"only text/csv, application/json" in reply.body


def test_a_head_is_negotiated_as_its_get(engine: Engine) -> None:
    """Type and length are those of the GET."""
    reply = _asked(engine, "text/csv", "HEAD")
    assert (reply.header("Content-Type"), reply.header("Content-Length"), reply.body) == (
        "text/csv",
        "4",
        b"",
    )


def test_an_open_type_is_json(engine: Engine) -> None:
    """Where the documentation leaves the type open, the schema is shown as JSON and called so."""
    reply = _asked(engine, None, path="/any")
    assert (reply.header("Content-Type"), reply.body) == ("application/json", b'{"n":3}')


def test_what_is_not_acceptable_does_nothing() -> None:
    """An order that its client could not read is not made; errors come whatever is accepted."""
    ask = Asker()
    refused = ask("POST", "/orders", {"item": "mug", "quantity": 2}, headers={"Accept": "text/html"})
    assert refused.status == 406
    assert ask("GET", "/orders").body["total"] == 0
    assert ask("GET", "/orders/none", headers={"Accept": "text/html"}).status == 404
