"""What a tester sees: each standing as a pytest outcome, told in the contract's words."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from notes_project import ALL, CLAUSES, NOTES, Project, latest, run
from notes_server import TOKEN, serving

CELL = "notes/lifecycle/note/written/readNote"


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTES_TOKEN", TOKEN)


def _target(url: str) -> tuple[str, ...]:
    return f"--assay-target={url}", "--assay-auth-env=NOTES_TOKEN"


def test_an_honest_target_passes_and_leaves_a_report(project: Project) -> None:
    """Every clause of an honest server is one passed test, and the report lies where the last line says."""
    folder = project(NOTES, ALL)
    with serving() as url:
        result = run(folder, *_target(url))
    assert result.ret == 0
    result.assert_outcomes(passed=CLAUSES)
    result.stdout.fnmatch_lines([f"{CLAUSES} clauses: {CLAUSES} verified"])
    result.stdout.fnmatch_lines(["target http*, profile gate, seed 7, * requests"])
    assert latest(folder)["summary"]["verified"] == CLAUSES
    page = next(line for line in result.outlines if line.startswith("report: ")).removeprefix("report: ")
    assert (folder.path / page).is_file()


def test_a_violation_is_a_story_and_not_a_traceback(project: Project) -> None:
    """A broken cell fails with clause, strength, source, place, history, curl and the way to see it again."""
    folder = project(NOTES, ALL)
    with serving("forgets") as url:
        result = run(folder, *_target(url), "--junitxml=junit.xml")
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            f"*clause * {CELL}",
            "*strength *documented",
            "*source *The manual, life <https://notes.example/docs>",
            "*contract *contracts/notes/lifecycles/note.yaml:*",
            "*fingerprint ????????????, violated 3/3",
            "*shortest history (2 steps):",
            "*1. note₁: * POST /notes → 201*",
            "* curl *",
            "*2. note₁: *[[]written[]]: GET /notes/* → 404*",
            "*again: assay replay ????????????",
        ]
    )
    assert "Traceback" not in result.stdout.str()
    assert TOKEN not in result.stdout.str()
    case = ET.parse(folder.path / "junit.xml").getroot().find(f".//testcase[@name='{CELL}']")
    assert case is not None
    failure = case.find("failure")
    assert failure is not None
    assert "\n" not in failure.get("message", "")
    assert "assay replay" in (failure.text or "")
    told = {p.get("name"): p.get("value") for p in case.iter("property")}
    assert told["assay.standing"] == "violated"


def test_exemplified_is_visible_and_fails_only_when_strict(project: Project) -> None:
    """What only an example shows is expected to fail, with its reason; --assay-strict makes it fail."""
    folder = project(NOTES, ALL)
    with serving("mute") as url:
        lenient = run(folder, *_target(url), "-rx", "-k", "reads-aloud")
        strict = run(folder, *_target(url), "--assay-strict", "-k", "reads-aloud")
    assert lenient.ret == 0
    lenient.assert_outcomes(xfailed=1, deselected=CLAUSES - 1)
    lenient.stdout.fnmatch_lines(["XFAIL *reads-aloud - exemplified only: *"])
    assert strict.ret == 1
    strict.assert_outcomes(failed=1, deselected=CLAUSES - 1)


def test_a_waiver_excuses_and_says_why(project: Project) -> None:
    """A waived violation is expected to fail, with the reason and the owner of the waiver."""
    waiver = f"""
        waivers:
          - {{clause: {CELL}, reason: known since May, owner: Ada, until: 2999-01-01}}
    """
    folder = project(NOTES, ALL, {"contracts/notes/waivers.yaml": waiver})
    with serving("forgets") as url:
        result = run(folder, *_target(url), "-rx", "-k", "lifecycle and written")
    assert result.ret == 0
    result.stdout.fnmatch_lines([f"XFAIL *{CELL} - waived until 2999-01-01 by Ada (known since May): *"])


def test_silence_is_skipped_with_what_was_observed(project: Project) -> None:
    """A cell the documentation leaves open never fails; the skip says what came, and names its place."""
    path = "contracts/notes/lifecycles/note.yaml"
    folder = project(NOTES, ALL, {path: NOTES[path].replace("written: {status: 200}", "written: silent")})
    with serving() as url:
        result = run(folder, *_target(url), "-rs", "-k", "lifecycle and written")
    result.assert_outcomes(skipped=1, deselected=CLAUSES - 1)
    result.stdout.fnmatch_lines(
        [f"SKIPPED * contracts/notes/lifecycles/note.yaml:*: {CELL}: silent: observed 200 ×*"]
    )


def test_a_target_that_is_not_there_is_no_success(project: Project) -> None:
    """Without a target nothing is witnessed: the tests skip, but the run says incomplete and exits 1."""
    folder = project(NOTES, ALL)
    with serving() as url:
        pass
    result = run(folder, *_target(url))
    assert result.ret == 1
    assert result.parseoutcomes().get("passed", 0) == 0
    result.stdout.fnmatch_lines(["incomplete: *"])


def test_a_violation_that_no_test_shows_fails_the_run(project: Project) -> None:
    """When one's own test breaks a clause and asserts nothing, the exit status agrees with the report."""
    own = {"test_own.py": "def test_it(assay_api):\n    assay_api('notes').call('health')\n"}
    folder = project(NOTES, own)
    with serving("dead-health") as url:
        result = run(folder, *_target(url))
    assert result.ret == 1
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["no test failed, but the run did: *notes/health/*"])


def test_an_unknown_target_is_an_error_in_one_line(project: Project) -> None:
    """What the user must mend is an error, not a failure of the API; it is told once, without a traceback."""
    result = run(project(NOTES, ALL), "--assay-target=nosuch", "-k", "health")
    assert result.ret == 1
    result.assert_outcomes(errors=4, deselected=CLAUSES - 4)
    told = [line for line in result.outlines if line.startswith("Cannot find the target 'nosuch': because ")]
    assert len(told) == 1
    assert ", line " not in result.stdout.str()
    assert "NotExplored" not in result.stdout.str()
