"""Generated OpenAPI documents of every version, valid ones and ones that were damaged afterwards."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

_NAMES = ("Pet", "Order", "Line_Item", "a.b", "Käfer", "x y")
_TEXT = st.sampled_from(
    ["", "A thing.", "Yes: no", "# not a comment", "two\nlines", "tab\there", "«quote» 'it'", "null", "1.0"]
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-2, 2) | _TEXT,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "404", ""]), inner, max_size=2)
    ),
    max_leaves=4,
)


def schemas(version: str) -> st.SearchStrategy[Any]:
    """Schemas in that version's dialect; they refer to each other, and to themselves."""
    home = "#/definitions/" if version == "2.0" else "#/components/schemas/"
    leaf = st.one_of(
        st.sampled_from(_NAMES).map(lambda name: {"$ref": home + name.replace(" ", "%20")}),
        st.fixed_dictionaries(
            {"type": st.just("string")},
            optional={
                "minLength": st.integers(0, 3),
                "pattern": st.sampled_from(["^a+$", "[0-9]{2}", "\\d"]),
                "enum": st.just(["a", "b"]),
                "format": st.just("date-time"),
                "description": _TEXT,
            },
        ),
        st.fixed_dictionaries(
            {"type": st.sampled_from(["integer", "number"])},
            optional={"minimum": st.integers(0, 3), "multipleOf": st.integers(1, 3), "default": st.just(1)},
        ),
        st.just({"type": "boolean"}),
        st.just({}),
    )
    if version.startswith("3.0"):
        leaf |= st.just(
            {"type": "integer", "minimum": 1, "exclusiveMinimum": True, "nullable": True, "example": 3}
        )
    if version.startswith(("3.1", "3.2")):
        leaf |= st.just({"type": ["string", "null"], "examples": ["a", None]}) | st.booleans()
        leaf |= st.just({"$ref": home + "Pet", "description": "beside"}) | st.just(
            {"const": 1, "exclusiveMinimum": 0}
        )

    def wider(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        found: st.SearchStrategy[Any] = st.one_of(
            st.builds(lambda item: {"type": "array", "items": item}, inner),
            st.builds(lambda items: {"allOf": items}, st.lists(inner, min_size=1, max_size=2)),
            st.builds(
                lambda members, required: {
                    "type": "object",
                    "properties": members,
                    "required": sorted(required & members.keys()) or ["id"],
                },
                st.dictionaries(st.sampled_from(["id", "name", "x-y", "404"]), inner, max_size=3),
                st.sets(st.sampled_from(["id", "name"])),
            ),
            st.builds(lambda item: {"type": "object", "additionalProperties": item}, inner),
        )
        if version != "2.0":
            found |= st.builds(lambda items: {"oneOf": items}, st.lists(inner, min_size=1, max_size=2))
        return found

    return st.recursive(leaf, wider, max_leaves=5)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A document that its specification allows."""
    version = draw(st.sampled_from(["2.0", "3.0.3", "3.1.0", "3.2.0"]))
    schema = schemas(version)
    document: dict[str, Any] = {"swagger": version} if version == "2.0" else {"openapi": version}
    document["info"] = {"title": draw(st.sampled_from(["Shop", "Shop API", "1", "Käfer"])), "version": "1.0"}
    members = {name: draw(schema) for name in _NAMES}
    scheme = {"type": "apiKey", "in": "header", "name": "X-Key"}
    if version == "2.0":
        document["definitions"] = members
        document["securityDefinitions"] = {"key": scheme}
    else:
        document["components"] = {
            "schemas": members,
            "securitySchemes": {"key": scheme},
            "responses": {
                "Gone": {"description": "Gone.", "content": {"application/json": {"schema": draw(schema)}}}
            },
            "parameters": {"page": {"name": "page", "in": "query", "schema": {"type": "integer"}}},
        }
    document["paths"] = {
        path: {
            method: draw(_operation(version, path))
            for method in draw(
                st.sets(st.sampled_from(["get", "post", "put", "delete"]), min_size=1, max_size=2)
            )
        }
        for path in draw(
            st.sets(
                st.sampled_from(["/a", "/a/{id}", "/a/{id}/stop", "/b/{x}/c/{y}", "/"]),
                min_size=1,
                max_size=3,
            )
        )
    }
    return document


@st.composite
def _operation(draw: st.DrawFn, version: str, path: str) -> dict[str, Any]:
    schema = schemas(version)
    plain = {"type": "string"}
    parameters: list[Any] = [
        {"name": name, "in": "path", "required": True, **(plain if version == "2.0" else {"schema": plain})}
        for name in ("id", "x", "y")
        if f"{{{name}}}" in path
    ]
    operation: dict[str, Any] = {}
    if draw(st.booleans()):
        operation["summary"] = draw(_TEXT)
    if version == "2.0":
        if draw(st.booleans()):
            parameters.append({"name": "body", "in": "body", "schema": draw(schema)})
        elif draw(st.booleans()):
            parameters.append({"name": "file", "in": "formData", "type": "file"})
        parameters.append(
            {"name": "tags", "in": "query", "type": "array", "items": plain, "collectionFormat": "multi"}
        )
    else:
        if draw(st.booleans()):
            parameters.append({"$ref": "#/components/parameters/page"})
        if draw(st.booleans()):
            media = {"schema": draw(schema)}
            if draw(st.booleans()):
                media["example"] = draw(_VALUES)
            operation["requestBody"] = {
                "content": {"application/json": media},
                "required": draw(st.booleans()),
            }
    if parameters:
        operation["parameters"] = parameters
    responses: dict[str, Any] = {}
    for status in draw(
        st.sets(st.sampled_from(["200", "201", "204", "404", "default"]), min_size=1, max_size=3)
    ):
        body = draw(schema)
        responses[status] = {"description": draw(_TEXT)}
        if version == "2.0":
            responses[status]["schema"] = body
        elif draw(st.booleans()):
            responses[status]["content"] = {"application/json": {"schema": body}}
        else:
            responses[status] = {"$ref": "#/components/responses/Gone"}
    operation["responses"] = responses
    if draw(st.booleans()):
        operation["security"] = [{"key": []}]
    return operation


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, Any]:
    """A document of which some parts were replaced by something that does not belong there."""
    document = copy.deepcopy(draw(documents()))
    for _ in range(draw(st.integers(1, 4))):
        places = [place for place in _places(document) if place[1] not in {"openapi", "swagger"}]
        holder, key = draw(st.sampled_from(places))
        holder[key] = draw(
            _VALUES
            | st.sampled_from([
                {"$ref": "#/nowhere"}, {"$ref": "https://example.com/x.yaml"}, {"$ref": "../../x.yaml"}, {"$ref": "#"},
                {"$ref": 5}, {"type": "numeric"}, {"type": 5}, {"required": True}, {"properties": []}, {"items": "x"},
                {"$ref": "#/paths"}, {"$ref": "#/components/schemas/Pet"}, {"minLength": "a"}, {"pattern": "("},
                {"enum": 1}, {"in": "path", "name": "nope"}, {"schema": None}, {"content": {}},
            ])
        )  # fmt: skip
    return document


def _places(value: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    stack = [value]
    while stack:
        node = stack.pop()
        keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else []
        for key in keys:
            found.append((node, key))
            stack.append(node[key])
    return found
