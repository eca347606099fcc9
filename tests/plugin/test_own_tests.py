"""Tests of one's own: the examples of the documentation, run as they stand."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from notes_project import NOTES, Project, latest, run

ROOT = Path(__file__).parents[2]


def _example() -> str:
    blocks = re.findall(
        r"```python\n(.*?)```", (ROOT / "docs" / "pytest.md").read_text(encoding="utf-8"), re.DOTALL
    )
    return next(block for block in blocks if "assay_api" in block)


def test_the_documented_examples_work(project: Project) -> None:
    """The tests in docs/pytest.md pass on the mock, and their exchanges are in the log of the run."""
    folder = project({"test_example.py": _example()})
    shutil.copytree(ROOT / "contracts", folder.path / "contracts")
    result = run(folder)
    result.assert_outcomes(passed=3)
    assert result.ret == 0
    report = latest(folder)
    assert report["run"]["requests"] == {"pytest": 5}
    stopped = "equos/lifecycle/session-pass/stopped/sessionPassesControllerStopV3"
    assert {found["id"]: found["standing"] for found in report["clauses"]}[stopped] == "verified"


def test_a_slip_is_told_with_what_there_is(project: Project) -> None:
    """A wrong name says which ones exist; an answer that made nothing is no instance."""
    slips = """
        import pytest

        @pytest.mark.parametrize(("api", "operation", "more", "told"), [
            ("note", "health", {}, "They have: notes"),
            ("notes", "heath", {}, "It has: "),
            ("notes", "health", {"credentials": "none"}, "one of valid"),
        ])
        def test_slip(assay_api, api, operation, more, told):
            with pytest.raises(Exception, match=told):
                assay_api(api).call(operation, **more)

        def test_no_instance(assay_api):
            notes = assay_api("notes")
            refused = notes.call("writeNote", body={"text": 1})
            assert refused.status == 400
            with pytest.raises(Exception, match="made no instance"):
                notes.call("readNote", instance=refused)

        def test_parts(assay_api):
            notes = assay_api("notes")
            written = notes.call("writeNote", body={"text": "hello"})
            assert written.json["text"] == "hello"
            assert notes.call("readNote", instance=written).status == 200
            assert notes.call("readNote", instance="made-up").status == 404
            assert notes.call("readNote").status == 404
            assert notes.call("writeNote", body=b"").status == 400
            assert not notes.call("health").violations
    """
    result = run(project(NOTES, {"test_slips.py": slips}))
    result.assert_outcomes(passed=5)
