"""How long does an import take? Generated documents of 100, 1 000 and 5 000 operations, and any that are named.

    python -m benchmarks.import [FILE …] [--operations N …]

Each is read, made contracts, checked by lint and written to a temporary folder, as `assay import` does it.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from datetime import date
from pathlib import Path

from assay.app.ingest import ImportOptions, import_source


def document(operations: int, seed: int = 1) -> dict[str, object]:
    """A document of so many operations: resources with create, read, list, replace, delete and an action each."""
    chance = random.Random(seed)
    named_by_us = {"type": "string", "readOnly": True}
    paths: dict[str, object] = {}
    schemas: dict[str, object] = {
        "Problem": {"type": "object", "properties": {"message": {"type": "string"}}}
    }
    for number in range(-(-operations // 6)):
        noun = "thing" + "".join(chr(ord("a") + int(digit)) for digit in str(number))
        nouns = [*[name for name in schemas if name != "Problem"][:3], noun]
        members = {
            f"field{i}": chance.choice(
                [{"type": "string", "maxLength": 50}, {"type": "integer", "minimum": 0}, {"type": "boolean"},
                 {"type": "string", "nullable": True}, {"$ref": "#/components/schemas/" + chance.choice(nouns)}]
            ) for i in range(12)
        }  # fmt: skip
        schemas[noun] = {
            "type": "object",
            "required": ["id"],
            "properties": {"id": named_by_us, **members},
        }
        body = {"application/json": {"schema": {"$ref": f"#/components/schemas/{noun}"}}}
        problem = {
            "description": "No.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }

        def told(
            name: str, status: str, *, sends: bool = False, content: object = body, no: object = problem
        ) -> object:
            made: dict[str, object] = {
                "operationId": name,
                "summary": f"{name} does what it says.",
                "responses": {status: {"description": "Fine.", "content": content}, "404": no, "400": no},
            }
            return {**made, "requestBody": {"required": True, "content": content}} if sends else made

        named = noun.capitalize()
        one = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
        paths[f"/{noun}s"] = {
            "get": told(f"list{named}s", "200"),
            "post": told(f"create{named}", "201", sends=True),
        }
        paths[f"/{noun}s/{{id}}"] = {
            "parameters": one, "get": told(f"get{named}", "200"), "put": told(f"replace{named}", "200", sends=True),
            "delete": told(f"delete{named}", "200"),
        }  # fmt: skip
        paths[f"/{noun}s/{{id}}/stop"] = {"parameters": one, "post": told(f"stop{named}", "200")}
    info = {"title": f"{operations} operations", "version": "1"}
    return {"openapi": "3.0.3", "info": info, "paths": paths, "components": {"schemas": schemas}}


def measure(source: Path) -> None:
    """Imports it, and says how long that took."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        outcome = import_source(ImportOptions(str(source), folder), date(2026, 1, 1))
        took = time.perf_counter() - began
    size = source.stat().st_size / 1000
    print(
        f"{source.name}: {outcome.operations} operations, {outcome.lifecycles} lifecycles, "
        f"{len(outcome.imported.doubts)} doubts, {size:.0f} kB: {took:.2f} s"
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--operations", nargs="*", type=int, default=[100, 1000, 5000])
    chosen = parser.parse_args()
    for file in chosen.files:
        measure(file)
    for operations in chosen.operations:
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / f"generated-{operations}.json"
            made.write_text(json.dumps(document(operations)), encoding="utf-8")
            measure(made)


if __name__ == "__main__":
    main()
