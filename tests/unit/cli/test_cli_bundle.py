"""Claims about `assay bundle`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml
from openapi_spec_validator import validate


def test_one_api_goes_to_standard_output(project: Path, assay) -> None:
    """As YAML, and nothing else with it."""
    said = assay("bundle")
    assert (said.code, said.err) == (0, "")
    document = yaml.safe_load(said.out)
    validate(document)
    assert document["info"]["title"] == "Tickets"
    assert json.loads(assay("bundle", "--format", "json").out) == document


@pytest.mark.parametrize(
    ("name", "read"), [("t.yaml", yaml.safe_load), ("t.yml", yaml.safe_load), ("t.json", json.loads)]
)
def test_a_files_name_says_the_format(name: str, read, project: Path, assay) -> None:
    """And folders on the way are made."""
    said = assay("bundle", "-o", f"made/{name}")
    assert (said.code, said.out, said.err) == (0, "", f"made/{name}: tickets, 2 operations\n")
    validate(read(Path("made", name).read_text(encoding="utf-8")))


@pytest.fixture
def two(project: Path) -> Path:
    """A project of two APIs."""
    shutil.copytree(project / "contracts" / "tickets", project / "contracts" / "visits")
    return project


def test_several_apis_go_into_a_folder(two: Path, assay) -> None:
    """One file each, by the API's name; one of them alone may go anywhere."""
    assert assay("bundle", "-o", "made/", "--format", "json").code == 0
    assert sorted(path.name for path in Path("made").iterdir()) == ["tickets.json", "visits.json"]
    assert assay("bundle", "-o", "made").code == 0
    assert len(list(Path("made").glob("*.yaml"))) == 2
    assert assay("bundle", "--api", "visits").out == assay("bundle", "contracts/visits").out


@pytest.mark.parametrize("output", [(), ("-o", "all.yaml")])
def test_several_apis_do_not_go_into_one_document(output: tuple[str, ...], two: Path, assay) -> None:
    """A usage error that names them and says what to do; nothing is written."""
    said = assay("bundle", *output)
    assert (said.code, said.out) == (2, "")
    assert "Cannot write 2 documents (tickets, visits)" in said.err
    assert "Name one with --api, or a folder with -o." in said.err
    assert not Path("all.yaml").exists()


def test_a_name_that_says_no_format(project: Path, assay) -> None:
    """Is refused, with the nearest that does."""
    said = assay("bundle", "-o", "tickets.jsn")
    assert said.code == 2
    assert (
        "Cannot write tickets.jsn: because its name does not say in which format. Did you mean '.json'?"
        in said.err
    )
    assert assay("bundle", "-o", "tickets.txt", "--format", "yaml").code == 0


def test_contracts_with_errors_are_not_bundled(project: Path, assay) -> None:
    """The errors are told as `assay lint` tells them."""
    path = project / "contracts" / "tickets" / "open.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("schemas/Ticket", "schemas/Tickt"), encoding="utf-8"
    )
    said = assay("bundle", "-o", "made.yaml")
    assert said.code == 2
    assert "missing-ref" in said.err
    assert not Path("made.yaml").exists()


def test_where_nothing_can_be_written(project: Path, assay) -> None:
    """It is the environment's fault, and told as such."""
    Path("made").write_text("a file", encoding="utf-8")
    said = assay("bundle", "-o", "made/tickets.yaml")
    assert said.code == 4
    assert "Cannot write made/tickets.yaml: because" in said.err
