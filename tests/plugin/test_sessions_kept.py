"""Sessions are kept in the history: once each, whether one process explored or several."""

from __future__ import annotations

from pathlib import Path

import pytest
from notes_project import ALL, CLAUSES, NOTES, Project, latest, run

from assay.store.history import History, Which
from assay.store.place import Place


def _kept(file: Path) -> History:
    return History(Place(file=file))


def test_a_session_is_kept_once(project: Project) -> None:
    """Alone and on workers; how the clauses stood is what the report says."""
    folder = project(NOTES, ALL)
    assert run(folder).ret == 0
    assert run(folder, "-n", "2").ret == 0
    history = _kept(folder.path / "reports" / "history.sqlite")
    newest, older = history.heads(Which())
    assert newest.run != older.run
    report = latest(folder)
    assert newest.run == report["run"]["id"]
    told = {(one.clause, str(one.standing), one.seen) for one in history.record(newest).marks}
    assert told == {(one["id"], one["standing"], one["seen"]) for one in report["clauses"]}
    assert len(told) == CLAUSES


def test_the_place_is_an_option_like_any_other(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--assay-history`, its variable, and `off`."""
    folder = project(NOTES, ALL)
    assert run(folder, "--assay-history=mine.sqlite").ret == 0
    monkeypatch.setenv("ASSAY_HISTORY", "off")
    assert run(folder).ret == 0
    assert _kept(folder.path / "mine.sqlite").count() == 1
    assert not (folder.path / "reports" / "history.sqlite").exists()


def test_a_place_that_cannot_be_is_told_before_anything_is_sent(project: Project) -> None:
    """One line, and no run."""
    folder = project(NOTES, ALL)
    for words in ((), ("-n", "2")):
        told = run(folder, "--assay-history=mysql://me:s3cret@db/x", *words)
        assert told.ret not in (0, None)
        text = told.stdout.str() + told.stderr.str()
        assert "only files and PostgreSQL are known" in text
        assert "s3cret@" not in text.replace("--assay-history=mysql://me:s3cret@db/x", "")
        assert not list((folder.path / "reports").glob("*/log.jsonl"))
