"""The tutorial is executed: every command it shows, with every file it tells the reader to write."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pages import ROOT, blocks
from typed import missing, needs_a_shell, on_free_ports, typed_out


@pytest.fixture(scope="module")
def page() -> str:
    """The tutorial, with ports that are free here in place of those it names."""
    return on_free_ports("tutorial.md")


@needs_a_shell
def test_the_tutorial_does_what_it_shows(page: str, tmp_path: Path) -> None:
    """Typed line by line in a copy of the contracts, each command prints what the page shows."""
    shutil.copytree(ROOT / "contracts", tmp_path / "contracts")
    typed_out(page, tmp_path)


def test_every_block_of_the_tutorial_is_executed(page: str) -> None:
    """A block is a console, the text of a named file, or the one install block, which is the README's."""
    others = [b for b in blocks(page) if b.language != "console" and b.path is None]
    assert [b.language for b in others] == ["sh"]
    install = others[0].text.splitlines()[0]
    assert install in (ROOT / "README.md").read_text(encoding="utf-8")
    assert {b.language for b in blocks(page) if b.path} == {"yaml", "python"}


def test_a_line_that_is_not_printed_is_noticed() -> None:
    """The comparison can fail: order counts, and so does what stands around a `…`."""
    printed = "one 1\ntwo\nthree\n"
    assert missing(("one …", "…", "three"), printed) is None
    assert missing(("two", "one …"), printed) == "one …"
    assert missing(("… four",), printed) == "… four"
