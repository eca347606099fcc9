"""The tables of contract-format.md, made from the contract files' schemas: `python docs/generate.py`."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

PAGE = Path(__file__).with_name("contract-format.md")
SCHEMAS = Path(__file__).parents[1] / "src" / "assay" / "contractfile" / "schemas"

#: `<!-- table: contract#/$defs/promise -->` … `<!-- end of table -->`
_TABLE = re.compile(r"(<!-- table: (?P<at>\S+) -->\n).*?(<!-- end of table -->)", re.DOTALL)
#: definitions that say more by their name than by their type
_NAMED = {
    "schema": "JSON Schema",
    "expression": "JSON Schema with expressions",
    "source": "source",
    "strength": "strength",
    "security": "security requirements",
    "content": "media types",
}
_EXTENSION = "^x-"


def filled(page: str) -> str:
    """The page with every table made anew."""
    return _TABLE.sub(lambda found: f"{found[1]}{table(found['at'])}{found[3]}", page)


def table(at: str) -> str:
    """The Markdown table of the object that `at` names: a schema's name, then a JSON Pointer into it."""
    name, _, pointer = at.partition("#")
    node: Any = _load(name)
    for token in filter(None, pointer.split("/")):
        node = node[token]
    rows = "".join(
        f"| `{key}` | {kind} | {need} | {meaning} |\n" for key, kind, need, meaning in _rows(name, node)
    )
    return f"\n| key | type | needed | meaning |\n|---|---|---|---|\n{rows}\n"


@lru_cache
def _load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return loaded


def _rows(name: str, node: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    # where a `$ref` may stand instead, the other branch describes the object itself
    node = node if "properties" in node else node["else"]
    for key, value in node["properties"].items():
        told = {**_target(name, value), **value}
        yield (
            key,
            _kind(name, value),
            "yes" if key in node.get("required", ()) else "",
            _cell(told.get("description", "")),
        )


def _target(name: str, node: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the node's `$ref` leads to; the node itself when it has none."""
    reference = node.get("$ref", "")
    target: Mapping[str, Any] = _load(name)["$defs"][_last(reference)] if reference else node
    return target


def _last(reference: str) -> str:
    return reference.rpartition("/")[2]


def _kind(name: str, node: Mapping[str, Any]) -> str:
    """The type in a word or two."""
    if "$ref" in node:
        word = _last(node["$ref"])
        spoken = _NAMED.get(word, re.sub(r"([A-Z])", r" \1", word).lower())
        return spoken if _target(name, node).get("type") != "string" or word in _NAMED else "text"
    if "enum" in node:
        return " · ".join(f"`{value}`" for value in node["enum"])
    if "if" in node and "items" in node.get("then", {}):  # one, or a list of them
        return f"{_kind(name, node['else'])}, or a list"
    match node.get("type"):
        case "string":
            return "text"
        case "boolean":
            return "true, false"
        case "array":
            return f"list of {_kind(name, node.get('items', {}))}"
        case "object":
            inner = _values(node)
            return f"map to {_kind(name, inner)}" if inner else "map"
        case str(other):
            return other
    return "any"


def _values(node: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The schema of a map's values, where its keys are names."""
    if isinstance(node.get("additionalProperties"), dict) and node["additionalProperties"]:
        inner: Mapping[str, Any] = node["additionalProperties"]
        return inner
    patterns = [value for key, value in node.get("patternProperties", {}).items() if key != _EXTENSION]
    return patterns[0] if patterns and "properties" not in node else None


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main() -> int:
    """Writes the page."""
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(filled(page), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
