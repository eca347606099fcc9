"""Somebody else who asks, named to pytest as to `assay run`."""

from __future__ import annotations

import pytest
from notes_project import NOTES, SUITE, Project, latest, run
from notes_server import TOKEN, serving

LIFECYCLE = "contracts/notes/lifecycles/note.yaml"
APART = {
    **NOTES,
    LIFECYCLE: NOTES[LIFECYCLE].replace(
        "laws: [unique-ids]", "laws: [unique-ids, isolation: {principals: [read]}]"
    ),
    "test_laws.py": f'{SUITE}test_laws = suite(kinds={{"law"}})\n',
}
PART = "notes/lifecycle/note/law/isolation/principals-read"


@pytest.fixture(autouse=True)
def _tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTES_TOKEN", TOKEN)
    monkeypatch.setenv("BOBS_TOKEN", "a-token-that-the-server-does-not-know")


@pytest.mark.parametrize("door", ["flag", "environment", "ini"])
def test_each_door_names_a_principal(project: Project, monkeypatch: pytest.MonkeyPatch, door: str) -> None:
    """By flag, environment or ini file: he is asked as, and here it turns out that his token is none."""
    ini = {"pytest.ini": "[pytest]\nassay_principal = bob=BOBS_TOKEN\n"} if door == "ini" else {}
    folder = project(APART, ini)
    if door == "environment":
        monkeypatch.setenv("ASSAY_PRINCIPAL", "bob=BOBS_TOKEN")
    flags = ("--assay-principal=bob=BOBS_TOKEN",) if door == "flag" else ()
    with serving() as url:
        result = run(folder, f"--assay-target={url}", "--assay-auth-env=NOTES_TOKEN", "-rs", *flags)
    clause = next(c for c in latest(folder)["clauses"] if c["id"] == PART)
    assert clause["standing"] == "inconclusive"
    assert "bob could not make an instance of his own: 401" in clause["reason"]
    assert "a-token-that" not in result.stdout.str()


def test_without_one_the_clause_is_skipped_with_its_reason(project: Project) -> None:
    """What needs somebody else is not passed, and says so."""
    with serving() as url:
        result = run(project(APART), f"--assay-target={url}", "--assay-auth-env=NOTES_TOKEN", "-rs")
    assert result.ret == 0
    result.stdout.fnmatch_lines([f"*{PART}*needs a second principal*--principal NAME=VAR*"])


def test_a_principal_that_is_none_is_a_usage_error(project: Project) -> None:
    """What is not of the form NAME=VAR is told before anything runs."""
    result = run(project(APART), "--assay-principal=bob")
    assert result.ret != 0
    assert "'bob': because it is not of the form NAME=VAR" in result.stdout.str() + result.stderr.str()
