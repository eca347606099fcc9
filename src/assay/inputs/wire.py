"""From a case to the request as it goes out, credentials left to the driver."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from assay.inputs.classify import text
from assay.inputs.constraints import json_content
from assay.model.case import BodyKind, Case, Payload, WireRequest
from assay.model.contract import Api, Json, Operation

#: what is answered to whoever asks for nothing in particular
_PLAIN = {"application/json", "application/*", "*/*"}
#: provoked, they are not to be waited out
_BUSY = {"429", "503"}
#: provoked, it is not about credentials that ran out
_REFUSED = "401"
#: characters that are never percent-encoded (RFC 3986 §2.3)
_UNRESERVED = re.compile(r"[A-Za-z0-9_.~-]*")
#: made once: `json.dumps` makes another for every value. It keeps nothing, so all may write with it at once
_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def build(api: Api, operation: Operation, case: Case, subject_id: str | None) -> WireRequest:
    """The request of `case`, about the instance `subject_id` where the operation carries one.

    Raises `KeyError` when a path parameter has no value: a fault of whoever made the case.
    """
    form = _form_of(api, operation)
    path, query, headers = dict(case.path), dict(case.query), dict(case.headers)
    if subject_id is not None:
        places = {"path": path, "query": query, "header": headers}
        for name, location in form.carried:
            places[location][name] = subject_id
    body, media_type = _body(form.media_type, case.body)
    if media_type and not any(key.lower() == "content-type" for key in headers):
        headers["Content-Type"] = media_type
    if form.accepted and not any(key.lower() == "accept" for key in headers):
        headers["Accept"] = form.accepted
    if case.cookies:
        headers["Cookie"] = "; ".join(f"{key}={value}" for key, value in case.cookies.items())
    return WireRequest(
        method=form.method,
        path=_expand(form.template, path) + _query(query),
        headers=tuple(headers.items()),
        body=body,
        credentials=case.credentials,
        schemes=form.schemes,
        patient=case.provokes not in _BUSY,
        renews=case.provokes != _REFUSED,
        principal=case.principal,
    )


class _Form(NamedTuple):
    """What all requests of one operation have in common, worked out once."""

    #: kept, so that no other operation comes to lie where this one was
    api: Api
    operation: Operation
    method: str
    #: texts and, between them, names of path parameters: every other one is a name
    template: tuple[str, ...]
    #: parameters, by name and location, that the instance's id goes into
    carried: tuple[tuple[str, str], ...]
    #: of a JSON body that states no other
    media_type: str
    #: what to ask for; empty where nothing need be said
    accepted: str
    schemes: tuple[str, ...]


#: by the identity of the operation: contracts are values that hold mappings, which nobody can look up by
_FORMS: dict[int, _Form] = {}
_MOST_FORMS = 1024
_VARIABLE = re.compile(r"\{([^}]*)\}")


def _form_of(api: Api, operation: Operation) -> _Form:
    form = _FORMS.get(id(operation))
    if form is None or form.operation is not operation or form.api is not api:
        form = _formed(api, operation)
        if len(_FORMS) >= _MOST_FORMS:
            _FORMS.clear()
        # put there whole: threads that make it at the same time make the same
        _FORMS[id(operation)] = form
    return form


def _formed(api: Api, operation: Operation) -> _Form:
    cycle = api.lifecycle_of(operation.id)
    declared = {(p.name, p.location) for p in operation.parameters}
    content = json_content(operation)
    return _Form(
        api,
        operation,
        operation.method.upper(),
        tuple(_VARIABLE.split(operation.path)),
        # a list of the table carries no id
        tuple(place for place in cycle.carried_in.items() if place in declared)
        if cycle is not None and operation.id != cycle.created_by
        else (),
        content.media_type if content else "application/json",
        _accepted(operation),
        operation.security[0] if operation.secured else (),
    )


def _accepted(operation: Operation) -> str:
    """What to ask for where no success is plain JSON (RFC 9110 §12.5.1); empty where it is, or has no content.

    A type of its own, in JSON or not, is for whoever asks for it.
    """
    offered = [c.media_type for r in operation.replies if r.status[:1] == "2" for c in r.content]
    if not offered or any(media_type.partition(";")[0].strip().lower() in _PLAIN for media_type in offered):
        return ""
    return ", ".join([*dict.fromkeys(offered), "*/*;q=0.5"])


def _expand(template: tuple[str, ...], values: dict[str, Json]) -> str:
    return "".join(
        [_quoted(text(values[part])) if index % 2 else part for index, part in enumerate(template)]
    )


def _quoted(written: str) -> str:
    return written if _UNRESERVED.fullmatch(written) else quote(written, safe="", errors="surrogatepass")


def _query(values: dict[str, Json]) -> str:
    if not values:
        return ""
    pairs = [f"{quote(k, safe='')}={_quoted(v)}" for k, v in _pairs(values)]
    return "?" + "&".join(pairs) if pairs else ""


def _pairs(values: dict[str, Json]) -> Iterator[tuple[str, str]]:
    """Style `form`, exploded: the default of query parameters (OpenAPI 3.1 §4.8.12.2)."""
    for name, value in values.items():
        for item in value if isinstance(value, list) else [value]:
            yield name, json.dumps(item) if isinstance(item, dict) else text(item)


def _body(media_type: str, payload: Payload) -> tuple[bytes | None, str | None]:
    match payload.kind:
        case BodyKind.ABSENT:
            return None, None
        case BodyKind.RAW:
            return payload.raw, payload.media_type
        case BodyKind.JSON:
            return encode(payload.value), payload.media_type or media_type


def encode(value: Json) -> bytes:
    """JSON text in UTF-8 (RFC 8259 §8.1). A lone surrogate, which UTF-8 cannot carry, is written as an escape."""
    try:
        return _WRITER.encode(value).encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode("ascii")
