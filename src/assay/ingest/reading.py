"""The text of an OpenAPI document, JSON or YAML, as a value: bounded, and what YAML 1.2 says it is.

Documents of others are larger than contracts may be, use anchors and merge keys (YAML 1.1), and repeat keys. All of
that is read; what could be meant either way is doubted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

import yaml
from yaml.composer import Composer
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from assay.ingest.notes import Notes, Spot
from assay.model.terms import Json

#: characters of one document, values in it, and levels
MOST_CHARACTERS: Final = 32 * 1024 * 1024
MOST_VALUES: Final = 3_000_000
DEEPEST: Final = 200

_PLAIN, _TEXT = "plain", "tag:yaml.org,2002:str"
_WORDS: Final[dict[str, Json]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,4000}")
_BASED: Final = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


class Unreadable(Exception):
    """A text that is no document. The text of this follows «because»."""


class _Bounded:
    """What PyYAML's parsers ask while they compose: the tag of a node, and whether to go deeper."""

    _depth = 0

    def descend_resolver(self, _parent: yaml.Node, _index: object) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable(f"it nests deeper than {DEEPEST} levels")

    def ascend_resolver(self) -> None:
        self._depth -= 1

    def resolve(self, kind: type[yaml.Node], _value: object, implicit: tuple[bool, bool]) -> str:
        if kind is yaml.ScalarNode:
            return _PLAIN if implicit[0] else _TEXT
        return "tag:yaml.org,2002:map" if kind is yaml.MappingNode else "tag:yaml.org,2002:seq"


class _Slow(_Bounded, Reader, Scanner, Parser, Composer):
    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)


def _composer() -> Callable[[str], Any]:
    """PyYAML's composer over libyaml where that was built."""
    if not yaml.__with_libyaml__:
        return _Slow

    class Fast(_Bounded, yaml.cyaml.CParser):  # type: ignore[misc, name-defined]
        def __init__(self, text: str) -> None:
            super().__init__(text)

    return Fast


_COMPOSER: Final = _composer()


def read_text(text: str, notes: Notes, file: str = "") -> Json:
    """The value that `text` holds; repeated keys are doubted in `notes`.

    Raises `Unreadable` for a text that is neither JSON nor YAML, or asks for more than a document needs.
    """
    if len(text) > MOST_CHARACTERS:
        raise Unreadable(f"it is larger than {MOST_CHARACTERS // 1024 // 1024} MiB")
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise Unreadable("it is empty")
    if text.lstrip()[:1] in "{[":
        try:
            return _counted(_json(text, notes, file))
        except ValueError as error:
            failed = f"it is no JSON ({error})"
        except RecursionError:
            raise Unreadable(f"it nests deeper than {DEEPEST} levels") from None
    else:
        failed = ""
    try:
        node = _COMPOSER(text).get_single_node()
        return _counted(_Builder(notes, file).build(node, Spot(file))) if node is not None else None
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise Unreadable(failed or f"it is neither JSON nor YAML ({_where(error)})") from None
    except RecursionError:
        raise Unreadable(f"it nests deeper than {DEEPEST} levels") from None


def _where(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error).splitlines()[0]
    return f"{problem}, line {mark.line + 1}" if mark is not None else problem


def _json(text: str, notes: Notes, file: str) -> Json:
    def members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        made = dict(pairs)
        if len(made) < len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    notes.doubt(
                        Spot(file), f"keep both of two members '{key}'", "a name counts once", "the last one"
                    )
                seen.add(key)
        return made

    def number(said: str) -> float:
        value = float(said)
        if value in (float("inf"), float("-inf")):
            raise ValueError(f"{said[:20]} is no number")
        return value

    def wrong(said: str) -> float:
        raise ValueError(f"{said} is no number")

    return json.loads(text, object_pairs_hook=members, parse_float=number, parse_constant=wrong)


class _Builder:
    """Turns nodes into values. What an alias names is one value, however often it is named."""

    def __init__(self, notes: Notes, file: str) -> None:
        self.notes, self.file = notes, file
        self.made: dict[int, Json] = {}
        self.open: set[int] = set()

    def build(self, node: yaml.Node, at: Spot) -> Json:
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node) if node.tag == _PLAIN else node.value
        if id(node) in self.made:
            return self.made[id(node)]
        if id(node) in self.open:
            raise Unreadable(f"the alias in line {node.start_mark.line + 1} contains itself")
        self.open.add(id(node))
        value: Json
        if isinstance(node, yaml.MappingNode):
            value = self._mapping(node, at)
        else:
            value = [self.build(item, at / index) for index, item in enumerate(node.value)]
        self.open.discard(id(node))
        self.made[id(node)] = value
        return value

    def _mapping(self, node: yaml.MappingNode, at: Spot) -> dict[str, Json]:
        made: dict[str, Json] = {}
        merged: list[Json] = []
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise Unreadable(f"a key in line {key_node.start_mark.line + 1} is a list or a mapping")
            key = key_node.value
            value = self.build(value_node, at / key)
            if key == "<<" and key_node.tag == _PLAIN:
                merged.extend(value if isinstance(value, list) else [value])
                continue
            if key in made:
                self.notes.doubt(
                    at / key, f"keep both of two members '{key}'", "a name counts once", "the last one"
                )
            made[key] = value
        for more in merged:
            if isinstance(more, dict):
                for key, value in more.items():
                    made.setdefault(key, value)
        return made


def _scalar(node: yaml.ScalarNode) -> Json:
    """A plain scalar by the core schema (YAML 1.2 §10.3.2); what JSON has no number for stays a text."""
    text: str = node.value
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        number = float(text)
        return text if number in (float("inf"), float("-inf")) else number
    return text


def _counted(value: Json) -> Json:
    """The value, if it comes to a number of values that one can walk. Raises `Unreadable`."""
    total = 0
    stack: list[tuple[Json, int]] = [(value, 0)]
    while stack:
        node, depth = stack.pop()
        total += 1
        if total > MOST_VALUES:
            raise Unreadable(f"it comes to more than {MOST_VALUES} values")
        if depth > DEEPEST:
            raise Unreadable(f"it nests deeper than {DEEPEST} levels")
        if isinstance(node, dict):
            stack.extend((member, depth + 1) for member in node.values())
        elif isinstance(node, list):
            stack.extend((item, depth + 1) for item in node)
    return value
