"""Promises that `assay bundle` wrote beside OpenAPI, taken back into contracts: an import undoes a bundle.

A documented promise is a member of `allOf` in each response's schema that it speaks of (`x-assay-promise`); the others
stand in `x-assay-promises` of the operation. Documents of others have neither.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from assay.ingest.notes import Block, Notes, Spot
from assay.model.terms import Json

PROMISE: Final = "x-assay-promise"
PROMISES: Final = "x-assay-promises"
SOURCES: Final = "x-assay-sources"
#: a remembered value of an instance, other than its id
_REMEMBERS: Final = re.compile(r"\binstance\.(?!id\b)")
#: what a promise of a contract is made of
_KEYS: Final = ("id", "on", "body", "headers", "rule", "description", "strength", "source")


def take_back(contract: Block, at: Spot, notes: Notes) -> None:
    """Moves what a bundle wrote into the schemas and beside them to `promises`, in place."""
    said: dict[str, Block] = {}
    for status, response in contract["responses"].items():
        for media in response.get("content", {}).values():
            _out_of(media, status, said)
    told = contract.pop(PROMISES, None)
    beside = [_plain(item) for item in (told if isinstance(told, list) else ()) if _sound(item)]
    promises = [*said.values()]
    for promise in beside:
        if _REMEMBERS.search(json.dumps([promise.get(key) for key in ("body", "headers", "rule")])):
            because = "it speaks of what a lifecycle remembers, and documents have no lifecycles"
            notes.doubt(at / PROMISES, f"keep the promise '{promise['id']}'", because)
        else:
            promises.append(promise)
    if promises:
        contract["promises"] = promises


def _out_of(media: Block, status: str, said: dict[str, Block]) -> None:
    """Takes the marked members of `allOf` out of the schema of one media type."""
    schema = media.get("schema")
    members = schema.get("allOf") if isinstance(schema, Mapping) else None
    if not isinstance(schema, dict) or not isinstance(members, list):
        return
    kept: list[Json] = []
    for member in members:
        mark = member.get(PROMISE) if isinstance(member, Mapping) else None
        if not isinstance(mark, Mapping) or not isinstance(mark.get("id"), str):
            kept.append(member)
            continue
        promise = said.setdefault(mark["id"], Block({"id": mark["id"], "on": []}))
        if status not in promise["on"]:
            promise["on"].append(status)
        promise["body"] = {key: value for key, value in member.items() if key != PROMISE}
        if isinstance(mark.get("source"), str) and mark["source"]:
            promise["source"] = mark["source"]
    if kept:
        schema["allOf"] = kept
    else:
        del schema["allOf"]
        if not schema:
            del media["schema"]


def _sound(item: Json) -> bool:
    return isinstance(item, Mapping) and isinstance(item.get("id"), str) and isinstance(item.get("on"), list)


def _plain(item: Mapping[str, Json]) -> Block:
    return Block({key: item[key] for key in _KEYS if key in item})


def sources_of(document: Mapping[str, Json]) -> dict[str, Json]:
    """The sources that a bundle tells, by key."""
    told = document.get(SOURCES)
    found: dict[str, Json] = {}
    for key, item in told.items() if isinstance(told, Mapping) else ():
        if (
            isinstance(item, Mapping)
            and isinstance(item.get("title"), str)
            and key
            and not set(key) & set("# \t\n")
        ):
            texts = {name: item[name] for name in ("title", "url", "note") if isinstance(item.get(name), str)}
            found[key] = Block(texts)
    return found
