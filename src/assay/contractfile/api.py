"""One api's documents become an `Api`, and all of them a digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from assay.contractfile.positions import Document
from assay.model.contract import Api, Json, Operation, Prerequisite, Source
from assay.model.lifecycle import Lifecycle
from assay.model.pointer import escape
from assay.model.problem import Problem
from assay.model.verdict import Pending, Waiver


def build_api(
    name: str,
    document: Document,
    operations: Iterable[Operation],
    lifecycles: Iterable[Lifecycle],
    waivers: Iterable[Waiver],
    pending: Iterable[Pending] = (),
    *,
    complete: bool,
) -> Api:
    """The api of an `api.yaml` that kept its schema.

    `complete` is False when other files of it had to be left out.
    """
    raw = document.value
    tables = tuple(sorted(lifecycles, key=lambda table: (table.place.file, table.name)))
    components = raw.get("components", {})
    lifecycles = tuple(lifecycles)  # read twice
    return Api(
        name=name,
        title=raw["title"],
        version=raw["version"],
        servers=tuple(server["url"] for server in raw.get("servers", ())),
        security_schemes=components.get("securitySchemes", {}),
        components=components,
        sources={
            key: Source(key, item["title"], item.get("url"), item.get("note"))
            for key, item in raw.get("sources", {}).items()
        },
        operations=tuple(sorted(operations, key=_reading_order(tables))),
        lifecycles=tables,
        waivers=tuple(waivers),
        pending=tuple(pending),
        supplies={key: item["example"] for key, item in raw.get("supplies", {}).items()},
        prerequisites={
            key: _prerequisite(key, item["from"], document)
            for key, item in raw.get("supplies", {}).items()
            if "from" in item
        },
        document=_openapi(raw),
        place=document.place("/title"),
        complete=complete,
    )


def _prerequisite(name: str, raw: Mapping[str, Json], document: Document) -> Prerequisite:
    return Prerequisite(
        lifecycle=raw["lifecycle"],
        state=raw.get("state", ""),
        value=raw.get("value", "$instance.id"),
        place=document.place(f"/supplies/{escape(name)}/from"),
    )


def _reading_order(tables: Iterable[Lifecycle]) -> Callable[[Operation], tuple[int, str, str]]:
    """As a lifecycle is told, its creator first; then the others by file."""
    rank: dict[str, int] = {}
    for table in tables:
        for name in (table.created_by, *table.cells):
            rank.setdefault(name, len(rank))

    def order(operation: Operation) -> tuple[int, str, str]:
        return rank.get(operation.id, len(rank)), operation.place.file, operation.id

    return order


def _openapi(raw: Mapping[str, Json]) -> Mapping[str, Json]:
    """What of `api.yaml` an OpenAPI 3.1 document has under the same meaning (§4.8.1)."""
    info = {key: raw[key] for key in ("title", "version", "description") if key in raw}
    kept = {
        key: raw[key]
        for key in raw
        if key in {"servers", "security", "tags", "externalDocs"} or key.startswith("x-")
    }
    return {"info": info, **kept}


def build_pending(document: Document) -> tuple[Pending, ...]:
    """The promises of a `waivers.yaml` that may be broken until they have held once."""
    named = document.value.get("pending", ())
    return tuple(Pending(text, document.place(f"/pending/{index}")) for index, text in enumerate(named))


def build_waivers(document: Document) -> tuple[tuple[Waiver, ...], tuple[Problem, ...]]:
    """The decisions of a `waivers.yaml` that kept its schema, and those whose date is none."""
    waivers, problems = [], []
    for index, raw in enumerate(document.value.get("waivers", ())):
        try:
            until = date.fromisoformat(raw["until"])
        except ValueError:
            message = f"Cannot use '{raw['until']}' as a date: because the calendar has no such day."
            problems.append(
                document.problem(
                    "wrong-value",
                    f"/waivers/{index}/until",
                    message,
                    "Write a day as YYYY-MM-DD.",
                    at_value=True,
                )
            )
            continue
        matches = raw.get("clause") or raw["fingerprint"]
        waivers.append(
            Waiver(
                matches,
                raw["reason"],
                raw["owner"],
                until,
                document.place(f"/waivers/{index}"),
                raw.get("link", ""),
            )
        )
    return tuple(waivers), tuple(problems)


def digest(documents: Mapping[tuple[str, str, str], Json]) -> str:
    """sha256 over the parsed documents by api, kind and name: equal for equal contracts."""
    keyed = {json.dumps(key): value for key, value in documents.items()}
    canonical = json.dumps(keyed, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()
