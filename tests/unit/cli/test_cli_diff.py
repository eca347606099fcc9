"""Claims about `assay diff`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

NAMED = {f"GIT_{who}_{what}": "a@b.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
ENDPOINT = Path("contracts/tickets/open.yaml")
DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "Tickets", "version": "1.0.0"},
    "paths": {
        "/tickets": {
            "get": {
                "operationId": "listTickets",
                "parameters": [
                    {"name": "size", "in": "query", "schema": {"type": "integer", "maximum": 100}}
                ],
                "responses": {
                    "200": {
                        "description": "They are.",
                        "content": {"application/json": {"example": {"a": 1}}},
                    }
                },
            }
        }
    },
}


@pytest.fixture
def changed(project: Path) -> Path:
    """The project as it was in `old/`, with a request that asks for more in `contracts/`."""
    shutil.copytree(project / "contracts", project / "old")
    _edit(project / ENDPOINT, "required: [title]", "required: [title, urgency]")
    return project


@pytest.fixture
def repository(project: Path) -> Path:
    """The project as a repository: the first commit is `v1`, the working tree asks for more."""

    def git(*words: str) -> None:
        subprocess.run(
            ["git", *words], cwd=project, env={**os.environ, **NAMED}, check=True, capture_output=True
        )

    git("init", "--initial-branch", "topic")
    (project / "openapi.json").write_text(json.dumps(DOCUMENT))
    git("add", "-A")
    git("commit", "-m", "first")
    git("tag", "v1")
    _edit(project / ENDPOINT, "required: [title]", "required: [title, urgency]")
    return project


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_the_same_is_no_change(project: Path, assay) -> None:
    """A folder and itself."""
    assert assay("diff", "contracts", "contracts") == (
        0,
        "No change between contracts and contracts: 2 operations compared\n",
        "",
    )


def test_a_breaking_change(changed: Path, assay) -> None:
    """Place, level, rule, sentence, a value that proves it, and the fix; exit code 1."""
    assert assay("diff", "old", "contracts", "--no-notes") == (
        1,
        "contracts/tickets/open.yaml:9:30: breaking[request-property-required]: "
        "'urgency' is required now: who leaves it out is refused.\n"
        "  in: tickets/openTicket, request body\n"
        '  for example: {"title": "text-32c9d1"}\n'
        "  fix: Leave it optional, with a default for who does not send it.\n"
        "contracts/tickets/api.yaml:1:1: warning[version-not-raised]: "
        "1 finding breaks clients, and the version 1 stays.\n"
        "  in: tickets, version\n"
        "  fix: Raise the first number of `version` in api.yaml.\n"
        "\n"
        "1 breaking, 1 warning, 0 notes from old to contracts: 2 operations compared\n",
        "",
    )


@pytest.mark.parametrize(("fail_on", "code"), [("breaking", 1), ("warning", 1), ("never", 0)])
def test_fail_on(changed: Path, assay, fail_on: str, code: int) -> None:
    """A breaking finding fails unless nothing does."""
    assert assay("diff", "old", "contracts", "--fail-on", fail_on).code == code


def test_fail_on_warning_only(changed: Path, assay) -> None:
    """A warning fails where warnings do; a note never does."""
    shutil.rmtree(changed / "old")
    shutil.copytree(changed / "contracts", changed / "old")
    api = changed / "contracts/tickets/api.yaml"
    _edit(api, "properties: {id: {type: string}}", "properties: {id: {type: string}, note: {type: string}}")
    assert assay("diff", "old", "contracts", "--fail-on", "warning").code == 0
    assert assay("diff", "contracts", "old").code == 0
    assert assay("diff", "contracts", "old", "--fail-on", "warning").code == 1


def test_the_other_way_round_asks_the_server(changed: Path, assay) -> None:
    """What breaks clients one way is the server's matter the other way."""
    said = assay("diff", "contracts", "old")
    assert said.code == 0
    assert "note[request-accepts-more]" in said.out
    assert said.out.endswith("compared, 1 of the findings ask something of the server\n")


def test_json(changed: Path, assay) -> None:
    """Everything for programs, the proving value as a value."""
    document = json.loads(assay("diff", "old", "contracts", "--format", "json").out)
    assert document["format"] == "assay-diff/1"
    assert document["summary"] == {"breaking": 1, "warning": 1, "note": 0}
    finding = document["findings"][0]
    assert (finding["rule"], finding["level"], finding["breaks"]) == (
        "request-property-required",
        "breaking",
        "client",
    )
    assert (finding["before"], finding["after"]) == ("optional", "required")
    assert finding["sample"] == {"title": "text-32c9d1"}
    assert finding["old"]["file"] == "old/tickets/open.yaml"
    assert finding["new"]["line"] == 9


def test_sarif_and_github_and_markdown(changed: Path, assay) -> None:
    """The same findings, each where its reader looks for them."""
    sarif = json.loads(assay("diff", "old", "contracts", "--format", "sarif").out)
    (run,) = sarif["runs"]
    assert [result["level"] for result in run["results"]] == ["error", "warning"]
    location = run["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "contracts/tickets/open.yaml"
    assert run["tool"]["driver"]["rules"][run["results"][0]["ruleIndex"]]["id"] == "request-property-required"
    github = assay("diff", "old", "contracts", "--format", "github").out
    assert github.startswith(
        "::error file=contracts/tickets/open.yaml,line=9,col=30,title=request-property-required::"
    )
    markdown = assay("diff", "old", "contracts", "--format", "markdown").out
    assert markdown.startswith("## ❌ Contracts: 1 breaking")
    assert '`{"title": "text-32c9d1"}`' in markdown


def test_a_revision(repository: Path, assay) -> None:
    """A revision alone means the path of the other side, which is contracts/ where none is said."""
    for words in (
        ("v1",),
        ("v1:contracts/", "contracts"),
        ("topic:contracts/tickets", "contracts/tickets"),
    ):
        said = assay("diff", *words)
        assert said.code == 1, said
        assert "request-property-required" in said.out
    document = json.loads(assay("diff", "v1", "--format", "json").out)
    assert document["findings"][0]["old"]["file"] == "v1:contracts/tickets/open.yaml"
    back = json.loads(assay("diff", "contracts", "v1", "--format", "json").out)
    assert back["findings"][0]["new"]["file"] == "v1:contracts/tickets/open.yaml"


def test_from_below_the_top(repository: Path, assay, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths are those of where one stands, as everywhere on a command line."""
    monkeypatch.chdir(repository / "contracts")
    assert assay("diff", "v1:tickets", "tickets").code == 1
    assert assay("diff", "v1:./tickets", "tickets").code == 1
    assert assay("diff", "v1", "tickets").code == 1
    said = assay("diff", "v1:../..", "tickets")
    assert said.code == 2
    assert "lies outside of the repository" in said.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("topc",),
            "Cannot read the revision 'topc': because git knows none of that name. Did you mean 'topic'? (OLD)",
        ),
        (("contracts", "topik"), "Did you mean 'topic'? (NEW)"),
        (
            ("v1:contrats",),
            "Cannot read v1:contrats: because the revision has no contracts there. Did you mean 'v1:contracts'?",
        ),
        (("--", "-p:contracts"), "Cannot read the revision '-p'"),
        (
            ("nowhere/",),
            "Cannot read OLD from 'nowhere/': because there is no folder, file or git revision of that name.",
        ),
        (("v1:contracts/tickets/open.yaml",), "OLD"),
    ],
)
def test_what_cannot_be_read(repository: Path, assay, words: tuple[str, ...], told: str) -> None:
    """Which side, why, and what instead; nothing on standard output."""
    said = assay("diff", *words)
    assert said.code == 2, said
    assert told in said.err
    assert said.out == ""


def test_outside_of_a_repository(project: Path, assay, monkeypatch: pytest.MonkeyPatch) -> None:
    """A revision where there is no repository is said to be none."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parent))
    said = assay("diff", "main:contracts", "contracts")
    assert said.code == 2
    assert "because there is no git repository here" in said.err
    monkeypatch.setenv("PATH", "")
    said = assay("diff", "main:contracts", "contracts")
    assert said.code == 2
    assert "git cannot be found" in said.err


@pytest.mark.parametrize("which", ["OLD", "NEW"])
def test_a_broken_side_is_named(changed: Path, assay, which: str) -> None:
    """Contracts with errors are told as lint tells them, and whose side they are on."""
    lifecycle = changed / ("old" if which == "OLD" else "contracts") / "tickets/lifecycles/ticket.yaml"
    _edit(lifecycle, "    closed: {status: 409}\n", "")
    said = assay("diff", "old", "contracts")
    assert said.code == 2
    assert "error[blank-cell]" in said.err
    assert (
        f"Cannot compare: because {which} ({'old' if which == 'OLD' else 'contracts'}) has 1 error."
        in said.err
    )


def test_a_broken_revision_is_named(repository: Path, assay) -> None:
    """Files of a revision carry its name."""
    _edit(repository / "contracts/tickets/lifecycles/ticket.yaml", "    closed: {status: 409}\n", "")
    subprocess.run(
        ["git", "commit", "-am", "x"],
        cwd=repository,
        env={**os.environ, **NAMED},
        check=True,
        capture_output=True,
    )
    said = assay("diff", "HEAD", "v1")
    assert said.code == 2
    assert "HEAD:contracts/tickets/lifecycles/ticket.yaml:" in said.err
    assert "because OLD (HEAD) has 1 error" in said.err


def test_documents(project: Path, assay, write: Callable[[str, object], Path]) -> None:
    """Two OpenAPI documents; an example that changed is no change, a bound is."""
    write("old.json", DOCUMENT)
    same = json.loads(json.dumps(DOCUMENT).replace('{"a": 1}', '{"a": 2, "b": 3}'))
    write("same.json", same)
    assert assay("diff", "old.json", "same.json") == (
        0,
        "No change between old.json and same.json: 1 operation compared; "
        "lifecycles are not compared, for a document has none\n",
        "",
    )
    write("new.json", json.loads(json.dumps(DOCUMENT).replace("100", "50")))
    said = assay("diff", "old.json", "new.json")
    assert said.code == 1
    assert said.out.startswith(
        "new.json: breaking[request-bound-narrowed]: The bounds went from ≤ 100 to ≤ 50"
    )
    assert assay("diff", "new.json", "old.json").code == 0


def _circle(schemas: dict[str, object]) -> dict[str, object]:
    def operation(name: str) -> dict[str, object]:
        schema = {"$ref": f"#/components/schemas/{name}"}
        reply = {"description": "It is.", "content": {"application/json": {"schema": schema}}}
        return {"get": {"operationId": f"read{name}", "responses": {"200": reply}}}

    return {
        "openapi": "3.0.3",
        "info": {"title": "Circles", "version": "1.0.0"},
        "paths": {f"/{name}": operation(name) for name in schemas},
        "components": {"schemas": schemas},
    }


def test_documents_with_circles(project: Path, assay, write: Callable[[str, object], Path]) -> None:
    """Where references lead back is cut at the same place on both sides; where one side only is, it is undecided."""
    one = {
        "type": "object",
        "required": ["n"],
        "properties": {"n": {"type": "string"}, "b": {"$ref": "#/components/schemas/B"}},
    }
    other = {
        "type": "object",
        "required": ["m"],
        "properties": {"m": {"type": "string"}, "a": {"$ref": "#/components/schemas/A"}},
    }
    write("old.json", _circle({"A": one, "B": other}))
    write("new.json", _circle({"B": other, "A": one}))
    assert assay("diff", "old.json", "new.json").out.startswith("No change")
    straight = {**one, "properties": {"n": {"type": "string"}}}
    write("new.json", _circle({"B": other, "A": straight}))
    document = json.loads(assay("diff", "old.json", "new.json", "--format", "json").out)
    found = {(finding["subject"], finding["rule"], finding["level"]) for finding in document["findings"]}
    assert found == {
        ("readA", "response-property-withdrawn", "warning"),
        ("readB", "response-undecided", "warning"),
    }


def test_a_document_of_a_revision(repository: Path, assay, write: Callable[[str, object], Path]) -> None:
    """A document as a revision has it, by its path or as the other side's."""
    write("openapi.json", json.loads(json.dumps(DOCUMENT).replace("100", "50")))
    for words in (("v1:openapi.json", "openapi.json"), ("v1", "openapi.json")):
        said = assay("diff", *words)
        assert said.code == 1, said
        assert "request-bound-narrowed" in said.out


def test_what_is_no_document(project: Path, assay, write: Callable[[str, object], Path]) -> None:
    """A file that is no OpenAPI document is told as that."""
    write("other.json", {"title": "no document"})
    said = assay("diff", "other.json", "contracts")
    assert said.code == 2
    assert "OLD" in said.err
    (project / "torn.json").write_text("{")
    said = assay("diff", "contracts", "torn.json")
    assert said.code == 2
    assert "Cannot read NEW from torn.json" in said.err


def test_many_operations_with_one_cause_are_told_once(project: Path, assay) -> None:
    """A component that both operations answer with: one finding for people, one each for programs."""
    shutil.copytree(project / "contracts", project / "old")
    _edit(project / "contracts/tickets/api.yaml", "required: [id], ", "")
    said = assay("diff", "old", "contracts")
    assert said.out.count("breaking[response-property-optional]") == 1
    assert "tickets/closeTicket, response 200" in said.out
    document = json.loads(assay("diff", "old", "contracts", "--format", "json").out)
    assert [one["rule"] for one in document["findings"]].count("response-property-optional") == 2


@pytest.fixture
def write(project: Path) -> Callable[[str, object], Path]:
    """Writes JSON into the project."""

    def write(name: str, value: object) -> Path:
        file = project / name
        file.write_text(json.dumps(value))
        return file

    return write
