"""What our SARIF 2.1.0 logs (OASIS) have in common: of broken promises, of findings about contracts, of changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from assay.model.contract import Json
from assay.model.problem import Place

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def log(
    version: str,
    automation: str,
    rules: Sequence[Json],
    results: Sequence[Json],
    more: Mapping[str, Json] = {},
) -> Json:
    """One run of Assay in that version: `automation` tells its kind from others (§3.17), `more` is said of it."""
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "Assay", "semanticVersion": version, "rules": list(rules)}},
                "automationDetails": {"id": automation},
                **more,
                "columnKind": "unicodeCodePoints",
                "results": list(results),
            }
        ],
    }


def rule(name: str, short: str, how: str) -> dict[str, Json]:
    """What stands on a rule (§3.49): in a sentence, and where there is more."""
    return {
        "id": name,
        "name": "".join(part.capitalize() for part in name.split("-")),
        "shortDescription": {"text": short},
        "help": {"text": how},
    }


def location(place: Place, name: str) -> Json:
    """A line of a file, and what is there; the latter alone where no file is known."""
    found: dict[str, Json] = {}
    if place.file:
        physical: dict[str, Json] = {"artifactLocation": {"uri": _uri(place.file)}}
        if place.line:
            physical["region"] = {"startLine": place.line, "startColumn": max(place.column, 1)}
        found["physicalLocation"] = physical
    if name:
        found["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "member"}]
    return found


def _uri(file: str) -> str:
    """The path as a URI reference (RFC 3986 §4.1): relative as it is, with what means something there encoded."""
    return quote(file.replace("\\", "/").encode("utf-8", "replace"), safe="/-._~")
