"""Claims about what help teaches, and that the pages in `docs/` say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assay import __version__
from assay.app.errors import Exit
from assay.cli.exit_codes import MEANINGS
from assay.cli.group import COMMANDS
from assay.cli.manual import manual
from assay.report import exits

DOCS = Path(__file__).parents[3] / "docs"


def test_the_manual_is_the_help() -> None:
    """docs/cli.md is what the commands say; `python -m assay.cli.manual > docs/cli.md` mends it."""
    assert (DOCS / "cli.md").read_text(encoding="utf-8") == manual()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_teaches_by_example(name: str, assay) -> None:
    """The help of a command shows at least one line that can be typed."""
    said = assay(name, "--help")
    assert said.code == 0
    assert re.search(rf"Examples:\n(.*\n)*?    (\w+=\w+ )?assay {name}", said.out)


def test_commands_come_in_the_order_of_need(assay) -> None:
    """The top-level help lists the commands as a newcomer needs them, the exit codes last."""
    text = assay("--help").out
    places = [text.index(f"\n  {name} ") for name in COMMANDS]
    assert places == sorted(places)
    assert text.index("Exit codes:") > places[-1]
    assert text.rstrip().splitlines()[-1].startswith("  5  ")


def test_exit_codes_are_one_table() -> None:
    """Help, docs, the app and the report agree on the codes."""
    page = (DOCS / "exit-codes.md").read_text(encoding="utf-8")
    written = {int(code): text for code, text in re.findall(r"^\| (\d) \| (.+) \|$", page, re.MULTILINE)}
    assert written == {int(code): text for code, text in MEANINGS.items()}
    assert set(MEANINGS) == set(Exit)
    assert {int(code) for code in exits.Exit} == {int(code) for code in Exit}


def test_version(assay) -> None:
    """`--version` names the program and its version."""
    assert assay("--version") == (0, f"assay {__version__}\n", "")


def test_no_command_is_a_usage_error(assay) -> None:
    """`assay` alone shows the help, on standard error, and ends with 2."""
    said = assay()
    assert (said.code, said.out) == (2, "")
    assert "Commands:" in said.err
