"""JSON Schema validation behind one door: compiled once, formats on, findings as plain values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import jsonschema_rs

from assay.model.contract import Json, Schema
from assay.model.pointer import escape, unescape

#: keywords below which names or positions are not the contract's -> the keyword that is told
_ANSWERS_FOR_ALL = {
    **{name: name for name in ("additionalProperties", "patternProperties", "propertyNames", "prefixItems",
                               "dependentSchemas", "unevaluatedProperties", "unevaluatedItems", "contains")},
    "then": "if", "else": "if",
}  # fmt: skip
#: alternatives whose reasons are told, how deep, and how long each reason may be
_ALTERNATIVES, _NESTED, _REASON = 3, 2, 90
_COMPONENTS = "#/components/"
_SURROGATE = re.compile("[\ud800-\udfff]")


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
    #: how much of the path the contract names: what lies below, an undeclared property say, varies from value to value
    named: int | None = None

    @property
    def pointer(self) -> str:
        """The path as a JSON Pointer (RFC 6901)."""
        return "".join("/" + escape(str(part)) for part in self.path)

    @property
    def place(self) -> str:
        """Where and which keyword, indexes as `*`: stable across values of the same kind."""
        parts = ["*" if isinstance(part, int) else part for part in self.path[: self.named]]
        return "/".join([*parts, *([self.missing] if self.missing else []), self.keyword])


class Validator:
    """A JSON Schema 2020-12 with `$ref`s into `#/components`, compiled. Immutable: any number of threads may ask it."""

    __slots__ = ("_compiled",)

    def __init__(self, schema: Schema, components: Mapping[str, Json]) -> None:
        # a `$ref` beside `components` needs a document of its own, so the schema goes one level down; and only with
        # what it leads to: a thousand validators must not hold all components each
        document = (
            schema
            if isinstance(schema, bool)
            else {"allOf": [schema], "components": needed(schema, components)}
        )
        self._compiled = jsonschema_rs.Draft202012Validator(document, validate_formats=True)

    def accepts(self, value: Json) -> bool:
        """True when the value fits."""
        try:
            return self._compiled.is_valid(value)
        except UnicodeEncodeError:
            return self._compiled.is_valid(_scalar(value))

    def mismatches(self, value: Json) -> Iterator[Mismatch]:
        """What does not fit, in the validator's order; nothing when all fits."""
        try:
            errors = self._compiled.iter_errors(value)
        except UnicodeEncodeError:
            errors = self._compiled.iter_errors(_scalar(value))
        for error in errors:
            keyword, named = _keyword(error.evaluation_path)
            missing = getattr(error.kind, "property", None) if keyword == "required" else None
            yield Mismatch(_shorten(_told(error)), tuple(error.instance_path), keyword, missing, named)


def needed(schema: Schema, components: Mapping[str, Json]) -> Mapping[str, Mapping[str, Json]]:
    """The components that the schema refers to, also through others; those that are not there are left out."""
    kept: dict[str, dict[str, Json]] = {}
    todo: list[Json] = [schema]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            # a `$ref` that is data leads to a component too many, which harms nobody
            target = node.get("$ref")
            if isinstance(target, str) and target.startswith(_COMPONENTS):
                section, name = (*target[len(_COMPONENTS) :].split("/", 2), "")[:2]
                section, name = unescape(section), unescape(name)
                if name not in kept.get(section, ()) and name in components.get(section, ()):
                    kept.setdefault(section, {})[name] = component = components[section][name]
                    todo.append(component)
            todo.extend(value for value in node.values() if isinstance(value, dict | list))
        elif isinstance(node, list):
            todo.extend(value for value in node if isinstance(value, dict | list))
    return kept


def _told(error: jsonschema_rs.ValidationError, depth: int = 0) -> str:
    """What is wrong. Where no alternative fits, the validator only says so: what keeps it from each of them is told."""
    branches = getattr(error.kind, "context", ())
    if any(branches) and depth < _NESTED:
        reasons = [_lacking(branch, error, depth) for branch in branches[:_ALTERNATIVES]]
        if len(branches) > _ALTERNATIVES:
            reasons.append(f"and {len(branches) - _ALTERNATIVES} more")
        if depth:
            return f"fits none of {len(branches)} ({', '.join(reasons)})"
        numbered = (f"({number}) {reason}" for number, reason in enumerate(reasons[:_ALTERNATIVES], 1))
        return (
            f"fits none of {len(branches)} alternatives: {'; '.join([*numbered, *reasons[_ALTERNATIVES:]])}"
        )
    if error.kind.name == "const":  # the validator says what was expected, not what came
        return f"{error.message}, got {json.dumps(error.instance, default=str)}"
    return error.message


def _lacking(
    branch: Sequence[jsonschema_rs.ValidationError], whole: jsonschema_rs.ValidationError, depth: int
) -> str:
    """Why one alternative is not fulfilled: the first reason, with its place below that of the whole."""
    if not branch:
        return "another one fits, too"
    below = list(branch[0].instance_path)[len(list(whole.instance_path)) :]
    where = "".join("/" + escape(str(part)) for part in below)
    return _shorten(f"{where}: " * bool(where) + _told(branch[0], depth + 1), _REASON)


def _keyword(way: Sequence[str | int]) -> tuple[str, int | None]:
    """The keyword that answers for an error, and how many parts of the instance's path lead to it.

    Below `additionalProperties` and its like the names are the sender's, not the contract's: such a keyword answers
    for all that happens below it. A schema `false` is called `forbidden`.
    """
    depth, parts = 0, iter(way)
    last = "forbidden"
    for part in parts:
        last = str(part)
        if part in _ANSWERS_FOR_ALL:
            return _ANSWERS_FOR_ALL[str(part)], depth
        if part == "properties":
            last = "forbidden"
            depth += next(parts, None) is not None
        elif part == "items":
            last = "forbidden"
            depth += 1
        elif part in {"allOf", "anyOf", "oneOf"}:
            next(parts, None)
    return last, None


def _scalar(value: Json) -> Json:
    """The value with lone surrogates, which JSON can spell and UTF-8 cannot (RFC 8259 §8.2), as U+FFFD."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {_scalar(key): _scalar(member) for key, member in value.items()}
    return [_scalar(item) for item in value] if isinstance(value, list) else value


def _shorten(message: str, limit: int = 300) -> str:
    return message if len(message) <= limit else f"{message[: limit // 2]} … {message[-limit // 2 :]}"
