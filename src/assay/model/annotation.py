"""Our own keywords in schemas: they may stand beside a `$ref` as well as in what it refers to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assay.model.terms import Json, Schema


def annotation(schema: Schema, name: str, resolve: Callable[[Schema], Schema]) -> Json:
    """What the schema says under that name, the nearest word first (JSON Schema 2020-12, core §8.2.3.1); else None."""
    while isinstance(schema, Mapping):
        if name in schema:
            return schema[name]
        if not isinstance(schema.get("$ref"), str):
            return None
        schema = resolve({"$ref": schema["$ref"]})
    return None
