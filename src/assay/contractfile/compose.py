"""Text to YAML nodes, bounded: the part that PyYAML does.

A contract that nests a hundred levels deep, or holds a hundred thousand values, is a mistake or an attack.
Both are refused while the library is still composing, before its recursion or our memory gives out.
"""

from __future__ import annotations

import re
from typing import Any, Final

import yaml
from yaml.composer import Composer
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from assay.model.problem import Place, Problem

#: bytes of one file
LARGEST_FILE: Final = 1024 * 1024
#: values in one file, aliases expanded
MOST_VALUES: Final = 100_000
#: characters in one file, aliases expanded
MOST_CHARACTERS: Final = 4 * LARGEST_FILE
#: nesting of one file
DEEPEST: Final = 100

#: the tag of a scalar written without quotes: what it means is decided by `read`
PLAIN: Final = "plain"
#: the tag of a text
TEXT: Final = "tag:yaml.org,2002:str"
_UNPRINTABLE: Final = re.compile(
    "[^\\t\\n\\r\\x20-\\x7e\\x85\\xa0-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]"
)


class Refused(yaml.YAMLError):
    """The file asks for more than a contract needs."""

    def __init__(self, what: str, node: yaml.Node) -> None:
        super().__init__(what)
        self.what = what
        self.mark: yaml.Mark = node.start_mark


class _Bounds:
    """What both of PyYAML's parsers ask while they compose: the tag of a node, and whether to go deeper."""

    _depth = 0
    _composed = 0

    def descend_resolver(self, parent: yaml.Node, _index: object) -> None:
        self._depth += 1
        self._composed += 1
        if self._depth > DEEPEST:
            raise Refused("deep", parent)
        if self._composed > MOST_VALUES:
            raise Refused("many", parent)

    def ascend_resolver(self) -> None:
        self._depth -= 1

    def resolve(self, kind: type[yaml.Node], _value: object, implicit: tuple[bool, bool]) -> str:
        if kind is yaml.ScalarNode:
            return PLAIN if implicit[0] else TEXT
        return "tag:yaml.org,2002:map" if kind is yaml.MappingNode else "tag:yaml.org,2002:seq"


class _PlainComposer(_Bounds, Reader, Scanner, Parser, Composer):
    """PyYAML's composer in Python, where the C one was not built."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)


def _fast_composer() -> type[Any] | None:
    """PyYAML's composer over libyaml: ten times as fast, and not built everywhere."""
    if not yaml.__with_libyaml__:
        return None

    class FastComposer(_Bounds, yaml.cyaml.CParser):  # type: ignore[misc, name-defined]
        def __init__(self, text: str) -> None:
            super().__init__(text)

    return FastComposer


_FAST: Final = _fast_composer()


def compose(file: str, text: str, *, fast: bool = True) -> yaml.Node | Problem | None:
    """The root node of that text, None when it is empty, or what keeps it from being YAML.

    `fast` uses libyaml where there is one; it changes nothing but the time.
    """
    composer = _FAST if fast and _FAST is not None else _PlainComposer
    if len(text) > LARGEST_FILE:
        message = f"Cannot read {file}: because it is larger than {LARGEST_FILE // 1024} KiB."
        return Problem(Place(file), "file-too-large", message, "Split it.")
    try:
        node: yaml.Node | None = composer(text).get_single_node()
    except Refused as refused:
        return too_much(file, refused)
    except UnicodeEncodeError:  # half a surrogate pair, which no UTF-8 file holds
        return _unprintable(file, text, "half a character")
    except yaml.YAMLError as error:
        return _syntax(file, text, error)
    return node


def too_much(file: str, refused: Refused) -> Problem:
    """The refusal in words."""
    what, mark = refused.what, refused.mark
    place = Place(file, mark.line + 1, mark.column + 1)
    if what == "deep":
        return _too_deep(place)
    limit = f"{MOST_VALUES} values" if what == "many" else f"{MOST_CHARACTERS // LARGEST_FILE} MiB of text"
    message = f"Cannot read this file: because it comes to more than {limit} with its aliases expanded."
    return Problem(place, "yaml-too-large", message, "Use fewer aliases, or split the file.")


def _too_deep(place: Place) -> Problem:
    message = f"Cannot read this file: because it nests deeper than {DEEPEST} levels."
    return Problem(place, "yaml-too-deep", message, "Share parts with `$ref: '#/components/…'` instead.")


def _syntax(file: str, text: str, error: yaml.YAMLError) -> Problem:
    if isinstance(error, yaml.reader.ReaderError):
        return _unprintable(file, text, str(error.reason))
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    cause = str(getattr(error, "problem", None) or error)
    place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
    if "nesting depth" in cause:  # libyaml's own bound, which lies above ours, is met before a node is there
        return _too_deep(place)
    if "another document" in cause:
        message = "Cannot read this file: because it holds more than one YAML document."
        return Problem(
            place, "yaml-documents", message, "Delete the `---`, or use one file for each document."
        )
    rule, fix = (
        "yaml-syntax",
        "Mind indentation, and quote texts with `: `, ` #` or a leading `{ [ * & ! % @`.",
    )
    lines = text.splitlines()
    line = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip()) + 1] and line.lstrip(" ").startswith("\t"):
        cause, fix = "a tab stands where YAML wants spaces", "Indent with spaces."
    elif "undefined alias" in cause:
        cause, fix = (
            "the alias names no anchor above it",
            "Define the anchor with `&name` first, or quote a text that begins with `*`.",
        )
    elif "mapping values are not allowed" in cause:
        fix = "Quote a text that contains `: `, or begin a new line."
    return Problem(place, rule, f"Cannot read this file as YAML: because {cause}.", fix)


def _unprintable(file: str, text: str, otherwise: str) -> Problem:
    """The first character that YAML 1.2 does not allow (§5.1); `otherwise` when there is none after all."""
    found = _UNPRINTABLE.search(text)
    if found is None:
        return Problem(Place(file), "yaml-syntax", f"Cannot read this file as YAML: because {otherwise}.")
    at = found.start()
    place = Place(file, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
    message = f"Cannot read this file as YAML: because U+{ord(found[0]):04X} is a control character."
    return Problem(
        place, "yaml-syntax", message, 'Delete it, or write it as an escape in double quotes: "\\u0001".'
    )
