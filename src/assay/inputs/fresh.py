"""Values that must be new in every request (`x-fresh: true`).

What a server does with a second start for the same player is often undocumented. Where the contract marks a value as
fresh, no two requests of a run share it, so that the undocumented case does not arise by accident.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256

from assay.inputs.constraints import json_content
from assay.inputs.known_good import Supply, narrow
from assay.inputs.marker import Marker
from assay.inputs.validator import Validator
from assay.model.case import BodyKind, Case
from assay.model.contract import Api, Json, Operation, Schema
from assay.model.copied import replace

_Spot = tuple[tuple[str, ...], Validator]


class Freshener:
    """Replaces the fresh values of a request. Values that are not known to be good are somebody's point: left alone."""

    def __init__(self, api: Api, marker: Marker | None = None) -> None:
        """What a `marker` marks is marked first."""
        self._marker = marker
        self._spots = {operation.id: tuple(_spots(api, operation)) for operation in api.operations}

    def __call__(self, case: Case, salt: str) -> Case:
        """The case with fresh values; the very same case where the contract marks none."""
        if self._marker is not None:
            case = self._marker(case)
        spots = self._spots[case.operation]
        if not spots or case.body.kind is not BodyKind.JSON:
            return case
        body = case.body.value
        for path, good in spots:
            body = _freshened(body, path, good, f"{salt}/{'/'.join(path)}")
        return case if body is case.body.value else replace(case, body=replace(case.body, value=body))


def fresh_paths(api: Api, operation: Operation) -> tuple[tuple[str, ...], ...]:
    """Where in a JSON body the operation's fresh values are: the members that lead there."""
    return tuple(path for path, _ in _spots(api, operation))


def _spots(api: Api, operation: Operation) -> Iterator[_Spot]:
    content = json_content(operation)
    if content is not None:
        yield from _walk(api, content.schema, ())


def _walk(api: Api, schema: Schema, path: tuple[str, ...]) -> Iterator[_Spot]:
    schema = api.resolve(schema)
    if not isinstance(schema, Mapping):
        return
    if schema.get("x-fresh") is True:
        yield path, Validator(narrow(schema, api.resolve, Supply()), api.components)
    for name, value in schema.get("properties", {}).items():
        yield from _walk(api, value, (*path, name))
    for branch in schema.get("allOf", ()):
        yield from _walk(api, branch, path)


def _freshened(body: Json, path: tuple[str, ...], good: Validator, salt: str) -> Json:
    """The body with another value at that path, what leads there copied; the same body where none is to change."""
    if not path or not isinstance(body, dict) or path[0] not in body:
        return body
    name, value = path[0], body[path[0]]
    made = _freshened(value, path[1:], good, salt) if len(path) > 1 else _another(value, good, salt)
    return body if made is value else {**body, name: made}


def _another(value: Json, good: Validator, salt: str) -> Json:
    if not isinstance(value, str) or not good.accepts(value):
        return value
    mark = sha256(salt.encode()).hexdigest()[:10]
    return next((made for made in (f"{value[:40]}-{mark}", mark) if good.accepts(made)), value)
