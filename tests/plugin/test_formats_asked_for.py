"""`--assay-report`: further formats of the report, written once, by whoever sees the whole session."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from notes_project import ALL, CLAUSES, NOTES, Project, run
from notes_server import TOKEN, serving


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_a_session_writes_the_formats_that_are_asked_for(
    project: Project, monkeypatch: pytest.MonkeyPatch, workers: tuple[str, ...]
) -> None:
    """With workers too: of all clauses, once, and as seen from the session before."""
    folder = project(NOTES, ALL)
    monkeypatch.setenv("NOTES_TOKEN", TOKEN)
    with serving("forgets") as url:
        asked = (f"--assay-target={url}", "--assay-auth-env=NOTES_TOKEN", "--assay-report=junit=out/junit.xml",
                 "--assay-report=markdown", "--assay-report=github", *workers)  # fmt: skip
        run(folder, *asked)
        found = run(folder, *asked)
    cases = list(ElementTree.parse(folder.path / "out" / "junit.xml").iter("testcase"))
    assert len(cases) == CLAUSES
    assert list(folder.path.glob("**/junit.xml")) == [folder.path / "out" / "junit.xml"]
    summary = (folder.path / "reports" / "latest" / "summary.md").read_text(encoding="utf-8")
    assert re.search(r"Since the run before .*: [0-9]+ still failing", summary)
    told = [line for line in found.outlines if line.startswith("::error") and "readNote" in line]
    assert len(told) == len(set(told)) > 0


def test_an_ini_file_asks_too(project: Project) -> None:
    """A path there is meant from the root folder, whence ever the tests are run."""
    folder = project(NOTES, ALL)
    folder.makeini("[pytest]\nassay_report = badge=out/badge.svg ctrf\n")
    below = folder.mkdir("below")
    folder.chdir()
    run(folder, "--assay-reports=reports", "-k", "health", f"--rootdir={folder.path}", "test_all.py")
    assert (folder.path / "out" / "badge.svg").exists()
    assert (folder.path / "reports" / "latest" / "ctrf.json").exists()
    assert not list(below.iterdir())


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_a_format_that_there_is_not_is_refused_before_anything_is_sent(
    project: Project, workers: tuple[str, ...]
) -> None:
    """With the name that was meant."""
    folder = project(NOTES, ALL)
    found = run(folder, "--assay-report=junti", *workers)
    assert found.ret not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}
    assert any("Did you mean 'junit'" in line for line in [*found.outlines, *found.errlines])
    assert not list(folder.path.glob("reports/*/log.jsonl"))


def test_what_cannot_be_written_fails_the_session(project: Project) -> None:
    """It is said, and no good session hides it."""
    folder = project(NOTES, ALL)
    (folder.path / "taken").write_text("a file")
    found = run(folder, "--assay-report=junit=taken/junit.xml", "-k", "health")
    assert found.ret == pytest.ExitCode.TESTS_FAILED
    assert any("Cannot write" in line for line in found.outlines)
