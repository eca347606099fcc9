"""Files that are no larger, and nest no deeper, than contracts may: what is said for people goes first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from assay.contractfile.compose import DEEPEST, LARGEST_FILE, MOST_VALUES
from assay.ingest.imported import Doubt
from assay.ingest.notes import Block, Notes
from assay.ingest.writing import written
from assay.model.terms import Json

#: what of a file may go where it is too large, in this order
_SPARED: Final = (("descriptions", ("description", "title")), ("examples", ("example", "examples")))
#: schemas nest less deep (`schema`): what comes here is data
_DEEP: Final = DEEPEST - 5


def fitted(value: Block, heading: str, file: str, notes: Notes) -> str:
    """The text of that file. What has to go for it, in place, is doubted; one that is still too large is for lint."""
    if _shallow(value):
        told = f"Cannot keep all of an example: because it nests deeper than {DEEPEST} levels."
        notes.doubts.append(Doubt("", told, "nothing below", file))
    text = written(value, heading)
    for what, keys in _SPARED:
        if len(text.encode("utf-8")) <= LARGEST_FILE and _values(value) <= MOST_VALUES:
            break
        holders = value.get("components", value)
        if isinstance(holders, dict) and _without(holders, frozenset(keys)):
            limit = f"{LARGEST_FILE // 1024 // 1024} MiB and {MOST_VALUES} values"
            notes.doubts.append(
                Doubt(
                    "", f"Cannot keep the {what} of {file}: because a contract has at most {limit}.", "", file
                )
            )
            text = written(value, heading)
    return text


def _values(value: Json) -> int:
    total, stack = 0, [value]
    while stack:
        node = stack.pop()
        total += 1
        stack.extend(node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ())
    return total


def _shallow(value: Json) -> bool:
    """Cuts, in place, what nests too deep; True when something did."""
    found = False
    stack: list[tuple[Json, int]] = [(value, 1)]
    while stack:
        node, depth = stack.pop()
        for key, member in list(node.items() if isinstance(node, dict) else enumerate(node)):
            if not isinstance(member, dict | list):
                continue
            if depth >= _DEEP:
                node[key] = type(member)() if not isinstance(member, Block) else Block()
                found = True
            else:
                stack.append((member, depth + 1))
    return found


def _without(value: Json, keys: frozenset[str]) -> bool:
    """Takes those members out of every schema, parameter and media type, in place; names of properties stay."""
    found = False
    stack: list[tuple[Json, bool]] = [(value, False)]
    while stack:
        node, names = stack.pop()
        if isinstance(node, list):
            stack.extend((item, False) for item in node)
        elif isinstance(node, dict):
            # responses have to be described
            gone = () if names or "content" in node or "headers" in node else keys & node.keys()
            for key in gone:
                if not (key == "description" and node.keys() == {"description"}):
                    del node[key]
                    found = True
            for key, member in node.items():
                if key not in _DATA:
                    stack.append((member, key in _NAMES))
    return found


_NAMES: Final = frozenset(
    {"properties", "patternProperties", "schemas", "responses", "parameters", "examples", "requestBodies", "headers",
     "links", "securitySchemes", "content"}
)  # fmt: skip
_DATA: Final = frozenset({"default", "const", "enum", "example", "value", "responses"})
