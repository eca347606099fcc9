"""Schemas of Swagger 2.0 and OpenAPI 3.0 to 3.2 as JSON Schema 2020-12, the dialect of OpenAPI 3.1.

What OpenAPI 3.0 says otherwise (3.0.3 §4.7.24): `nullable`, the booleans `exclusiveMinimum` and `exclusiveMaximum`,
`example`, and that nothing counts beside a `$ref`. Whatever no JSON Schema has is left out, each time with a doubt:
less is promised then, and nothing wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from assay.contractfile.schema_objects import regex_problem
from assay.ingest.mend import mend
from assay.ingest.notes import Block, Notes, Spot, keep, show
from assay.ingest.shared import Kind, Shared
from assay.ingest.words import short
from assay.model.terms import Json

#: schemas inside schemas
_DEEPEST: Final = 40
#: characters of an extension that is kept
_LONGEST_EXTENSION: Final = 2000

TYPES: Final = ("string", "number", "integer", "boolean", "array", "object", "null")
#: what people write for a type -> what they mean, and its format
_SLIPS: Final[Mapping[str, tuple[str, str | None]]] = {
    "numeric": ("number", None), "float": ("number", "float"), "double": ("number", "double"),
    "decimal": ("number", None), "int": ("integer", None), "int32": ("integer", "int32"),
    "int64": ("integer", "int64"), "long": ("integer", "int64"), "bool": ("boolean", None),
    "str": ("string", None), "text": ("string", None), "date": ("string", "date"),
    "datetime": ("string", "date-time"), "date-time": ("string", "date-time"), "uuid": ("string", "uuid"),
    "email": ("string", "email"), "uri": ("string", "uri"), "url": ("string", "uri"), "list": ("array", None),
    "dict": ("object", None), "map": ("object", None), "hash": ("object", None), "none": ("null", None),
    "nil": ("null", None),
}  # fmt: skip
_ONE: Final = frozenset({
    "additionalProperties", "propertyNames", "contains", "not", "if", "then", "else",
    "unevaluatedItems", "unevaluatedProperties", "contentSchema",
})  # fmt: skip
_LISTS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_NAMED: Final = frozenset({"properties", "patternProperties", "dependentSchemas"})
_DATA: Final = frozenset({"default", "const", "example", "examples", "enum"})
#: taken as they are; what is wrong with their values is mended at the end
_PLAIN: Final = frozenset({
    "multipleOf", "maximum", "minimum", "maxLength", "minLength", "maxItems", "minItems", "uniqueItems",
    "maxContains", "minContains", "maxProperties", "minProperties", "dependentRequired", "title", "deprecated",
    "readOnly", "writeOnly", "format", "contentEncoding", "contentMediaType", "xml", "externalDocs", "$comment",
    "exclusiveMinimum", "exclusiveMaximum",
})  # fmt: skip
#: without a meaning here, and nobody's loss
_SILENT: Final = frozenset({
    "$schema", "$id", "id", "$anchor", "$defs", "definitions", "$vocabulary", "collectionFormat",
    "$dynamicAnchor", "$recursiveAnchor", "nullable", "x-nullable",
})  # fmt: skip
#: beside a `$ref`: they constrain nothing
_REMARKS: Final = frozenset({"description", "title", "summary", "example", "examples", "deprecated", "default", "xml",
                             "externalDocs", "readOnly", "writeOnly", "nullable", "x-nullable", "$ref"})  # fmt: skip


@dataclass(slots=True)
class Schemas:
    """Converts schemas. `modern`: the source speaks JSON Schema 2020-12 already (OpenAPI 3.1 and 3.2)."""

    notes: Notes
    shared: Shared
    modern: bool

    def convert(self, value: Json, at: Spot) -> Json:
        """The schema in the dialect of contracts, sound as a JSON Schema whatever the source holds."""
        return mend(self._schema(value, at, 0), at, self.notes)

    def _schema(self, value: Json, at: Spot, depth: int) -> Json:
        if isinstance(value, bool):
            return value
        if not isinstance(value, Mapping):
            self.notes.doubt(at, f"use {show(value)} as a schema", "a schema is a mapping", "anything")
            return Block()
        if depth > _DEEPEST:
            self.notes.doubt(
                at, "take this schema over", f"it nests deeper than {_DEEPEST} levels", "anything"
            )
            return Block()
        if isinstance(value.get("$ref"), str):
            return self._reference(value, at, depth)
        return self._members(value, at, depth)

    def _reference(self, value: Mapping[str, Json], at: Spot, depth: int) -> Json:
        target = self.shared.reference(Kind.SCHEMAS, value, at)
        rest = {key: member for key, member in value.items() if key != "$ref"}
        if self.modern:
            made = self._members(rest, at, depth)
            if target is None:
                made.remark(next(iter(made), ""), f"{value['$ref']} stood here and cannot be followed")
                return made
            return Block({"$ref": target, **made})
        ignored = sorted(key for key in rest if key not in _REMARKS and not key.startswith("x-"))
        if ignored:
            told = ", ".join(f"'{key}'" for key in ignored)
            self.notes.doubt(at, f"keep {told}", "nothing beside a $ref counts before OpenAPI 3.1")
        pointed = Block() if target is None else Block({"$ref": target})
        if target is not None and (value.get("nullable") is True or value.get("x-nullable") is True):
            return self._or_null(Block({"anyOf": [pointed]}), at)
        return pointed

    def _or_null(self, made: Block, at: Spot) -> Block:
        """`nullable` where a reading to the letter gives it no effect (3.0.3 §4.7.24.1), and everybody means it."""
        because = "`nullable` stands beside no `type`, where it has no effect"
        made["anyOf"] = [*made["anyOf"], Block({"type": "null"})]
        self.notes.guess(made, "anyOf", at, "tell whether null is meant", because, "null is allowed")
        return made

    def _members(self, value: Mapping[str, Json], at: Spot, depth: int) -> Block:
        made = Block()
        for key, member in value.items():
            here = at / key
            if key in _SILENT:
                continue
            if key in _ONE:
                made[key] = self._schema(member, here, depth + 1)
            elif key in _LISTS:
                self._list(made, key, member, here, depth)
            elif key in _NAMED:
                self._named(made, key, member, here, depth)
            elif key in _DATA or key in _PLAIN:
                made[key] = member
            elif handle := _SPECIAL.get(key):
                handle(self, made, member, here, depth)
            elif key == "x-known-good":
                made[key] = self._schema(member, here, depth + 1)
            elif key == "x-supplied" and not (
                isinstance(member, str) and member and not re.search(r"\s", member)
            ):
                self.notes.doubt(here, f"keep {show(member)}", "x-supplied names a value")
            elif key.startswith("x-"):
                if len(json.dumps(member, default=str)) <= _LONGEST_EXTENSION:
                    made[key] = member
            else:
                self.notes.repeated(here, f"keep '{key}'", "JSON Schema has no such keyword")
        if not self.modern:
            _old_bounds(made)
            if "example" in made:
                made["examples"] = [made.pop("example")]
        elif isinstance(made.get("exclusiveMinimum"), bool) or isinstance(made.get("exclusiveMaximum"), bool):
            _old_bounds(made)
            self.notes.doubt(
                at, "use a boolean as an exclusive bound", "OpenAPI 3.1 wants a number", "as 3.0 means it"
            )
        self._patterns(made, at)
        self._required(made, value, at)
        keep(made, value)
        if value.get("nullable") is True or value.get("x-nullable") is True:
            made = self._nullable(made, at)
        return made

    def _nullable(self, made: Block, at: Spot) -> Block:
        kind = made.get("type")
        if isinstance(kind, str):
            made["type"] = kind if kind == "null" else [kind, "null"]
            return made
        if isinstance(kind, list):
            made["type"] = kind if "null" in kind else [*kind, "null"]
            return made
        remarks = {
            key: made.pop(key) for key in ("title", "description", "example", "examples") if key in made
        }
        if not made:
            return Block(remarks)
        if made.keys() == {"allOf"} and len(made["allOf"]) == 1:
            return self._or_null(Block({**remarks, "anyOf": [*made["allOf"]]}), at)
        return self._or_null(Block({**remarks, "anyOf": [made]}), at)

    def _list(self, made: Block, key: str, member: Json, here: Spot, depth: int) -> None:
        if not isinstance(member, list) or not member:
            self.notes.doubt(here, f"keep '{key}'", f"it is {show(member)} instead of a list of schemas")
            return
        made[key] = [self._schema(item, here / index, depth + 1) for index, item in enumerate(member)]

    def _named(self, made: Block, key: str, member: Json, here: Spot, depth: int) -> None:
        if not isinstance(member, Mapping):
            if member is not None:
                self.notes.doubt(here, f"keep '{key}'", f"it is {show(member)} instead of schemas by name")
            return
        made[key] = Block(
            {str(name): self._schema(item, here / name, depth + 1) for name, item in member.items()}
        )

    def _type(self, made: Block, member: Json, here: Spot, _depth: int) -> None:
        if isinstance(member, list):
            known = list(dict.fromkeys(item for item in member if item in TYPES))
            if len(known) < len(member):
                self.notes.doubt(here, f"keep all of {member}", f"the types are {', '.join(TYPES)}")
            if known:
                made["type"] = known if len(known) > 1 or self.modern else known[0]
        elif member in TYPES:
            made["type"] = member
        elif member == "file":  # Swagger 2.0: a body of bytes
            made["type"] = "string"
            made.setdefault("format", "binary")
        elif isinstance(member, str) and member.lower() in _SLIPS:
            made["type"], form = _SLIPS[member.lower()]
            if form:
                made.setdefault("format", form)
            because = f"'{member}' is no type of JSON Schema"
            self.notes.guess(made, "type", here, f"use the type '{member}'", because, made["type"])
        elif member is not None:
            self.notes.doubt(
                here, f"use the type {show(member)}", f"the types are {', '.join(TYPES)}", "any type"
            )

    def _items(self, made: Block, member: Json, here: Spot, depth: int) -> None:
        if isinstance(member, list):
            if member:
                made["prefixItems"] = [
                    self._schema(item, here / i, depth + 1) for i, item in enumerate(member)
                ]
            return
        if "items" not in made:
            made["items"] = self._schema(member, here, depth + 1)

    def _additional_items(self, made: Block, member: Json, here: Spot, depth: int) -> None:
        if "prefixItems" in made:
            made["items"] = self._schema(member, here, depth + 1)

    def _description(self, made: Block, member: Json, here: Spot, _depth: int) -> None:
        if isinstance(member, str):
            if member.strip():
                made["description"] = short(member)
        elif member is not None:
            self.notes.doubt(here, "keep the description", f"it is {show(member)} instead of a text")

    def _discriminator(self, made: Block, member: Json, here: Spot, _depth: int) -> None:
        if isinstance(member, str):  # Swagger 2.0 §fixed fields of the Schema Object
            made["discriminator"] = Block({"propertyName": member})
        elif isinstance(member, Mapping) and isinstance(member.get("propertyName"), str):
            made["discriminator"] = Block({"propertyName": member["propertyName"]})
            mapping = member.get("mapping")
            if isinstance(mapping, Mapping) and mapping:
                made["discriminator"]["mapping"] = Block(
                    {str(key): self._mapped(to, here / "mapping" / key) for key, to in mapping.items()}
                )
        elif member is not None:
            self.notes.doubt(here, "keep the discriminator", "it has no property name")

    def _mapped(self, to: Json, here: Spot) -> Json:
        if isinstance(to, str) and ("/" in to or "#" in to):
            return self.shared.reference(Kind.SCHEMAS, {"$ref": to}, here) or to
        return to

    def _unfollowed(self, _made: Block, _member: Json, here: Spot, _depth: int) -> None:
        self.notes.doubt(here, "keep the dynamic reference", "a contract only has plain ones", "anything")

    def _pattern(self, made: Block, member: Json, here: Spot, _depth: int) -> None:
        if isinstance(member, str) and regex_problem(member) is None:
            made["pattern"] = member
        else:
            self.notes.doubt(
                here, f"keep the pattern {show(member)}", "it is no regular expression", "any text"
            )

    def _patterns(self, made: Block, at: Spot) -> None:
        for pattern in [p for p in made.get("patternProperties", {}) if regex_problem(p) is not None]:
            del made["patternProperties"][pattern]
            here = at / "patternProperties" / pattern
            self.notes.doubt(here, f"keep the pattern {show(pattern)}", "it is no regular expression")

    def _required(self, made: Block, value: Mapping[str, Json], at: Spot) -> None:
        """`required`, also where properties say it of themselves, as in JSON Schema's third draft."""
        told = value.get("required")
        names = [name for name in told if isinstance(name, str)] if isinstance(told, list) else []
        properties = value.get("properties")
        said = [
            str(name)
            for name, item in (properties.items() if isinstance(properties, Mapping) else ())
            if isinstance(item, Mapping) and item.get("required") is True and str(name) not in names
        ]
        if names or (isinstance(told, list) and not told and self.modern):
            made["required"] = list(dict.fromkeys(names))
        else:
            made.pop("required", None)
        if said:
            made["required"] = [*made.get("required", ()), *said]
            because = "`required` is a list of names beside `properties`"
            told_names = ", ".join(said)
            self.notes.guess(made, "required", at / "properties", f"read `required: true` of {told_names}",
                             because, f"{told_names} required")  # fmt: skip
        if told is not None and not isinstance(told, bool | list):
            self.notes.doubt(at / "required", f"use {show(told)} as `required`", "it is a list of names")

    def _later(self, made: Block, _member: Json, _here: Spot, _depth: int) -> None:
        """`required` is looked at once all is there; it keeps its place."""
        made["required"] = []

    def _seen(self, _made: Block, _member: Json, _here: Spot, _depth: int) -> None:
        """A `$ref` that is no text: the meta-schema says so of nothing else."""


_SPECIAL: Final[Mapping[str, Callable[[Schemas, Block, Any, Spot, int], None]]] = {
    "type": Schemas._type, "items": Schemas._items, "additionalItems": Schemas._additional_items,
    "description": Schemas._description, "discriminator": Schemas._discriminator, "pattern": Schemas._pattern,
    "required": Schemas._later, "$dynamicRef": Schemas._unfollowed, "$recursiveRef": Schemas._unfollowed,
    "$ref": Schemas._seen,
}  # fmt: skip


def _old_bounds(made: Block) -> None:
    """Booleans that make `minimum` and `maximum` exclusive (JSON Schema draft 5)."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        told = made.get(exclusive)
        if isinstance(told, bool):
            del made[exclusive]
            if told and bound in made:
                made[exclusive] = made.pop(bound)
