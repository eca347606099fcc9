"""Validators of plain references, which most schemas are: each compiled once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assay.inputs.validator import Validator
from assay.model.contract import Json


@dataclass(slots=True)
class Closure:
    """Schemas of one api, compiled with the components that they need."""

    components: Mapping[str, Json]
    #: by what they refer to
    made: dict[str, Validator] = field(default_factory=dict)

    def validator(self, schema: Json) -> Validator:
        """A validator of that schema."""
        if isinstance(schema, Mapping) and schema.keys() == {"$ref"}:
            target = schema["$ref"]
            if target not in self.made:
                self.made[target] = Validator(schema, self.components)
            return self.made[target]
        return Validator(schema, self.components)
