"""`bundle`: a document that a stranger's tool accepts, and in which nothing is lost."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator
from openapi_spec_validator import validate
from ruamel.yaml import YAML

from assay.app.load import load
from assay.model.contract import Api, Json
from assay.model.pointer import unescape
from assay.openapi.bundle import bundle
from assay.openapi.siblings import apart
from assay.openapi.text import text
from fakes.contracts import made

ROOT = Path(__file__).parents[3]
APIS = {
    api.name: api
    for folder in ("contracts", "examples/orders/contracts")
    for api in load(str(ROOT / folder), date(2026, 1, 1)).apis
}
ASKED = """
operation: getThing
method: get
path: /things
"""
REPLY = """
responses:
  "200": {description: fine, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
  "404": {$ref: '#/components/responses/Unknown'}
"""
COMPONENTS = {
    "schemas": {"Thing": {"type": "object", "properties": {"size": {"type": "integer"}}}},
    "responses": {
        "Unknown": {
            "description": "nowhere",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
        }
    },
}


def promised(promise: str, reply: str = REPLY) -> tuple[dict[str, Json], Json]:
    """The responses of an operation with that promise, and the promises that stand beside."""
    api = made(f"{ASKED}{reply}promises:\n  - {promise}\n", components=COMPONENTS)
    document = bundle(api)
    validate(document)
    operation = document["paths"]["/things"]["get"]
    return operation["responses"], operation.get("x-assay-promises")


def schema_of(responses: dict[str, Json], status: str) -> Json:
    return responses[status]["content"]["application/json"]["schema"]


def references(node: Json) -> Iterator[str]:
    """Every `$ref` that stands anywhere."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for member in node.values():
            yield from references(member)
    elif isinstance(node, list):
        for element in node:
            yield from references(element)


@pytest.mark.parametrize("name", APIS)
def test_others_accept_it(name: str) -> None:
    """openapi-spec-validator finds nothing, and every reference leads to something."""
    document = bundle(APIS[name])
    validate(document)
    found = set(references(document))
    assert found
    for reference in found:
        node: Json = document
        for token in reference.removeprefix("#/").split("/"):
            node = node[unescape(token)]


@pytest.mark.parametrize("name", APIS)
def test_what_a_contract_says_is_there(name: str) -> None:
    """Servers, security, tags, summaries and every component as in the folder; every promise in one place."""
    api = APIS[name]
    document = bundle(api)
    assert [server["url"] for server in document["servers"]] == list(api.servers)
    assert document["security"] == api.document.get("security", [])
    alone = {"paths": {}, "components": copy.deepcopy(dict(api.components))}
    apart(alone)
    assert document["components"] == alone["components"]
    known = {tag["name"] for tag in document["tags"]}
    promises = []
    for operation in api.operations:
        said = document["paths"][operation.path][operation.method]
        assert (said["operationId"], said["summary"]) == (operation.id, operation.summary)
        assert set(said["tags"]) <= known
        promises += [(operation.id, promise["id"]) for promise in said.get("x-assay-promises", ())]
        for response in said["responses"].values():
            for media in response.get("content", {}).values():
                members = (member.get("x-assay-promise") for member in media["schema"].get("allOf", ()))
                promises += [(operation.id, promise["id"]) for promise in members if promise]
    assert sorted(promises) == sorted((o.id, p.id) for o in api.operations for p in o.promises)
    assert set(document["x-assay-sources"]) == set(api.sources)


def test_a_plain_promise_is_said_beside_the_reference() -> None:
    """A validator asks for it; a generator of classes still sees the component."""
    responses, beside = promised("{id: big, on: 200, body: {required: [size]}, source: doc#big}")
    schema = schema_of(responses, "200")
    assert schema["$ref"] == "#/components/schemas/Thing"
    assert schema["allOf"] == [{"required": ["size"], "x-assay-promise": {"id": "big", "source": "doc#big"}}]
    assert beside is None
    asked = Draft202012Validator({**schema, "components": COMPONENTS})
    assert [asked.is_valid(body) for body in ({}, {"size": 1}, {"size": "1"})] == [False, True, False]


def test_a_promise_of_a_shared_response_leaves_the_component_to_the_others() -> None:
    """The response is written out where more is promised of it, with all that it had."""
    responses, beside = promised(
        "{id: sized, on: [200, 404], body: {required: [size]}}",
        REPLY.replace("Unknown'}", "Unknown', description: gone}"),
    )
    assert schema_of(responses, "404")["allOf"][0]["required"] == ["size"]
    assert responses["404"]["description"] == "gone"
    assert beside is None


@pytest.mark.parametrize(
    "promise",
    [
        "{id: p, on: 200, body: {required: [size]}, strength: exemplified}",
        "{id: p, on: 200, body: {required: [size]}, strength: silent}",
        "{id: p, on: 200, body: {properties: {size: {const: $request.body#/size}}}}",
        "{id: p, on: 200, body: {properties: {link: {const: '/things/{$instance.id}'}}}}",
        "{id: p, on: 200, rule: response.body.size > 1}",
        "{id: p, on: 200, body: {required: [size]}, rule: response.body.size > 1}",
        "{id: p, on: 200, headers: {ETag: {type: string}}}",
        "{id: p, on: [200, 4XX], body: {required: [size]}}",
    ],
)
def test_every_other_promise_stands_beside(promise: str) -> None:
    """Whole, with its own keys; the schemas are as they were."""
    responses, beside = promised(promise)
    written = YAML(typ="safe").load(promise)
    on = written["on"] if isinstance(written["on"], list) else [written["on"]]
    expected = {"strength": "documented", "source": "doc", **written, "on": [str(status) for status in on]}
    assert beside == [expected]
    assert schema_of(responses, "200") == {"$ref": "#/components/schemas/Thing"}
    assert responses["404"] == {"$ref": "#/components/responses/Unknown"}


def test_a_promise_of_a_body_that_is_not_always_json_stands_beside() -> None:
    """A schema of the text form would be about something else."""
    reply = """
responses:
  "200":
    description: fine
    content: {application/json: {schema: {type: object}}, text/plain: {schema: {type: string}}}
"""
    responses, beside = promised("{id: p, on: 200, body: {required: [size]}}", reply)
    assert [promise["id"] for promise in beside] == ["p"]
    assert schema_of(responses, "200") == {"type": "object"}


def test_scopes_and_inheritance_of_security_stay() -> None:
    """What an operation names is named with its scopes; where it names nothing the document's own holds."""
    schemes = {
        "o": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "http://x", "scopes": {"r": ""}}}}
    }
    one = made(
        f"{ASKED}security: [{{o: [r]}}]\n{REPLY}",
        f"{ASKED.replace('get', 'head')}{REPLY}",
        security=[{"o": []}],
        components={**COMPONENTS, "securitySchemes": schemes},
    )
    document = bundle(one)
    validate(document)
    item = document["paths"]["/things"]
    assert item["get"]["security"] == [{"o": ["r"]}]
    assert "security" not in item["head"]
    assert document["security"] == [{"o": []}]


def test_what_is_meant_by_saying_nothing_is_said() -> None:
    """Servers and credentials: linters take their absence for an oversight."""
    document = bundle(made(ASKED + REPLY, servers=[], components=COMPONENTS))
    validate(document)
    assert (document["servers"], document["security"]) == ([{"url": "/"}], [])
    assert list(document)[:4] == ["openapi", "info", "servers", "security"]


def test_tags_that_only_operations_use_are_named() -> None:
    """After the described ones, so that no tool warns of an unknown tag."""
    one = made(
        f"{ASKED}tags: [b, a]\n{REPLY}", tags=[{"name": "a", "description": "A."}], components=COMPONENTS
    )
    assert bundle(one)["tags"] == [{"name": "a", "description": "A."}, {"name": "b"}]


def test_the_document_is_the_callers_own() -> None:
    """What a caller changes in it changes no contract."""
    api: Api = APIS["iplaygames"]
    before = json.dumps(bundle(api))
    document = bundle(api)
    document["components"]["schemas"].clear()
    document["paths"]["/api/v1/multi-sessions/start"]["post"]["x-assay-promises"][0]["body"].clear()
    document["tags"][0].clear()
    assert json.dumps(bundle(api)) == before


@pytest.mark.parametrize("name", APIS)
def test_both_formats_say_the_same(name: str) -> None:
    """To readers of YAML 1.1, of YAML 1.2, and of JSON."""
    document = bundle(APIS[name])
    written = text(document, "yaml")
    assert yaml.safe_load(written) == YAML(typ="safe").load(written) == json.loads(text(document, "json"))
    assert json.loads(text(document, "json")) == document
    assert "&id" not in written


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**63), 2**63)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]))
        | st.sampled_from(
            [
                "1e3",
                "0o17",
                "0x1F",
                "1_000",
                "12:30:45",
                "yes",
                "on",
                "~",
                "",
                " a",
                "a\nb",
                "# a",
                "2026-01-02",
            ]
        ),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.text("ab1e:#'\"\n", max_size=4), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_any_value_survives_the_way_through_yaml(value: Json) -> None:
    """Text stays text and numbers stay numbers, whichever YAML the reader speaks."""
    written = text({"value": value}, "yaml")
    assert yaml.safe_load(written) == {"value": value}
    assert YAML(typ="safe", pure=True).load(written) == {"value": value}
