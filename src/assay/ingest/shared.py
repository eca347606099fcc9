"""What operations share: each thing that is referred to becomes a component under a name of its own."""

from __future__ import annotations

import posixpath
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from assay.ingest import words
from assay.ingest.library import Library, Lost
from assay.ingest.notes import Notes, Spot
from assay.model.pointer import escape, tokens
from assay.model.terms import Json


class Kind(StrEnum):
    """The sections of a Components Object that contracts have (OpenAPI 3.1 §4.8.7), in the order they are written."""

    SCHEMAS = "schemas"
    RESPONSES = "responses"
    PARAMETERS = "parameters"
    EXAMPLES = "examples"
    REQUEST_BODIES = "requestBodies"
    HEADERS = "headers"
    LINKS = "links"


#: from what stands at a spot to what a contract says, None when nothing can be said
Convert = Callable[[Json, Spot], Json]

_HOME: Final = "api.yaml"


@dataclass(slots=True)
class Shared:
    """The components of one api as they come to be needed."""

    library: Library
    notes: Notes
    converters: dict[Kind, Convert] = field(default_factory=dict)
    #: made components by kind and name
    made: dict[Kind, dict[str, Json]] = field(default_factory=lambda: {kind: {} for kind in Kind})
    _names: dict[tuple[Kind, Spot], str] = field(default_factory=dict)
    _taken: dict[Kind, set[str]] = field(default_factory=lambda: {kind: set() for kind in Kind})
    _waiting: deque[tuple[Kind, Spot]] = field(default_factory=deque)

    def enlist(self) -> None:
        """Takes all components of the document, in their order, whether anything refers to them or not."""
        components = self.library.document.get("components")
        for kind in Kind:
            section = components.get(kind.value) if isinstance(components, Mapping) else None
            if isinstance(section, Mapping):
                for name in section:
                    self._name(kind, Spot() / "components" / kind.value / name)

    def reference(self, kind: Kind, value: Json, at: Spot) -> str | None:
        """The reference that says in a contract what `value` says in the source; None, with a doubt, for one lost."""
        target = value["$ref"]
        try:
            spot = self.library.target(target, at)
            self.library.find(spot)
            if kind is not Kind.SCHEMAS:
                self.library.follow(value, at)  # no circle
        except Lost as lost:
            self.notes.doubt(at, f"follow '{target}'", str(lost))
            return None
        return f"#/components/{kind}/{escape(self._name(kind, spot))}"

    def complete(self) -> None:
        """Makes what was asked for and is not made yet, and what that asks for in turn."""
        before, self.notes.home = self.notes.home, _HOME
        while self._waiting:
            kind, spot = self._waiting.popleft()
            self.made[kind][self._names[kind, spot]] = self.converters[kind](self.library.find(spot), spot)
        self.notes.home = before

    def sections(self) -> Iterator[tuple[str, dict[str, Json]]]:
        """What was made, by section; empty ones are left out."""
        for kind in Kind:
            if self.made[kind]:
                yield kind.value, self.made[kind]

    def _name(self, kind: Kind, spot: Spot) -> str:
        key = (kind, spot)
        if key not in self._names:
            name = words.free(_wished(kind, spot), self._taken[kind], "_")
            self._names[key] = name
            self._taken[kind].add(name)
            self._waiting.append(key)
        return self._names[key]


def _wished(kind: Kind, spot: Spot) -> str:
    """What the thing there would be called."""
    parts = tokens(spot.pointer)
    if not parts:
        return words.identifier(posixpath.basename(spot.file).split(".")[0], "Document")
    if not spot.file and parts[:2] == ["components", kind.value]:
        parts = parts[2:]
    told = [part for part in parts if part not in {"properties", "items", "schema", "content"}]
    return words.identifier("_".join(told[-2:] if len(told) > 3 else told) or parts[-1], "Part")
