"""Claims about `assay import` of an SDK's documentation."""

from __future__ import annotations

import json
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from unit.ingest.sdk_templates import pages

OPENAPI = """\
openapi: 3.1.0
info: {title: Told, version: 1.0.0}
paths: {/a: {get: {responses: {200: {description: Fine.}}}}}
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the pages of an SDK, and the place where one is."""
    for file, text in pages("java").items():
        (tmp_path / "sdk" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "sdk" / file).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASSAY_DEBUG", raising=False)
    return tmp_path


def test_a_folder_of_pages_becomes_contracts_that_lint_and_run(here: Path, assay) -> None:
    """With the answer to the question about names it is firm, has a lifecycle, and the mock keeps it."""
    said = assay("import", "sdk", "--names", "snake_case")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[-1].startswith("contracts/loans: 4 operations, ")
    assert "docs/LoansApi.md:" in said.out
    assert str(here) not in said.out
    assert str(here) not in "".join(path.read_text("utf-8") for path in (here / "contracts").rglob("*.yaml"))
    assert assay("lint").code == 0
    assert assay("plan").code == 0
    assert assay("run", "--history", "off").code == 0


def test_names_are_asked_without_an_answer(here: Path, assay) -> None:
    """All of them in one question, which says what to do; what depends on them never fails a run."""
    said = assay("import", "sdk", "--format", "json")
    told = json.loads(said.out)
    (asked,) = [question for question in told["questions"] if "spelt on the wire" in question]
    assert "`bookNumber`" in asked
    assert "`dueAt`" in asked
    assert "--names" in asked
    assert assay("lint").code == 0
    assert assay("run", "--history", "off").code == 0


def test_a_page_takes_the_models_beside_it(here: Path, assay) -> None:
    """A page alone is an API; the pages that it names in its own folder are read, too."""
    said = assay("import", "sdk/docs/LoansApi.md", "--names", "snake_case", "-o", "with")
    assert said.code == 0
    assert "due_at" in (here / "with" / "loans" / "api.yaml").read_text("utf-8")
    for file in ("Loan.md", "NewLoan.md", "Shelf.md"):
        (here / "sdk" / "docs" / file).unlink()
    said = assay("import", "sdk/docs/LoansApi.md", "-o", "alone")
    assert said.code == 0
    assert "What do these look like: NewLoan, Loan? No page of them is here." in said.out
    assert assay("lint", "alone").code == 0


def test_several_pages_and_standard_input(here: Path, assay, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages may be named one by one, and one may come from a pipe, whatever it is called."""
    said = assay("import", "sdk/docs/LoansApi.md", "sdk/docs/Loan.md", "sdk/README.md", "-o", "several")
    assert said.code == 0
    assert "What do these look like: Shelf, NewLoan?" in said.out
    assert "due" in (here / "several" / "loans" / "api.yaml").read_text("utf-8")
    text = (here / "sdk" / "docs" / "LoansApi.md").read_bytes()
    (here / "page.txt").write_bytes(text)
    assert assay("import", "page.txt", "-o", "text").code == 0
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(text)))
    assert assay("import", "-", "-o", "piped").code == 0
    assert (here / "piped" / "loans" / "borrow.yaml").exists()


def test_the_same_pages_make_the_same_files(here: Path, assay) -> None:
    """A second import changes nothing."""
    assay("import", "sdk")
    assert assay("import", "sdk").out.splitlines()[-1].endswith("unchanged files")


def test_a_project_begins_from_pages(here: Path, assay) -> None:
    """`assay init` takes what `assay import` takes."""
    assert assay("init", "project", "--from", "sdk").code == 0
    assert (here / "project" / "contracts" / "loans" / "borrow.yaml").exists()


def test_what_is_no_such_page_is_told(here: Path, assay) -> None:
    """What is wrong with a source, and what to do: exit code 2."""
    (here / "notes.md").write_text("# Notes\n\nNothing of an API.\n", encoding="utf-8")
    (here / "openapi.yaml").write_text(
        OPENAPI,
        encoding="utf-8",
    )
    (here / "empty").mkdir()
    for words, because in (
        (["notes.md"], "because the page tells no operation"),
        (["sdk/README.md"], "because the page tells no operation"),
        (["sdk/docs/LoansApi.md", "openapi.yaml"], "because it is no page of an SDK's documentation"),
        (["sdk/docs/LoansApi.md", "nowhere.md"], "because it cannot be read"),
        (["empty", "empty"], "because no page in Markdown is there"),
        (["openapi.yaml", "--names", "camelCase"], "because a document has names as they are on the wire"),
    ):
        said = assay("import", *words)
        assert said.code == 2, words
        assert because in said.err
        assert said.err.startswith("Cannot ")
    assert not (here / "contracts").exists()


def test_a_document_in_the_folder_comes_first(here: Path, assay) -> None:
    """Where a folder holds a document, it tells more than pages do."""
    (here / "sdk" / "openapi.yaml").write_text(
        OPENAPI,
        encoding="utf-8",
    )
    assert assay("import", "sdk").out.splitlines()[-1].startswith("contracts/told: 1 operation")
