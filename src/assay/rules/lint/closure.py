"""Schemas with just the components they need: a thousand validators must not hold all of them each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assay.contractfile.references import references
from assay.contractfile.walk import Part, PartKind
from assay.inputs.validator import Validator
from assay.model.contract import Json
from assay.model.pointer import tokens


@dataclass(slots=True)
class Closure:
    """Finds what schemas refer to, each component looked into once."""

    components: Mapping[str, Json]
    #: section and name -> what its schema refers to directly
    direct: dict[tuple[str, str], set[tuple[str, str]]] = field(default_factory=dict)
    #: validators of plain references, which are most of them
    made: dict[str, Validator] = field(default_factory=dict)

    def validator(self, schema: Json) -> Validator:
        """A validator of that schema."""
        if isinstance(schema, Mapping) and schema.keys() == {"$ref"}:
            target = schema["$ref"]
            if target not in self.made:
                self.made[target] = Validator(schema, self.needed(schema))
            return self.made[target]
        return Validator(schema, self.needed(schema))

    def needed(self, schema: Json) -> Mapping[str, Json]:
        """The components the schema refers to, also through others."""
        todo = list(_targets(schema))
        seen: set[tuple[str, str]] = set()
        kept: dict[str, dict[str, Json]] = {}
        while todo:
            key = todo.pop()
            if key in seen:
                continue
            seen.add(key)
            section, name = key
            component = self.components[section][name]
            kept.setdefault(section, {})[name] = component
            if key not in self.direct:
                self.direct[key] = _targets(component) if section == "schemas" else _anywhere(component)
            todo.extend(self.direct[key])
        return kept


def _targets(schema: Json) -> set[tuple[str, str]]:
    found = references([Part(PartKind.SCHEMA, "", schema)])
    return {(parts[1], parts[2]) for r in found if len(parts := tokens(r.target.removeprefix("#"))) > 2}


def _anywhere(value: Json) -> set[tuple[str, str]]:
    """References of a component that is no schema but holds one, wherever it does."""
    if isinstance(value, Mapping):
        own = _targets({"$ref": value["$ref"]}) if isinstance(value.get("$ref"), str) else set()
        return own.union(*(_anywhere(member) for member in value.values()))
    if isinstance(value, list):
        return set().union(*(_anywhere(item) for item in value))
    return set()
