"""Claims about what `assay lint` tells other tools, about what it does not tell, and about watching."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assay.app.explain import words

ENDPOINT = Path("contracts/tickets/close.yaml")
SETTINGS = Path("pyproject.toml")
FORMATS = ("text", "json", "github", "gitlab", "sarif")


def _mixed() -> None:
    """An error, a warning and some advice."""
    text = ENDPOINT.read_text()
    ENDPOINT.write_text(text.replace("source: manual#close", "source: manul#close\nslo: {p50: 2s, p99: 1s}"))


def _levels(document: Any) -> set[str]:
    return {result["level"] for result in document["runs"][0]["results"]}


def test_every_level_has_its_word_in_every_format(project: Path, assay) -> None:
    """An error is one everywhere, and advice is never more than a note."""
    _mixed()
    told = {style: assay("lint", "--format", style).out for style in FORMATS}
    assert all(f"\n{ENDPOINT}:4:1: error[unknown-source]" in f"\n{told['text']}" for _ in (0,))
    assert "warning[slo-out-of-order]" in told["text"]
    assert "advice[created-without-location]" in told["text"]
    commands = [line.split(" ")[0] for line in told["github"].splitlines()]
    assert set(commands) == {"::error", "::warning", "::notice"}
    assert {entry["severity"] for entry in json.loads(told["gitlab"])} == {"critical", "minor", "info"}
    assert _levels(json.loads(told["sarif"])) == {"error", "warning", "note"}
    document = json.loads(told["json"])
    assert (document["errors"], document["warnings"] > 0, document["advice"] > 0) == (1, True, True)
    assert (
        len(commands)
        == len(document["problems"])
        == document["errors"] + document["warnings"] + (document["advice"])
    )


def test_sarif_names_the_rules(project: Path, assay) -> None:
    """Each result leads to its rule, which says what it is for; places are those of the contracts."""
    _mixed()
    document = json.loads(assay("lint", "--format", "sarif").out)
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert document["version"] == "2.1.0"
    assert len({rule["id"] for rule in rules}) == len(rules)
    marks = set()
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert Path(physical["artifactLocation"]["uri"]).is_file()
        assert physical["region"]["startLine"] >= 1
        assert physical["region"]["startColumn"] >= 1
        assert result["message"]["text"]
        marks.add(result["partialFingerprints"]["assay/v1"])
    assert len(marks) == len(run["results"])
    by_id = {rule["id"]: rule for rule in rules}
    assert words()["slo-out-of-order"].means in by_id["slo-out-of-order"]["help"]["text"]


@pytest.mark.parametrize("style", ["gitlab", "sarif"])
def test_fingerprints_stay_when_lines_move(style: str, project: Path, assay) -> None:
    """A finding is the same one after a comment was added above it."""

    def marks() -> list[str]:
        found = json.loads(assay("lint", "--format", style).out)
        if style == "gitlab":
            return [entry["fingerprint"] for entry in found]
        return [result["partialFingerprints"]["assay/v1"] for result in found["runs"][0]["results"]]

    before = marks()
    ENDPOINT.write_text("# a remark\n" + ENDPOINT.read_text())
    assert marks() == before
    assert before


def test_a_folder_that_is_not_there_is_told_in_every_format(project: Path, assay) -> None:
    """No format falls where a finding has no line."""
    for style in FORMATS:
        said = assay("lint", "nowhere", "--format", style)
        assert (said.code, said.err) == (2, ""), style
        assert "no-such-folder" in said.out


def test_advice_fails_nothing_unless_that_is_asked_for(project: Path, assay) -> None:
    """Exit code 0 with warnings and advice; with --strict 2."""
    assert assay("lint").code == 0
    assert assay("lint", "--strict").code == 2


def test_a_comment_silences_a_rule_in_its_file(project: Path, assay) -> None:
    """What is silenced is counted, listed with its reason, and suppressed in SARIF; elsewhere it is told."""
    ENDPOINT.write_text("# assay-lint: ignore vacuous-schema: they are all `{}`\n" + ENDPOINT.read_text())
    said = assay("lint")
    assert "close.yaml" not in "".join(line for line in said.out.splitlines() if "vacuous-schema" in line)
    assert "open.yaml" in "".join(line for line in said.out.splitlines() if "vacuous-schema" in line)
    assert said.out.endswith("1 lifecycle (3 silenced)\n")
    silenced = json.loads(assay("lint", "--format", "json").out)["silenced"]
    assert {(one["rule"], one["reason"], one["by"]) for one in silenced} == {
        ("vacuous-schema", "they are all `{}`", f"{ENDPOINT}:1:1")
    }
    results = json.loads(assay("lint", "--format", "sarif").out)["runs"][0]["results"]
    suppressed = [result for result in results if "suppressions" in result]
    assert len(suppressed) == 3
    assert suppressed[0]["suppressions"] == [
        {"kind": "inSource", "status": "accepted", "justification": "they are all `{}`"}
    ]


def test_settings_silence_rules_for_the_project(project: Path, assay) -> None:
    """Everywhere, or in files of a pattern."""
    everything = ("vacuous-schema", "created-without-location", "unauthorized-without-challenge")
    entries = ",\n".join(f'{{rule = "{rule}", reason = "so it is"}}' for rule in everything)
    SETTINGS.write_text(f"[tool.assay.lint]\nignore = [{entries}]\n")
    said = assay("lint", "--strict")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("0 errors, 0 warnings in contracts: ")
    SETTINGS.write_text(
        '[tool.assay.lint]\nignore = [{rule = "vacuous-schema", reason = "r", files = "*/close.yaml"}]\n'
    )
    told = [line for line in assay("lint").out.splitlines() if "vacuous-schema" in line]
    assert told
    assert all("open.yaml" in line for line in told)
    results = json.loads(assay("lint", "--format", "sarif").out)["runs"][0]["results"]
    assert {r["suppressions"][0]["kind"] for r in results if "suppressions" in r} == {"external"}


def test_nothing_to_ignore_is_told(project: Path, assay) -> None:
    """A setting that has lost its cause is advice, so that the next finding is seen."""
    SETTINGS.write_text('[tool.assay.lint]\nignore = [{rule = "name-drift", reason = "r"}]\n')
    assert "advice[idle-ignore]: There is nothing to ignore of 'name-drift' here." in assay("lint").out


def test_errors_cannot_be_silenced(project: Path, assay) -> None:
    """Neither by the settings nor by a comment: they would come back in the run."""
    _mixed()
    ENDPOINT.write_text("# assay-lint: ignore unknown-source: never mind\n" + ENDPOINT.read_text())
    said = assay("lint")
    assert said.code == 2
    assert "error[unknown-source]" in said.out
    assert "Cannot ignore 'unknown-source': because what it finds is an error" in said.out


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ('ignore = [{rule = "vacuous-shema", reason = "r"}]', "Did you mean 'vacuous-schema'?"),
        ('ignore = [{rule = "blank-cell", reason = "r"}]', "Cannot ignore 'blank-cell': because what it finds"),
        ('ignore = [{rule = "vacuous-schema"}]', "because it has no `reason`"),
        ('ignore = [{rule = "vacuous-schema", reason = " "}]', "Cannot use `reason` of"),
        ('ignore = [{rule = "vacuous-schema", reson = "r"}]', "Did you mean 'reason'?"),
        ('ignore = ["vacuous-schema"]', "because it gives no reason"),
        ('ignore = "vacuous-schema"', "because it is no list"),
        ("ignored = []", "Did you mean 'ignore'?"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_used(settings: str, told: str, project: Path, assay) -> None:
    """A setting that says nothing, or something that there is not, is told with what to write."""
    SETTINGS.write_text(f"[tool.assay.lint]\n{settings}\n")
    said = assay("lint")
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert "pyproject.toml" in said.err


def test_watching_is_for_people(project: Path, assay) -> None:
    """A document for a program is of one look."""
    said = assay("lint", "--watch", "--format", "json")
    assert said.code == 2
    assert "Cannot watch with --format json" in said.err


#: whoever runs the tests in the background ignores the signal, and what they start would, too
WATCHES = """
import runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv = ["assay", "lint", "--watch"]
runpy.run_module("assay", run_name="__main__", alter_sys=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")
def test_watching_tells_of_each_change_and_ends_at_ctrl_c(project: Path, environment) -> None:
    """It looks at once, again when a file was changed, and ends with the exit code of the last look."""
    package = str(Path(sys.modules["assay"].__file__ or "").parents[1])
    path = os.pathsep.join([package, environment.get("PYTHONPATH", "")])
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", WATCHES],
        env={**environment, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    said: list[str] = []

    def until(word: str) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            if word in line:
                return
        pytest.fail(f"it ended without {word!r}: {''.join(said)}")

    try:
        until("Ctrl-C ends it")
        _mixed()
        until(f"Changed: {ENDPOINT}")
        until("1 error, ")
        process.send_signal(signal.SIGINT)
        rest, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, err) == (2, "")
    assert "Traceback" not in rest
    assert any("error[unknown-source]" in line for line in said)
