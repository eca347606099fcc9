"""Allure: each clause a test of its own, with a history that holds from run to run."""

from __future__ import annotations

from typing import Any

import pytest
from notes_project import ALL, CLAUSES, NOTES, Project, results, run
from notes_server import TOKEN, serving

CELL = "test_all.test_all#notes/lifecycle/note/written/readNote"


def _labels(result: dict[str, Any], name: str) -> list[str]:
    return [label["value"] for label in result["labels"] if label["name"] == name]


def test_clauses_keep_their_identity_and_show_their_exchanges(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ids are unique, and equal in another run on workers against another target; the story is in steps."""
    folder = project(NOTES, ALL)
    monkeypatch.setenv("NOTES_TOKEN", TOKEN)
    with serving("forgets") as url:
        run(folder, f"--assay-target={url}", "--assay-auth-env=NOTES_TOKEN", "--alluredir=one")
    run(folder, "--alluredir=two", "-n", "2")
    one, two = results(folder.path / "one"), results(folder.path / "two")
    assert len(one) == CLAUSES
    for key in ("historyId", "testCaseId"):
        ids = {name: result[key] for name, result in one.items()}
        assert len(set(ids.values())) == CLAUSES
        assert ids == {name: result[key] for name, result in two.items()}
    broken, kept = one[CELL], two[CELL]
    assert broken["name"] == "readNote on written: 200"
    assert (broken["status"], kept["status"]) == ("failed", "passed")
    assert _labels(broken, "parentSuite") == ["Notes"]
    assert _labels(broken, "suite") == ["note"]
    assert _labels(broken, "severity") == ["critical"]
    assert broken["titlePath"] == ["Notes", "note", "written"]
    assert [link["url"] for link in broken["links"]] == ["https://notes.example/docs"]
    story = broken["steps"][0]["steps"]
    assert [step["status"] for step in story] == ["passed", "failed"]
    assert all(step["name"].startswith("note₁: ") for step in story), "instances are told by symbolic names"
    assert story[1]["attachments"][0]["name"].startswith("note₁: GET ")
    assert [a["name"] for a in story[1]["attachments"]][-1] == "curl"
    assert kept["steps"][0]["attachments"]
    assert {p["name"] for p in broken["parameters"] if p["excluded"]} == {"target", "profile", "standing"}
    for file in folder.path.glob("one/*"):
        assert TOKEN not in file.read_text(encoding="utf-8")
