"""docs/contract-format.md says what the schemas say, and its example is a contract."""

from __future__ import annotations

import json
import sys
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from pages import DOCS, ROOT, blocks

from assay.app.load import examine

PAGE = DOCS / "contract-format.md"
SCHEMAS = ROOT / "src" / "assay" / "contractfile" / "schemas"
#: objects that OpenAPI describes and a contract hardly needs; their keys stand in the schemas
ELSEWHERE = {"link", "example", "externalDocs"}


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    """The script that makes the tables."""
    spec = spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def page() -> str:
    """The page's text."""
    return PAGE.read_text(encoding="utf-8")


def test_the_tables_are_those_of_the_schemas(generate: ModuleType, page: str) -> None:
    """Each table between markers is what the schemas say today."""
    assert generate.filled(page) == page, (
        "docs/contract-format.md is out of date: run python docs/generate.py"
    )


def test_a_changed_table_is_noticed(generate: ModuleType, page: str) -> None:
    """A table edited by hand is made anew."""
    changed = page.replace("| `operation` | text |", "| `operation` | number |")
    assert changed != page
    assert generate.filled(changed) == page


@pytest.mark.parametrize("schema", ["contract", "api", "lifecycle", "waivers"])
def test_every_key_of_a_contract_file_is_on_the_page(schema: str, page: str) -> None:
    """No key that the schemas know is missing from the page."""
    document = json.loads((SCHEMAS / f"{schema}.schema.json").read_text(encoding="utf-8"))
    for name in ELSEWHERE:
        document.get("$defs", {}).pop(name, None)
    assert sorted(key for key in _keys(document) if f"`{key}" not in page and f"{key}:" not in page) == []


def _keys(node: object) -> set[str]:
    if isinstance(node, list):
        return {key for item in node for key in _keys(item)}
    if not isinstance(node, dict):
        return set()
    properties = node.get("properties", {})
    return set(properties) | {key for value in node.values() for key in _keys(value)}


def test_the_example_is_a_sound_contract(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files shown with their path pass `assay lint` without error or warning."""
    monkeypatch.chdir(tmp_path)
    files = {block.path: block.text for block in blocks(page) if block.path is not None}
    assert "contracts/orders/waivers.yaml" in files
    for path, text in files.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text, encoding="utf-8")
    contracts, problems = examine("contracts", date(2026, 1, 1))
    assert problems == ()
    assert contracts is not None
    assert len(contracts.apis[0].operations) == 3
