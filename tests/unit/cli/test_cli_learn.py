"""Claims about `assay learn`: what a server does each time is written down, and one that changes is told."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import miniatures
from miniatures import Honest, Readings, start

ROOT = Path(__file__).parents[3]
CELL = "iplaygames/lifecycle/multi-session/ended/endMultiSession"
LIFECYCLE = Path("contracts/iplaygames/lifecycles/multi-session.yaml")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the contracts of one shipped API."""
    shutil.copytree(ROOT / "contracts/iplaygames", tmp_path / "contracts/iplaygames")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOKEN", miniatures.TOKEN)
    return tmp_path


def _asked(assay: Any, readings: Readings, *more: str) -> Any:
    """A run against a server of that reading of the documentation."""
    with start(Honest(miniatures.TOKEN, readings)) as running:
        Path("assay.toml").write_text(
            f'[targets.mini]\nurl = "{running.url}"\nauth-env = "TOKEN"\npolite = false\n'
            'values = {game-ids = ["1", "2", "3"]}\n'
        )
        return assay("run", "--target", "mini", "--only", "iplaygames/lifecycle/*", *more)


def _texts() -> dict[str, str]:
    return {str(path): path.read_text() for path in sorted(Path("contracts").rglob("*.yaml"))}


def _report() -> Any:
    return json.loads(Path("reports/latest/report.json").read_text())


def _standing(clause: str) -> tuple[str, str, str]:
    found = next(one for one in _report()["clauses"] if one["id"] == clause)
    return found["strength"], found["source"], found["standing"]


def test_what_is_learned_holds_and_tells_when_the_server_changes(place: Path, assay) -> None:
    """A patch, nothing written; then written, clean, kept by the same server, and broken by another."""
    assert _asked(assay, Readings()).code == 0
    run = str(_report()["run"]["id"])
    before = _texts()

    told = assay("learn")
    assert told.code == 0
    assert _texts() == before
    assert f"{CELL}: 200, " in told.err
    assert "Nothing is written" in told.err
    applied = subprocess.run(
        ["git", "apply", "--check", "-"], input=told.out, text=True, capture_output=True, check=False
    )
    assert applied.returncode == 0, applied.stderr

    said = assay("learn", "--apply")
    assert (said.code, said.out) == (0, "")
    after = _texts()
    assert after != before
    for file, text in before.items():  # comments, and the order of what is there
        assert re.findall(r"#.*", text)[0] in after[file]
        comments = [line.strip() for line in text.splitlines() if line.strip().startswith("#")]
        assert [line for line in comments if line not in after[file]] == []

    assert assay("lint").out.startswith("0 errors, 0 warnings in contracts: ")
    again = _asked(assay, Readings())
    assert again.code == 0
    assert _standing(CELL) == ("exemplified", f"observed#{run}", "verified")
    assert "There is nothing to pin." in assay("learn").err

    changed = _asked(assay, Readings(second_end=404))
    assert changed.code == 0
    assert _standing(CELL)[2] == "violated"
    assert CELL in changed.out
    assert _asked(assay, Readings(second_end=404), "--strict").code == 1


def test_runs_that_differ_are_told_and_nothing_is_pinned_there(place: Path, assay) -> None:
    """Two servers, two answers: no promise. What both did is one."""
    _asked(assay, Readings())
    first = _report()["run"]["id"]
    _asked(assay, Readings(second_end=404))
    second = _report()["run"]["id"]
    said = assay("learn", f"reports/{first}", f"reports/{second}")
    contradictory = said.err.partition("Contradictory, not pinned (1):")[2].partition("Left out")[0]
    assert re.search(rf"{CELL}: 200 ×\d+, 404 ×\d+", contradictory)
    assert "ended/getMultiSessionStatus: 200, " in said.err.partition("Contradictory")[0]
    assert "endMultiSession" not in "".join(line for line in said.out.splitlines() if line.startswith("+"))
    assert f"observed#{max(first, second)}" in said.out
    twice = assay("learn", f"reports/{first}", f"reports/{first}")
    assert twice.code == 2
    assert "was named before" in twice.err


def test_a_status_that_nobody_documents_is_not_made_a_promise(place: Path, assay) -> None:
    """409 for a second end would need a response first: it is listed with that."""
    _asked(assay, Readings(second_end=409))
    said = assay("learn")
    assert f"{CELL}: 409 ×" in said.err.partition("Left out")[2]
    assert "endMultiSession does not document 409" in said.err


def test_more_observations_can_be_asked_for(place: Path, assay) -> None:
    """What was seen less often is left out with its number; less than one is no number."""
    _asked(assay, Readings())
    said = assay("learn", "--at-least", "100000")
    assert (said.code, said.out) == (0, "")
    assert "and 100000 are asked for" in said.err
    assert assay("learn", "--at-least", "0").code == 2


def test_the_mock_teaches_nothing(place: Path, assay) -> None:
    """It answers as the contracts choose: what it does is no observation."""
    assay("run", "--only", CELL)
    said = assay("learn")
    assert (said.code, said.out) == (2, "")
    assert "because that run asked the built-in mock" in said.err


def test_what_cannot_be_written_is_left_to_a_person(place: Path, assay) -> None:
    """A cell that is shared by an alias is not touched; the others are pinned all the same."""
    text = LIFECYCLE.read_text()
    head, _, tail = text.partition("    ended:\n      silent: {mock: {status: 200}}\n")
    LIFECYCLE.write_text(f"{head}    ended: &shared {{silent: {{mock: {{status: 200}}}}}}\n{tail}")
    _asked(assay, Readings())
    said = assay("learn")
    assert said.code == 0
    assert "it is shared with another place by an alias" in said.err.partition("Left out")[2]
    assert "ended/getMultiSessionStatus: 200, " in said.err.partition("Left out")[0]


def test_contracts_that_have_changed_since_are_told(place: Path, assay) -> None:
    """What is silent no longer is left out; the others are learned."""
    _asked(assay, Readings())
    text = LIFECYCLE.read_text()
    LIFECYCLE.write_text(text.replace("      silent: {mock: {status: 200}}\n", "      {status: 200}\n"))
    said = assay("learn")
    assert said.code == 0
    assert "the contracts have changed since" in said.err
    assert CELL not in said.err


@pytest.mark.parametrize("named", ["nowhere", "contracts", "assay.toml"])
def test_what_is_no_run_is_told(named: str, place: Path, assay) -> None:
    """A folder without a log, a file that is none, nothing at all."""
    Path("assay.toml").write_text("")
    said = assay("learn", named)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("Cannot ")
    assert assay("learn").code == 2
