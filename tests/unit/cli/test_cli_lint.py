"""Claims about `assay lint`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


@pytest.fixture
def project(project: Path) -> Path:
    """The small project without anything to be advised about."""
    for name in ("open", "close"):
        endpoint = project / f"contracts/tickets/{name}.yaml"
        text = endpoint.read_text().replace("{type: object}", "{type: object, required: [why]}")
        text = text.replace(
            "Who are you?,", "Who are you?, headers: {WWW-Authenticate: {schema: {type: string}}},"
        )
        opened = "description: Opened.\n    headers: {Location: {schema: {type: string}}}"
        endpoint.write_text(text.replace("description: Opened.", opened))
    return project


@pytest.fixture
def broken(project: Path) -> Path:
    """The project with two errors, in two files."""
    lifecycle = project / "contracts/tickets/lifecycles/ticket.yaml"
    lifecycle.write_text(lifecycle.read_text().replace("    closed: {status: 409}\n", ""))
    endpoint = project / "contracts/tickets/close.yaml"
    endpoint.write_text(endpoint.read_text().replace("source: manual#close", "source: manul#close"))
    return project


def test_clean(project: Path, assay) -> None:
    """Without findings it says what it looked at."""
    assert assay("lint") == (
        0,
        "0 errors, 0 warnings in contracts: 1 API, 2 operations, 1 lifecycle\n",
        "",
    )


def test_errors_are_told_like_a_compiler_does(broken: Path, assay) -> None:
    """Each finding has file, line, column, severity, rule and fix; they are sorted and counted."""
    assert assay("lint") == (
        2,
        "contracts/tickets/close.yaml:4:1: error[unknown-source]: Cannot look up the source 'manul#close': "
        "because `sources` of contracts/tickets/api.yaml has no 'manul'.\n"
        "  fix: Did you mean 'manual'?\n"
        "contracts/tickets/lifecycles/ticket.yaml:7:3: error[blank-cell]: Cannot tell what 'closeTicket' "
        "answers in state 'closed': because the cell is blank.\n"
        "  fix: Add `closed: {status: …}` below 'closeTicket', or `closed: silent` when the documentation "
        "does not say.\n"
        "\n"
        "2 errors, 0 warnings in contracts\n",
        "",
    )


def test_warnings_are_no_failure(project: Path, assay) -> None:
    """A folder with warnings only is clean to the shell."""
    api = project / "contracts/tickets/api.yaml"
    api.write_text(api.read_text() + "    Unused: {type: object}\n")
    said = assay("lint")
    assert said.code == 0
    assert "warning[unused-component]" in said.out
    assert said.out.endswith("0 errors, 1 warning in contracts: 1 API, 2 operations, 1 lifecycle\n")


def test_json_says_the_same(broken: Path, assay) -> None:
    """Programs get the same findings, with the pointer into the document."""
    said = assay("lint", "--format", "json")
    document = json.loads(said.out)
    assert said.code == 2
    assert (document["format"], document["errors"], document["warnings"]) == ("assay-lint/1", 2, 0)
    assert [(p["file"], p["line"], p["rule"], p["pointer"]) for p in document["problems"]] == [
        ("contracts/tickets/close.yaml", 4, "unknown-source", "/source"),
        ("contracts/tickets/lifecycles/ticket.yaml", 7, "blank-cell", "/cells/closeTicket"),
    ]


def test_github_annotations(broken: Path, assay) -> None:
    """One workflow command a finding, which GitHub shows at its line."""
    first = assay("lint", "--format", "github").out.splitlines()[0]
    assert first.startswith(
        "::error file=contracts/tickets/close.yaml,line=4,col=1,title=unknown-source::Cannot look up"
    )


def test_github_escapes(project: Path, assay) -> None:
    """A percent sign in a message does not become an escape."""
    endpoint = project / "contracts/tickets/close.yaml"
    endpoint.write_text(endpoint.read_text().replace("source: manual#close", "source: 100%25#close"))
    assert "'100%2525#close'" in assay("lint", "--format", "github").out


def test_no_such_folder(project: Path, assay) -> None:
    """A folder that is not there is a finding like any other."""
    said = assay("lint", "nowhere")
    assert said.code == 2
    assert said.out.startswith("nowhere: error[no-such-folder]: Cannot read the contracts in nowhere")


def test_other_commands_tell_the_same_findings(broken: Path, assay) -> None:
    """Wrong contracts stop a run before anything is sent, and all errors are told at once."""
    said = assay("run")
    assert said.code == 2
    assert "error[unknown-source]" in said.err
    assert "error[blank-cell]" in said.err
    assert said.err.endswith("fault: the contract's author · exit code 2\n")
    assert not (broken / "reports").exists()
