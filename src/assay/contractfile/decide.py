"""One more decision in the text of a `waivers.yaml`: comments, order and style of what is there stay as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

import yaml

#: what begins a file that is made new, so that editors complete it
HEADING: Final = "# yaml-language-server: $schema=../waivers.schema.json\n"
#: may stand without quotes, whatever reads it: words, ids, addresses, no number and no date
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_./@+-]*(?: [A-Za-z0-9_./@+()-]+)*")
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_KEY: Final = "waivers"


class CannotEdit(ValueError):
    """The text is no mapping that an entry could be added to: its author's to mend."""


def decided(text: str, entry: Mapping[str, str]) -> str:
    """The text with one more entry at the end of `waivers`; a whole new file where it is empty.

    Raises `CannotEdit`. Whoever writes it reads it again first, and compares.
    """
    if not text.strip():
        return f"{HEADING}{_KEY}:\n{_block(entry, '  ')}"
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise CannotEdit(f"it is not YAML ({str(error).splitlines()[0]})") from None
    if root is None:  # comments only
        return f"{_ended(text)}{_KEY}:\n{_block(entry, '  ')}"
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise CannotEdit("it is not a mapping of one key a line")
    found = next((value for key, value in root.value if key.value == _KEY), None)
    if found is None:
        return f"{_ended(text)}{_KEY}:\n{_block(entry, '  ')}"
    if not isinstance(found, yaml.SequenceNode):
        raise CannotEdit(f"`{_KEY}` is not a list")
    if found.flow_style:
        end = found.end_mark.index - 1
        comma = ", " if found.value else ""
        return f"{text[:end].rstrip()}{comma}{_flow(entry)}{text[end:]}"
    last = found.value[-1]
    line = _after(last)
    lines = _ended(text).splitlines(keepends=True)
    dash = lines[last.start_mark.line][: last.start_mark.column].rfind("-")
    return "".join([*lines[:line], _block(entry, " " * max(dash, 0)), *lines[line:]])


def _after(node: yaml.Node) -> int:
    """The number of the line behind a node, from 0. A block says that it ends where the next token begins: later."""
    while isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        node = last[1] if isinstance(node, yaml.MappingNode) else last
    mark = node.end_mark
    return int(mark.line) + (mark.column > 0)


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


def _block(entry: Mapping[str, str], indent: str) -> str:
    lines = [f"{key}: {_spelled(value)}" for key, value in entry.items()]
    return "".join(f"{indent}{'- ' if number == 0 else '  '}{line}\n" for number, line in enumerate(lines))


def _flow(entry: Mapping[str, str]) -> str:
    return (
        "{"
        + ", ".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items())
        + "}"
    )


def _spelled(value: str) -> str:
    """A text as YAML: without quotes where it can't be taken for anything else (YAML 1.2 §7.3.3)."""
    if _DAY.fullmatch(value) or (_PLAIN.fullmatch(value) and value.lower() not in _WORDS):
        return value
    return json.dumps(value, ensure_ascii=False)
