"""What there is to say of each law, for docs, terminals and editors: its module's docstring and its parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assay.laws.library import LAWS
from assay.laws.terms import Kind
from assay.model.terms import Json

_FORMS = {
    "string": "text", "integer": "whole number", "number": "number", "boolean": "true, false", "array": "list",
    "object": "map",
}  # fmt: skip
#: texts that name something of the contract, and others that are no plain texts
_NAMES = {"operation": "operation", "state": "state", "field": "field"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that a law can be told."""

    #: `counted.operation` for what stands inside another; `[]` after a list's name: in each of its items
    name: str
    #: in words: `list of operation`
    form: str
    needed: bool
    means: str


@dataclass(frozen=True, slots=True)
class Page:
    """All there is to say of one law."""

    name: str
    #: one sentence, without a point
    title: str
    #: the promise, what is tried, what is told and what is left open: Markdown paragraphs
    text: str
    parameters: tuple[Parameter, ...]


def pages() -> tuple[Page, ...]:
    """Every law, by name."""
    return tuple(page(law) for law in LAWS.values())


def page(law: Kind) -> Page:
    """One law."""
    _, _, text = (law.__doc__ or "").partition(": ")
    return Page(law.NAME, law.TITLE, _sentence(text.strip()), tuple(_parameters(law.PARAMETERS)))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _parameters(schema: Mapping[str, Json], start: str = "") -> Iterator[Parameter]:
    required = schema.get("required", ())
    for name, about in schema.get("properties", {}).items():
        full = f"{start}{name}"
        yield Parameter(full, form(about), name in required, str(about.get("description", "")))
        inner, place = _inside(about)
        # one that may be told several times over holds what stands around it: that is told once
        if not inner.get("properties", {}).keys() <= schema["properties"].keys():
            yield from _parameters(inner, f"{full}{place}.")


def _inside(about: Mapping[str, Json]) -> tuple[Mapping[str, Json], str]:
    """The schema of the object in a value, and how its place is written: itself, in a list, in a map."""
    items, values = about.get("items"), about.get("additionalProperties")
    for schema in (about, *about.get("anyOf", ()), *about.get("oneOf", ())):
        if "properties" in schema:
            return schema, ""
    if isinstance(items, Mapping) and "properties" in items:
        return items, "[]"
    if isinstance(values, Mapping) and "properties" in values:
        return values, ".*"
    return {}, ""


def form(schema: Mapping[str, Json]) -> str:
    """What a value of that schema is, in a few words."""
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            return ", or ".join(dict.fromkeys(form(branch) for branch in schema[keyword]))
    if "x-names" in schema:
        return _NAMES[str(schema["x-names"])]
    if "const" in schema or "enum" in schema:
        values = schema.get("enum", [schema.get("const")])
        return " · ".join(f"`{str(value).lower() if isinstance(value, bool) else value}`" for value in values)
    types = schema.get("type", ())
    if isinstance(types, str):
        return _of(types, schema)
    return ", or ".join(_FORMS.get(str(kind), str(kind)) for kind in types) or "any value"


def _of(kind: str, schema: Mapping[str, Json]) -> str:
    word = _FORMS.get(kind, kind)
    if kind == "array" and schema.get("items"):
        return f"{word} of {form(schema['items'])}"
    values = schema.get("additionalProperties")
    if kind == "object" and isinstance(values, Mapping):
        key = form(schema["propertyNames"]) if "propertyNames" in schema else ""
        return f"{word} from {key} to {form(values)}" if key else f"{word} to {form(values)}"
    return word
