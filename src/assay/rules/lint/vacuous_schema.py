"""Responses of which `{}` passes for a good one: a server that has forgotten everything keeps what is written there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assay.inputs.constraints import is_json
from assay.model.contract import Content, Json, Operation, Promise, Reply, Strength
from assay.model.lifecycle import FieldKind, Nothing
from assay.model.problem import Place, Problem
from assay.rules.lint.closure import Closure
from assay.rules.lint.look import Look, warning
from assay.rules.lint.replies import BODILESS, replies

RULE = "vacuous-schema"

#: keywords of a map: what has any number of members may have none
_OF_MAPS = ("additionalProperties", "patternProperties", "propertyNames", "unevaluatedProperties")


def check(look: Look) -> Iterator[Problem]:
    """A documented body that an empty object fits, where nothing else in the contract would tell the two apart."""
    if not look.whole:  # what could not be read may ask for something
        return
    closure = Closure(look.api.components)
    found: dict[tuple[Place, str], list[str]] = {}
    for operation, reply, place in replies(look):
        if reply.status in BODILESS or operation.method == "head" or reply.strength is Strength.SILENT:
            continue
        for content in reply.content:
            if _vacuous(look, content, closure) and not _told_elsewhere(look, operation, reply, closure):
                schema = look.below(place, "content", content.media_type, "schema")
                found.setdefault((schema, reply.status), []).append(operation.id)
    for (place, status), operations in found.items():
        more = f" and {len(operations) - 1} more" if len(operations) > 1 else ""
        message = (
            f"`{{}}` passes as the body of {status} of '{operations[0]}'{more}: "
            "because neither its schema nor a promise asks for anything to be there."
        )
        yield warning(
            place, RULE, message, "Add `required: […]`, or a promise of what examples show to be there."
        )


def _vacuous(look: Look, content: Content, closure: Closure) -> bool:
    schema = content.schema
    if schema is True or schema is False or not is_json(content.media_type):
        return False
    meant = look.api.resolve(schema)
    if isinstance(meant, Mapping) and any(isinstance(meant.get(key), Mapping) for key in _OF_MAPS):
        return False
    return closure.validator(schema).accepts({})


def _told_elsewhere(look: Look, operation: Operation, reply: Reply, closure: Closure) -> bool:
    """True when a promise, a cell or a remembered value may refuse `{}`."""
    if any(_speaks(promise, reply) and _refuses(promise, closure) for promise in operation.promises):
        return True
    success = reply.status[:1] == "2"
    for cycle in look.api.lifecycles_with(operation.id):
        if success and operation.id == cycle.created_by and cycle.id_expression.startswith("$response.body"):
            return True
        if success and any(
            operation.id in field.at and field.kind is not FieldKind.VOLATILE for field in cycle.fields
        ):
            return True
        for cell in cycle.cells[operation.id].values():
            ways = (*cell.transitions, *(cell.eventually.meanwhile if cell.eventually else ()))
            if any(reply.covers(way.status) and _bars(way.body, closure) for way in ways):
                return True
    return False


def _speaks(promise: Promise, reply: Reply) -> bool:
    if promise.strength is Strength.SILENT:
        return False
    if reply.status.isdigit():
        return promise.speaks_of(int(reply.status))
    return reply.status == "default" or any(on[0] == reply.status[0] for on in promise.on)


def _refuses(promise: Promise, closure: Closure) -> bool:
    # what a rule says of an empty object is not asked: it may be meant to tell
    return promise.rule is not None or _bars(promise.body, closure)


def _bars(body: Json | Nothing, closure: Closure) -> bool:
    if body is None or body is True:
        return False
    # an expression is taken for a text: whatever it stands for, it is not what a missing member is
    return body is False or isinstance(body, Nothing) or not closure.validator(body).accepts({})
