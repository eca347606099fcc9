"""Claims about `assay bundle`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml
from openapi_spec_validator import validate

from assay.app import bundle as app
from assay.cli import bundle as cli


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


def test_the_command_knows_what_there_is_to_write() -> None:
    """Its choices are the kinds and styles of the use case, which is not loaded for help."""
    assert (*app.KINDS, *app.STYLES) == cli.FORMATS


def test_each_format_goes_to_standard_output(project: Path, assay) -> None:
    """And nothing else with it."""
    said = {name: assay("bundle", "--format", name) for name in app.KINDS}
    assert {(one.code, one.err) for one in said.values()} == {(0, "")}
    assert said["openapi"].out == assay("bundle").out
    description = yaml.safe_load(said["arazzo"].out)
    assert description["sourceDescriptions"] == [
        {"name": "tickets", "url": "./tickets.yaml", "type": "openapi"}
    ]
    assert [workflow["workflowId"] for workflow in description["workflows"]] == [
        "ticket-absent-openTicket",
        "ticket-absent-closeTicket",
        "ticket-open-closeTicket",
        "ticket-closed-closeTicket",
    ]
    assert said["hurl"].out.count("\nHTTP ") == 7
    assert [folder["name"] for folder in json.loads(said["postman"].out)["item"]] == [
        "openTicket on absent",
        "closeTicket on absent",
        "closeTicket on open",
        "closeTicket on closed",
    ]
    assert said["mermaid"].out.startswith("# Tickets\n\n## ticket\n\n```mermaid\nstateDiagram-v2\n")
    assert said["mermaid"].out.endswith("```\n")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("t.arazzo.yaml", "4 workflows"),
        ("t.arazzo.json", "4 workflows"),
        ("t.hurl", "4 workflows"),
        ("t.postman_collection.json", "4 workflows"),
        ("t.md", "1 lifecycle"),
        ("t.mmd", "1 lifecycle"),
    ],
)
def test_a_files_name_says_what_to_write(name: str, what: str, project: Path, assay) -> None:
    """Without --format."""
    said = assay("bundle", "-o", name)
    assert (said.code, said.out, said.err) == (0, "", f"{name}: tickets, {what}\n")


def test_a_diagram_alone_has_a_file_of_its_own(project: Path, assay) -> None:
    """Where there are several, or none, Markdown has to hold them."""
    assert assay("bundle", "-o", "t.mmd").code == 0
    assert Path("t.mmd").read_text(encoding="utf-8").startswith("stateDiagram-v2\n")
    (project / "contracts" / "tickets" / "lifecycles" / "ticket.yaml").unlink()
    said = assay("bundle", "-o", "t.mmd")
    assert said.code == 2
    assert "because tickets has 0 lifecycles" in said.err


def test_several_formats_go_into_a_folder(project: Path, assay) -> None:
    """Each under its usual name, so that the description finds the document."""
    said = assay("bundle", "-o", "made/", *(f"--format={name}" for name in app.KINDS))
    assert said.code == 0
    assert sorted(path.name for path in Path("made").iterdir()) == [
        "tickets.arazzo.yaml",
        "tickets.hurl",
        "tickets.md",
        "tickets.postman_collection.json",
        "tickets.yaml",
    ]
    description = yaml.safe_load(Path("made/tickets.arazzo.yaml").read_text(encoding="utf-8"))
    assert (Path("made") / description["sourceDescriptions"][0]["url"]).is_file()
    assert assay("bundle", "-o", "other/", "--format=arazzo", "--format=openapi", "--format=json").code == 0
    assert sorted(path.name for path in Path("other").iterdir()) == ["tickets.arazzo.json", "tickets.json"]


@pytest.mark.parametrize("output", [(), ("-o", "all.yaml")])
def test_several_formats_do_not_go_into_one_file(output: tuple[str, ...], project: Path, assay) -> None:
    """A usage error that names them; nothing is written."""
    said = assay("bundle", "--format=arazzo", "--format=hurl", *output)
    assert said.code == 2
    assert "Cannot write 2 documents (arazzo, hurl)" in said.err
    assert "Ask for one, or name a folder with -o." in said.err
    assert not Path("all.yaml").exists()


def test_two_styles_at_once_are_refused(project: Path, assay) -> None:
    """One document is one or the other."""
    said = assay("bundle", "--format=yaml", "--format=json")
    assert said.code == 2
    assert "Cannot write yaml and json at once" in said.err


def test_a_description_says_where_the_document_is(project: Path, assay) -> None:
    """Wherever somebody keeps it."""
    said = assay("bundle", "--format=arazzo", "--openapi", "https://tickets.example/openapi.json")
    assert yaml.safe_load(said.out)["sourceDescriptions"][0]["url"] == "https://tickets.example/openapi.json"


def test_the_same_contracts_give_the_same_bytes(project: Path, assay) -> None:
    """In every format."""
    for name in app.KINDS:
        assert assay("bundle", "--format", name).out == assay("bundle", "--format", name).out
