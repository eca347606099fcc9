"""Types of seven languages as JSON Schemas.

A schema says what the type surely says and no more: `Integer` is any integer, for Java and Go have no other word for
one without a format; `Date` may be a day or a moment; `Number` may be either kind of number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from assay.ingest.notes import Block
from assay.ingest.sdk_docs.dialects import Dialect
from assay.model.terms import Json

#: what a model's name becomes
Refer = Callable[[str], Json]

#: type and format -> what languages call it, in lower case
_WORDS: Final = {
    ("string", ""): "string str text char character uri url byte[] bytearray bytes []byte bytebuffer",
    ("string", "date-time"): "offsetdatetime time.time datetimeoffset zoneddatetime instant",
    ("string", "date"): "localdate dateonly",
    ("string", "uuid"): "uuid guid uuid.uuid",
    (
        "string",
        "binary",
    ): "file blob httpfile *os.file os.file splfileobject system.io.stream stream fileparameter "
    "binary filelike",
    ("integer", ""): "integer int int32 uint32 uint short int16",
    ("integer", "int64"): "long int64 uint64 ulong",
    ("number", ""): "number float float32 float64 double bigdecimal decimal",
    ("boolean", ""): "boolean bool",
    ("object", ""): "map dict hash map[string]interface{}",
    ("array", ""): "array list",
    ("", ""): "any mixed interface{} none null none_type anytype unknown oasanytype!",
}
_SIMPLE: Final[dict[str, dict[str, Json]]] = {
    word: {key: told for key, told in (("type", kind), ("format", form)) if told}
    for (kind, form), said in _WORDS.items()
    for word in said.split()
}
#: words for a mapping of anything, or for anything: what `object` in a document becomes in most languages
_OBJECT: Final = frozenset({"object", "modelobject", "jsonobject"})
#: a day or a moment
_DATES: Final = frozenset({"date", "datetime"})
_LISTS: Final = frozenset({"array", "list", "set", "collection", "readonlyarray", "arraylist", "linkedhashset",
                           "ireadonlylist", "icollection", "ienumerable"})  # fmt: skip
_MAPS: Final = frozenset({"map", "dict", "dictionary", "record", "hash", "hashmap"})
_DEEPEST: Final = 12
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_GENERIC: Final = re.compile(r"([A-Za-z_.\\]+)\s*[<\[(](.*)[>\])]")
_LITERAL: Final = re.compile(r"'([^']*)'|\"([^\"]*)\"")


@dataclass(slots=True)
class Types:
    """Reads the types of one language."""

    refer: Refer
    dialect: Dialect = Dialect.UNKNOWN
    #: types that could not be read
    unread: list[str] = field(default_factory=list)
    #: was a type met that may be a day or a moment?
    dates: bool = False

    def schema(self, text: str, depth: int = 0) -> Block:
        """The schema of that type; an empty one where it says nothing."""
        text = text.strip().rstrip(";").strip()
        if depth > _DEEPEST or not text:
            self.unread.append(text)
            return Block()
        lower = text.lower()
        if text.startswith("Pointer to "):
            return self.schema(text.removeprefix("Pointer to "), depth + 1)
        if (simple := self._simple(lower.lstrip("\\"))) is not None:
            return Block(simple)
        if (listed := _list_of(text)) is not None:
            return Block({"type": "array", "items": self.schema(listed, depth + 1)})
        if (mapped := _map_of(text)) is not None:
            return self._map(mapped, depth)
        if text.startswith("*"):
            return self.schema(text[1:], depth + 1)
        if (parts := _split(text, "|")) and len(parts) > 1:
            return self._union(parts, depth)
        if text.endswith("?"):
            return self._nullable(self.schema(text[:-1], depth + 1))
        if found := _LITERAL.fullmatch(text):
            if (simple := self._simple(text[1:-1].lower())) is not None:  # JavaScript's old `'String'`
                return Block(simple)
            return Block({"type": "string", "enum": [found[1] if found[1] is not None else found[2]]})
        return self._generic(text, depth)

    def _simple(self, lower: str) -> dict[str, Json] | None:
        if lower in _DATES:
            if self.dialect is Dialect.PYTHON:  # which has two types
                return {"type": "string", "format": "date" if lower == "date" else "date-time"}
            self.dates = True
            return {"type": "string"}
        if lower in _OBJECT:  # TypeScript has `any` besides
            return {"type": "object"} if self.dialect is Dialect.TYPESCRIPT else {}
        return _SIMPLE.get(lower)

    def _map(self, inner: str, depth: int) -> Block:
        made = Block({"type": "object"})
        values = self.schema(inner, depth + 1) if inner and not inner.startswith("(") else Block()
        if values:
            made["additionalProperties"] = values
        return made

    def _generic(self, text: str, depth: int) -> Block:
        found = _GENERIC.fullmatch(text)
        if found:
            head, inside = found[1].lower().rsplit(".", 1)[-1], found[2]
            if head in _LISTS and len(pair := _split(inside, ",")) == 2 and head == "array":  # PHP
                return self._map(pair[1], depth)
            if head in _LISTS:
                return Block({"type": "array", "items": self.schema(inside, depth + 1)})
            if head in _MAPS:
                parts = _split(inside, ",")
                return self._map(parts[-1] if len(parts) > 1 else "", depth)
            if head in {"optional", "nullable", "union"}:
                return self._union([*_split(inside, ","), *(["null"] if head != "union" else [])], depth)
        name = re.split(r"[.\\]", text)[-1]
        if name.startswith("Nullable") and len(name) > len("Nullable"):  # Go
            inner = name.removeprefix("Nullable")
            return self._nullable(self.schema("time.Time" if inner == "Time" else inner, depth + 1))
        if _NAME.fullmatch(name):
            told = self.refer(name)
            return told if isinstance(told, Block) else Block({"$ref": told})
        self.unread.append(text)
        return Block()

    def _union(self, parts: list[str], depth: int) -> Block:
        null = any(part.lower() in {"null", "undefined", "none"} for part in parts)
        kept = [part for part in parts if part.lower() not in {"null", "undefined", "none"}]
        literals = [_LITERAL.fullmatch(part) for part in kept]
        if kept and all(literals):
            values: list[Json] = [
                found[1] if found[1] is not None else found[2] for found in literals if found
            ]
            made = Block({"type": "string", "enum": values})
        elif len(kept) == 1:
            made = self.schema(kept[0], depth + 1)
        elif not kept:
            return Block()
        else:
            made = Block({"anyOf": [self.schema(part, depth + 1) for part in kept]})
        return self._nullable(made) if null else made

    def _nullable(self, made: Block) -> Block:
        if not made:
            return made
        if isinstance(made.get("type"), str) and "enum" not in made:
            return Block({**made, "type": [made["type"], "null"]})
        return Block({"anyOf": [made, Block({"type": "null"})]})


def _list_of(text: str) -> str | None:
    """The item of `[]T` (Go), `T[]` (TypeScript, PHP), `[T]` (JavaScript, Python)."""
    if text.startswith("[]"):
        return text[2:]
    if text.endswith("[]"):
        inner = text[:-2].strip()
        return inner[1:-1] if inner.startswith("(") and inner.endswith(")") else inner
    if text.startswith("[") and text.endswith("]") and ":" not in text:
        return text[1:-1]
    return None


def _map_of(text: str) -> str | None:
    """The value of `map[string]T` (Go), `map[string,T]` (PHP), `{String: T}`, `{ [key: string]: T; }`, `{str: T}`."""
    if found := re.fullmatch(r"map\[string\](.+)", text):
        return found[1]
    if found := re.fullmatch(r"\{\s*(?:\[\s*\w+\s*:\s*\w+\s*\]|[A-Za-z]+)\s*:\s*(.+?);?\s*\}", text):
        return found[1]
    return None


def _split(text: str, sign: str) -> list[str]:
    """The parts of a text between signs that stand in no brackets."""
    parts, depth, start, quote = [], 0, 0, ""
    for index, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "<[({":
            depth += 1
        elif character in ">])}":
            depth -= 1
        elif character == sign and depth <= 0:
            parts.append(text[start:index].strip())
            start = index + 1
    return [*parts, text[start:].strip()]
