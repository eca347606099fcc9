"""From a case to the request as it goes out, credentials left to the driver."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

from assay.inputs.classify import text
from assay.inputs.constraints import is_json, json_content
from assay.model.case import BodyKind, Case, Payload, WireRequest
from assay.model.contract import Api, Json, Operation

#: provoked, they are not to be waited out
_BUSY = {"429", "503"}


def build(api: Api, operation: Operation, case: Case, subject_id: str | None) -> WireRequest:
    """The request of `case`, about the instance `subject_id` where the operation carries one.

    Raises `KeyError` when a path parameter has no value: a fault of whoever made the case.
    """
    path, query, headers = dict(case.path), dict(case.query), dict(case.headers)
    cycle = api.lifecycle_of(operation.id)
    if cycle is not None and subject_id is not None and operation.id != cycle.created_by:
        places = {"path": path, "query": query, "header": headers}
        declared = {(p.name, p.location) for p in operation.parameters}
        for name, location in cycle.carried_in.items():
            if (name, location) in declared:  # a list of the table carries no id
                places[location][name] = subject_id
    body, media_type = _body(operation, case.body)
    if media_type and not any(key.lower() == "content-type" for key in headers):
        headers["Content-Type"] = media_type
    accepted = _accepted(operation)
    if accepted and not any(key.lower() == "accept" for key in headers):
        headers["Accept"] = accepted
    if case.cookies:
        headers["Cookie"] = "; ".join(f"{key}={value}" for key, value in case.cookies.items())
    return WireRequest(
        method=operation.method.upper(),
        path=_expand(operation.path, path) + _query(query),
        headers=tuple(headers.items()),
        body=body,
        credentials=case.credentials,
        schemes=operation.security[0] if operation.secured else (),
        patient=case.provokes not in _BUSY,
        principal=case.principal,
    )


def _accepted(operation: Operation) -> str:
    """What to ask for where no success is JSON (RFC 9110 §12.5.1); empty where it is, or has no content."""
    offered = [c.media_type for r in operation.replies if r.status[:1] == "2" for c in r.content]
    if not offered or any(is_json(media_type) for media_type in offered):
        return ""
    return ", ".join([*dict.fromkeys(offered), "*/*;q=0.5"])


def _expand(template: str, values: dict[str, Json]) -> str:
    for name in _names(template):
        template = template.replace(
            "{" + name + "}", quote(text(values[name]), safe="", errors="surrogatepass")
        )
    return template


def _names(template: str) -> list[str]:
    return [part.split("}", 1)[0] for part in template.split("{")[1:]]


def _query(values: dict[str, Json]) -> str:
    pairs = [f"{quote(k, safe='')}={quote(v, safe='', errors='surrogatepass')}" for k, v in _form(values)]
    return "?" + "&".join(pairs) if pairs else ""


def _form(values: dict[str, Json]) -> Iterator[tuple[str, str]]:
    """Style `form`, exploded: the default of query parameters (OpenAPI 3.1 §4.8.12.2)."""
    for name, value in values.items():
        for item in value if isinstance(value, list) else [value]:
            yield name, json.dumps(item) if isinstance(item, dict) else text(item)


def _body(operation: Operation, payload: Payload) -> tuple[bytes | None, str | None]:
    match payload.kind:
        case BodyKind.ABSENT:
            return None, None
        case BodyKind.RAW:
            return payload.raw, payload.media_type
        case BodyKind.JSON:
            content = json_content(operation)
            return encode(payload.value), payload.media_type or (
                content.media_type if content else "application/json"
            )


def encode(value: Json) -> bytes:
    """JSON text in UTF-8 (RFC 8259 §8.1). A lone surrogate, which UTF-8 cannot carry, is written as an escape."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode("ascii")
