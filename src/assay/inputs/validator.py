"""JSON Schema validation behind one door: compiled once, formats on, findings as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import jsonschema_rs

from assay.model.contract import Json, Schema


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One way in which a value does not fit a schema."""

    #: what the validator says, the value shortened
    message: str
    #: path into the value
    path: tuple[str | int, ...]
    #: the JSON Schema keyword that refused it
    keyword: str
    #: the missing property, for `required`
    missing: str | None = None

    @property
    def pointer(self) -> str:
        """The path as a JSON Pointer (RFC 6901)."""
        return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in self.path)

    @property
    def place(self) -> str:
        """Where and which keyword, indexes as `*`: stable across values of the same kind."""
        parts = ["*" if isinstance(part, int) else part for part in self.path]
        return "/".join([*parts, *([self.missing] if self.missing else []), self.keyword])


class Validator:
    """A JSON Schema 2020-12 with `$ref`s into `#/components`, compiled."""

    __slots__ = ("_compiled",)

    def __init__(self, schema: Schema, components: Mapping[str, Json]) -> None:
        # a `$ref` beside `components` needs a document of its own, so the schema goes one level down
        document = schema if isinstance(schema, bool) else {"allOf": [schema], "components": components}
        self._compiled = jsonschema_rs.Draft202012Validator(document, validate_formats=True)

    def accepts(self, value: Json) -> bool:
        """True when the value fits."""
        return self._compiled.is_valid(value)

    def mismatches(self, value: Json) -> Iterator[Mismatch]:
        """What does not fit, in the validator's order; nothing when all fits."""
        for error in self._compiled.iter_errors(value):
            keyword = next((str(p) for p in reversed(error.schema_path) if isinstance(p, str)), "schema")
            missing = getattr(error.kind, "property", None) if keyword == "required" else None
            yield Mismatch(_shorten(error.message), tuple(error.instance_path), keyword, missing)


def _shorten(message: str, limit: int = 300) -> str:
    return message if len(message) <= limit else f"{message[: limit // 2]} … {message[-limit // 2 :]}"
