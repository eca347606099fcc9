"""What the docs name exists: links, paths, commands and options."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from pages import DOCS, ROOT, blocks, prose

from assay.cli.group import COMMANDS, assay

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
#: where a path in the docs may start: the clone, the page itself, the package
SOURCE = ROOT / "src" / "assay"
#: where the contract format's own relative paths start
CONTRACTS = (ROOT / "contracts" / "equos", ROOT / "contracts" / "equos" / "lifecycles")
#: what a run writes
MADE = re.compile(r"(?:reports|allure-results|allure-report)/|\.github/|\.venv/")
#: ends like a file that we keep, or like a folder
_PATH = re.compile(r"[\w.<>*-]+(?:/[\w.<>*-]+)*(?:\.(?:py|md|yaml|yml|json|toml|ini|sh)|/)")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_COMMAND = re.compile(r"(?:^|[\s/(])assay +(?P<name>[a-z]+(?:-[a-z]+)*)(?P<rest>[^\n|;&]*)")
_OPTION = re.compile(r"(?<![\w-])--?[a-zA-Z][\w-]*")
#: options of other programs that docs name alone
FOREIGN = {
    "--help",
    "--alluredir",
    "--dist",
    "--lf",
    "--junitxml",
    "-k",
    "-n",
    "-rsx",
    "-e",
    "--group",
    "--quiet",
}


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(params=PAGES, ids=_name)
def at(request: pytest.FixtureRequest) -> Path:
    """Each page in turn."""
    path: Path = request.param
    return path


def anchors(page: str) -> set[str]:
    """The fragments that GitHub gives a page's headings."""
    titles = re.findall(r"^#+ +(.+?) *$", prose(page), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_relative_links_lead_somewhere(at: Path) -> None:
    """Each relative link names a file or folder of the clone, and a heading in it."""
    text = at.read_text(encoding="utf-8")
    for target in (found["target"] for found in _LINK.finditer(prose(text))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, fragment = target.partition("#")
        file = (at.parent / path) if path else at
        assert file.exists(), f"{_name(at)} links to {target}"
        assert file.resolve().is_relative_to(ROOT), f"{_name(at)} links out of the clone: {target}"
        if fragment:
            assert fragment in anchors(file.read_text(encoding="utf-8")), f"{_name(at)} links to {target}"


def test_paths_named_exist(at: Path) -> None:
    """Each path in backticks with a folder in it exists.

    Passed over is what a run writes, or a page tells the reader to write. `<…>` and `*` stand for some
    name: then the folder must exist.
    """
    text = at.read_text(encoding="utf-8")
    shown = {path for page in PAGES for b in blocks(page.read_text(encoding="utf-8")) if (path := b.path)}
    for code in _CODE.findall(prose(text)):
        if "/" not in code.rstrip("/") or not _PATH.fullmatch(code) or MADE.match(code) or code in shown:
            continue
        assert any(_there(root, code) for root in (ROOT, at.parent, SOURCE, *CONTRACTS)), (
            f"{_name(at)} names {code}"
        )


def _there(root: Path, path: str) -> bool:
    fixed = path.rstrip("/").split("/")
    while fixed and re.search(r"[<>*]", fixed[-1]):
        fixed.pop()
    return root.joinpath(*fixed).exists() and not any(re.search(r"[<>*]", part) for part in fixed)


def code(page: str) -> Iterator[str]:
    """All code of a page: inline and in blocks, lines joined where the shell joins them."""
    yield from _CODE.findall(prose(page))
    for block in blocks(page):
        yield block.text.replace("\\\n", " ")


def options(name: str) -> set[str]:
    """The options of a command."""
    command = assay.get_command(click.Context(assay), name)
    assert command is not None
    params = [*command.params, *(p for below in getattr(command, "below", ()) for p in below.params)]
    return {o for p in params for o in (*p.opts, *p.secondary_opts) if o.startswith("-")} | {
        "--help",
        "-h",
    }


def uses(text: str) -> Iterator[tuple[str, list[str]]]:
    """The commands in a piece of code, each with its options."""
    for found in _COMMAND.finditer(text):
        yield found["name"], _OPTION.findall(re.sub(r"\$\(.*|'[^']*'|\"[^\"]*\"|#.*", "", found["rest"]))


def test_commands_and_options_exist(at: Path) -> None:
    """Each `assay COMMAND --option` in a page's code can be typed."""
    for text in code(at.read_text(encoding="utf-8")):
        for name, used in uses(text):
            assert name in COMMANDS, f"{_name(at)}: assay {name}"
            assert set(used) <= options(name), f"{_name(at)}: assay {name} {used}"


def test_options_named_alone_exist(at: Path, pytestconfig: pytest.Config) -> None:
    """An option alone in backticks belongs to some command, to the pytest plugin, or to a program we name."""
    parser = pytestconfig._parser  # the only list of options that pytest has
    plugin = {
        o for group in parser._groups for option in group.options for o in option.names() if "assay" in o
    }
    known = {o for name in COMMANDS for o in options(name)} | plugin | FOREIGN | {"--version"}
    for text in _CODE.findall(prose(at.read_text(encoding="utf-8"))):
        if text.startswith("-"):
            assert set(_OPTION.findall(text.split("=")[0])) <= known, f"{_name(at)}: {text}"


def test_a_wrong_name_is_noticed() -> None:
    """The readers of this module find what they are to find."""
    assert list(uses("$ .venv/bin/assay run --profil gate --only 'x --y' | assay frobnicate")) == [
        ("run", ["--profil", "--only"]),
        ("frobnicate", []),
    ]
    assert "--profil" not in options("run")
    assert _LINK.findall("[a](b.md#c) ![i](j.png)") == ["b.md#c"]
    assert anchors("## x-fresh: never twice\n```\n# no\n```\n### api.yaml\n") == {
        "x-fresh-never-twice",
        "apiyaml",
    }
    assert not _there(ROOT, "src/assay/nowhere/<name>.py")
    assert _there(ROOT, "src/assay/judge/checks/<name>.py")


def test_pages_do_not_name_a_machine(at: Path) -> None:
    """No page names a place that only one machine has."""
    assert re.findall(r"(?<![\w.~-])/(?:root|tmp|home|Users|work)/\S*", at.read_text(encoding="utf-8")) == []
