"""The same session on workers: nothing lost, nothing twice, and a dead worker is told."""

from __future__ import annotations

import pytest
from notes_project import ALL, CLAUSES, NOTES, Project, latest, run
from notes_server import TOKEN, serving


def _outcomes(result: pytest.RunResult) -> set[tuple[str, str]]:
    words = ("PASSED", "FAILED", "SKIPPED", "XFAIL", "ERROR")
    found = set()
    for line in result.outlines:
        parts = line.replace("[gw0]", "").replace("[gw1]", "").split()
        node = next((part for part in parts if "::" in part), None)
        word = next((part for part in parts if part in words), None)
        if node and word and not line.startswith(words):
            found.add((node, word))
    return found


def test_two_workers_tell_what_one_process_tells(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The outcomes are the same, the two units go to two workers, and there is one log and one report."""
    folder = project(NOTES, ALL)
    monkeypatch.setenv("NOTES_TOKEN", TOKEN)
    with serving("forgets") as url:
        target = (f"--assay-target={url}", "--assay-auth-env=NOTES_TOKEN", "-v")
        alone = run(folder, *target)
        serial = latest(folder)
        together = run(folder, *target, "-n", "2")
    assert alone.ret == together.ret == 1
    plain = {(node, word) for node, word in _outcomes(together)}
    assert len(_outcomes(alone)) == CLAUSES
    assert plain == _outcomes(alone)
    merged = latest(folder)
    assert merged["summary"] == serial["summary"]
    assert merged["run"]["complete"] is True
    workers = {line.split("]")[0] for line in together.outlines if line.startswith("[gw") and "::" in line}
    assert workers == {"[gw0", "[gw1"}
    last = (folder.path / "reports" / "latest").resolve()
    assert sorted(p.name for p in last.glob("*.jsonl")) == ["log.jsonl"]


def test_a_worker_without_work_is_not_missed(project: Project) -> None:
    """One unit on two workers: the idle one writes no shard, and the run is complete."""
    folder = project(NOTES, ALL)
    result = run(folder, "-n", "2", "-k", "authorization")
    assert result.ret == 0
    result.assert_outcomes(passed=2)
    assert latest(folder)["run"]["complete"] is True


def test_a_worker_that_dies_makes_the_run_incomplete(project: Project) -> None:
    """What the dead worker saw is kept, its shard is called unfinished, and the session fails."""
    killer = """
        import os

        def test_dies(assay_api):
            assay_api("notes").call("health")
            os._exit(9)
    """
    folder = project(NOTES, {"test_killer.py": killer})
    result = run(folder, "-n", "2", "--max-worker-restart=0")
    assert result.ret != 0
    result.stdout.fnmatch_lines(["incomplete: shard 1/1 has no footer*", "worker gw? crashed: *"])


def test_a_session_without_clauses_leaves_no_folder(project: Project) -> None:
    """Where contracts are but no clause is tested, distributing leaves nothing behind."""
    folder = project(NOTES, {"test_plain.py": "def test_plain(): pass\n"})
    result = run(folder, "-n", "2")
    result.assert_outcomes(passed=1)
    assert not (folder.path / "reports").exists()
