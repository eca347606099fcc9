"""Allure: each clause a test of its own, with a history that holds from run to run."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from notes_project import ALL, CLAUSES, NOTES, Project, results, run
from notes_server import TOKEN, serving

from assay.model.event import RunStarted
from assay.model.terms import Strength
from assay.model.verdict import Clause, ClauseKind
from assay.model.verdict import Standing as Stands
from assay.pytest_plugin.allure_files import CATEGORIES, ENVIRONMENT, categories, write
from assay.pytest_plugin.allure_story import flag
from assay.pytest_plugin.ledger import Standing
from assay.report.fold import fold
from assay.report.result import ClauseResult

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
    assert {p["name"] for p in broken["parameters"] if p["excluded"]} == {
        "target",
        "profile",
        "standing",
        "seed",
    }
    for file in folder.path.glob("one/*"):
        assert TOKEN not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_results_say_where_they_come_from_and_how_to_sort_them(
    project: Project, monkeypatch: pytest.MonkeyPatch, workers: tuple[str, ...]
) -> None:
    """Categories for what is known, pending, flaky and of the environment; links to issues and lines."""
    waived = f"waivers: [{{clause: {CELL.partition('#')[2]}, reason: soon, owner: ann, until: '2999-01-01', LINK}}]"
    link = "link: 'https://issues.example/7'"
    folder = project(NOTES, ALL, {"contracts/notes/waivers.yaml": waived.replace("LINK", link)})
    monkeypatch.setenv("NOTES_TOKEN", TOKEN)
    monkeypatch.setenv("ASSAY_SOURCE_URL", "https://git.example/blob/main/{file}#L{line}")
    with serving("forgets") as url:
        run(folder, f"--assay-target={url}", "--assay-auth-env=NOTES_TOKEN", "--alluredir=one", *workers)
    told = results(folder.path / "one")[CELL]
    assert told["status"] == "skipped"
    assert {link["url"] for link in told["links"] if link["type"] == "issue"} == {"https://issues.example/7"}
    lines = [link["url"] for link in told["links"] if "git.example" in link["url"]]
    assert len(lines) == 1
    assert lines[0].startswith("https://git.example/blob/main/contracts/notes/lifecycles/note.yaml#L")
    listed = json.loads((folder.path / "one/categories.json").read_text("utf-8"))
    first = next(one for one in listed if re.fullmatch(one["messageRegex"], told["statusDetails"]["message"]))
    assert first["name"] == "Known: waived"
    assert told["status"] in first["matchedStatuses"]
    about = (folder.path / "one/environment.properties").read_text("utf-8")
    assert f"Target={url}" in about
    assert TOKEN not in about


@pytest.mark.parametrize(
    ("message", "status", "category"),
    [
        ("XFAIL waived until 2999-01-01 by ann (soon): got 404", "skipped", "Known: waived"),
        ("XFAIL pending: it has never held here: got 404", "skipped", "Pending: never yet held"),
        ("Violated: flaky 1/3: readNote: got\n404", "failed", "Flaky"),
        ("Skipped: inconclusive: broken only while the target was sick", "skipped", "Environment"),
        (
            "Skipped: inconclusive: makeThing: the body does not have its documented form",
            "skipped",
            "Undecided",
        ),
        ("Skipped: unwitnessed: the target does not answer: nobody listens", "skipped", "Environment"),
        ("Skipped: unwitnessed: no request of this run reached it", "skipped", "Not witnessed"),
        ("Skipped: silent: observed 400 ×1", "skipped", "Not documented, observed"),
        ("Violated: readNote: got 404", "failed", "Broken promises"),
    ],
)
def test_every_way_not_to_pass_has_its_category(message: str, status: str, category: str) -> None:
    """The first that fits counts, in Java and in JavaScript."""
    listed = json.loads(categories())
    fitting = (
        one["name"]
        for one in listed
        if status in one["matchedStatuses"] and re.fullmatch(one.get("messageRegex", r"[\s\S]*"), message)
    )
    assert next(fitting) == category


def test_categories_of_somebody_stay(tmp_path: Path) -> None:
    (tmp_path / CATEGORIES).write_text("[]")
    write(tmp_path, fold([RunStarted("r", "2026-01-01T00:00:00Z", 1, "gate", "ä\\b", "d" * 64, "1", ())]))
    assert (tmp_path / CATEGORIES).read_text() == "[]"
    assert "Target=\\u00e4\\\\b\n" in (tmp_path / ENVIRONMENT).read_text()


def test_what_an_earlier_session_wrote_is_written_anew(tmp_path: Path) -> None:
    """Two sessions in one folder: Allure shows the later results, and the earlier ones as retries."""
    header = RunStarted("first", "2026-01-01T00:00:00Z", 1, "gate", "mock", "d" * 64, "1", ())
    write(tmp_path, fold([header]))
    write(tmp_path, fold([replace(header, run="second")]))
    assert (tmp_path / ENVIRONMENT).read_text().startswith("Run=second\n")


def test_what_is_waived_is_known_and_what_comes_and_goes_is_flaky(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Allure marks, counts and filters: with `known` and `flaky` of a result."""
    waived = f"waivers: [{{clause: {CELL.partition('#')[2]}, reason: soon, owner: ann, until: '2999-01-01'}}]"
    folder = project(NOTES, ALL)
    monkeypatch.setenv("NOTES_TOKEN", TOKEN)
    with serving("forgets") as url:
        asked = (f"--assay-target={url}", "--assay-auth-env=NOTES_TOKEN")
        run(folder, *asked, "--alluredir=one")
        (folder.path / "contracts/notes/waivers.yaml").write_text(waived)
        run(folder, *asked, "--alluredir=two")
    one, two = (results(folder.path / name)[CELL]["statusDetails"] for name in ("one", "two"))
    assert isinstance(one, dict)
    assert isinstance(two, dict)
    assert (one.get("known"), two.get("known")) == (None, True)
    assert (one.get("flaky"), two.get("flaky")) == (None, None)


@pytest.mark.parametrize(("again", "known"), [(1, None), (3, None), (1, True)])
def test_a_result_is_flagged_by_how_its_clause_stands(again: int, known: bool | None) -> None:
    """Flaky is what did not come back each time."""
    clause = Clause("a/b/status/200", "a", ClauseKind.STATUS, Strength.DOCUMENTED, "docs", "title")
    result = ClauseResult(clause, Stands.VIOLATED, waived=bool(known), reproduced=(again, 3))
    details = SimpleNamespace(known=None, flaky=None)
    logger = SimpleNamespace(get_test=lambda _: SimpleNamespace(statusDetails=details))
    plugins = SimpleNamespace(get_plugin=lambda _: SimpleNamespace(allure_logger=logger))
    session: Any = SimpleNamespace(config=SimpleNamespace(pluginmanager=plugins))
    flag(session, Standing(result, (), ()))
    assert (details.known, details.flaky) == (known, again < 3 or None)


def test_a_step_takes_as_long_as_its_exchange(project: Project) -> None:
    """Not as long as it takes to tell."""
    folder = project(NOTES, ALL)
    run(folder, "--alluredir=one", "-k", "readNote")
    log = (folder.path / "reports" / "latest" / "log.jsonl").read_text(encoding="utf-8")
    steps = [step for result in results(folder.path / "one").values() for step in result["steps"]]  # type: ignore[attr-defined]
    assert steps
    for step in steps:
        moment = datetime.fromtimestamp(step["start"] / 1000, UTC).isoformat(timespec="milliseconds")
        assert moment.replace("+00:00", "Z") in log
