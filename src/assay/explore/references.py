"""What a step takes from earlier ones: an ETag for If-Match, a cursor, a Location, another instance's id.

A reference is a text at a place of the request. In it, `$steps.ROLE.` before a runtime expression's `request` or
`response` speaks of the newest earlier step with that role (Arazzo 1.0.1 §4.7 writes steps so), and
`$instances.SYMBOL.id` or `.FIELD` of an instance of the same history.

* `$steps.… - 1` (or `+ 1`): a whole number, that much less or more.
* `$fresh.uuid.NAME`: a UUID that nobody has used before, the same for the same name in one history.
* A place that ends in `?` (`query.cursor?`) may find nothing, or null: then there is nothing to ask, and the step is
  left out. So a drill follows pages as far as they go.
"""

from __future__ import annotations

import re
from hashlib import sha256
from uuid import UUID

from assay.explore.address import NoAddress, rooted
from assay.explore.history import History
from assay.inputs.places import placed
from assay.inputs.supplied import made
from assay.machine.expression import UNRESOLVED, InstanceFacts, Scope, evaluate
from assay.model.case import Case, WireRequest
from assay.model.contract import Api, Operation
from assay.model.copied import replace
from assay.model.terms import Json
from assay.plan.prerequisites import state

#: the place that stands for the whole request target
URL = "url"
_STEP = re.compile(r"\$steps\.([A-Za-z0-9_-]+)\.(?=request|response)")
_INSTANCE = re.compile(r"\$instances\.([A-Za-z0-9_-]+)\.")
_FRESH = re.compile(r"\$fresh\.uuid\.([A-Za-z0-9_-]+)")
_SHIFTED = re.compile(r"(\$steps\..+) ([+-]) ([0-9]{1,9})")
#: ends a place whose reference may find nothing
_OPTIONAL = "?"


class Unresolved(Exception):
    """What the case refers to is not there; the message says what."""


class Needless(Exception):
    """What the case goes on from has come to its end: there is nothing to ask."""


def resolve(case: Case, operation: Operation, history: History, salt: str = "") -> Case:
    """The case with every reference but `url` in its place. `salt` makes fresh values new.

    Raises `Unresolved`, and `Needless` where the step is to be left out.
    """
    for place, reference in case.refs.items():
        if place.removesuffix(_OPTIONAL) != URL:
            value = _found(place, reference, history, salt)
            case = _placed(case, operation, place.removesuffix(_OPTIONAL), value)
    return case


def retarget(case: Case, request: WireRequest, history: History) -> WireRequest:
    """The request, sent to the URL that an earlier answer named where the case says so (RFC 3986 §5).

    Only within the host that was asked: what leads elsewhere is nobody's leave to go there. Raises `Unresolved`, and
    `Needless` where the step is to be left out.
    """
    place = URL if URL in case.refs else URL + _OPTIONAL
    reference = case.refs.get(place)
    if reference is None:
        return request
    named = str(_found(place, reference, history))
    role = _STEP.search(reference)
    base = _performed(role[1], history)[0] if role else ""
    try:
        return replace(request, path=rooted(base, named), rooted=True)
    except NoAddress as error:
        raise Unresolved(str(error)) from None


def _found(place: str, reference: str, history: History, salt: str = "") -> Json:
    if not place.endswith(_OPTIONAL):
        return _value(reference, history, salt)
    try:
        found = _value(reference, history, salt)
    except Unresolved:
        found = None
    if found is None:
        raise Needless
    return found


def _value(reference: str, history: History, salt: str) -> Json:
    if fresh := _FRESH.fullmatch(reference):
        made = UUID(bytes=sha256(f"{salt}/{fresh[1]}".encode()).digest()[:16], version=4)
        return history.fresh.setdefault(fresh[1], str(made))
    if shifted := _SHIFTED.fullmatch(reference):
        number = _value(shifted[1], history, salt)
        if not isinstance(number, int) or isinstance(number, bool):
            raise Unresolved(f"{shifted[1]} finds no whole number")
        return number + int(shifted[2] + shifted[3])
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


def unready(api: Api, case: Case, history: History) -> str:
    """Why a prerequisite of the case is not as it has to be; empty when all are, or when it has none.

    A request that is called valid because something exists must not be sent when that is not known.
    """
    for spot, symbol in made(api, api.operation(case.operation), case):
        prerequisite = api.prerequisites[spot.name]
        cycle = next(c for c in api.lifecycles if c.name == prerequisite.lifecycle)
        wanted = state(prerequisite, cycle)
        known = history.instances.get(symbol)
        if known is None:
            last = history.steps[-1].evidence if history.steps else None
            got = f": the last step was answered {last.status or last.failure}" if last else ""
            return f"the {cycle.name} that it needs was not made{got}"
        if known.states != {wanted}:
            where = " or ".join(sorted(known.states)) or "in a state that nobody knows"
            return f"the {cycle.name} that it needs is {where}, not {wanted}"
    return ""


def _placed(case: Case, operation: Operation, place: str, value: Json) -> Case:
    try:
        return placed(case, operation, place, value)
    except LookupError as error:
        raise Unresolved(str(error)) from None


__all__ = ["URL", "Needless", "Unresolved", "resolve", "retarget", "unready"]
