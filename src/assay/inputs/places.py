"""Putting a value at a place of a request: `header.If-Match`, `query.cursor`, `path.sku`, `cookie.seat`, `body#/a`."""

from __future__ import annotations

from assay.inputs.classify import text
from assay.inputs.constraints import json_content
from assay.inputs.pointers import put
from assay.model.case import BodyKind, Case, Payload
from assay.model.contract import Json, Operation
from assay.model.copied import replace


def placed(case: Case, operation: Operation, place: str, value: Json) -> Case:
    """The case with that value there. Raises `LookupError` where the body has no such place."""
    kind, _, name = place.partition(".")
    match kind:
        case "header":
            kept = {key: told for key, told in case.headers.items() if key.lower() != name.lower()}
            return replace(case, headers={**kept, name: text(value)})
        case "query":
            return replace(case, query={**case.query, name: value})
        case "path":
            return replace(case, path={**case.path, name: value})
        case "cookie":
            return replace(case, cookies={**case.cookies, name: text(value)})
    pointer = place.removeprefix("body").removeprefix("#")
    content = json_content(operation)
    media_type = case.body.media_type or (content.media_type if content else None)
    before = case.body.value if case.body.kind is BodyKind.JSON else {}
    return replace(case, body=Payload(BodyKind.JSON, put(before, pointer, value), media_type=media_type))
