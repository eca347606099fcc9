"""Security schemes and requirements as contracts have them; what is required and nowhere described is guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from assay.ingest.library import Library, Lost
from assay.ingest.notes import Block, Notes, Spot, keep, show
from assay.ingest.words import short
from assay.model.terms import Json

#: what each type needs (OpenAPI 3.1 §4.8.27)
_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "apiKey": ("name", "in"), "http": ("scheme",), "mutualTLS": (), "oauth2": ("flows",),
    "openIdConnect": ("openIdConnectUrl",),
}  # fmt: skip
_KEPT: Final = ("name", "in", "scheme", "bearerFormat", "flows", "openIdConnectUrl")
_BEARER: Final = {"type": "http", "scheme": "bearer"}


@dataclass(slots=True)
class Security:
    """The ways in."""

    notes: Notes
    library: Library
    #: Security Scheme Objects by name
    schemes: Block = field(default_factory=Block)

    def enlist(self) -> None:
        """Takes the schemes of the document."""
        components = self.library.document.get("components")
        told = components.get("securitySchemes") if isinstance(components, Mapping) else None
        self.notes.home = "api.yaml"
        if isinstance(told, Mapping):
            for name, value in told.items():
                self._scheme(str(name), value, Spot() / "components" / "securitySchemes" / name)
        elif told is not None:
            at = Spot() / "components" / "securitySchemes"
            self.notes.doubt(at, f"use {show(told)} as security schemes", "they stand by name")

    def _scheme(self, name: str, value: Json, at: Spot) -> None:
        try:
            value, at = self.library.follow(value, at)
        except Lost as lost:
            self._guess(name, at, str(lost))
            return
        if not isinstance(value, Mapping) or value.get("type") not in tuple(_NEEDS):
            told = value.get("type") if isinstance(value, Mapping) else value
            self._guess(name, at, f"its type is {show(told)}")
            return
        made = Block({"type": value["type"]})
        if isinstance(value.get("description"), str) and value["description"].strip():
            made["description"] = short(value["description"])
        for key in _KEPT:
            wanted: type = dict if key == "flows" else str
            if isinstance(value.get(key), wanted):
                made[key] = value[key]
        missing = [key for key in _NEEDS[value["type"]] if key not in made]
        if "in" in made and made["in"] not in {"query", "header", "cookie"}:
            missing.append("in")
        if missing:
            self._guess(name, at, f"{' and '.join(missing)} is missing")
            return
        for key in value:
            if key.startswith("x-"):
                made[key] = value[key]
        keep(made, value)
        self.schemes[name] = made

    def requirements(self, value: Json, at: Spot) -> list[Json] | None:
        """Security Requirement Objects (§4.8.30); None, with a doubt, for what are none."""
        if not isinstance(value, list):
            self.notes.doubt(at, f"use {show(value)} as `security`", "it is a list of ways in")
            return None
        found: list[Json] = []
        for index, way in enumerate(value):
            if not isinstance(way, Mapping):
                self.notes.doubt(at / index, f"use {show(way)} as a way in", "it names schemes")
                continue
            made = Block()
            for name, scopes in way.items():
                if name not in self.schemes:
                    self._guess(str(name), at / index / name, "no scheme of that name is documented")
                listed = scopes if isinstance(scopes, list) else []
                made[str(name)] = [scope for scope in listed if isinstance(scope, str)]
            found.append(made)
        return found

    def _guess(self, name: str, at: Spot, because: str) -> None:
        home, self.notes.home = self.notes.home, "api.yaml"
        self.schemes[name] = Block(_BEARER)
        self.notes.guess(
            self.schemes, name, at, f"tell what the security scheme '{name}' is", because, "a bearer token"
        )
        self.notes.home = home
