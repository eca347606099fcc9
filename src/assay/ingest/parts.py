"""Parameters, bodies, responses, headers, examples and links of OpenAPI 3 as contracts have them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from assay.ingest.library import Lost
from assay.ingest.notes import Block, Notes, Spot, keep, show
from assay.ingest.schema import Schemas
from assay.ingest.shared import Kind, Shared
from assay.ingest.words import identifier, short
from assay.model.terms import Json

LOCATIONS: Final = ("path", "query", "header", "cookie")
#: styles by location (OpenAPI 3.1 §4.8.12.2)
_STYLES: Final = {
    "path": ("matrix", "label", "simple"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
_LONGEST_EXTENSION: Final = 2000


@dataclass(slots=True)
class Parts:
    """Converts the parts of an operation, inline and shared ones alike."""

    notes: Notes
    shared: Shared
    schemas: Schemas

    def enrol(self) -> None:
        """Tells the components how each kind is converted."""
        self.shared.converters = {
            Kind.SCHEMAS: self.schemas.convert,
            Kind.RESPONSES: lambda value, at: self.response("200", value, at),
            Kind.PARAMETERS: lambda value, at: self.parameter(value, at) or _no_parameter(),
            Kind.EXAMPLES: self.example,
            Kind.REQUEST_BODIES: lambda value, at: self.body(value, at) or Block({"content": _anything()}),
            Kind.HEADERS: self.header,
            Kind.LINKS: self.link,
        }

    # -- references ------------------------------------------------------------------------------------------------

    def pointed(self, kind: Kind, value: Json, at: Spot) -> Block | None:
        """The Reference Object (§4.8.23) that `value` is, as a contract has it; None when it leads nowhere."""
        target = self.shared.reference(kind, value, at)
        if target is None:
            return None
        made = Block({"$ref": target})
        for key in ("summary", "description"):
            if isinstance(value.get(key), str) and value[key].strip() and self.schemas.modern:
                made[key] = short(value[key])
        return made

    def resolved(self, value: Json, at: Spot) -> tuple[Json, Spot]:
        """What stands behind references. Raises `Lost`."""
        return self.shared.library.follow(value, at)

    # -- parameters ------------------------------------------------------------------------------------------------

    def parameter(self, value: Json, at: Spot) -> Block | None:
        """A Parameter Object (§4.8.12); None, with a doubt, for what is none."""
        if _refers(value):
            return self.pointed(Kind.PARAMETERS, value, at)
        problem = parameter_problem(value)
        if problem:
            self.notes.doubt(at, "take this parameter over", problem)
            return None
        made = Block({"name": value["name"], "in": value["in"]})
        if value["in"] == "path":
            made["required"] = True
            if value.get("required") is not True:
                self.notes.doubt(
                    at, f"leave '{value['name']}' out of the path", "paths have no gaps", "required"
                )
        elif self._flag(value, "required", at):
            made["required"] = True
        self._describe(made, value)
        for key in ("deprecated", "allowEmptyValue", "explode", "allowReserved"):
            if isinstance(value.get(key), bool):
                made[key] = value[key]
        if "style" in value:
            if value["style"] in _STYLES[value["in"]]:
                made["style"] = value["style"]
            else:
                self.notes.doubt(at / "style", f"use the style {show(value['style'])}",
                                 f"a {value['in']} parameter has none of that name", "the usual style")  # fmt: skip
        self._schema_of_text(made, value, at, f"the parameter '{value['name']}'")
        self._examples(made, value, at)
        _extensions(made, value)
        keep(made, value)
        return made

    def _flag(self, value: Mapping[str, Json], key: str, at: Spot) -> bool:
        told = value.get(key, False)
        if isinstance(told, bool):
            return told
        self.notes.doubt(at / key, f"use {show(told)} for '{key}'", "it is true or false")
        return str(told).lower() == "true"

    def _schema_of_text(self, made: Block, value: Mapping[str, Json], at: Spot, what: str) -> None:
        """The schema of what goes over the wire as text: a parameter or a header."""
        if isinstance(value.get("schema"), Mapping | bool):
            made["schema"] = self.schemas.convert(value["schema"], at / "schema")
            return
        content = value.get("content")
        if isinstance(content, Mapping) and content:
            media_type, media = next(iter(content.items()))
            here = at / "content" / media_type
            made["schema"] = Block({"type": "string", "contentMediaType": media_type})
            if isinstance(media, Mapping) and "schema" in media:
                made["schema"]["contentSchema"] = self.schemas.convert(media["schema"], here / "schema")
            told = f"{media_type} in a text"
            self.notes.guess(made, "schema", here, f"write {what} as {media_type}",
                             "contracts describe it by a schema alone", told)  # fmt: skip
            return
        made["schema"] = Block({"type": "string"})
        self.notes.guess(
            made, "schema", at, f"tell what {what} looks like", "no schema is documented", "any text"
        )

    # -- bodies ----------------------------------------------------------------------------------------------------

    def body(self, value: Json, at: Spot) -> Block | None:
        """A Request Body Object (§4.8.13); None, with a doubt, where nothing can be said."""
        if _refers(value):
            return self.pointed(Kind.REQUEST_BODIES, value, at)
        if not isinstance(value, Mapping):
            self.notes.doubt(at, f"use {show(value)} as a request body", "it is a mapping")
            return None
        made = Block()
        self._describe(made, value)
        if self._flag(value, "required", at):
            made["required"] = True
        content = self.content(value.get("content"), at / "content")
        if not content:
            self.notes.doubt(at, "take the request body over", "no media type of it is documented")
            return None
        made["content"] = content
        _extensions(made, value)
        keep(made, value)
        return made

    def content(self, value: Json, at: Spot) -> Block:
        """Bodies by media type; nothing where nothing is documented."""
        if not isinstance(value, Mapping):
            if value is not None:
                self.notes.doubt(at, f"use {show(value)} as `content`", "it holds bodies by media type")
            return Block()
        return Block({str(name): self._media(str(name), media, at / name) for name, media in value.items()})

    def _media(self, name: str, value: Json, at: Spot) -> Block:
        try:
            value, at = self.resolved(value, at)  # OpenAPI 3.2 has components of this kind
        except Lost as lost:
            self.notes.doubt(at, f"follow '{value['$ref']}'", str(lost))
            return Block()
        made = Block()
        if not isinstance(value, Mapping):
            if value is not None:
                self.notes.doubt(at, f"use {show(value)} as a media type", "it is a mapping")
            return made
        if value.get("schema") is not None:
            made["schema"] = self.schemas.convert(value["schema"], at / "schema")
            if name.lower().startswith("text/"):
                self._text(made, name, value["schema"], at / "schema")
        if "itemSchema" in value:
            self.notes.doubt(
                at / "itemSchema", "keep the schema of streamed items", "a contract judges whole bodies"
            )
        self._examples(made, value, at)
        encoding = value.get("encoding")
        if isinstance(encoding, Mapping) and all(isinstance(item, Mapping) for item in encoding.values()):
            if encoding:
                made["encoding"] = Block({str(name): dict(item) for name, item in encoding.items()})
        elif encoding is not None:
            self.notes.doubt(at / "encoding", "keep the encoding", "it is no mapping of mappings")
        _extensions(made, value)
        return made

    def _text(self, made: Block, name: str, schema: Json, at: Spot) -> None:
        """Text is judged as text: a schema of anything else would refuse it all."""
        try:
            meant, _ = self.resolved(schema, at)
        except Lost:
            return
        kind = meant.get("type") if isinstance(meant, Mapping) else None
        kinds = kind if isinstance(kind, list) else [kind]
        if kind is None or "string" in kinds:
            return
        made["schema"] = Block({"type": "string"})
        because = "text is judged as text"
        self.notes.repeated(at, f"expect {show(kind)} in {name}", because, "any text")
        made.remark("schema", f"guessed: any text, because {because}")

    # -- answers ---------------------------------------------------------------------------------------------------

    def response(self, status: str, value: Json, at: Spot) -> Block:
        """A Response Object (§4.8.17) for that status."""
        if _refers(value):
            pointed = self.pointed(Kind.RESPONSES, value, at)
            if pointed is not None:
                return pointed
            return Block({"description": phrase(status)})
        if not isinstance(value, Mapping):
            if value is not None:
                self.notes.doubt(at, f"use {show(value)} as a response", "it is a mapping")
            return Block({"description": phrase(status)})
        told = value.get("description", value.get("summary"))
        made = Block(
            {"description": short(told) if isinstance(told, str) and told.strip() else phrase(status)}
        )
        headers = self._mapping(value, "headers", at)
        if headers:
            made["headers"] = Block(
                {str(name): self.header(item, at / "headers" / name) for name, item in headers.items()}
            )
        content = self.content(value.get("content"), at / "content")
        if content:
            made["content"] = content
        links = self._mapping(value, "links", at)
        if links:
            made["links"] = Block(
                {str(name): self.link(item, at / "links" / name) for name, item in links.items()}
            )
        _extensions(made, value)
        keep(made, value)
        return made

    def header(self, value: Json, at: Spot) -> Block:
        """A Header Object (§4.8.21)."""
        if _refers(value):
            return self.pointed(Kind.HEADERS, value, at) or Block()
        made = Block()
        if not isinstance(value, Mapping):
            self.notes.doubt(at, f"use {show(value)} as a header", "it is a mapping")
            return made
        self._describe(made, value)
        for key in ("required", "deprecated", "explode"):
            if isinstance(value.get(key), bool):
                made[key] = value[key]
        if "schema" in value or "content" in value:
            self._schema_of_text(made, value, at, "the header")
        self._examples(made, value, at)
        _extensions(made, value)
        return made

    def link(self, value: Json, at: Spot) -> Block:
        """A Link Object (§4.8.20)."""
        if _refers(value):
            return self.pointed(Kind.LINKS, value, at) or Block()
        made = Block()
        if not isinstance(value, Mapping):
            self.notes.doubt(at, f"use {show(value)} as a link", "it is a mapping")
            return made
        for key in ("operationId", "operationRef"):
            if isinstance(value.get(key), str):
                made[key] = value[key]
        parameters = self._mapping(value, "parameters", at)
        if parameters:
            made["parameters"] = dict(parameters)
        if "requestBody" in value:
            made["requestBody"] = value["requestBody"]
        self._describe(made, value)
        if isinstance(value.get("server"), Mapping):
            made["server"] = dict(value["server"])
        _extensions(made, value)
        return made

    # -- examples --------------------------------------------------------------------------------------------------

    def example(self, value: Json, at: Spot) -> Block:
        """An Example Object (§4.8.19)."""
        if _refers(value):
            return self.pointed(Kind.EXAMPLES, value, at) or Block()
        if not isinstance(value, Mapping):
            self.notes.doubt(
                at, "read this as an Example Object", f"it is {show(value)}", "the example itself"
            )
            return Block({"value": value})
        made = Block()
        for key in ("summary", "description", "externalValue"):
            if isinstance(value.get(key), str) and value[key].strip():
                made[key] = short(value[key]) if key != "externalValue" else value[key]
        if "value" in value:
            made["value"] = value["value"]
        elif "dataValue" in value:  # OpenAPI 3.2
            made["value"] = value["dataValue"]
        elif not made and not any(key in value for key in ("serializedValue", "externalValue")):
            self.notes.doubt(at, "read this as an Example Object", "it has no `value`", "the example itself")
            return Block({"value": dict(value)})
        _extensions(made, value)
        return made

    def _examples(self, made: Block, value: Mapping[str, Json], at: Spot) -> None:
        """`example` and `examples` beside a schema (§4.8.14)."""
        if "example" in value:
            made["example"] = value["example"]
        named = value.get("examples")
        if isinstance(named, list):
            self.notes.doubt(
                at / "examples", "read the examples by name", "they are a list", "numbered examples"
            )
            named = {f"example-{index + 1}": {"value": item} for index, item in enumerate(named)}
        if isinstance(named, Mapping) and named:
            made["examples"] = Block(
                {
                    identifier(str(name), "example"): self.example(item, at / "examples" / name)
                    for name, item in named.items()
                }
            )
        elif named is not None and not isinstance(named, Mapping):
            self.notes.doubt(at / "examples", f"use {show(named)} as examples", "they stand by name")

    # -- small things ----------------------------------------------------------------------------------------------

    def _describe(self, made: Block, value: Mapping[str, Json]) -> None:
        if isinstance(value.get("description"), str) and value["description"].strip():
            made["description"] = short(value["description"])

    def _mapping(self, value: Mapping[str, Json], key: str, at: Spot) -> Mapping[str, Json]:
        told = value.get(key)
        if isinstance(told, Mapping):
            return told
        if told is not None:
            self.notes.doubt(at / key, f"use {show(told)} as `{key}`", "it is a mapping")
        return {}


def phrase(status: str) -> str:
    """What a status is called (RFC 9110 §15)."""
    try:
        return HTTPStatus(int(status)).phrase
    except ValueError:
        return "Any other answer." if status == "default" else f"{status[:1]}XX"


def parameter_problem(value: Json) -> str:
    """Why that is no parameter; empty when it is one."""
    if not isinstance(value, Mapping):
        return f"it is {show(value)} instead of a mapping"
    if not isinstance(value.get("name"), str) or not value["name"]:
        return "it has no name"
    if value.get("in") not in LOCATIONS:
        return f"'{value['name']}' stands in {show(value.get('in'))}, and places are {', '.join(LOCATIONS)}"
    return ""


def _refers(value: Json) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("$ref"), str)


def _extensions(made: Block, value: Mapping[str, Json]) -> None:
    """Extensions, as far as they are no programs or pages."""
    for key, member in value.items():
        if key.startswith("x-assay-") or (
            key.startswith("x-") and len(json.dumps(member)) <= _LONGEST_EXTENSION
        ):
            made[key] = member


extensions = _extensions


def _anything() -> Block:
    return Block({"*/*": Block()})


def _no_parameter() -> Block:
    """In the place of a shared parameter that is none; nothing refers to it."""
    return Block({"name": "unknown", "in": "query", "schema": Block()})
