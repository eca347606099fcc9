"""`assay import` undoes `assay bundle`: what OpenAPI can say of contracts is the same in the contracts imported again.

What it cannot say is not compared: promises, supplies and sources, which stand under `x-assay-…`, and tables, from
which Links come; the importer guesses at them, and doubts what it guesses. Where there are none there is no doubt.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.contractfile.parse import parse
from assay.ingest.openapi import read_document
from assay.model.contract import Api
from assay.openapi.bundle import bundle
from assay.openapi.text import text
from fakes.books import APIS


def said(document: Any) -> Any:
    """The document without what only we say in it, and without what tables say."""
    if isinstance(document, dict):
        ours = {key for key in document if key.startswith("x-assay-") or key == "links"}
        return {key: said(member) for key, member in document.items() if key not in ours}
    if isinstance(document, list):
        return [said(element) for element in document]
    return document


def contracts(files: dict[str, str], name: str) -> Api:
    """The API that is in those files of its folder."""
    parsed = parse({f"contracts/{name}/{path}": text for path, text in files.items()})
    assert parsed.contracts is not None, parsed.problems
    return parsed.contracts.api(name)


def again(api: Api) -> tuple[str, ...]:
    """What OpenAPI says of an API before and after it was bundled and imported."""
    document = bundle(api)
    imported = read_document(document, name=api.name)
    beyond = api.lifecycles or api.supplies or any(operation.promises for operation in api.operations)
    assert beyond or imported.doubts == ()
    told = said(document), said(bundle(contracts(dict(imported.files), api.name)))
    # as texts: to Python true is 1
    return tuple(json.dumps(one, sort_keys=True, indent=1) for one in told)


@pytest.mark.parametrize("name", APIS)
def test_of_what_we_ship(name: str) -> None:
    """Every word and number of it."""
    before, after = again(APIS[name])
    assert after == before


WORDS = st.sampled_from(
    ["A thing.", "Two words", "yes", "1e3", "a: b", "#1", "ünï", "line one\nline two", "'"]
)
NAMES = st.sampled_from(["id", "kind", "size", "created at", "a/b", "a~b", "$ref-like", "x", "0", "é"])
COMPONENTS = ("Thing", "Part", "Kind")


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Schemas with schemas inside."""
    members = st.dictionaries(NAMES, inner, min_size=1, max_size=3)
    return st.one_of(
        members.flatmap(
            lambda properties: st.fixed_dictionaries(
                {"type": st.just("object"), "properties": st.just(properties)},
                optional={
                    "required": st.lists(st.sampled_from(sorted(properties)), min_size=1, unique=True),
                    "additionalProperties": st.booleans() | inner,
                },
            )
        ),
        st.fixed_dictionaries(
            {"type": st.just("array"), "items": inner}, optional={"maxItems": st.integers(1, 9)}
        ),
        st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1, max_size=2)}),
        st.fixed_dictionaries(
            {"allOf": st.lists(inner, min_size=1, max_size=2)}, optional={"description": WORDS}
        ),
        st.fixed_dictionaries({"not": inner}),
    )


LEAVES = st.one_of(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["string", ["string", "null"]])},
        optional={
            "minLength": st.integers(0, 9),
            "format": st.sampled_from(["date-time", "uuid", "own"]),
            "pattern": st.sampled_from(["^a+$", "\\d", "[^/#?]"]),
            "description": WORDS,
            "x-known-good": st.just({"enum": ["a"]}),
        },
    ),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["integer", "number"])},
        optional={
            "minimum": st.integers(-9, 1),
            "exclusiveMaximum": st.integers(10, 99),
            "default": st.just(1),
        },
    ),
    st.fixed_dictionaries(
        {"enum": st.lists(st.sampled_from(["a", "1", 1, None, True, "no"]), min_size=1, unique_by=repr)}
    ),
    st.fixed_dictionaries({"const": st.sampled_from(["x", 0, {"$ref": "#/no/reference"}, [1, "2"]])}),
    st.just({"type": "boolean", "deprecated": True}),
    st.just({}),
)
PLAIN = st.recursive(LEAVES, objects, max_leaves=4)
REFERENCES = st.sampled_from([{"$ref": f"#/components/schemas/{name}"} for name in COMPONENTS])
SCHEMAS = st.recursive(
    LEAVES
    | REFERENCES
    | st.builds(lambda one, more: {**one, **more}, REFERENCES, st.just({"description": "Beside."})),
    objects,
    max_leaves=4,
)


def media(schema: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Bodies by media type. What is no JSON is a text."""
    content = st.fixed_dictionaries({"schema": schema})
    plain = st.just({"schema": {"type": "string"}})
    of_type = {"application/json": content, "application/problem+json": content, "text/plain": plain}
    names = st.lists(st.sampled_from(sorted(of_type)), min_size=1, max_size=2, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: of_type[name] for name in chosen}))


RESPONSES = st.dictionaries(
    st.sampled_from(["200", "201", "204", "2XX", "404", "4XX", "default"]),
    st.fixed_dictionaries(
        {"description": WORDS},
        optional={
            "content": media(SCHEMAS),
            "headers": st.dictionaries(
                st.sampled_from(["ETag", "X-Total"]),
                st.fixed_dictionaries({"schema": LEAVES}, optional={"required": st.just(True)}),
                min_size=1,
                max_size=2,
            ),
        },
    )
    | st.just({"$ref": "#/components/responses/Gone"}),
    max_size=3,
).map(lambda told: {"200": {"description": "Fine."}, **told})
PLACES = st.sampled_from(["query", "header", "cookie"])
PARAMETERS = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["q", "page", "X-Trace", "seat"]), "in": PLACES, "schema": LEAVES},
        optional={"required": st.just(True), "description": WORDS, "deprecated": st.just(True)},
    ),
    max_size=2,
    unique_by=lambda one: (one["in"], one["name"]),
)


@st.composite
def apis(draw: st.DrawFn) -> dict[str, str]:
    """The files of a small API without promises or lifecycles."""
    head = {
        "title": draw(WORDS.map(str.strip)),
        "version": draw(st.sampled_from(["1", "2026-01-02", "1.0"])),
        "servers": [
            {"url": "https://api.example/v1", **draw(st.sampled_from([{}, {"description": "Here."}]))}
        ],
        "security": draw(st.sampled_from([[], [{"key": []}], [{"key": []}, {"oauth": ["read"]}]])),
        "sources": {"openapi": {"title": "The document"}},
        "components": {
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
                "oauth": {
                    "type": "oauth2",
                    "flows": {
                        "clientCredentials": {"tokenUrl": "https://x/y", "scopes": {"read": "To read."}}
                    },
                },
            },
            "schemas": {name: draw(PLAIN) for name in COMPONENTS},
            "responses": {"Gone": {"description": "Gone.", "content": draw(media(SCHEMAS))}},
        },
    }
    files = {"api.yaml": text(head, "yaml")}
    methods = st.sampled_from(["get", "post", "put", "delete", "patch"])
    for number, method in enumerate(draw(st.lists(methods, min_size=1, max_size=3))):
        path = "/things" if draw(st.booleans()) else "/things/{id}"
        own = [{"name": "id", "in": "path", "required": True, "schema": draw(LEAVES)}] if "{" in path else []
        endpoint: dict[str, Any] = {
            "operation": f"operation{number}",
            "method": method,
            "path": f"/{number}{path}",
            "summary": draw(WORDS.map(str.strip)),
            "source": "openapi#x",
            "responses": draw(RESPONSES),
        }
        if parameters := [*own, *draw(PARAMETERS)]:
            endpoint["parameters"] = parameters
        if method in {"post", "put", "patch"} and draw(st.booleans()):
            endpoint["requestBody"] = {"required": True, "content": draw(media(SCHEMAS))}
        if draw(st.booleans()):
            endpoint["security"] = draw(st.sampled_from([[], [{"oauth": ["read"]}]]))
        if draw(st.booleans()):
            endpoint["tags"] = ["one", "two"]
        files[f"operation{number}.yaml"] = text(endpoint, "yaml")
    return files


@settings(deadline=None, max_examples=60)
@given(apis())
def test_of_any_contracts(files: dict[str, str]) -> None:
    """Importing what was made of them changes nothing."""
    api = contracts(files, "made")
    before, after = again(api)
    assert after == before
