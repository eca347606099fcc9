"""`elements`: what of an operation there is to touch."""

from __future__ import annotations

from typing import Any

from assay.model.contract import Api, Content, Json, Operation, Parameter, Reply, RequestBody, Strength
from assay.report.elements import DEPTH, PROPERTIES, elements

ITEM = {"type": "object", "properties": {"sku": {"type": "string"}}}


def _told(
    *, parameters: tuple[Parameter, ...] = (), schema: Json = None, kind: str = "application/json"
) -> dict[str, Any]:
    content = () if schema is None else (Content(kind, schema),)
    replies = (Reply("200", "", content, (), Strength.DOCUMENTED, "docs"),)
    body = RequestBody(True, (Content("Application/JSON; v=1", {}),))
    operation = Operation(
        "read", "a", "get", "/x", "", parameters, body, replies, (), (), {}, "docs", False, {}
    )
    components = {"schemas": {"Item": ITEM, "Sort": {"enum": ["up", "down", None, 3, True]}}}
    return dict(elements(Api("a", "A", "1", (), {}, components, {}, (operation,), ()), operation))


def test_values_are_those_of_booleans_and_enumerations() -> None:
    """By reference and as items of a list, too; null cannot be written into a URL."""
    made = _told(
        parameters=(
            Parameter("sort", "query", False, {"$ref": "#/components/schemas/Sort"}),
            Parameter("all", "query", False, {"type": ["boolean", "null"]}),
            Parameter("some", "query", False, {"type": "array", "items": {"enum": ["a"]}}),
            Parameter("name", "query", False, {"type": "string"}),
        )
    )
    assert [parameter.get("values") for parameter in made["parameters"]] == [
        ["up", "down", "3", "true"], ["true", "false"], ["a"], None,
    ]  # fmt: skip


def test_properties_are_found_through_references_lists_and_combinations() -> None:
    """Each once, with the names that lead to it."""
    schema = {
        "allOf": [{"$ref": "#/components/schemas/Item"}, ITEM],
        "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}}},
        "items": True,
    }
    assert _told(schema=schema)["properties"] == {"200": [["items"], ["items", "*", "sku"], ["sku"]]}


def test_media_types_are_told_without_parameters() -> None:
    """In lower case; properties are those of JSON."""
    made = _told(schema=ITEM, kind="text/CSV; header=present")
    assert (made["consumes"], made["produces"], made["properties"]) == (
        ["application/json"],
        ["text/csv"],
        {},
    )


def test_what_is_told_of_a_response_has_an_end() -> None:
    """A header must not grow with what somebody nests."""
    deep: Json = {}
    for _ in range(DEPTH + 5):
        deep = {"properties": {"x": deep}}
    assert len(_told(schema=deep)["properties"]["200"]) == DEPTH
    wide = {"properties": {f"p{number}": {} for number in range(PROPERTIES + 5)}}
    assert len(_told(schema=wide)["properties"]["200"]) == PROPERTIES
