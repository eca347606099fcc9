"""Names in promises and expressions that the documented body spells otherwise: nothing is ever found there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from assay.inputs.constraints import is_json
from assay.model.contract import Api, Content, Operation, Schema
from assay.model.pointer import tokens
from assay.model.problem import Place, Problem
from assay.rules.lint.look import Look, strings, warning
from assay.rules.lint.names import folded
from assay.rules.lint.schemas import statements

RULE = "name-drift"

_IN_BODY = re.compile(r"\$(?P<side>request|response)\.body#(?P<pointer>/[^\s{}\"']*)")


def check(look: Look) -> Iterator[Problem]:
    """A member that the documentation has, under another spelling of the same name."""
    for operation in look.api.operations:
        for promise in operation.promises:
            answers = [c for r in operation.replies if r.status.isdigit() and promise.speaks_of(int(r.status))
                       for c in r.content]  # fmt: skip
            bodies = [content.schema for content in answers if is_json(content.media_type)]
            place = look.below(promise.place, "body")
            for path in _named(promise.body, look.api):
                yield from _drift(look, place, path, bodies)
            for _, text in strings({"body": promise.body, "headers": dict(promise.headers)}):
                yield from _pointed(look, operation, promise.place, text)
    known = look.operations()
    for cycle in look.api.lifecycles:
        told = [(cycle.created_by, look.at(cycle.place, "/instance/id"), cycle.id_expression)]
        told += [(name, look.below(field.place, "at", name), text)
                 for field in cycle.fields for name, text in field.at.items()]  # fmt: skip
        told += [(cycle.created_by, look.below(f.place, "sent"), f.sent) for f in cycle.fields if f.sent]
        for name, place, text in told:
            if name in known:
                yield from _pointed(look, known[name], place, text)


def _named(schema: Schema | None, api: Api) -> Iterator[tuple[str, ...]]:
    """Paths of the members that a schema asks for or speaks of."""
    for path, node in statements(schema, api):
        if path:
            yield path
        for name in node.get("required", ()):
            if name not in (node.get("properties") or {}):
                yield (*path, name)


def _pointed(look: Look, operation: Operation, place: Place, text: str) -> Iterator[Problem]:
    for found in _IN_BODY.finditer(text):
        path = tuple(tokens(found["pointer"]))
        yield from _drift(look, place, path, _schemas(operation, found["side"]))


def _schemas(operation: Operation, side: str) -> list[Schema]:
    """The bodies it may be sent, or answers when all is well."""
    contents: list[Content] = []
    if side == "request":
        contents += operation.body.content if operation.body else ()
    else:
        for reply in operation.replies:
            contents += reply.content if reply.status[:1] == "2" else ()
    return [content.schema for content in contents if is_json(content.media_type)]


def _drift(look: Look, place: Place, path: tuple[str, ...], bodies: list[Schema]) -> Iterator[Problem]:
    """The finding, where no body has that member and one of them has it under another spelling."""
    spelt: list[str] = []
    for body in bodies:
        known = {found for found, _ in statements(body, look.api)}
        if path in known or not _told(body, path, known):
            return
        spelt += ["/".join(("", *other)) for other in known
                  if len(other) == len(path) and other != path and other[:-1] == path[:-1]
                  and folded(other[-1]) == folded(path[-1])]  # fmt: skip
    if spelt:
        message = f"'{path[-1]}' is nowhere in the documented body: it has {spelt[0]} there."
        yield warning(place, RULE, message, f"Write '{spelt[0].rpartition('/')[2]}', or correct the schema.")


def _told(body: Schema, path: tuple[str, ...], known: set[tuple[str, ...]]) -> bool:
    """True when the documentation describes what the member would be in."""
    return isinstance(body, Mapping) and path[:-1] in known
