"""Values that must be new in every request (`x-fresh: true`).

What a server does with a second start for the same player is often undocumented. Where the contract marks a value as
fresh, no two requests of a run share it, so that the undocumented case does not arise by accident.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256

from assay.inputs.constraints import json_content
from assay.inputs.known_good import Supply, narrow
from assay.inputs.validator import Validator
from assay.model.case import BodyKind, Case
from assay.model.contract import Api, Json, Operation, Schema

_Spot = tuple[tuple[str, ...], Validator]


class Freshener:
    """Replaces the fresh values of a request. Values that are not known to be good are somebody's point: left alone."""

    def __init__(self, api: Api) -> None:
        self._spots = {operation.id: tuple(_spots(api, operation)) for operation in api.operations}

    def __call__(self, case: Case, salt: str) -> Case:
        """The case with fresh values; the very same case where the contract marks none."""
        spots = self._spots[case.operation]
        if not spots or case.body.kind is not BodyKind.JSON:
            return case
        body = copy.deepcopy(case.body.value)
        for path, good in spots:
            _freshen(body, path, good, salt)
        return replace(case, body=replace(case.body, value=body))


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


def _freshen(body: Json, path: tuple[str, ...], good: Validator, salt: str) -> None:
    holder = body
    for part in path[:-1]:
        holder = holder.get(part) if isinstance(holder, dict) else None
    if not path or not isinstance(holder, dict) or not isinstance(holder.get(path[-1]), str):
        return
    value = holder[path[-1]]
    mark = sha256(f"{salt}/{'/'.join(path)}".encode()).hexdigest()[:10]
    for made in (f"{value[:40]}-{mark}", mark):
        if good.accepts(value) and good.accepts(made):
            holder[path[-1]] = made
            return
