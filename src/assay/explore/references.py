"""What a step takes from earlier ones: an ETag for If-Match, a cursor, a Location, another instance's id.

A reference is a text at a place of the request. In it, `$steps.ROLE.` before a runtime expression's `request` or
`response` speaks of the newest earlier step with that role (Arazzo 1.0.1 §4.7 writes steps so), and
`$instances.SYMBOL.id` or `.FIELD` of an instance of the same history.
"""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from assay.explore.history import History
from assay.inputs.classify import text
from assay.inputs.constraints import json_content
from assay.machine.expression import UNRESOLVED, InstanceFacts, Scope, evaluate
from assay.model.case import BodyKind, Case, Payload, WireRequest
from assay.model.contract import Operation
from assay.model.terms import Json

#: the place that stands for the whole request target
URL = "url"
_STEP = re.compile(r"\$steps\.([A-Za-z0-9_-]+)\.(?=request|response)")
_INSTANCE = re.compile(r"\$instances\.([A-Za-z0-9_-]+)\.")


class Unresolved(Exception):
    """What the case refers to is not there; the message says what."""


def resolve(case: Case, operation: Operation, history: History) -> Case:
    """The case with every reference but `url` in its place. Raises `Unresolved`."""
    for place, reference in case.refs.items():
        if place != URL:
            case = _placed(case, operation, place, _value(reference, history))
    return case


def retarget(case: Case, request: WireRequest, history: History) -> WireRequest:
    """The request, sent to the URL that an earlier answer named where the case says so (RFC 3986 §5).

    Only within the host that was asked: what leads elsewhere is nobody's leave to go there. Raises `Unresolved`.
    """
    reference = case.refs.get(URL)
    if reference is None:
        return request
    named = str(_value(reference, history))
    role = _STEP.search(reference)
    base = _performed(role[1], history)[0] if role else ""
    try:
        joined = urlsplit(urljoin(base, named))
        home = urlsplit(base)
        elsewhere = (joined.scheme, joined.hostname, joined.port) != (home.scheme, home.hostname, home.port)
    except ValueError:
        raise Unresolved(f"{named!r} is no URL") from None
    if elsewhere or joined.username is not None:
        raise Unresolved(f"{named!r} leads to another host")
    return replace(
        request, path=(joined.path or "/") + (f"?{joined.query}" if joined.query else ""), rooted=True
    )


def _value(reference: str, history: History) -> Json:
    instance = _INSTANCE.search(reference)
    if instance is not None:
        known = history.instances.get(instance[1])
        if known is None:
            raise Unresolved(f"there is no instance {instance[1]}")
        facts = InstanceFacts(known.values.get("id", known.id), known.values)
        found = evaluate(_INSTANCE.sub("$instance.", reference), Scope(instance=facts))
    else:
        step = _STEP.search(reference)
        if step is None:
            return reference
        found = evaluate(_STEP.sub("$", reference), _performed(step[1], history)[1])
    if found is UNRESOLVED:
        raise Unresolved(f"{reference} finds nothing")
    return found


def _performed(role: str, history: History) -> tuple[str, Scope]:
    for one in reversed(history.performed):
        if one.step.case.role == role:
            return one.exchange.url, one.scope
    raise Unresolved(f"there is no step {role!r} before")


def _placed(case: Case, operation: Operation, place: str, value: Json) -> Case:
    kind, _, name = place.partition(".")
    match kind:
        case "header":
            kept = {key: told for key, told in case.headers.items() if key.lower() != name.lower()}
            return replace(case, headers={**kept, name: text(value)})
        case "query":
            return replace(case, query={**case.query, name: value})
        case "path":
            return replace(case, path={**case.path, name: value})
    pointer = place.removeprefix("body").removeprefix("#")
    content = json_content(operation)
    media_type = case.body.media_type or (content.media_type if content else None)
    body = _with(case.body.value if case.body.kind is BodyKind.JSON else {}, pointer, value)
    return replace(case, body=Payload(BodyKind.JSON, body, media_type=media_type))


def _with(body: Json, pointer: str, value: Json) -> Json:
    if not pointer:
        return value
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")]
    made = copy.deepcopy(body)
    holder = made
    for token in tokens[:-1]:
        holder = holder[int(token)] if isinstance(holder, list) else holder.setdefault(token, {})
    if isinstance(holder, list):
        holder[int(tokens[-1])] = value
    elif isinstance(holder, dict):
        holder[tokens[-1]] = value
    else:
        raise Unresolved(f"there is no place {pointer} in the body")
    return made


__all__ = ["URL", "Unresolved", "resolve", "retarget"]
