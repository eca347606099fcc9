"""Keywords beside a `$ref`: both apply (JSON Schema 2020-12 §8.2.3.1), and many tools lay one over the other instead.

Such a tool makes one object of the schema and of what it refers to, and of two members of one name keeps one. Where
that would lose something, the keywords move into a member of `allOf`: the same to those who read the standard, and
whole to those who do not. The reference stays where it is, so that makers of classes still see the component.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Final

from assay.contractfile.walk import PartKind, parts_of_api, parts_of_contract, subschemas
from assay.model.pointer import tokens
from assay.model.terms import Json

#: what says nothing of a value, so that it does not matter which is kept
_WORDS: Final = frozenset(
    {"title", "description", "default", "deprecated", "readOnly", "writeOnly", "examples", "example", "$comment",
     "externalDocs", "xml", "discriminator"}
)  # fmt: skip
#: what looks at what its neighbours, the reference among them, have looked at: it has to stay beside them
_STAY: Final = frozenset({"$ref", "$defs", "allOf", "unevaluatedProperties", "unevaluatedItems"})
#: keywords that look at one another where they stand side by side, and only there (JSON Schema 2020-12, core §10)
_TOGETHER: Final = (
    frozenset({"properties", "patternProperties", "additionalProperties"}),
    frozenset({"prefixItems", "items"}),
    frozenset({"if", "then", "else"}),
    frozenset({"contains", "minContains", "maxContains"}),
)


def apart(document: dict[str, Json]) -> None:
    """Moves the keywords of every schema in an OpenAPI document that would be lost, in place."""
    for schema in list(_schemas(document)):
        target = _target(document, schema["$ref"])
        if any(_meets(key, target) for key in schema):
            _part(schema, target)


def _meets(key: str, target: Mapping[str, Json]) -> bool:
    """True when it matters to the keyword whether that of the target stands beside it."""
    if key == "$ref" or key in _WORDS or key.startswith("x-"):
        return False
    together = next((keys for keys in _TOGETHER if key in keys), frozenset({key}))
    return not together.isdisjoint(target)


def _part(schema: dict[str, Json], target: Mapping[str, Json]) -> None:
    moved = {key: schema.pop(key) for key in list(schema) if not _stays(key)}
    members = [*schema.pop("allOf", ()), *([moved] if moved else ())]
    if "allOf" in target:
        members.insert(0, {"$ref": schema.pop("$ref")})
    if members:
        schema["allOf"] = members


def _stays(key: str) -> bool:
    return key in _STAY or key in _WORDS or key.startswith("x-")


def _schemas(document: dict[str, Json]) -> Iterator[dict[str, Json]]:
    """Every schema that is a reference and says more."""
    operations = [
        member
        for item in document["paths"].values()
        for member in item.values()
        if isinstance(member, dict) and "responses" in member
    ]
    for part in chain(parts_of_api(document), *map(parts_of_contract, operations)):
        if part.kind is PartKind.SCHEMA:
            for _, node in subschemas(part.value, part.pointer):
                if isinstance(node, dict) and len(node) > 1 and isinstance(node.get("$ref"), str):
                    yield node


def _target(document: Json, reference: str) -> Mapping[str, Json]:
    node = document
    for token in tokens(reference.removeprefix("#")):
        node = node.get(token, {}) if isinstance(node, Mapping) else {}
    return node if isinstance(node, Mapping) else {}
