"""What an `api.yaml` says besides components: title, servers, ways in, tags, and where all of it was read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from assay.ingest.imported import Origin
from assay.ingest.notes import Block, Notes, Spot, show
from assay.ingest.operations import external
from assay.ingest.promises import sources_of
from assay.ingest.security import Security
from assay.ingest.words import free, short
from assay.model.terms import Json

_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")


def frame(
    document: Mapping[str, Json], name: str, origin: Origin, file: str, notes: Notes, security: Security
) -> Block:
    """The members of `api.yaml` but the components."""
    notes.home = "api.yaml"
    info = document.get("info")
    if not isinstance(info, Mapping):
        notes.doubt(
            Spot() / "info", f"use {show(info)} as `info`", "it is a mapping", "the folder's name as title"
        )
        info = {}
    made = Block()
    title = info.get("title")
    made["title"] = title.strip() if isinstance(title, str) and title.strip() else name
    told = info.get("version")
    made["version"] = (
        str(told) if told not in (None, "") and not isinstance(told, Mapping | list) else "unknown"
    )
    if isinstance(info.get("description"), str) and info["description"].strip():
        made["description"] = short(info["description"])
    if servers := _servers(document.get("servers"), notes):
        made["servers"] = servers
    if "security" in document:
        ways = security.requirements(document["security"], Spot() / "security")
        if ways is not None:
            made["security"] = ways
    if tags := _tags(document.get("tags"), notes):
        made["tags"] = tags
    if docs := external(document.get("externalDocs")):
        made["externalDocs"] = docs
    source = {"title": f"{made['title']} {made['version']}, {origin.said}"}
    if file:
        source["note"] = f"Imported from {file}."
    told_before = sources_of(document)
    made["sources"] = Block({**told_before, free(origin.key, told_before): Block(source)})
    if document.get("webhooks"):
        notes.doubt(
            Spot() / "webhooks", "keep the webhooks", "a contract is about requests to the API, not from it"
        )
    return made


def _servers(value: Json, notes: Notes) -> list[Json]:
    at = Spot() / "servers"
    if not isinstance(value, list):
        if value is not None:
            notes.doubt(at, f"use {show(value)} as servers", "they are a list")
        return []
    made: list[Json] = []
    for index, item in enumerate(value):
        if not isinstance(item, Mapping) or not isinstance(item.get("url"), str) or not item["url"]:
            notes.doubt(at / index, f"use {show(item)} as a server", "it has no url")
            continue
        server = Block({"url": item["url"]})
        if _VARIABLE.search(item["url"]):
            server["url"] = _filled(item["url"], item.get("variables"))
            because = "contracts have no server variables"
            notes.guess(
                server, "url", at / index, f"keep the url {show(item['url'])}", because, server["url"]
            )
        if isinstance(item.get("description"), str) and item["description"].strip():
            server["description"] = short(item["description"])
        made.append(server)
    return made


def _filled(url: str, variables: Json) -> str:
    """The URL with the defaults of its variables (OpenAPI 3.1 §4.8.6)."""
    known = variables if isinstance(variables, Mapping) else {}

    def value(match: re.Match[str]) -> str:
        told = known.get(match[1])
        default = told.get("default") if isinstance(told, Mapping) else None
        return default if isinstance(default, str) else match[1]

    return _VARIABLE.sub(value, url)


def _tags(value: Json, notes: Notes) -> list[Json]:
    at = Spot() / "tags"
    if not isinstance(value, list):
        if value is not None:
            notes.doubt(at, f"use {show(value)} as tags", "they are a list")
        return []
    made: list[Json] = []
    for index, item in enumerate(value):
        if isinstance(item, str):
            made.append(Block({"name": item}))
        elif not isinstance(item, Mapping) or not isinstance(item.get("name"), str):
            notes.doubt(at / index, f"use {show(item)} as a tag", "it has no name")
        else:
            tag = Block({"name": item["name"]})
            if isinstance(item.get("description"), str) and item["description"].strip():
                tag["description"] = short(item["description"])
            if docs := external(item.get("externalDocs")):
                tag["externalDocs"] = docs
            made.append(tag)
    return made
