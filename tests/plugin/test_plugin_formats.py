"""`--assay-report`: the formats of `assay run --report`, from pytest."""

from __future__ import annotations

import json

import pytest
from notes_project import ALL, NOTES, Project, run
from notes_server import TOKEN, serving


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_formats_are_written_once_and_said(
    project: Project, monkeypatch: pytest.MonkeyPatch, workers: tuple[str, ...]
) -> None:
    """In the run's folder, at a place of one's own, or on standard output; with and without workers."""
    folder = project(NOTES, ALL)
    monkeypatch.setenv("NOTES_TOKEN", TOKEN)
    wanted = ("--assay-report=junit", "--assay-report=sarif=out/s.json", "--assay-report=github")
    with serving("forgets") as url:
        done = run(folder, f"--assay-target={url}", "--assay-auth-env=NOTES_TOKEN", *wanted, *workers)
    assert (folder.path / "reports/latest/junit.xml").read_bytes().count(b"<testsuites ") == 1
    (only,) = json.loads((folder.path / "out/s.json").read_text("utf-8"))["runs"]
    assert only["results"]
    done.stdout.fnmatch_lines(["::error file=contracts/notes/*"])


def test_a_summary_tells_what_is_new_first(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compared with the run before, of the same target."""
    folder = project(NOTES, ALL)
    run(folder)
    monkeypatch.setenv("NOTES_TOKEN", TOKEN)
    with serving() as url:
        run(folder, f"--assay-target={url}", "--assay-auth-env=NOTES_TOKEN", "--assay-report=markdown")
    assert "Assay: conforms" in (folder.path / "reports/latest/summary.md").read_text("utf-8")


def test_a_format_that_there_is_not_is_refused_before_anything_is_sent(project: Project) -> None:
    done = run(project(NOTES, ALL), "--assay-report=junitt")
    done.stdout.fnmatch_lines(["*Cannot report as 'junitt': because there is no such format. Did you mean*"])
    assert done.ret != 0
