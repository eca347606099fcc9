"""Names that say who made a thing: at a live target, the names of what a run makes begin with a prefix.

Only names: texts that a person reads and no program does, by what the property is called. Where the contract leaves no
room for the prefix, the value stays as it is, and it is told that it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from assay.inputs.constraints import json_content
from assay.inputs.known_good import Supply, narrow
from assay.inputs.validator import Validator
from assay.model.case import BodyKind, Case
from assay.model.contract import Api, Json, Operation, Schema
from assay.model.copied import replace

#: what such properties are called, in lower case and without `_` and `-`
_NAMES = frozenset({"name", "title", "label", "displayname", "subject", "caption", "summary", "description"})
_MAKING = frozenset({"POST", "PUT", "PATCH"})
#: where it is, what fits there, what is known to be good there, the longest that fits
_Spot = tuple[tuple[str, ...], Validator, Validator, int | None]


class Marker:
    """Marks what requests make. Any number of threads may ask."""

    def __init__(self, api: Api, prefix: str) -> None:
        """An empty prefix marks nothing."""
        self._prefix, self._api = prefix, api
        makes = [one for one in api.operations if prefix and one.method.upper() in _MAKING]
        self._spots = {one.id: spots for one in makes if (spots := tuple(_spots(api, one)))}
        self._whole = {
            one.id: Validator(content.schema, api.components)
            for one in makes
            if one.id in self._spots and (content := json_content(one)) is not None
        }
        #: operation and place at which there was no room for the prefix
        self._refused: set[tuple[str, str]] = set()

    def __call__(self, case: Case) -> Case:
        """The case with marked names; the very same where there is nothing to mark."""
        spots = self._spots.get(case.operation)
        if not spots or case.body.kind is not BodyKind.JSON:
            return case
        body = case.body.value
        whole = self._whole[case.operation]
        valid = whole.accepts(body)
        for path, fits, good, most in spots:
            value = _at(body, path)
            if not isinstance(value, str) or value.startswith(self._prefix) or not fits.accepts(value):
                continue
            # what is known to be good stays so
            wanted = good if good.accepts(value) else fits
            made = (_with(body, path, one) for one in self._ways(value, most) if wanted.accepts(one))
            found = next((one for one in made if not valid or whole.accepts(one)), None)
            if found is None:
                self._refused.add((case.operation, "/" + "/".join(path)))
            else:
                body = found
        return case if body is case.body.value else replace(case, body=replace(case.body, value=body))

    def _ways(self, value: str, most: int | None) -> Iterator[str]:
        yield self._prefix + value
        if most is not None and most > len(self._prefix):
            yield (self._prefix + value)[:most]
        yield self._prefix

    def remarks(self) -> tuple[str, ...]:
        """What could not be marked so far, for people."""
        if not self._prefix:
            return ()
        makers = dict.fromkeys(cycle.created_by for cycle in self._api.lifecycles)
        nameless = [
            f"what {maker} makes does not bear the prefix {self._prefix}: its body has no name"
            for maker in makers
            if maker not in self._spots
        ]
        refused = [
            f"{place} of {operation} does not always bear the prefix {self._prefix}: its schema leaves no room"
            for operation, place in sorted(self._refused)
        ]
        return (*nameless, *refused)


def _spots(api: Api, operation: Operation) -> Iterator[_Spot]:
    content = json_content(operation)
    if content is not None:
        yield from _walk(api, content.schema, (), 0)


def _walk(api: Api, schema: Schema, path: tuple[str, ...], depth: int) -> Iterator[_Spot]:
    schema = api.resolve(schema)
    if not isinstance(schema, Mapping) or depth > 8:
        return
    for name, value in schema.get("properties", {}).items():
        here = api.resolve(value)
        if isinstance(here, Mapping) and _free(name, here):
            most = here.get("maxLength")
            known = Validator(narrow(here, api.resolve, Supply()), api.components)
            fits = Validator(here, api.components)
            yield (*path, name), fits, known, most if isinstance(most, int) else None
        yield from _walk(api, value, (*path, name), depth + 1)
    for branch in schema.get("allOf", ()):
        yield from _walk(api, branch, path, depth + 1)


def _free(name: str, schema: Mapping[str, Json]) -> bool:
    """True for a text that is called like a name, and that nothing else is said of that would make it a key."""
    kinds = schema.get("type")
    text = kinds == "string" or (isinstance(kinds, list) and "string" in kinds)
    return (
        text
        and re.sub(r"[-_]", "", name).lower() in _NAMES
        and not schema.keys() & {"format", "x-supplied", "contentEncoding"}
    )


def _at(body: Json, path: tuple[str, ...]) -> Json:
    for name in path:
        if not isinstance(body, dict) or name not in body:
            return None
        body = body[name]
    return body


def _with(body: Json, path: tuple[str, ...], value: str) -> Json:
    """The body with that value at the path, which is there."""
    if not path:
        return value
    return {**body, path[0]: _with(body[path[0]], path[1:], value)}
