"""From bytes to facts: what a request says, or why the documentation refuses it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from urllib.parse import unquote_plus

from assay.inputs.classify import strict_json, text_readings
from assay.inputs.constraints import is_json
from assay.inputs.validator import Validator
from assay.machine.expression import MISSING, UNRESOLVED, Absence, RequestFacts
from assay.mock.coding import decoded
from assay.mock.credentials import cookies
from assay.mock.refusal import Refusal
from assay.mock.world import MockRequest
from assay.model.contract import Api, Operation, Parameter
from assay.model.terms import Json

#: deeper JSON is refused: nobody means it, and everything behind would have to withstand it
DEEPEST = 64
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
#: without it there is no half of a pair and no number beyond measure
_ODD = re.compile(rb"\\u|[eE]\+?[0-9]{3}|[0-9]{200}")
_INVALID = (400, 422)
#: half of a pair: no character (RFC 8259 §8.2)
_SURROGATE = re.compile("[\ud800-\udfff]")


def _refuse(name: str) -> Json:
    raise ValueError(f"{name} is no JSON")


#: reads as `strict_json` does, and is made once
_READER = json.JSONDecoder(parse_constant=_refuse)


class Reader:
    """Reads the requests of one operation. Schemas are compiled once."""

    def __init__(self, api: Api, operation: Operation) -> None:
        cycle = api.lifecycle_of(operation.id)
        #: the parameters that name the instance: an id of the wrong form is one that was never issued
        carried = cycle.carried_in if cycle and operation.id != cycle.created_by else {}
        self._operation = operation
        self._parameters = [
            (p, Validator(p.schema, api.components)) for p in operation.parameters if p.name not in carried
        ]
        documented = operation.body.content if operation.body else ()
        self._bodies = [(content, Validator(content.schema, api.components)) for content in documented]

    def __call__(self, request: MockRequest, path: Mapping[str, str]) -> RequestFacts | Refusal:
        """The request's facts, or a 400, 413 or 415."""
        codings = request.named.get("content-encoding")
        plain = request.body if codings is None else decoded(request.body, codings)
        body = plain if isinstance(plain, Refusal) else self._body(request, plain)
        if isinstance(body, Refusal):
            return body
        query = _query(request.query)
        if query is None:
            return _bad("The query is not percent-encoded UTF-8 (RFC 3986).")
        headers = request.named
        url = f"{request.path}?{request.query}" if request.query else request.path
        if not self._parameters:
            return RequestFacts(request.method, url, path, _values(query), headers, body)
        places: dict[str, Mapping[str, Json]] = {
            "path": dict(path),
            "query": _values(query),
            "header": headers,
            "cookie": cookies(request),
        }
        for problem in self._wrong_parameters(places):
            return problem
        return RequestFacts(request.method, url, places["path"], places["query"], headers, body)

    def _body(self, request: MockRequest, raw: bytes) -> Json | Absence | Refusal:
        documented = self._operation.body
        sent = (request.header("content-type") or "").strip()
        if not raw:
            return _bad("The request needs a body.") if documented and documented.required else MISSING
        if documented is None:
            # nobody said anything about a body here: it is looked at and never held against the request
            value = _json(raw)
            return MISSING if value is UNRESOLVED else value
        found = next(((c, v) for c, v in self._bodies if _covers(c.media_type, sent)), None)
        if found is None:
            accepted = ", ".join(content.media_type for content, _ in self._bodies)
            why = f"The media type '{sent}' is not among the documented ones ({accepted})."
            return Refusal(415, why, (("Accept", accepted),), documented=(415,))
        if not is_json(sent):
            return MISSING
        value = _json(raw)
        if value is UNRESOLVED:
            return _bad(
                "The body is not JSON (RFC 8259), is nested too deeply or holds numbers beyond measure."
            )
        if not found[1].accepts(value) and (mismatch := next(found[1].mismatches(value), None)) is not None:
            at = f" at {mismatch.pointer}" if mismatch.pointer else ""
            return _bad(f"The body{at} does not fit its schema: {mismatch.message}.")
        return value

    def _wrong_parameters(self, places: dict[str, Mapping[str, Json]]) -> Iterator[Refusal]:
        """What is wrong with the parameters; replaces their texts by the values they spell."""
        for parameter, validator in self._parameters:
            name = parameter.name.lower() if parameter.location == "header" else parameter.name
            values = places[parameter.location]
            if name not in values:
                if parameter.required:
                    yield _bad(f"The {parameter.location} parameter '{parameter.name}' is missing.")
                continue
            reading = _reading(parameter, values[name], validator)
            if reading is MISSING:
                yield _misfit(parameter)
            else:
                places[parameter.location] = {**values, name: reading}


def _bad(why: str) -> Refusal:
    return Refusal(400, why, documented=_INVALID)


def _misfit(parameter: Parameter) -> Refusal:
    """A value that no schema allows; one in the path names nothing (RFC 9110 §15.5.5) where a 404 is all there is."""
    why = f"The {parameter.location} parameter '{parameter.name}' does not fit its schema."
    nowhere = (404,) if parameter.location == "path" else ()
    return Refusal(400, why, documented=(*_INVALID, *nowhere))


@lru_cache(maxsize=256)  # clients send the same one with every request
def _covers(documented: str, sent: str) -> bool:
    """Whether a documented media type (or range, OpenAPI 3.1 §4.8.13) covers the one that was sent."""
    essence, _, parameters = sent.partition(";")
    charset = re.search(r'charset\s*=\s*"?([^";\s]+)', parameters, re.IGNORECASE)
    if charset and is_json(essence) and charset[1].lower() not in ("utf-8", "utf8"):
        return False  # RFC 8259 §8.1: JSON between systems is UTF-8
    kind, _, subtype = essence.strip().lower().partition("/")
    wanted, _, wanted_subtype = documented.partition(";")[0].strip().lower().partition("/")
    return bool(subtype) and wanted in ("*", kind) and wanted_subtype in ("*", subtype)


def _json(raw: bytes) -> Json | Absence:
    """The JSON value of a body, or UNRESOLVED when it cannot be read."""
    try:
        if raw.count(b"[") + raw.count(b"{") < DEEPEST and _ODD.search(raw) is None:
            return _READER.decode(
                raw.decode("utf-8-sig")
            )  # there is nothing in it that could be out of the ordinary
        value = strict_json(raw)
        return value if _ordinary(value) else UNRESOLVED
    except ValueError:  # not UTF-8, not JSON, or an integer of more digits than Python reads
        return UNRESOLVED


def _ordinary(value: Json, levels: int = DEEPEST) -> bool:
    """True when `value` can be validated, remembered and sent back: not too deep, finite, proper Unicode."""
    if levels == 0:
        return False
    if isinstance(value, str):
        return value.isascii() or _SURROGATE.search(value) is None
    if isinstance(value, dict):
        for name, member in value.items():  # noqa: SIM110 - a generator would cost more than the looking
            if not (_ordinary(name, levels - 1) and _ordinary(member, levels - 1)):
                return False
        return True
    if isinstance(value, list):
        return all(_ordinary(element, levels - 1) for element in value)
    # 1e400 is JSON, and no number that could be sent back
    return not isinstance(value, float) or math.isfinite(value)


def _values(query: Mapping[str, list[str]]) -> dict[str, Json]:
    """A list where a name comes more than once."""
    return {name: values if len(values) > 1 else values[0] for name, values in query.items()}


def _query(query: str) -> dict[str, list[str]] | None:
    """Values by name, in order; None when the percent-encoding is broken."""
    if not query:
        return {}
    if not query.isascii() or _BAD_ESCAPE.search(query):
        return None
    found: dict[str, list[str]] = {}
    try:
        for pair in query.split("&"):
            name, _, value = pair.partition("=")
            if pair:
                found.setdefault(unquote_plus(name, errors="strict"), []).append(
                    unquote_plus(value, errors="strict")
                )
    except UnicodeDecodeError:
        return None
    return found


def _reading(parameter: Parameter, sent: Json, validator: Validator) -> Json | Absence:
    """The value that a parameter's text spells, as its schema understands it; MISSING when none fits."""
    kinds = parameter.schema.get("type") if isinstance(parameter.schema, Mapping) else None
    if kinds in ("array", "object"):
        return sent  # they have many spellings (OpenAPI 3.1 §4.8.12.2), which are not modelled
    written = sent[-1] if isinstance(sent, list) else sent
    return next((reading for reading in text_readings(written) if validator.accepts(reading)), MISSING)
