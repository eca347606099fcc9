"""A schema without the keywords that no JSON Schema 2020-12 has in that form."""

from __future__ import annotations

from functools import cache
from typing import Final

import jsonschema_rs

from assay.ingest.notes import Block, Notes, Spot, show
from assay.model.terms import Json

#: rounds of mending: each takes at least one keyword away
_MOST: Final = 200


@cache
def _meta() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({"$ref": "https://json-schema.org/draft/2020-12/schema"})


def mend(schema: Json, at: Spot, notes: Notes) -> Json:
    """The schema with what is wrong taken out of it, in place; each loss is doubted."""
    if _meta().is_valid(schema):
        return schema
    for _ in range(_MOST):
        error = next(iter(_meta().iter_errors(schema)), None)
        if error is None:
            return schema
        path = _keyword(schema, list(error.instance_path))
        if not path:
            break
        parent: Json = schema
        for part in path[:-1]:
            parent = parent[part]
        wrong = parent[path[-1]]
        if isinstance(parent, list) and isinstance(path[-1], int):
            parent[path[-1]] = Block()
        else:
            del parent[path[-1]]
        here = at
        for part in path:
            here = here / part
        notes.doubt(here, f"keep {show(wrong)} for '{path[-1]}'", _why(error))
    if not _meta().is_valid(schema):
        notes.doubt(at, "take this schema over", "it is no JSON Schema", "anything")
        return Block()
    return schema


def _why(error: jsonschema_rs.ValidationError) -> str:
    return str(error.message).splitlines()[0].rstrip(".")[:200]


def _keyword(schema: Json, path: list[str | int]) -> list[str | int]:
    """As much of the path as leads somewhere, down to the innermost mapping's key.

    jsonschema-rs makes numbers of keys like `404`, and leaves empty keys out.
    """
    found: list[str | int] = []
    last_key = 0
    node: Json = schema
    for part in path:
        if isinstance(node, dict):
            key = part if part in node else str(part)
            if key not in node:
                break
            found.append(key)
            last_key = len(found)
            node = node[key]
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            found.append(part)
            node = node[part]
        else:
            break
    return found[:last_key]
