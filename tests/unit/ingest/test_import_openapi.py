"""What each part of a document becomes: one behaviour a test, small documents."""

from __future__ import annotations

from typing import Any

import pytest

from assay.contractfile.positions import Document
from assay.contractfile.read import read
from assay.ingest.imported import Imported
from assay.ingest.library import Lost
from assay.ingest.openapi import read_document
from assay.ingest.version import NoDocument
from unit.ingest.test_import_anything import errors

_OK = {"200": {"description": "Fine.", "content": {"application/json": {"schema": {"type": "object"}}}}}


def document(version: str = "3.0.3", **members: Any) -> dict[str, Any]:
    """A document with one operation, unless `paths` says otherwise."""
    head = {"swagger": "2.0"} if version == "2.0" else {"openapi": version}
    paths = {"/things": {"get": {"operationId": "listThings", "responses": _OK}}}
    return {**head, "info": {"title": "Things", "version": "1"}, "paths": paths, **members}


def with_schema(schema: Any, version: str = "3.0.3") -> dict[str, Any]:
    """A document with one schema."""
    return document(version, components={"schemas": {"Thing": schema}})


def value(imported: Imported, file: str) -> Any:
    """What that file holds."""
    found = read(file, imported.files[file])
    assert isinstance(found, Document), found
    return found.value


def schema_of(schema: Any, version: str = "3.0.3") -> Any:
    """What a schema becomes, in sound contracts."""
    imported = read_document(with_schema(schema, version), name="x")
    assert errors(imported) == []
    return value(imported, "api.yaml")["components"]["schemas"]["Thing"]


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, {"type": "integer", "exclusiveMinimum": 1}),
        ({"type": "integer", "maximum": 1, "exclusiveMaximum": False}, {"type": "integer", "maximum": 1}),
        ({"type": "string", "example": "a"}, {"type": "string", "examples": ["a"]}),
        ({"type": "numeric"}, {"type": "number"}),
        ({"type": "datetime"}, {"type": "string", "format": "date-time"}),
        ({"type": "object", "properties": {"a": {"type": "string", "required": True}}},
         {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}),
        ({"type": "string", "pattern": "("}, {"type": "string"}),
        ({"type": "string", "minLength": "many"}, {"type": "string"}),
        ({"type": "array", "items": [{"type": "string"}]}, {"type": "array", "prefixItems": [{"type": "string"}]}),
        ({"properties": {"a": 5}}, {"properties": {"a": {}}}),
        ({"type": "string", "madeUp": 1}, {"type": "string"}),
    ],
)  # fmt: skip
def test_schemas_of_openapi_30_become_json_schema(told: Any, meant: Any) -> None:
    """What 3.0 says otherwise is said as 3.1 has it; what no schema has is left out."""
    assert schema_of(told) == meant


@pytest.mark.parametrize(
    "told",
    [
        {"type": ["string", "null"], "const": "a", "examples": ["a"]},
        {"type": "object", "properties": {"a": True, "b": False}, "additionalProperties": False},
        {"$ref": "#/components/schemas/Other", "description": "Beside."},
        {"prefixItems": [{"type": "string"}], "items": False, "contains": {"type": "string"}},
        {"type": "integer", "exclusiveMinimum": 3, "x-mine": {"a": [1]}},
    ],
)
def test_schemas_of_openapi_31_stay(told: Any) -> None:
    """A modern schema is taken as it stands."""
    given = document("3.1.0", components={"schemas": {"Thing": told, "Other": {"type": "string"}}})
    imported = read_document(given, name="x")
    assert errors(imported) == []
    assert value(imported, "api.yaml")["components"]["schemas"]["Thing"] == told


def test_every_guess_is_told_and_marked() -> None:
    """A guess is among the doubts, with its place, and a comment stands above it."""
    imported = read_document(with_schema({"properties": {"a": {"type": "numeric"}}}), name="x")
    (doubt,) = imported.doubts
    assert doubt.pointer == "/components/schemas/Thing/properties/a/type"
    assert doubt.message == "Cannot use the type 'numeric': because 'numeric' is no type of JSON Schema."
    assert (doubt.guess, doubt.file) == ("number", "api.yaml")
    lines = imported.files["api.yaml"].splitlines()
    at = next(i for i, line in enumerate(lines) if line.strip() == "type: number")
    assert lines[at - 1].strip() == "# guessed: number, because 'numeric' is no type of JSON Schema"


def test_an_operation_without_success_promises_none() -> None:
    """Where no 2xx is documented, any success is observed: nothing can be failed by it."""
    given = document(paths={"/things": {"get": {"operationId": "listThings", "responses": {}}}})
    imported = read_document(given, name="x")
    assert value(imported, "list-things.yaml")["responses"] == {
        "2XX": {"description": "Not documented.", "strength": "silent"}
    }
    assert "# guessed: any success" in imported.files["list-things.yaml"]


def test_circles_are_cut_where_they_close() -> None:
    """A tree's children are objects of no known members; everything else of it stays."""
    children = {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}
    tree = {"type": "object", "properties": {"name": {"type": "string"}, "children": children}}
    assert schema_of(tree)["properties"] == {
        "name": {"type": "string"}, "children": {"type": "array", "items": {"type": "object"}},
    }  # fmt: skip


def test_swagger_bodies_forms_and_media_types_move() -> None:
    """Swagger's body, formData, consumes, produces and responses.schema stand where OpenAPI 3 has them."""
    given = document(
        "2.0", consumes=["application/json"], produces=["application/xml"], host="shop.example", basePath="/v1",
        schemes=["https"],
        securityDefinitions={"basic": {"type": "basic"}, "oauth": {"type": "oauth2", "flow": "accessCode",
                             "authorizationUrl": "https://a", "tokenUrl": "https://t", "scopes": {}}},
        definitions={"Thing": {"type": "object", "properties": {"x": {"type": "numeric"}}}},
        paths={"/things": {"post": {"operationId": "addThing", "parameters": [
            {"name": "thing", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Thing"}},
            {"name": "tags", "in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": "pipes"}],
            "responses": {"201": {"description": "Added.", "schema": {"$ref": "#/definitions/Thing"}}}},
            "put": {"operationId": "upload", "parameters": [
                {"name": "file", "in": "formData", "type": "file", "required": True}],
                "responses": {"204": {"description": "Done."}}}}},
    )  # fmt: skip
    imported = read_document(given, name="x")
    assert errors(imported) == []
    added = value(imported, "add-thing.yaml")
    reference = {"$ref": "#/components/schemas/Thing"}
    assert added["requestBody"] == {"required": True, "content": {"application/json": {"schema": reference}}}
    assert added["responses"]["201"]["content"] == {"application/xml": {"schema": reference}}
    assert added["parameters"] == [
        {"name": "tags", "in": "query", "explode": False, "style": "pipeDelimited",
         "schema": {"type": "array", "items": {"type": "string"}}}
    ]  # fmt: skip
    form = value(imported, "upload.yaml")["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert form["properties"] == {"file": {"type": "string", "format": "binary"}}
    api = value(imported, "api.yaml")
    assert api["servers"] == [{"url": "https://shop.example/v1"}]
    assert api["components"]["securitySchemes"]["basic"] == {"type": "http", "scheme": "basic"}
    assert "authorizationCode" in api["components"]["securitySchemes"]["oauth"]["flows"]
    assert imported.doubts[0].pointer == "/definitions/Thing/properties/x/type"


def test_references_stay_in_the_folder_and_nothing_is_fetched() -> None:
    """Files beside the document are read; what leaves the folder, or the machine, is refused by name."""
    asked: list[str] = []

    def load(file: str) -> Any:
        asked.append(file)
        if file == "parts/thing.yaml":
            return {"type": "object", "properties": {"owner": {"$ref": "../people.yaml#/Person"}}}
        if file == "people.yaml":
            return {"Person": {"type": "string"}}
        raise Lost("it is not there")

    given = document(
        "3.1.0",
        components={"schemas": {
            "A": {"$ref": "./parts/thing.yaml"}, "B": {"$ref": "../outside.yaml"}, "C": {"$ref": "https://x.example/y"},
            "D": {"$ref": "/etc/passwd"}, "E": {"$ref": "parts/../../up.yaml#/X"}, "F": {"$ref": "file:///etc/passwd"},
        }},
    )  # fmt: skip
    imported = read_document(given, name="x", file="main.yaml", load=load)
    assert errors(imported) == []
    assert asked == ["parts/thing.yaml", "people.yaml"]
    schemas = value(imported, "api.yaml")["components"]["schemas"]
    assert schemas["thing"]["properties"]["owner"] == {"$ref": "#/components/schemas/Person"}
    assert schemas["Person"] == {"type": "string"}
    told = [doubt.message for doubt in imported.doubts]
    assert "Cannot follow '../outside.yaml': because it leaves the folder of the document." in told
    assert "Cannot follow 'https://x.example/y': because it is elsewhere, and nothing is fetched." in told
    assert sum("leaves the folder" in text for text in told) == 3
    assert sum("nothing is fetched" in text for text in told) == 2


def test_names_are_what_a_person_would_choose() -> None:
    """Files are called after the operation's id, or after what is asked where a machine made the id or nobody did."""
    given = document(paths={
        "/api/v1/users": {"get": {"operationId": "getApiV1Users", "responses": _OK}, "post": {"responses": _OK}},
        "/api/v1/users/{id}": {"get": {"responses": _OK}, "delete": {"responses": _OK}},
        "/api/v1/users/{id}/block": {"post": {"responses": _OK}},
        "/flows/filter": {"post": {"operationId": "read_flows_flows_filter_post", "responses": _OK}},
        "/x": {"get": {"operationId": "a b/ü", "responses": _OK}, "put": {"operationId": "a b/ü", "responses": _OK}},
    })  # fmt: skip
    imported = read_document(given, name="x")
    assert errors(imported) == []
    named = {
        path: value(imported, path)["operation"]
        for path in imported.files
        if path != "api.yaml" and "/" not in path
    }
    assert named == {
        "list-users.yaml": "getApiV1Users", "create-user.yaml": "createUser", "get-user.yaml": "getUser",
        "delete-user.yaml": "deleteUser", "block-user.yaml": "blockUser",
        "read-flows.yaml": "read_flows_flows_filter_post", "a-b.yaml": "a_b", "a-b-2.yaml": "a_b_2",
    }  # fmt: skip


def test_parts_that_no_contract_has_are_told() -> None:
    """Callbacks, webhooks, servers of one operation, methods of 3.2: left out, each with a doubt."""
    given = document("3.2.0", webhooks={"x": {}}, paths={"/a": {
        "query": {"responses": _OK},
        "get": {"responses": _OK, "callbacks": {"c": {}}, "servers": [{"url": "https://a"}]}}})  # fmt: skip
    told = " ".join(doubt.message for doubt in read_document(given, name="x").doubts)
    for word in ("webhooks", "QUERY /a", "callbacks", "servers"):
        assert word in told


@pytest.mark.parametrize(
    "wrong", [[], 5, None, {}, {"openapi": "4.0"}, {"swagger": "1.2"}, {"openapi": None}]
)
def test_what_is_no_document_is_refused(wrong: Any) -> None:
    """With a sentence that says why."""
    with pytest.raises(NoDocument, match="Cannot import this: because"):
        read_document(wrong, name="x")


def test_only_some_operations_bring_only_their_components() -> None:
    """Patterns of ids, paths and tags choose; components nobody needs then stay away."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}
    given = document(
        components={"schemas": {"A": {"type": "string"}, "B": {"type": "string"}}},
        paths={
            "/a": {"get": {"operationId": "getA", "responses": {"200": {"description": "", "content": content}}}},
            "/b": {"get": {"operationId": "getB", "responses": _OK}},
        },
    )  # fmt: skip
    imported = read_document(given, name="x", only=("/a*",))
    assert set(imported.files) == {"api.yaml", "get-a.yaml"}
    assert set(value(imported, "api.yaml")["components"]["schemas"]) == {"A"}


def test_what_only_an_example_shows_is_promised_weakly() -> None:
    """Members that no schema requires: `{}` everywhere would keep every promise otherwise."""
    schema = {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"type": "string"}, "name": {"type": "string"}, "gone": {"type": "string", "nullable": True},
            "inner": {"type": "object", "properties": {"deep": {"type": "string"}}},
        },
        "example": {"id": "1", "name": "a", "gone": None, "inner": {"deep": "b"}, "unknown": 1},
    }  # fmt: skip
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    responses = {"200": {"description": "Fine.", "content": content}}
    given = document(
        components={"schemas": {"Thing": schema}},
        paths={
            "/things": {"get": {"operationId": "listThings", "responses": responses}},
            "/others": {"get": {"operationId": "listOthers", "responses": {"200": {"description": "Fine."}}}},
        },
    )
    imported = read_document(given, name="x")
    assert errors(imported) == []
    (promise,) = value(imported, "list-things.yaml")["promises"]
    assert promise == {
        "id": "carries-what-the-example-shows", "on": 200, "strength": "exemplified",
        "body": {"required": ["name", "inner"], "properties": {"inner": {"required": ["deep"]}}},
        "source": "openapi#/paths/~1things/get/responses/200",
    }  # fmt: skip
    (doubt,) = (doubt for doubt in imported.doubts if "its schema requires none" in doubt.message)
    assert doubt.file == "list-things.yaml"


def test_path_items_of_swagger_in_other_files() -> None:
    """Their references count from where they stand, as everywhere."""
    responses = {"200": {"description": "Fine.", "schema": {"$ref": "thing.yaml"}}}
    listed = {
        "operationId": "listThings",
        "parameters": [{"$ref": "../shared.yaml#/page"}],
        "responses": responses,
    }
    files = {
        "paths/things.yaml": {"get": listed},
        "paths/thing.yaml": {"type": "numeric"},
        "shared.yaml": {"page": {"name": "page", "in": "query", "type": "integer"}},
    }
    given = document("2.0", paths={"/things": {"$ref": "paths/things.yaml"}})
    imported = read_document(given, name="x", file="main.yaml", load=files.__getitem__)
    assert errors(imported) == []
    made = value(imported, "list-things.yaml")
    assert made["parameters"] == [{"name": "page", "in": "query", "schema": {"type": "integer"}}]
    assert made["responses"]["200"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/thing"
    }
    assert value(imported, "api.yaml")["components"]["schemas"]["thing"] == {"type": "number"}
    assert [doubt.pointer for doubt in imported.doubts] == ["paths/thing.yaml#/type"]
