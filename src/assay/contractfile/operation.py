"""Endpoint documents become operations: references at parameter, body and response level followed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from assay.contractfile.lifecycle import seconds
from assay.contractfile.positions import Document
from assay.contractfile.references import Components
from assay.inputs.known_good import allows_anything
from assay.model.contract import (
    Content,
    Header,
    Json,
    Operation,
    Parameter,
    Promise,
    Provocation,
    Reply,
    RequestBody,
    Strength,
)
from assay.model.copied import replace
from assay.model.pointer import escape

#: our own keys: what stays is an OpenAPI 3.1 Operation Object (§4.8.10)
_OURS: Final = frozenset({"operation", "method", "path", "source", "promises", "slo", "provoke"})


def build_operation(document: Document, api: str, components: Components, inherited: Json) -> Operation:
    """The operation of an endpoint file that kept its schema and whose references lead somewhere.

    `inherited` is the `security` of `api.yaml`: it holds where the endpoint names none (OpenAPI 3.1 §4.8.10).
    """
    raw = document.value
    source = raw.get("source", "")
    return Operation(
        id=raw["operation"],
        api=api,
        method=raw["method"],
        path=raw["path"],
        summary=raw.get("summary", ""),
        parameters=tuple(_parameter(item, components) for item in raw.get("parameters", ())),
        body=_body(raw["requestBody"], components) if "requestBody" in raw else None,
        replies=tuple(
            _reply(status, item, source, document, components)
            for status, item in raw["responses"].items()
            if not status.startswith("x-")
        ),
        security=security_of(raw.get("security", inherited)),
        promises=tuple(_promise(i, item, source, document) for i, item in enumerate(raw.get("promises", ()))),
        provoke={status: _provocation(status, item) for status, item in raw.get("provoke", {}).items()},
        source=source,
        deprecated=raw.get("deprecated", False),
        document=_openapi(raw),
        slo={share: seconds(limit) * 1000 for share, limit in raw.get("slo", {}).items()},
        place=document.place("/operation"),
    )


def security_of(requirements: Json) -> tuple[tuple[str, ...], ...]:
    """Security Requirement Objects (OpenAPI 3.1 §4.8.30) as alternatives of scheme names."""
    return tuple(tuple(alternative) for alternative in requirements)


def _openapi(raw: Mapping[str, Json]) -> Mapping[str, Json]:
    kept = {key: value for key, value in raw.items() if key not in _OURS}
    kept["responses"] = {status: _openapi_response(item) for status, item in raw["responses"].items()}
    return kept


def _openapi_response(item: Json) -> Json:
    if not isinstance(item, Mapping):
        return item
    return {key: value for key, value in item.items() if key not in {"strength", "source"}}


def _parameter(item: Json, components: Components) -> Parameter:
    raw = components.resolve(item)
    schema = raw["schema"]
    plain = components.resolve(schema)
    named = _examples(raw, plain, components)
    return Parameter(
        name=raw["name"],
        location=raw["in"],
        required=raw.get("required", False),
        schema=schema,
        examples=tuple(named.values()),
        supplied=plain.get("x-supplied") if isinstance(plain, Mapping) else None,
    )


def _examples(raw: Mapping[str, Json], schema: Json, components: Components) -> dict[str, Json]:
    """Documented examples by name: those beside the schema; where there are none, the schema's own."""
    found: dict[str, Json] = {"example": raw["example"]} if "example" in raw else {}
    for name, item in raw.get("examples", {}).items():
        example = components.resolve(item)
        if "value" in example:
            found[name] = example["value"]
    if not found and isinstance(schema, Mapping):
        if "example" in schema:
            found["example"] = schema["example"]
        for index, value in enumerate(schema.get("examples", ())):
            found[f"example-{index + 1}"] = value
    return found


def _content(raw: Mapping[str, Json], components: Components) -> tuple[Content, ...]:
    return tuple(
        Content(
            media_type=media_type,
            schema=item.get("schema", True),
            examples=_examples(item, components.resolve(item.get("schema", True)), components),
        )
        for media_type, item in raw.get("content", {}).items()
    )


def _showing(content: Content) -> Content:
    """A request body of which only examples are documented: these are known to be good, and nothing else is."""
    if not content.examples or not allows_anything(content.schema):
        return content
    schema = content.schema if isinstance(content.schema, Mapping) else {}
    shown = {"x-known-good": {"enum": list(content.examples.values())}}
    return replace(content, schema={**schema, **shown})


def _body(item: Json, components: Components) -> RequestBody:
    raw = components.resolve(item)
    return RequestBody(required=raw.get("required", False), content=tuple(map(_showing, _content(raw, components))))


def _reply(status: str, item: Json, source: str, document: Document, components: Components) -> Reply:
    raw = components.resolve(item)
    return Reply(
        status=status,
        description=item.get("description", raw.get("description", "")),
        content=_content(raw, components),
        headers=tuple(_header(name, header, components) for name, header in raw.get("headers", {}).items()),
        strength=Strength(item.get("strength", Strength.DOCUMENTED)),
        source=item.get("source", source),
        place=document.place(f"/responses/{escape(status)}"),
    )


def _header(name: str, item: Json, components: Components) -> Header:
    raw = components.resolve(item)
    return Header(name=name, required=raw.get("required", False), schema=raw.get("schema", True))


def _promise(index: int, raw: Mapping[str, Json], source: str, document: Document) -> Promise:
    on = raw["on"] if isinstance(raw["on"], list) else [raw["on"]]
    return Promise(
        id=raw["id"],
        on=tuple(str(status) for status in on),
        body=raw.get("body"),
        headers=raw.get("headers", {}),
        rule=raw.get("rule"),
        strength=Strength(raw.get("strength", Strength.DOCUMENTED)),
        source=raw.get("source", source),
        place=document.place(f"/promises/{index}"),
    )


def _provocation(status: str, raw: Mapping[str, Json]) -> Provocation:
    return Provocation(
        status=status,
        unreachable=raw.get("unreachable"),
        headers={name: _text(value) for name, value in raw.get("header", {}).items()},
        query=raw.get("query", {}),
        body=raw.get("body"),
    )


def _text(value: Json) -> str:
    """A header's value as it goes over the wire."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
