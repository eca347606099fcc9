"""Allure: each clause a test of its own, with a history that holds from run to run."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from notes_project import ALL, CLAUSES, NOTES, Project, results, run
from notes_server import TOKEN, serving

from assay.model.problem import Place
from assay.pytest_plugin.allure_about import about
from assay.pytest_plugin.allure_story import flaky
from assay.pytest_plugin.ledger import Standing
from assay.pytest_plugin.whence import address
from assay.report.fold import fold
from golden.story import events

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
    assert [link["url"] for link in broken["links"] if link["type"] == "link"] == [
        "https://notes.example/docs"
    ]
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


WAIVED = "notes/lifecycle/note/written/readNote"
WAIVERS = {
    "contracts/notes/waivers.yaml": f"""
        waivers:
          - clause: {WAIVED}
            reason: known, see https://issues.example/browse/NOTE-7.
            owner: me
            until: 2099-12-31
    """
}


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_beside_the_results_stands_what_was_tested(
    project: Project, monkeypatch: pytest.MonkeyPatch, workers: tuple[str, ...]
) -> None:
    """Categories and environment are written once; each result that is no success is of exactly one kind."""
    folder = project(NOTES, WAIVERS, ALL)
    monkeypatch.setenv("NOTES_TOKEN", TOKEN)
    with serving("forgets") as url:
        run(folder, f"--assay-target={url}", "--assay-auth-env=NOTES_TOKEN", "--alluredir=one", *workers)
    made = folder.path / "one"
    told = dict(line.split(" = ", 1) for line in (made / "environment.properties").read_text().splitlines())
    assert (told["target"], told["profile"], told["seed"], told["complete"]) == (url, "gate", "7", "yes")
    categories = json.loads((made / "categories.json").read_text())
    assert json.loads((made / "allurerc.json").read_text())["categories"] == categories
    kinds: dict[str, set[str]] = {}
    for result in results(made).values():
        if result["status"] != "passed":
            fitting = [one["name"] for one in categories if _fits(one, result)]
            assert fitting, result["statusDetails"]
            kinds.setdefault(fitting[0].partition(":")[0], set()).add(
                str(result["fullName"]).partition("#")[2]
            )
    assert kinds["Known"] == {WAIVED}
    assert set(kinds) == {"Known", "Unwitnessed"}


def _fits(category: dict[str, Any], result: dict[str, Any]) -> bool:
    """As both Allures do: the statuses, a pattern for the message, and flaky only where it is asked for."""
    message = result["statusDetails"]["message"]
    return (
        result["status"] in category["matchedStatuses"]
        and re.fullmatch(category.get("messageRegex", r"[\s\S]*"), message) is not None
        and (not category.get("flaky") or result["statusDetails"].get("flaky") is True)
    )


def test_what_is_waived_is_known_and_leads_to_its_issue(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Links lead to the issue, and to the line of the contract, by the pattern of whoever knows where that is."""
    folder = project(NOTES, WAIVERS, ALL)
    monkeypatch.setenv("NOTES_TOKEN", TOKEN)
    with serving("forgets") as url:
        run(folder, f"--assay-target={url}", "--assay-auth-env=NOTES_TOKEN", "--alluredir=one",
            "--allure-link-pattern=contract:https://code.example/{}")  # fmt: skip
    waived = results(folder.path / "one")[f"test_all.test_all#{WAIVED}"]
    assert waived["statusDetails"]["known"] is True
    links = {link["type"]: link for link in waived["links"]}
    assert links["issue"]["url"] == "https://issues.example/browse/NOTE-7"
    assert links["issue"]["name"] == "NOTE-7"
    assert re.fullmatch(
        r"https://code\.example/contracts/notes/lifecycles/note\.yaml#L[0-9]+", links["contract"]["url"]
    )
    other = results(folder.path / "one")["test_all.test_all#notes/lifecycle/note/absent/readNote"]
    assert {link["type"] for link in other["links"]} == {"link", "contract"}


def test_a_target_that_is_down_is_the_environment(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever nobody could ask is of that kind, and of no other."""
    folder = project(NOTES, ALL)
    monkeypatch.setenv("NOTES_TOKEN", TOKEN)
    run(folder, "--assay-target=http://127.0.0.1:9", "--assay-auth-env=NOTES_TOKEN", "--alluredir=one")
    found = results(folder.path / "one")
    categories = json.loads((folder.path / "one" / "categories.json").read_text())
    first = {next(c["name"] for c in categories if _fits(c, r)).partition(":")[0] for r in found.values()}
    assert first == {"Environment"}
    assert (folder.path / "one" / "environment.properties").read_text().rstrip().splitlines()[
        -1
    ] != "complete = yes"


def test_a_flaky_promise_is_marked_so() -> None:
    """By what came back when it was tried again."""
    report = fold(events())
    marks = {
        clause.clause.id: flaky(
            Standing(clause, tuple(v for v in report.violations if v.clause == clause.clause), ())
        )
        for clause in report.clauses
    }
    assert marks["iplaygames/startAMultiSession/status/400"] is True
    assert marks["iplaygames/lifecycle/multi-session/active/endMultiSession"] is False
    assert marks["iplaygames/endMultiSession/status/200"] is False


def test_a_step_takes_as_long_as_its_exchange(project: Project) -> None:
    """Not as long as it takes to tell."""
    folder = project(NOTES, ALL)
    run(folder, "--alluredir=one", "-k", "readNote")
    log = (folder.path / "reports" / "latest" / "log.jsonl").read_text(encoding="utf-8")
    for result in results(folder.path / "one").values():
        for step in result["steps"]:
            assert 0 <= step["stop"] - step["start"] < 60_000
            moment = datetime.fromtimestamp(step["start"] / 1000, UTC).isoformat(timespec="milliseconds")
            assert moment.replace("+00:00", "Z") in log


@pytest.mark.parametrize(
    ("environ", "patterned", "expected"),
    [
        ({}, True, "contracts/a.yaml#L7"),
        ({"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/r", "GITHUB_SHA": "abc"}, False,
         "https://github.com/o/r/blob/abc/contracts/a.yaml#L7"),
        ({"CI_PROJECT_URL": "https://gitlab.com/o/r", "CI_COMMIT_SHA": "abc"}, False,
         "https://gitlab.com/o/r/-/blob/abc/contracts/a.yaml#L7"),
    ],
)  # fmt: skip
def test_a_line_of_a_contract_has_an_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], patterned: bool, expected: str
) -> None:
    """From the repository's root, wherever the tests were run; on a machine of one's own, as a file."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    place = Place("../contracts/a.yaml", 7, 1)
    assert address(place, environ, patterned=patterned) == expected
    assert address(place, {}, patterned=False).startswith("file:///")


def test_an_environment_is_a_properties_file() -> None:
    r"""ISO 8859-1 with `\uXXXX` for the rest, and no line end, whatever an author writes."""
    report = fold(events())
    text = about(replace(report, header=replace(report.header, branch="a\\b\nc=ü\U0001f600")))[
        "environment.properties"
    ]
    assert rb"branch = a\u005cb\u000ac=\u00fc\ud83d\ude00" in text.splitlines()
