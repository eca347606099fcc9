"""Swagger 2.0 as OpenAPI 3.0: where bodies, forms and media types went, and whence each thing came.

Schemas are left as they are, for the two versions' dialects are one as far as `schema` is concerned.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from assay.ingest.library import Library, Lost
from assay.ingest.notes import Notes, Spot, show
from assay.model.pointer import escape
from assay.model.terms import Json

_RENAMED: Final = {
    "/definitions/": "/components/schemas/",
    "/parameters/": "/components/parameters/",
    "/responses/": "/components/responses/",
}
_METHODS: Final = frozenset({"get", "put", "post", "delete", "options", "head", "patch"})
#: members of parameters, headers and items that OpenAPI 3 keeps in a schema (Swagger 2.0, Parameter Object)
_SCHEMA: Final = (
    "type", "format", "items", "default", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength",
    "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "enum", "multipleOf", "x-nullable", "x-example",
)  # fmt: skip
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
_JSON: Final = ["application/json"]
#: how lists are written -> style and explode (OpenAPI 3.0.3 §4.7.12.2)
_STYLES: Final[Mapping[str, tuple[str, bool]]] = {
    "csv": ("form", False), "ssv": ("spaceDelimited", False), "pipes": ("pipeDelimited", False),
    "multi": ("form", True),
}  # fmt: skip
_FLOWS: Final = {
    "implicit": "implicit",
    "password": "password",
    "application": "clientCredentials",
    "accessCode": "authorizationCode",
}


def upgraded(library: Library, notes: Notes) -> Library:
    """The library of the same source, its document as OpenAPI 3.0; `notes` learns where everything stood."""
    return replace(library, document=_Upgrade(library, notes).document(), renamed=_RENAMED)


@dataclass(slots=True)
class _Upgrade:
    library: Library
    notes: Notes

    def document(self) -> dict[str, Json]:
        """The whole document."""
        old = self.library.document
        made: dict[str, Json] = {"openapi": "3.0.3"}
        for key in ("info", "tags", "externalDocs", "security"):
            if key in old:
                made[key] = old[key]
        if servers := self._servers(old):
            made["servers"] = servers
        made["paths"] = self._paths(old.get("paths", {}))
        components: dict[str, Json] = {}
        for name, section in (
            ("definitions", "schemas"),
            ("parameters", "parameters"),
            ("responses", "responses"),
        ):
            members = old.get(name)
            if isinstance(members, Mapping):
                components[section] = self._section(section, members, name)
        if isinstance(old.get("securityDefinitions"), Mapping):
            self._came("/components/securitySchemes", "/securityDefinitions")
            components["securitySchemes"] = {
                name: self._scheme(value) for name, value in old["securityDefinitions"].items()
            }
        made["components"] = components
        return made

    def _came(self, new: str, old: str) -> None:
        self.notes.moved[new] = old

    def _servers(self, old: Mapping[str, Json]) -> list[Json]:
        base = old["basePath"] if isinstance(old.get("basePath"), str) else ""
        host = old.get("host")
        if not isinstance(host, str) or not host:
            return [{"url": base}] if base not in {"", "/"} else []
        schemes = old.get("schemes")
        told = [s for s in schemes if isinstance(s, str)] if isinstance(schemes, list) else []
        return [{"url": f"{scheme}://{host}{base.rstrip('/')}"} for scheme in told or ["https"]]

    def _section(self, section: str, members: Mapping[str, Json], name: str) -> dict[str, Json]:
        self._came(f"/components/{section}", f"/{name}")
        produces = self._types(self.library.document.get("produces"))
        made: dict[str, Json] = {}
        for key, value in members.items():
            if section == "parameters":
                if isinstance(value, Mapping) and value.get("in") in ("body", "formData"):
                    continue  # each operation takes it over where it refers to it
                made[key] = self._parameter(value)
            elif section == "responses":
                made[key] = self._response(value, produces, f"/components/responses/{escape(str(key))}",
                                           f"/responses/{escape(str(key))}")  # fmt: skip
            else:
                made[key] = value
        return made

    # -- paths -------------------------------------------------------------------------------------------------------

    def _paths(self, paths: Json) -> Json:
        if not isinstance(paths, Mapping):
            return paths
        return {path: self._item(item, f"/paths/{escape(str(path))}") for path, item in paths.items()}

    def _item(self, item: Json, at: str) -> Json:
        if not isinstance(item, Mapping):
            return item
        if isinstance(item.get("$ref"), str):
            try:
                found, spot = self.library.follow(item, Spot("", at))
            except Lost:
                return item
            if not isinstance(found, Mapping):
                return found
            if spot.file:
                found = self._from_here(found, spot)
                self._came(at, str(spot))
            item = found
        shared = item.get("parameters")
        shared = shared if isinstance(shared, list) else []
        made: dict[str, Json] = {}
        for key, value in item.items():
            if key in _METHODS and isinstance(value, Mapping):
                made[key] = self._operation(value, shared, f"{at}/{key}", f"{at}/parameters")
            elif key != "parameters":
                made[key] = value
        return made

    def _operation(
        self, old: Mapping[str, Json], around: list[Json], at: str, around_at: str
    ) -> dict[str, Json]:
        made = {key: value for key, value in old.items() if key not in {"consumes", "produces", "schemes"}}
        document = self.library.document
        consumes = self._types(old.get("consumes", document.get("consumes")))
        produces = self._types(old.get("produces", document.get("produces")))
        own = old.get("parameters")
        listed = [
            (value, f"{at}/parameters/{i}") for i, value in enumerate(own if isinstance(own, list) else [])
        ]
        named = {self._key(value, place) for value, place in listed}
        listed += [
            (value, place)
            for value, place in ((v, f"{around_at}/{i}") for i, v in enumerate(around))
            if self._key(value, place) not in named
        ]
        kept: list[Json] = []
        form: list[tuple[Mapping[str, Json], str]] = []
        for value, place in listed:
            meant = self._meant(self._elsewhere(value, place), place)
            kind = meant.get("in") if isinstance(meant, Mapping) else None
            if kind == "body":
                made["requestBody"] = self._body(meant, consumes, f"{at}/requestBody", place)
            elif kind == "formData":
                form.append((meant, place))
            else:
                self._came(f"{at}/parameters/{len(kept)}", place)
                kept.append(self._parameter(self._elsewhere(value, place)))
        if form and "requestBody" not in made:
            made["requestBody"] = self._form(form, consumes, f"{at}/requestBody")
        made.pop("parameters", None)
        if kept:
            made["parameters"] = kept
        responses = old.get("responses")
        if isinstance(responses, Mapping):
            made["responses"] = {
                status: self._response(value, produces, f"{at}/responses/{escape(str(status))}",
                                       f"{at}/responses/{escape(str(status))}")
                for status, value in responses.items()
            }  # fmt: skip
        return made

    def _from_here(self, value: Json, spot: Spot) -> Json:
        """What stands in another file, its references as the document itself would write them."""
        if isinstance(value, list):
            return [self._from_here(item, spot) for item in value]
        if not isinstance(value, Mapping):
            return value
        made = {key: self._from_here(member, spot) for key, member in value.items()}
        if isinstance(value.get("$ref"), str):
            try:
                target = self.library.target(value["$ref"], spot)
            except Lost:
                return made
            base = posixpath.dirname(self.library.file) or "."
            file = posixpath.relpath(target.file, base) if target.file else ""
            made["$ref"] = f"{quote(file)}#{quote(target.pointer)}"
        return made

    def _elsewhere(self, value: Json, place: str) -> Json:
        """What a reference to another file leads to, which is Swagger 2.0 as well; anything else as it is."""
        try:
            found, spot = self.library.follow(value, Spot("", place))
        except Lost:
            return value
        return self._from_here(found, spot) if spot.file else value

    def _meant(self, value: Json, place: str) -> Json:
        try:
            return self.library.follow(value, Spot("", place))[0]
        except Lost:
            return value

    def _key(self, value: Json, place: str) -> tuple[Json, Json]:
        meant = self._meant(value, place)
        return (
            (str(meant.get("in")), str(meant.get("name"))) if isinstance(meant, Mapping) else (place, place)
        )

    # -- what is asked -------------------------------------------------------------------------------------------------

    def _parameter(self, value: Json) -> Json:
        if not isinstance(value, Mapping) or "$ref" in value:
            return value
        made = {key: member for key, member in value.items() if key not in _SCHEMA}
        made.pop("collectionFormat", None)
        if "schema" not in made:
            made["schema"] = _schema(value)
        if "x-example" in value and "example" not in made:
            made["example"] = value["x-example"]
        told = value.get("collectionFormat", "csv" if value.get("type") == "array" else None)
        if told == "tsv":
            told = "csv"
        if isinstance(told, str) and told in _STYLES and value.get("type") == "array":
            style, explode = _STYLES[told]
            if value.get("in") in ("query", "cookie"):
                made["style"], made["explode"] = style, explode
            elif value.get("in") == "path":
                made["style"] = "simple"
        return made

    def _body(self, meant: Mapping[str, Json], consumes: list[str], at: str, place: str) -> dict[str, Json]:
        self._came(at, place)
        schema = meant.get("schema", {})
        for media_type in consumes or _JSON:
            self._came(f"{at}/content/{escape(media_type)}/schema", f"{place}/schema")
        body: dict[str, Json] = {"content": {name: {"schema": schema} for name in consumes or _JSON}}
        for key in ("description", "required"):
            if key in meant:
                body[key] = meant[key]
        return body

    def _form(
        self, form: list[tuple[Mapping[str, Json], str]], consumes: list[str], at: str
    ) -> dict[str, Json]:
        files = any(meant.get("type") == "file" for meant, _ in form)
        types = [name for name in consumes if name in _FORMS] or [_FORMS[1] if files else _FORMS[0]]
        properties: dict[str, Json] = {}
        required = []
        for meant, place in form:
            name = str(meant.get("name"))
            properties[name] = _schema(meant)
            if isinstance(meant.get("description"), str):
                properties[name]["description"] = meant["description"]
            if meant.get("required") is True:
                required.append(name)
            for media_type in types:
                self._came(f"{at}/content/{escape(media_type)}/schema/properties/{escape(name)}", place)
        schema: dict[str, Json] = {"type": "object", "properties": properties}
        if required:
            schema["required"] = required
        return {"content": {name: {"schema": schema} for name in types}, "required": bool(required)}

    # -- what is answered ----------------------------------------------------------------------------------------------

    def _response(self, value: Json, produces: list[str], at: str, place: str) -> Json:
        value = self._elsewhere(value, place)
        if not isinstance(value, Mapping) or "$ref" in value:
            return value
        made = {key: member for key, member in value.items() if key not in {"schema", "examples", "headers"}}
        examples = value.get("examples")
        examples = examples if isinstance(examples, Mapping) else {}
        if "schema" in value:
            types = produces or [str(name) for name in examples] or _JSON
            content: dict[str, Json] = {name: {"schema": value["schema"]} for name in types}
            for name in types:
                self._came(f"{at}/content/{escape(name)}/schema", f"{place}/schema")
        else:
            content = {}
        for name, example in examples.items():
            content.setdefault(str(name), {})["example"] = _parsed(example, str(name))
        if content:
            made["content"] = content
        headers = value.get("headers")
        if isinstance(headers, Mapping):
            made["headers"] = {name: self._header(item) for name, item in headers.items()}
        elif headers is not None:
            self.notes.doubt(
                Spot("", place) / "headers", f"use {show(headers)} as headers", "they stand by name"
            )
        return made

    def _header(self, value: Json) -> Json:
        if not isinstance(value, Mapping):
            return value
        made: dict[str, Json] = {"schema": _schema(value)}
        if "description" in value:
            made["description"] = value["description"]
        return made

    def _types(self, value: Json) -> list[str]:
        return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []

    def _scheme(self, value: Json) -> Json:
        if not isinstance(value, Mapping):
            return value
        if value.get("type") == "basic":
            rest = {key: member for key, member in value.items() if key != "type"}
            return {"type": "http", "scheme": "basic", **rest}
        if value.get("type") != "oauth2":
            return value
        flow = {key: value[key] for key in ("authorizationUrl", "tokenUrl", "scopes") if key in value}
        made = {key: value[key] for key in value if key == "description" or key.startswith("x-")}
        told = value.get("flow")
        return {
            "type": "oauth2",
            **made,
            "flows": {_FLOWS.get(told, "implicit") if isinstance(told, str) else "implicit": flow},
        }


def _schema(value: Mapping[str, Json]) -> dict[str, Json]:
    """What a parameter without `schema` says of its values."""
    return {key: value[key] for key in _SCHEMA if key in value and key != "x-example"}


def _parsed(example: Json, media_type: str) -> Json:
    """An example of JSON that was written as a text, as the value it is."""
    if isinstance(example, str) and media_type.split(";", maxsplit=1)[0].strip().endswith("json"):
        try:
            return json.loads(example)
        except ValueError:
            return example
    return example
