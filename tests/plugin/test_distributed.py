"""The same session on workers: nothing lost, nothing twice, and a dead worker is told."""

from __future__ import annotations

import re
import signal
from collections.abc import Mapping
from typing import Any

import pytest
from notes_project import ALL, CLAUSES, NOTES, Project, latest, results, run
from notes_server import TOKEN, serving


def _outcomes(result: pytest.RunResult) -> set[tuple[str, str]]:
    words = ("PASSED", "FAILED", "SKIPPED", "XFAIL", "ERROR")
    found = set()
    for line in result.outlines:
        parts = re.sub(r"\[gw\d+\]", "", line).split()
        node = next((part for part in parts if "::" in part), None)
        word = next((part for part in parts if part in words), None)
        if node and word and not line.startswith(words):
            found.add((node, word))
    return found


def _standings(report: Mapping[str, Any]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Each clause with its standing and its fingerprints."""
    return {clause["id"]: (clause["standing"], tuple(clause["fingerprints"])) for clause in report["clauses"]}


def _asked(report: Mapping[str, Any]) -> dict[str, int]:
    """Requests by explorer, but for what was tried again: each worker convinces itself."""
    return {name: count for name, count in report["run"]["requests"].items() if name != "confirm"}


def _workers(result: pytest.RunResult) -> set[str]:
    return {line[1:4] for line in result.outlines if line.startswith("[gw") and "::" in line}


@pytest.mark.parametrize(("fault", "workers"), [("", 2), ("", 3), ("forgets", 2), ("mute", 3)])
def test_workers_tell_what_one_process_tells(
    project: Project, monkeypatch: pytest.MonkeyPatch, fault: str, workers: int
) -> None:
    """A unit in parts: outcomes, standings, fingerprints and the number of requests are those of a run without workers.

    Where something is broken each worker confirms what it has found, which walks some of the table again: then the
    number of requests is about the same.

    All workers take part, and there is one log, one report, and one Allure result for each clause.
    """
    folder = project(NOTES, ALL)
    monkeypatch.setenv("NOTES_TOKEN", TOKEN)
    with serving(fault) as url:
        target = (f"--assay-target={url}", "--assay-auth-env=NOTES_TOKEN", "-v")
        alone = run(folder, *target)
        serial = latest(folder)
        together = run(folder, *target, "-n", str(workers), "--alluredir=allure")
    assert alone.ret == together.ret == (1 if fault == "forgets" else 0)
    assert len(_outcomes(alone)) == CLAUSES
    assert _outcomes(together) == _outcomes(alone)
    assert len(_workers(together)) == workers
    merged = latest(folder)
    assert _standings(merged) == _standings(serial)
    asked, usual = _asked(merged), _asked(serial)
    assert asked.keys() == usual.keys()
    assert all(abs(asked[name] - usual[name]) <= (usual[name] // 10 if fault else 0) for name in usual)
    assert merged["run"]["complete"] is True
    marks = [found["fingerprint"] for found in merged["violations"]]
    assert len(marks) == len(set(marks))
    last = (folder.path / "reports" / "latest").resolve()
    assert sorted(p.name for p in last.glob("*.jsonl") if "ledger" not in p.name) == ["log.jsonl"]
    assert not (last / "parts").exists()
    assert len(results(folder.path / "allure")) == CLAUSES


def test_one_clause_of_a_unit_in_parts(project: Project) -> None:
    """Selected alone, it has one home: its worker explores all parts, as one process would, and tells the whole."""
    folder = project(NOTES, ALL)
    clause = "notes/lifecycle/note/written/readNote"
    alone = run(folder, "-k", clause)
    serial = latest(folder)
    together = run(folder, "-k", clause, "-n", "2")
    for result in (alone, together):
        result.assert_outcomes(passed=1)
    assert _standings(latest(folder)) == _standings(serial) == {clause: ("verified", ())}
    assert _asked(latest(folder)) == _asked(serial)


def test_another_distribution_explores_a_unit_once(project: Project) -> None:
    """Where clauses of all units go to all workers, the requests are still those of one run."""
    folder = project(NOTES, ALL)
    run(folder)
    serial = latest(folder)
    result = run(folder, "-n", "2", "--dist", "load")
    result.assert_outcomes(passed=CLAUSES)
    assert _asked(latest(folder)) == _asked(serial)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a way to kill")
@pytest.mark.parametrize("replaced", [True, False])
def test_a_worker_killed_in_the_middle_of_a_part(
    project: Project, monkeypatch: pytest.MonkeyPatch, *, replaced: bool
) -> None:
    """Nobody waits for it: the run is incomplete, names it, and no clause of its unit passes."""
    conftest = """
        import os, signal, time
        from itertools import count
        from pathlib import Path

        def pytest_configure(config):
            worker = getattr(config, "workerinput", {}).get("workerid")
            if worker not in {"gw0", "gw1"}:
                return
            from assay.drive.session import HttpSender
            send, numbers, sign = HttpSender.__call__, count(1), Path("gw1-asked")

            def sent(self, request):
                number = next(numbers)
                if worker == "gw1" and number == 3:
                    sign.touch()
                    os.kill(os.getpid(), signal.SIGKILL)
                for _ in range(600):  # a minute at most
                    if worker == "gw1" or sign.exists():
                        break
                    time.sleep(0.1)
                return send(self, request)

            HttpSender.__call__ = sent
    """
    folder = project(NOTES, ALL, {"conftest.py": conftest})
    monkeypatch.setenv("NOTES_TOKEN", TOKEN)
    more = () if replaced else ("--max-worker-restart=0",)
    with serving() as url:
        result = run(
            folder,
            f"--assay-target={url}",
            "--assay-auth-env=NOTES_TOKEN",
            "-n",
            "2",
            "-v",
            "-k",
            "not health",
            *more,
        )
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*worker gw1 crashed: *"])
    assert latest(folder)["run"]["complete"] is False
    assert not [node for node, word in _outcomes(result) if word == "PASSED"]
    if replaced:
        result.stdout.fnmatch_lines(["*worker gw1 did not come to the end of exploring notes/note*"])


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
