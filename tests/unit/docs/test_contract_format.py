"""docs/contract-format.md says what the schemas say, docs/laws.md what the laws say, and the example is a contract."""

from __future__ import annotations

import json
import sys
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import jsonschema_rs
import pytest
import yaml
from pages import DOCS, ROOT, blocks

from assay.app.explain import words
from assay.app.load import examine
from assay.laws.library import LAWS
from assay.rules.breaking import rule_ids
from assay.rules.lint import examine as lint_examine

PAGE = DOCS / "contract-format.md"
LAWS_PAGE = DOCS / "laws.md"
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


def test_the_laws_are_those_of_the_library(generate: ModuleType) -> None:
    """Each law has its section: its docstring, its parameters and a use."""
    page = LAWS_PAGE.read_text(encoding="utf-8")
    assert generate.with_laws(page) == page, "docs/laws.md is out of date: run python docs/generate.py"
    for name, law in LAWS.items():
        assert f"\n## {name}\n" in page
        assert all(f"| `{key}` |" in page for key in law.PARAMETERS["properties"])


def test_a_changed_section_is_noticed(generate: ModuleType) -> None:
    """A section edited by hand is made anew."""
    page = LAWS_PAGE.read_text(encoding="utf-8")
    assert generate.with_laws(page.replace("\n## unique-ids\n", "\n## unique\n")) == page


def test_editors_are_told_of_every_law(generate: ModuleType) -> None:
    """The schema of lifecycle files has the laws' names and parameters as the library has them, described."""
    schema = json.loads((SCHEMAS / "lifecycle.schema.json").read_text(encoding="utf-8"))
    assert generate.with_parameters(schema) == schema, (
        "the schema is out of date: run python docs/generate.py"
    )
    told = schema["$defs"]["law"]["properties"]
    assert told.keys() == LAWS.keys()
    for name, law in LAWS.items():
        assert law.PARAMETERS["properties"].keys() <= told[name]["properties"].keys()


def test_what_editors_are_told_refuses_nothing_of_a_law(generate: ModuleType) -> None:
    """What is wrong with a parameter the lint says in its own words, once."""
    schema = json.loads((SCHEMAS / "lifecycle.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema_rs.validator_for({**schema["$defs"]["law"], "$defs": schema["$defs"]})
    assert validator.is_valid({"put-replaces": {"operation": 3, "nonsense": []}})
    assert validator.is_valid("put-replaces")
    assert not validator.is_valid({"put-replaces": []})


@pytest.mark.parametrize("law", sorted(LAWS))
def test_the_use_that_is_shown_of_a_law_is_one(law: str) -> None:
    """The example fits the law's parameters, and names what the orders' contracts have."""
    (written,) = yaml.safe_load(words()[law].example)["laws"]
    given = written[law] if isinstance(written, dict) else {}
    assert [str(e) for e in jsonschema_rs.iter_errors(LAWS[law].PARAMETERS, given)] == []
    folder = ROOT / "examples" / "orders" / "contracts"
    files = {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.yaml")}
    cycle = yaml.safe_load(files["orders/lifecycles/order.yaml"])
    files["orders/lifecycles/order.yaml"] = yaml.safe_dump(cycle | {"laws": [written]}, sort_keys=False)
    assert [
        p for p in lint_examine(files, today=date(2026, 1, 1)).problems if p.rule.startswith("law-")
    ] == []


@pytest.mark.parametrize("schema", ["contract", "api", "lifecycle", "waivers"])
def test_every_key_of_a_contract_file_is_on_the_page(schema: str, page: str) -> None:
    """No key that the schemas know is missing from the page."""
    document = json.loads((SCHEMAS / f"{schema}.schema.json").read_text(encoding="utf-8"))
    for name in ELSEWHERE:
        document.get("$defs", {}).pop(name, None)
    # what laws take stands in laws.md
    document.get("$defs", {}).get("law", {}).pop("properties", None)
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


def test_the_rules_about_changes_are_those_of_the_list(generate: ModuleType) -> None:
    """Each rule has its section, and a section edited by hand is made anew."""
    page = (DOCS / "diff-rules.md").read_text(encoding="utf-8")
    assert generate.with_rules(page) == page, "docs/diff-rules.md is out of date: run python docs/generate.py"
    assert all(f"\n## {rule}\n" in page for rule in rule_ids())
    assert generate.with_rules(page.replace("\n## api-removed\n", "\n## api-lost\n")) == page
