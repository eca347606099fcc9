"""Whatever the table: what is written for other runners succeeds at a mock that is run by that very table.

Statuses, guards, bodies, silence and several ways of answering are drawn at random. A workflow that fails here would
accuse an honest API, or lead elsewhere than it believes.
"""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import event, given, settings
from hypothesis import strategies as st

from assay.mock.engine import Engine
from assay.mock.world import MockOptions
from assay.model.contract import Api, ContractSet
from assay.openapi.arazzo import arazzo
from assay.openapi.bundle import bundle
from assay.openapi.hurl import hurl
from fakes import hurl_runner
from fakes.arazzo_runner import Runner
from fakes.at_the_mock import URL, session
from fakes.books import secrets, written
from fakes.contracts import made

STATES = ("one", "two", "three")
OPERATIONS = ("read", "change", "finish")
STATUSES = (200, 202, 204, 404, 409)
THING = {
    "type": "object",
    "required": ["id", "kind"],
    "properties": {
        "id": {"type": "string"},
        "kind": {"type": "string", "enum": ["big", "small"]},
        "note": {"type": ["string", "null"]},
        "mark": {"type": "string"},
    },
}
BODIES = st.sampled_from(
    [
        None,
        None,
        "nothing",
        {"properties": {"id": {"const": "$instance.id"}}},
        {"required": ["mark"], "properties": {"mark": {"const": "a"}}},
        {"required": ["mark"], "properties": {"mark": {"const": "b"}}},
        {"properties": {"kind": {"const": "$instance.kind"}}},
    ]
)
GUARDS = st.sampled_from(
    [
        None,
        "instance.kind == 'big'",
        "instance.kind != 'big'",
        "has(request.body) && request.body.kind == 'big'",
        "!has(request.body) || request.body.kind != 'big'",
        "has(instance.secret) && instance.secret == 'x'",
    ]
)


@st.composite
def ways(draw: st.DrawFn, states: tuple[str, ...]) -> dict[str, Any]:
    """One way of answering."""
    status = draw(st.sampled_from(STATUSES))
    way: dict[str, Any] = {"status": status}
    if status < 300 and states and draw(st.booleans()):
        way["to"] = draw(st.sampled_from(states))
    body = draw(BODIES) if status in {200, 202} else None
    if body is not None:
        way["body"] = body
    return way


@st.composite
def cells(draw: st.DrawFn, states: tuple[str, ...]) -> Any:
    """One entry of the table."""
    kind = draw(st.integers(0, 9))
    if kind == 0:
        return "silent"
    if kind == 1:
        return {**draw(ways(states)), "strength": "exemplified"}
    if kind < 7:
        return draw(ways(states))
    several = draw(st.lists(ways(states), min_size=2, max_size=3))
    for way in several:
        if (guard := draw(GUARDS)) is not None:
            way["when"] = guard
    return several


@st.composite
def apis(draw: st.DrawFn) -> Api:
    """A small API with one lifecycle."""
    states = STATES[: draw(st.integers(1, 3))]
    operations = OPERATIONS[: draw(st.integers(1, 3))]
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    replies = {
        str(status): {"description": "d", **({"content": content} if status in {200, 202} else {})}
        for status in STATUSES
    }
    sent = {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["big", "small"]}}}
    example = {"kind": draw(st.sampled_from(["big", "small"]))}
    body = {"required": True, "content": {"application/json": {"schema": sent, "example": example}}}
    documents = [
        {"operation": "create", "method": "post", "path": "/things", "requestBody": body,
         "responses": {"201": {"description": "made", "content": content}}}
    ]  # fmt: skip
    for operation in operations:
        document = {
            "operation": operation,
            "method": draw(st.sampled_from(["get", "put"])),
            "path": f"/things/{{id}}/{operation}",
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "responses": replies,
        }
        documents.append(
            document
            if document["method"] == "get" or draw(st.booleans())
            else {**document, "requestBody": body}
        )
    rows = {
        operation: {"absent": {"status": 404}, **{state: draw(cells(states)) for state in states}}
        for operation in operations
    }
    lifecycle = {
        "lifecycle": "thing",
        "instance": {"created-by": "create", "id": "$response.body#/id", "carried-in": {"id": "path"}},
        "states": {"absent": {}, **{state: {} for state in states}},
        "cells": {"create": {"absent": {"status": 201, "to": states[0]}}, **rows},
        "fields": {
            "kind": {"kind": "echo", "sent": "$request.body#/kind", "at": {"create": "$response.body#/kind"}}
        },
    }
    texts = [yaml.safe_dump(document, sort_keys=False) for document in (*documents, lifecycle)]
    return made(*texts, components={"schemas": {"Thing": THING}})


@settings(deadline=None, max_examples=60)
@given(apis())
def test_whatever_the_table(api: Api) -> None:
    """All workflows of all formats succeed."""
    book = written(api)
    event(f"{len(book.workflows)} workflows")
    at = session(Engine(ContractSet((api,), ""), MockOptions(token="sesame")))
    description = arazzo(book, "x")[0]
    assert Runner(description, bundle(api), URL, at, **secrets(book)).failures() == {}
    variables = {one.name: one.default for one in book.inputs.values()}
    assert hurl_runner.run(hurl(book)[0], at, **{**variables, "base_url": URL}) == []
