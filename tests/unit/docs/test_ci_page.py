"""docs/ci.md: its jobs are well formed, and the commands in them are commands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from assay.app.formats import FORMATS, wanted
from assay.cli.group import assay

PAGE = (Path(__file__).parents[3] / "docs" / "ci.md").read_text(encoding="utf-8")
JOBS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for member in value.values() for text in _texts(member)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


def _commands() -> list[str]:
    found = [text for job in JOBS for text in _texts(yaml.safe_load(job))]
    found += re.findall(r"sh '(.*?)'", PAGE)
    return [text for text in found if text.startswith("assay ")]


def test_there_are_commands() -> None:
    """Of each of the three systems."""
    assert len(JOBS) == 2
    assert len(_commands()) == 4


@pytest.mark.parametrize("command", _commands())
def test_each_command_is_one(command: str) -> None:
    """Its options are there, and the formats that it asks for."""
    name, *words = shlex.split(command)[1:]
    # a command keeps the help option that its first context gives it: it has to be the usual one
    usual = click.Context(assay, **assay.context_settings)
    found = assay.get_command(usual, name)
    assert found is not None
    context = found.make_context(name, words, parent=usual)
    wanted(context.params.get("formats", ()))


def test_every_format_is_on_the_page() -> None:
    """The table has all of them."""
    assert all(f"`{name}`" in PAGE for name in FORMATS)
