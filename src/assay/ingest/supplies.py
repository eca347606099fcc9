"""`x-supplied` needs to be known to the api: where a document has it, and tells no more, an example is guessed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from assay.contractfile.walk import Part, PartKind, parts_of_api, parts_of_contract, subschemas
from assay.ingest.notes import Block, Notes, Spot
from assay.model.terms import Json

_SUPPLIED: Final = "x-supplied"
_PLAIN: Final = {"string": "example", "integer": 1, "number": 1, "array": ["example"], "boolean": True}


def add_supplies(api: Block, contracts: Iterable[Mapping[str, Json]], notes: Notes) -> None:
    """Adds `supplies` for every name that a schema asks for, in place."""
    found: dict[str, Mapping[str, Json]] = {}
    for schema in _schemas(
        [*parts_of_api(api), *(part for one in contracts for part in parts_of_contract(one))]
    ):
        name = schema.get(_SUPPLIED)
        if isinstance(name, str):
            found.setdefault(name, schema)
    if not found:
        return
    notes.home = "api.yaml"
    made = Block()
    for name, schema in found.items():
        made[name] = Block({"example": _example(schema)})
        cannot, because = f"tell which value '{name}' has", "the document names it by x-supplied alone"
        notes.guess(made, name, Spot(), cannot, because, "an example")
    components = api.pop("components", None)
    api["supplies"] = made
    if components is not None:
        api["components"] = components


def _schemas(parts: Iterable[Part]) -> Iterator[Mapping[str, Json]]:
    for part in parts:
        if part.kind is PartKind.SCHEMA:
            for _, schema in subschemas(part.value, part.pointer):
                yield schema


def _example(schema: Mapping[str, Json]) -> Json:
    """A value that the schema itself tells."""
    if "example" in schema:
        return schema["example"]
    for key in ("examples", "enum"):
        if isinstance(schema.get(key), list) and schema[key]:
            return schema[key][0]
    if "const" in schema:
        return schema["const"]
    kind = schema.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    return next((value for known, value in _PLAIN.items() if known in kinds), "example")
