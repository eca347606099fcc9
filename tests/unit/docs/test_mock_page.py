"""The page about the mock is executed: every command it shows."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from pages import DOCS, ROOT, blocks
from typed import needs_a_shell, on_free_ports, typed_out

from assay.mock.prefer import Wish
from assay.serve.control import desk


@needs_a_shell
def test_the_page_does_what_it_shows(tmp_path: Path) -> None:
    """Typed line by line beside a copy of the orders contracts, each command prints what the page shows."""
    shutil.copytree(ROOT / "examples/orders/contracts", tmp_path / "examples/orders/contracts")
    typed_out(on_free_ports("mock.md"), tmp_path)


@pytest.fixture(scope="module")
def page() -> str:
    """The page as it is read."""
    return (DOCS / "mock.md").read_text(encoding="utf-8")


def test_nothing_on_it_is_only_shown(page: str) -> None:
    """Each block is typed."""
    assert {block.language for block in blocks(page)} == {"console"}


def test_it_names_each_endpoint_and_no_other(page: str) -> None:
    """The table is the list that the endpoint itself keeps in its docstring."""
    rows = set(re.findall(r"^\| `([A-Z]+) (/__assay__/[a-z]*)", page, re.MULTILINE))
    stated = set(re.findall(r"^    ([A-Z]+) +(/__assay__/[a-z]*)", desk.__doc__ or "", re.MULTILINE))
    assert rows == stated
    assert len(rows) == 12


def test_it_names_each_preference(page: str) -> None:
    """What a request can wish for has a row."""
    for name in Wish.__dataclass_fields__:
        assert re.search(rf"^\| `{name}=", page, re.MULTILINE), name
