"""Text to JSON value: YAML 1.2 core schema (§10.3), positions kept, bounded.

PyYAML parses and composes; what it composes is turned into JSON values here, for three reasons. Its own
constructors speak YAML 1.1, where `on` is a boolean and `2026-01-01` a date. They know no positions and let
duplicate keys pass. And they expand aliases without a bound: nine lines can ask for a billion strings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import yaml

from assay.contractfile.compose import (
    DEEPEST,
    MOST_CHARACTERS,
    MOST_VALUES,
    PLAIN,
    Refused,
    compose,
    too_much,
)
from assay.contractfile.positions import Document, Spot
from assay.model.contract import Json
from assay.model.pointer import escape
from assay.model.problem import Place, Problem

#: mappings whose keys people write as numbers: `404:`
_STATUS_MAPPINGS: Final = frozenset({"responses", "provoke"})

_ALLOWED_TAGS: Final = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq"))
_WORDS: Final[dict[str, Json]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_BASED: Final = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE: Final = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def read(file: str, text: str, *, fast: bool = True) -> Document | tuple[Problem, ...]:
    """The document of that file, or everything that keeps it from being one.

    Never raises for what `text` holds. `fast` uses libyaml where there is one; it changes only the time.
    """
    node = compose(file, text, fast=fast)
    if isinstance(node, Problem):
        return (node,)
    if node is None:
        message = "Cannot read a contract from this file: because it is empty."
        return (Problem(Place(file), "empty-file", message, "Fill it, or delete it."),)
    builder = _Builder(file)
    try:
        value, spot = builder.build(node, "", "")
    except Refused as refused:
        return (too_much(file, refused),)
    if builder.problems:
        return tuple(builder.problems)
    if not isinstance(value, dict):
        message = (
            "Cannot read a contract from this file: "
            f"because it is {_kind(value)}, not a mapping of keys to values."
        )
        return (
            Problem(
                Place(file, spot.line, spot.column),
                "not-a-mapping",
                message,
                "Begin with `key: value` lines.",
            ),
        )
    return Document(file, value, spot)


class _Built(NamedTuple):
    """A finished collection, and what it comes to each time an alias names it."""

    value: Json
    spot: Spot
    values: int
    characters: int
    levels: int


@dataclass(slots=True)
class _Builder:
    """Turns composed nodes into values and spots, collecting what is wrong on the way."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    #: collections by identity, for aliases; None while being built
    built: dict[int, _Built | None] = field(default_factory=dict)
    values: int = 0
    characters: int = 0
    depth: int = 0
    #: deepest level reached inside the collection being built
    reached: int = 0

    def build(self, node: yaml.Node, pointer: str, key: str) -> tuple[Json, Spot]:
        """The value of that node and its spot. `key` is the member name it stands under."""
        if isinstance(node, yaml.ScalarNode):
            self._count(1, len(node.value), node)
            mark = node.start_mark
            return self._scalar(node, pointer), Spot(mark.line + 1, mark.column + 1)
        if id(node) in self.built:
            return self._again(node, pointer)
        self.built[id(node)] = None
        values, characters, reached = self.values, self.characters, self.reached
        self._count(1, 0, node)
        self._check_tag(node, pointer)
        self.depth += 1
        self._reach(self.depth, node)
        self.reached = self.depth
        if isinstance(node, yaml.MappingNode):
            value, spot = self._mapping(node, pointer, key)
        else:
            value, spot = self._sequence(node, pointer)
        self.depth -= 1
        self.built[id(node)] = _Built(
            value, spot, self.values - values, self.characters - characters, self.reached - self.depth
        )
        self.reached = max(reached, self.reached)
        return value, spot

    def _again(self, node: yaml.Node, pointer: str) -> tuple[Json, Spot]:
        known = self.built[id(node)]
        if known is None:
            self._note(
                node,
                pointer,
                "cyclic-alias",
                "Cannot expand this alias: because it contains itself.",
                "Write the value out.",
            )
            return None, Spot(node.start_mark.line + 1, node.start_mark.column + 1)
        self._count(known.values, known.characters, node)
        self._reach(self.depth + known.levels, node)
        return known.value, known.spot

    def _mapping(self, node: yaml.Node, pointer: str, key: str) -> tuple[Json, Spot]:
        value: dict[str, Json] = {}
        keys: dict[str, tuple[int, int]] = {}
        members: dict[str, Spot] = {}
        for key_node, value_node in node.value:
            name = self._key(key_node, pointer, key)
            if name is None:
                continue
            mark = key_node.start_mark
            self._count(0, len(name), key_node)
            if name in value:
                first = keys[name][0]
                message = (
                    f"Cannot use '{name}' twice: because a key counts once, and line {first} has it already."
                )
                self._note(
                    key_node,
                    f"{pointer}/{escape(name)}",
                    "duplicate-key",
                    message,
                    "Delete one of them, or rename it.",
                )
                continue
            value[name], members[name] = self.build(value_node, f"{pointer}/{escape(name)}", name)
            keys[name] = (mark.line + 1, mark.column + 1)
        return value, Spot(node.start_mark.line + 1, node.start_mark.column + 1, keys, members)

    def _sequence(self, node: yaml.Node, pointer: str) -> tuple[Json, Spot]:
        value: list[Json] = []
        spots: list[Spot] = []
        for index, item in enumerate(node.value):
            item_value, item_spot = self.build(item, f"{pointer}/{index}", "")
            value.append(item_value)
            spots.append(item_spot)
        return value, Spot(node.start_mark.line + 1, node.start_mark.column + 1, {}, {}, spots)

    def _key(self, node: yaml.Node, pointer: str, parent: str) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self._note(
                node,
                pointer,
                "key-not-text",
                "Cannot use a list or a mapping as a key: because JSON keys are texts.",
                "Use a text.",
            )
            return None
        text: str = node.value
        if node.tag != PLAIN:
            self._check_tag(node, pointer)
            return text
        if text == "<<":
            message = "Cannot merge here: because YAML 1.2 has no merge keys (`<<`)."
            self._note(
                node,
                f"{pointer}/<<",
                "yaml-merge-key",
                message,
                "Write the members out, or share them with `$ref`.",
            )
            return None
        value = self._plain(node, pointer)
        if isinstance(value, str):
            return value
        if isinstance(value, int) and not isinstance(value, bool) and parent in _STATUS_MAPPINGS:
            return str(value)
        message = (
            f"Cannot use {text or 'nothing'} as a key: because it is {_kind(value)}, and JSON keys are texts."
        )
        self._note(node, f"{pointer}/{escape(text)}", "key-not-text", message, f'Put it in quotes: "{text}".')
        return None

    def _scalar(self, node: yaml.Node, pointer: str) -> Json:
        if node.tag == PLAIN:
            return self._plain(node, pointer)
        self._check_tag(node, pointer)
        return node.value

    def _plain(self, node: yaml.Node, pointer: str) -> Json:
        text: str = node.value
        if text in _WORDS:
            return _WORDS[text]
        if text[0] not in "+-.0123456789":
            return text
        try:
            if _INTEGER.fullmatch(text):
                return int(text)
            if _BASED.fullmatch(text):
                return int(text, 0)
            number = float(text) if _FLOAT.fullmatch(text) else None
        except ValueError:
            number = float("inf")
        if number is None and not _NOT_FINITE.fullmatch(text):
            return text
        if number is None or number in (float("inf"), float("-inf")):
            shown = text if len(text) <= 20 else text[:20] + "…"
            message = f"Cannot use {shown} as a number: because JSON has no such number."
            self._note(
                node, pointer, "not-a-json-number", message, "Write a finite number, or put it in quotes."
            )
            return None
        return number

    def _check_tag(self, node: yaml.Node, pointer: str) -> None:
        if node.tag not in _ALLOWED_TAGS:
            shown = str(node.tag).replace("tag:yaml.org,2002:", "!!")
            message = f"Cannot use the YAML tag {shown}: because contract files hold plain JSON values only."
            self._note(node, pointer, "yaml-tag", message, "Delete the tag.")

    def _count(self, values: int, characters: int, node: yaml.Node) -> None:
        self.values += values
        self.characters += characters
        if self.values > MOST_VALUES:
            raise Refused("many", node)
        if self.characters > MOST_CHARACTERS:
            raise Refused("long", node)

    def _reach(self, depth: int, node: yaml.Node) -> None:
        if depth > DEEPEST:
            raise Refused("deep", node)
        self.reached = max(self.reached, depth)

    def _note(self, node: yaml.Node, pointer: str, rule: str, message: str, fix: str) -> None:
        place = Place(self.file, node.start_mark.line + 1, node.start_mark.column + 1, pointer)
        self.problems.append(Problem(place, rule, message, fix))


def _kind(value: Json) -> str:
    names: dict[type, str] = {
        dict: "a mapping",
        list: "a list",
        str: "a text",
        bool: "true or false",
        type(None): "null",
    }
    return names.get(type(value), "a number")
