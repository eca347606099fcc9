"""Where in the files something inside a contract is written, references followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from assay.model.contract import Api, ContractSet, Json, Operation
from assay.model.pointer import escape
from assay.model.problem import Place
from assay.rules.schemas.making import Step

#: words of the normal form -> the keywords that say them
_KEYWORDS: Final[Mapping[str, Sequence[str]]] = {
    "low": ("minimum", "exclusiveMinimum"), "high": ("maximum", "exclusiveMaximum"), "multiples": ("multipleOf",),
    "shortest": ("minLength",), "longest": ("maxLength",), "patterns": ("pattern",), "formats": ("format",),
    "fewest": ("minItems", "minProperties"), "most": ("maxItems", "maxProperties"), "unique": ("uniqueItems",),
    "required": ("required",),
    "values": ("enum", "const"), "kinds": ("type", "nullable"), "whole": ("type",), "names": ("propertyNames",),
    "contains": ("contains", "minContains", "maxContains"), "depend": ("dependentRequired",),
    "dependent": ("dependentSchemas",), "patterned": ("patternProperties",), "nots": ("not",),
    "rest": ("additionalProperties", "unevaluatedProperties"), "content": ("contentMediaType", "contentEncoding"),
}  # fmt: skip
_INSIDE: Final = ("allOf", "anyOf", "oneOf")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file, and what is written there."""

    contracts: ContractSet
    api: Api
    file: str
    pointer: str
    node: Json

    @property
    def place(self) -> Place:
        """With line and column."""
        return self.contracts.locate(self.file, self.pointer)

    def followed(self) -> Spot:
        """Where a reference leads; itself where there is none."""
        spot = self
        while (
            isinstance(spot.node, Mapping) and isinstance(spot.node.get("$ref"), str) and len(spot.node) == 1
        ):
            target = spot.node["$ref"]
            spot = Spot(
                self.contracts, self.api, self.api.place.file, target[1:], self.api.resolve({"$ref": target})
            )
        return spot

    def below(self, *keys: str | int) -> Spot:
        """The member there; as far as one comes where it is missing."""
        spot = self
        for key in keys:
            spot = spot.followed()
            try:
                node = spot.node[key]
            except (KeyError, IndexError, TypeError):
                return spot
            spot = Spot(self.contracts, self.api, spot.file, f"{spot.pointer}/{escape(str(key))}", node)
        return spot

    def inside(self, steps: Sequence[Step], word: str = "", name: str = "") -> Spot:
        """The schema of a value inside, and there the keyword of that word, or the property of that name."""
        spot = self
        for step in steps:
            spot = spot._step(step)
        for keyword in _KEYWORDS.get(word, ()):
            if (found := spot._keyword(keyword)) is not None:
                return found
        if name and (found := spot._keyword("properties", name)) is not None:
            return found
        return spot

    def _step(self, step: Step) -> Spot:
        keys: Mapping[str, tuple[str | int, ...]] = {
            "member": ("properties", step.at), "element": ("prefixItems", step.at), "items": ("items",),
            "rest": ("additionalProperties",), "pattern": ("patternProperties", step.at),
        }  # fmt: skip
        if step.way not in keys:
            return self
        return self._keyword(*keys[step.way]) or self

    def _keyword(self, *keys: str | int) -> Spot | None:
        """The keyword here or in a part of the schema, whichever has it first."""
        here = self
        if isinstance(here.node, Mapping) and "$ref" in here.node and len(here.node) > 1:
            rest = {key: value for key, value in here.node.items() if key != "$ref"}
            own = Spot(self.contracts, self.api, self.file, self.pointer, rest)._keyword(*keys)
            target = Spot(self.contracts, self.api, self.file, self.pointer, {"$ref": here.node["$ref"]})
            return own or target._keyword(*keys)
        here = here.followed()
        found = here.below(*keys)
        depth = here.pointer.count("/") + len(keys)
        if isinstance(here.node, Mapping) and keys[0] in here.node and found.pointer.count("/") >= depth:
            return found
        if isinstance(here.node, Mapping):
            for part in _INSIDE:
                for at in range(len(here.node.get(part, ()))):
                    if (found_there := here.below(part, at)._keyword(*keys)) is not None:
                        return found_there
        return None


def of_operation(contracts: ContractSet, api: Api, operation: Operation) -> Spot:
    """The endpoint's file as a whole."""
    return Spot(contracts, api, operation.place.file, "", operation.document)


def of_api(contracts: ContractSet, api: Api) -> Spot:
    """The api's own file as a whole."""
    return Spot(contracts, api, api.place.file, "", {"components": api.components})
