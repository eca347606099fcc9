"""The JSON Schemas editors complete from are those that validate, and say something of every key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema_rs
import pytest

from assay.contractfile.conform import KINDS, schema_of
from assay.model.contract import Json

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("kind", KINDS)
def test_published_copies_are_identical(kind: str) -> None:
    """What lies in contracts/ for editors is what the package validates with, byte for byte."""
    ours = ROOT / "src/assay/contractfile/schemas" / f"{kind}.schema.json"
    assert (ROOT / "contracts" / f"{kind}.schema.json").read_bytes() == ours.read_bytes()
    assert json.loads(ours.read_text("utf-8")) == schema_of(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_json_schema(kind: str) -> None:
    """Each is JSON Schema 2020-12 under an id that nobody has to be able to reach."""
    schema = schema_of(kind)
    jsonschema_rs.meta.validate(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:assay:{kind}"


def properties(schema: Json, path: str = "#") -> Iterator[tuple[str, Json]]:
    """Every described property of a schema of ours, with its path."""
    if isinstance(schema, list):
        for index, item in enumerate(schema):
            yield from properties(item, f"{path}/{index}")
    if not isinstance(schema, dict):
        return
    for key, value in schema.items():
        # the condition of an `if` tests, it does not describe
        if key == "properties" and not path.endswith("/if"):
            for name, inner in value.items():
                yield f"{path}/properties/{name}", inner
                yield from properties(inner, f"{path}/properties/{name}")
        elif key not in {"properties", "if"}:
            yield from properties(value, f"{path}/{key}")


@pytest.mark.parametrize("kind", KINDS)
def test_every_property_is_described(kind: str) -> None:
    """Editors have a sentence to show for every key one can write."""
    schema = schema_of(kind)
    found = dict(properties(schema))
    assert len(found) > 3
    for path, inner in found.items():
        if inner is False:
            continue
        target = schema["$defs"][inner["$ref"].rpartition("/")[2]] if "$ref" in inner else {}
        assert inner.get("description") or target.get("description"), path


def test_shared_definitions_agree() -> None:
    """A definition is the same in all schemas that have it; only `status` is stricter in some."""
    seen: dict[str, Json] = {}
    for kind in KINDS:
        for name, definition in schema_of(kind).get("$defs", {}).items():
            if name != "status":
                assert seen.setdefault(name, definition) == definition, (kind, name)


def test_no_schema_chooses_by_trial() -> None:
    """No `anyOf` or `oneOf`: a mistake would fail every branch and be told once for each."""
    for kind in KINDS:
        text = json.dumps(schema_of(kind))
        assert '"anyOf":' not in text
        assert '"oneOf":' not in text
