"""What the docs show as YAML, TOML and clause ids is such."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import yaml
from pages import DOCS, ROOT, blocks

from assay.app.load import load
from assay.plan.clauses import clauses

PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
#: an id of the shipped contracts, or a pattern of them, in code; `contracts/equos/…` is a path
_CLAUSE = re.compile(r"(?<![\w/.-])(?:equos|iplaygames)/[\w./*-]+")


@pytest.fixture(params=PAGES, ids=lambda path: path.name)
def page(request: pytest.FixtureRequest) -> str:
    """Each page's text in turn."""
    path: Path = request.param
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def ids() -> tuple[str, ...]:
    """The clauses of the shipped contracts."""
    contracts = load(str(ROOT / "contracts"), date(2026, 1, 1))
    return tuple(clause.id for api in contracts.apis for clause in clauses(api))


def test_yaml_and_toml_can_be_read(page: str) -> None:
    """Each block that calls itself YAML or TOML is."""
    for block in blocks(page):
        if block.language == "yaml":
            yaml.safe_load(block.text)
        elif block.language == "toml":
            tomllib.loads(block.text)


def test_clauses_named_exist(page: str, ids: tuple[str, ...]) -> None:
    """Each clause id of the shipped APIs in a page is one, or the beginning or a pattern of some."""
    for found in _CLAUSE.findall(page):
        name = found.rstrip(".").removesuffix("/")
        known = any(i == name or i.startswith(f"{name}/") or fnmatchcase(i, name) for i in ids)
        assert known, f"there is no clause {name}"
