"""`compile_api`: every other tool reads what we wrote."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import schemathesis
from openapi_spec_validator import validate

from assay.contractfile.parse import parse
from assay.inputs.known_good import Supply, narrow
from assay.model.contract import Api, Operation, Reply, Strength
from assay.openapi.compile import compile_api

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden"


def read_apis() -> dict[str, Api]:
    files = {str(path): path.read_text(encoding="utf-8") for path in (ROOT / "contracts").rglob("*.yaml")}
    contracts = parse(files).contracts
    assert contracts is not None
    return {api.name: api for api in contracts.apis}


APIS = read_apis()


def reply(status: str) -> Reply:
    return Reply(status, "fine", (), (), Strength.DOCUMENTED, "")


def operation(**changes: object) -> Operation:
    values = {
        "id": "getThing",
        "api": "things",
        "method": "get",
        "path": "/things",
        "summary": "",
        "parameters": (),
        "body": None,
        "replies": (reply("200"),),
        "security": (),
        "promises": (),
        "provoke": {},
        "source": "",
        "deprecated": False,
        "document": {"responses": {"200": {"description": "fine"}}},
        **changes,
    }
    return Operation(**values)  # type: ignore[arg-type]


def api(*operations: Operation, **changes: object) -> Api:
    values = {
        "name": "things",
        "title": "Things",
        "version": "1",
        "servers": (),
        "security_schemes": {},
        "components": {},
        "sources": {},
        "operations": operations,
        "lifecycles": (),
        **changes,
    }
    return Api(**values)  # type: ignore[arg-type]


def narrowed(one: Api) -> dict[str, object]:
    return compile_api(one, narrow=lambda schema: narrow(schema, one.resolve, Supply(one.supplies)))


@pytest.mark.parametrize("name", APIS)
def test_the_document_is_valid_openapi_3_1(name: str) -> None:
    """openapi-spec-validator accepts both readings of both APIs."""
    validate(compile_api(APIS[name]))
    validate(narrowed(APIS[name]))


@pytest.mark.parametrize("name", APIS)
def test_schemathesis_loads_the_document_and_finds_every_operation(name: str) -> None:
    """By its id, so that a generated request finds its contract."""
    schema = schemathesis.openapi.from_dict(compile_api(APIS[name]))
    found = {result.ok().definition.raw["operationId"] for result in schema.get_all_operations()}
    assert found == {operation.id for operation in APIS[name].operations}


@pytest.mark.parametrize("name", APIS)
def test_the_document_is_the_golden_one(name: str) -> None:
    """A change of what others read is seen in review. `ASSAY_UPDATE_GOLDEN=1` writes it anew."""
    path = GOLDEN / f"openapi-{name}.json"
    text = json.dumps(compile_api(APIS[name]), indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("ASSAY_UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def test_a_lifecycle_becomes_links_on_the_reply_that_issues_the_id() -> None:
    """OpenAPI 3.1 §4.8.20: each operation that carries the id is reachable by a runtime expression."""
    responses = compile_api(APIS["iplaygames"])["paths"]["/api/v1/multi-sessions/start"]["post"]["responses"]
    expected = {"path.token": "$response.body#/data/multi_session_id"}
    assert {name: link["parameters"] for name, link in responses["201"]["links"].items()} == {
        "getMultiSessionStatus": expected,
        "endMultiSession": expected,
    }
    assert all("links" not in response for status, response in responses.items() if status != "201")


def test_annotations_stay_and_our_own_keys_do_not() -> None:
    """`x-known-good` is an annotation others pass over; promises and sources are no OpenAPI."""
    text = json.dumps(compile_api(APIS["iplaygames"]))
    assert "x-known-good" in text
    assert not any(f'"{key}"' in text for key in ("promises", "provoke", "strength", "source"))


def test_narrow_stands_in_for_parameter_and_body_schemas_and_for_nothing_else() -> None:
    """References at parameter and body level are followed; responses and components stay as they are."""
    document = {
        "parameters": [{"$ref": "#/components/parameters/Page"}],
        "requestBody": {"$ref": "#/components/requestBodies/Thing"},
        "responses": {
            "200": {"description": "fine", "content": {"application/json": {"schema": {"type": "string"}}}}
        },
    }
    components = {
        "parameters": {"Page": {"name": "page", "in": "query", "schema": {"type": "integer"}}},
        "requestBodies": {"Thing": {"content": {"application/json": {"schema": {"type": "object"}}}}},
    }
    one = api(operation(method="post", document=document), components=components)
    compiled = compile_api(one, narrow=lambda schema: {"allOf": [schema]})
    made = compiled["paths"]["/things"]["post"]
    assert made["parameters"][0]["schema"] == {"allOf": [{"type": "integer"}]}
    assert made["requestBody"]["content"]["application/json"]["schema"] == {"allOf": [{"type": "object"}]}
    assert made["responses"] == document["responses"]
    assert compiled["components"] == components


def test_operations_of_one_path_share_a_path_item_and_security_is_spelled_out() -> None:
    """Alternatives of schemes; an open operation names none."""
    schemes = {"a": {"type": "http", "scheme": "bearer"}}
    both = api(
        operation(security=(("a",), ())),
        operation(id="dropThing", method="delete"),
        security_schemes=schemes,
        servers=("https://x.example",),
    )
    document = compile_api(both)
    validate(document)
    assert set(document["paths"]["/things"]) == {"get", "delete"}
    assert document["paths"]["/things"]["get"]["security"] == [{"a": []}, {}]
    assert "security" not in document["paths"]["/things"]["delete"]
    assert document["components"]["securitySchemes"] == schemes
    assert document["servers"] == [{"url": "https://x.example"}]


def test_the_document_may_be_changed_without_changing_the_contract() -> None:
    """Each call makes a fresh value."""
    one = api(operation())
    compile_api(one)["paths"]["/things"]["get"]["responses"]["200"]["description"] = "changed"
    assert compile_api(one)["paths"]["/things"]["get"]["responses"]["200"]["description"] == "fine"
