"""Which documented answer refuses a request: what stood in other people's documents and was answered otherwise."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assay.contractfile.parse import parse
from assay.mock.engine import Engine, MockRequest, World

_API = """\
title: Shop
version: "1"
security: [{token: []}]
components: {securitySchemes: {token: {type: http, scheme: bearer}}}
"""
_ASK = """\
operation: ask
method: post
path: /ask
requestBody: {{content: {{application/json: {{schema: {{type: object}}}}}}}}
responses:
  "200": {{description: Fine.}}
{more}
"""


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ('  "403": {description: No.}', 403),
        ('  "401": {description: Who?}\n  "403": {description: No.}', 401),
        ('  "404": {description: Where?}', 401),
    ],
)
def test_missing_credentials_get_what_is_documented(more: str, status: int) -> None:
    """A 403 where that is documented and no 401: an API may have no other word for it."""
    engine = Engine(parsed(more))
    request = MockRequest("POST", "/ask", "", (), b"", datetime(2026, 3, 4, tzinfo=UTC))
    assert engine.respond(World(), request)[1].status == status


@pytest.mark.parametrize("documented", [True, False])
def test_other_refusals_look_as_default_says(documented: bool) -> None:
    """`default` is for every status that nothing else is for (OpenAPI 3.1 §4.8.16), the mock's own included."""
    schema = "{type: object, required: [code], properties: {code: {const: 7}}}"
    told = f"  default: {{description: No., content: {{application/json: {{schema: {schema}}}}}}}"
    engine = Engine(parsed(told if documented else ""))
    headers = (("Authorization", "Bearer t"), ("Content-Type", "text/plain"))
    reply = engine.respond(
        World(), MockRequest("POST", "/ask", "", headers, b"x", datetime(2026, 3, 4, tzinfo=UTC))
    )[1]
    assert reply.status == 415
    assert (b'"code":7' in reply.body.replace(b" ", b"")) == documented


def parsed(more: str):
    """The contracts with those responses besides."""
    found = parse({"shop/api.yaml": _API, "shop/ask.yaml": _ASK.format(more=more)})
    assert found.contracts is not None, found.problems
    return found.contracts
