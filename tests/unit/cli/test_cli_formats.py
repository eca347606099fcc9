"""Claims about `--report FORMAT[=PATH]`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


def test_every_format_of_one_run(project: Path, assay) -> None:
    """Into the run's folder, or where it is said; standard output has the summary, too."""
    said = assay(
        "run",
        "-q",
        "--report",
        "junit",
        "--report",
        "sarif=out/x.sarif",
        "--report",
        "markdown",
        "--report",
        "badge",
    )
    assert said.code == 0, said.err
    assert "conforms" in said.out
    latest = Path("reports/latest")
    assert {"junit.xml", "summary.md", "badge.svg"} <= {path.name for path in latest.iterdir()}
    assert json.loads(Path("out/x.sarif").read_text())["runs"][0]["results"] == []


def test_standard_output_is_the_format_alone(project: Path, assay) -> None:
    """So that it can be piped."""
    said = assay("run", "-q", "--report", "ctrf=-")
    assert json.loads(said.out)["reportFormat"] == "CTRF"
    again = assay("report", "--report", "gitlab=-")
    assert json.loads(again.out) == []


@pytest.mark.parametrize(
    ("asked", "told"), [("junti", "Did you mean 'junit'?"), ("junit=", "no path follows")]
)
def test_a_format_that_there_is_not(asked: str, told: str, project: Path, assay) -> None:
    """Said before anything is sent: no run is begun."""
    said = assay("run", "-q", "--report", asked)
    assert said.code == 2
    assert told in said.err
    assert not Path("reports").exists()


def test_a_place_that_cannot_be_written(project: Path, assay) -> None:
    """The environment's fault, with its name; the run's own report is there all the same."""
    Path("file").write_text("")
    said = assay("run", "-q", "--report", "junit=file/junit.xml")
    assert said.code == 4
    assert "Cannot write file/junit.xml" in said.err
    assert Path("reports/latest/report.json").is_file()
