"""Choosing clauses: by suite, by name, by what failed last; and what is not chosen is not run."""

from __future__ import annotations

from pathlib import Path

import pytest
from notes_project import ALL, CLAUSES, NOTES, SUITE, Project, latest, run
from notes_server import TOKEN, serving

from assay.model.verdict import ClauseKind
from assay.pytest_plugin import Suite, suite
from assay.pytest_plugin.names import spell

SUITES = Path(__file__).parents[2] / "suites"


def _shipped() -> dict[str, Suite]:
    found: dict[str, Suite] = {}
    for file in sorted(SUITES.glob("test_*.py")):
        namespace: dict[str, object] = {}
        exec(compile(file.read_text(encoding="utf-8"), str(file), "exec"), namespace)
        found |= {name: value for name, value in namespace.items() if isinstance(value, Suite)}
    return found


def test_the_shipped_suites_hold_each_clause_once() -> None:
    """Each kind of clause belongs to exactly one of the four suites, and none leaves clauses out by name."""
    suites = _shipped()
    assert sorted(suites) == ["test_examples", "test_lifecycle", "test_properties", "test_smoke"]
    homes = {
        kind: [name for name, one in suites.items() if one.kinds and kind in one.kinds] for kind in ClauseKind
    }
    assert {kind: len(names) for kind, names in homes.items()} == dict.fromkeys(ClauseKind, 1)
    assert not any(one.only for one in suites.values())


def test_a_misspelt_kind_is_refused_with_a_proposal() -> None:
    """A suite of a kind that does not exist is no empty suite."""
    with pytest.raises(ValueError, match="Did you mean 'cell'"):
        suite(kinds={"cel"})


@pytest.mark.parametrize(
    ("clause", "name"),
    [
        ("a/op/rejects/body/x/type", "a/op/rejects/body/x/type"),
        ("a/op/rejects/query/filter[x]/type", "a/op/rejects/query/filter%5Bx%5D/type"),
        ("a/op/rejects/body/std::x y/type", "a/op/rejects/body/std%3A%3Ax%20y/type"),
        ("a/op/rejects/body/50%/type", "a/op/rejects/body/50%25/type"),
    ],
)
def test_clause_ids_are_spelt_safely(clause: str, name: str) -> None:
    """A test is named like its clause; only characters that pytest needs are encoded."""
    assert spell(clause) == name


def test_names_node_ids_and_last_failed_select(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A node id runs one clause, and only its unit is explored; `--lf` comes back to what failed."""
    folder = project(NOTES, ALL)
    monkeypatch.setenv("NOTES_TOKEN", TOKEN)
    clause = "notes/health/answers"
    with serving("dead-health") as url:
        target = (f"--assay-target={url}", "--assay-auth-env=NOTES_TOKEN")
        one = run(folder, f"test_all.py::test_all::{clause}")
        report = latest(folder)
        failed = run(folder, *target, "-k", "health")
        again = run(folder, *target, "--lf", "-v")
    one.assert_outcomes(passed=1)
    assert [found["id"] for found in report["clauses"]] == [clause]
    assert report["summary"]["verified"] == 1
    assert failed.parseoutcomes()["failed"] == again.parseoutcomes()["failed"] > 0
    assert "passed" not in again.parseoutcomes()


def test_collecting_alone_sends_and_writes_nothing(project: Project) -> None:
    """`--collect-only` lists the clauses and leaves no folder behind."""
    folder = project(NOTES, {"test_some.py": f'{SUITE}test_some = suite(kinds="cell", only="notes/*")\n'})
    result = run(folder, "--collect-only", "-q")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["test_some.py::test_some::notes/lifecycle/note/absent/writeNote", "3 tests collected*"]
    )
    assert not (folder.path / "reports").exists()


def test_stopping_at_the_first_failure_is_an_incomplete_run(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After `-x` the report says how many tests did not run."""
    folder = project(NOTES, ALL)
    monkeypatch.setenv("NOTES_TOKEN", TOKEN)
    with serving("dead-health") as url:
        result = run(folder, f"--assay-target={url}", "--assay-auth-env=NOTES_TOKEN", "-x")
    assert result.ret == 1
    result.stdout.fnmatch_lines([f"incomplete: stopped early: * of {CLAUSES} clause tests did not run"])
    assert latest(folder)["run"]["complete"] is False


def test_contract_errors_come_all_at_once_and_without_traceback(project: Project) -> None:
    """Broken contracts are a collection error that lists every problem with its place."""
    path = "contracts/notes/read-note.yaml"
    broken = (
        NOTES[path]
        .replace("required: true", "required: false")
        .replace("source: docs#read", "source: dox#read")
    )
    folder = project(NOTES, ALL, {path: broken})
    result = run(folder)
    assert result.ret != 0
    result.stdout.fnmatch_lines([f"{path}:*:*: *", f"{path}:*:*: *", "*`assay lint` lists them*"])
    assert "Traceback" not in result.stdout.str()
    assert ", line " not in result.stdout.str()
    assert not (folder.path / "reports").exists()


def test_options_come_from_environment_and_ini_too(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line wins over the environment, which wins over the ini file."""
    folder = project(NOTES, ALL)
    folder.makeini("[pytest]\nassay_profile = from-ini\n")
    for_ini = run(folder)
    monkeypatch.setenv("ASSAY_PROFILE", "from-environment")
    for_environment = run(folder)
    for_flag = run(folder, "--assay-profile=from-flag")
    for result, name in ((for_ini, "ini"), (for_environment, "environment"), (for_flag, "flag")):
        assert result.ret != 0
        result.stdout.fnmatch_lines([f"*Cannot use the profile 'from-{name}'*"])
