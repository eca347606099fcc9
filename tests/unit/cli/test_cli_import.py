"""Claims about `assay import`."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
import yaml

DOCUMENT = """\
openapi: 3.0.3
info: {title: Tasks API, version: 1.0.0}
paths:
  /tasks:
    post:
      operationId: addTask
      responses:
        201:
          description: Added.
          content: {application/json: {schema: {type: object, properties: {id: {type: string}, at: {type: datetime}}}}}
  /tasks/{id}:
    get:
      operationId: getTask
      tags: [Reading]
      responses:
        200: {description: The task., content: {application/json: {schema: {type: object}}}}
        404: {description: No such task.}
    delete: {operationId: deleteTask, responses: {}}
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with a document, and the place where one is."""
    (tmp_path / "openapi.yaml").write_text(DOCUMENT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASSAY_DEBUG", raising=False)
    return tmp_path


def test_a_document_becomes_contracts_that_lint_and_run(here: Path, assay) -> None:
    """Everything is written, doubts and questions are told, and the mock keeps what was imported."""
    said = assay("import", "openapi.yaml")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[-1] == "contracts/tasks: 3 operations, 1 lifecycle; 9 new files"
    assert "Cannot use the type 'datetime'" in said.out
    assert "no parameter describes it" in said.out
    assert sorted(p.relative_to(here).as_posix() for p in (here / "contracts" / "tasks").rglob("*.yaml")) == [
        "contracts/tasks/add-task.yaml", "contracts/tasks/api.yaml", "contracts/tasks/delete-task.yaml",
        "contracts/tasks/get-task.yaml", "contracts/tasks/lifecycles/task.yaml",
    ]  # fmt: skip
    assert assay("lint").code == 0
    assert assay("run", "--history", "off").code == 0


def test_the_same_document_makes_the_same_files(here: Path, assay) -> None:
    """A second import changes nothing, and says so."""
    assay("import", "openapi.yaml")
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
    said = assay("import", "openapi.yaml")
    assert said.code == 0
    assert said.out.splitlines()[-1] == "contracts/tasks: 3 operations, 1 lifecycle; 5 unchanged files"
    assert {path: path.read_bytes() for path in here.rglob("*") if path.is_file()} == before


def test_what_somebody_changed_is_not_overwritten(here: Path, assay) -> None:
    """It is named instead; with --force it is."""
    assay("import", "openapi.yaml")
    changed = here / "contracts" / "tasks" / "get-task.yaml"
    changed.write_text("mine", encoding="utf-8")
    said = assay("import", "openapi.yaml")
    assert said.code == 2
    assert (
        "Cannot write contracts/tasks/get-task.yaml: because they are there and say something else"
        in said.err
    )
    assert changed.read_text(encoding="utf-8") == "mine"
    assert assay("import", "openapi.yaml", "--force").code == 0
    assert "operation: getTask" in changed.read_text(encoding="utf-8")


def test_some_operations_under_another_name_elsewhere(here: Path, assay) -> None:
    """--only, --api and -o: an id, a path, a method with a path, or a tag."""
    for pattern in ("getTask", "GET /tasks/*", "Reading"):
        said = assay("import", "openapi.yaml", "--only", pattern, "--api", "t", "-o", f"out {pattern[:3]}")
        assert said.code == 0, said
        assert (here / f"out {pattern[:3]}" / "t" / "get-task.yaml").exists()
        assert not (here / f"out {pattern[:3]}" / "t" / "add-task.yaml").exists()
    said = assay("import", "openapi.yaml", "--only", "getTsak")
    assert said.code == 2
    assert "Did you mean 'getTask'?" in said.err


def test_for_programs(here: Path, assay) -> None:
    """--format json has every doubt with its place."""
    told = json.loads(assay("import", "openapi.yaml", "--format", "json").out)
    assert told["format"] == "assay-import/1"
    assert (told["api"], told["operations"], told["lifecycles"]) == ("tasks", 3, 1)
    assert "tasks/api.yaml" in told["files"]["new"]
    pointers = {doubt["pointer"] for doubt in told["doubts"]}
    assert "/paths/~1tasks/post/responses/201/content/application~1json/schema/properties/at/type" in pointers
    assert told["questions"]


def test_standard_input(here: Path, assay, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads the document from there, JSON or YAML."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(DOCUMENT.encode())))
    assert assay("import", "-").code == 0
    assert (here / "contracts" / "tasks" / "api.yaml").exists()


def test_a_folder_whose_files_refer_to_each_other(here: Path, assay) -> None:
    """The one document in it is found; what a link leads to outside of the folder is refused by name."""
    (here / "secret.yaml").write_text("type: string\nconst: secret", encoding="utf-8")
    spec = here / "spec"
    (spec / "parts").mkdir(parents=True)
    (spec / "parts" / "task.yaml").write_text(
        "type: object\nproperties: {own: {$ref: 'link.yaml'}}", encoding="utf-8"
    )
    (spec / "parts" / "link.yaml").symlink_to(here / "secret.yaml")
    text = DOCUMENT.replace("{schema: {type: object}}", "{schema: {$ref: 'parts/task.yaml'}}")
    (spec / "main.yaml").write_text(text, encoding="utf-8")
    said = assay("import", "spec")
    assert said.code == 0
    assert "Cannot follow 'link.yaml': because it leaves the folder of the document." in said.out
    written = "".join(path.read_text(encoding="utf-8") for path in (here / "contracts").rglob("*.yaml"))
    assert "secret" not in written
    (spec / "other.yaml").write_text(DOCUMENT, encoding="utf-8")
    said = assay("import", "spec")
    assert said.code == 2
    assert "spec/main.yaml, spec/other.yaml" in said.err


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("", "it is empty"),
        ("a: [1", "it is neither JSON nor YAML"),
        ("{\"a\": 1", "it is no JSON"),
        ("- 1", "instead of an OpenAPI document"),
        ("title: x", "it has neither `openapi:` nor `swagger:`"),
        ("openapi: 3.0.0\ninfo: {title: x, version: '1'}\npaths: {}", "it documents no operation"),
        ("openapi: &a {b: *a}", "the alias in line 1 contains itself"),
        ("a: " + "[" * 500, "it nests deeper than 200 levels"),
        ("{\"openapi\": NaN}", "its version is 'NaN'"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_refused_with_its_reason(text: str, because: str, here: Path, assay) -> None:
    """In one sentence, without a traceback, and nothing is written."""
    (here / "x.yaml").write_text(text, encoding="utf-8")
    said = assay("import", "x.yaml")
    assert said.code == 2, said
    assert because in said.err
    assert not (here / "contracts").exists()


def test_places_that_cannot_be_read(here: Path, assay) -> None:
    """No such file, no UTF-8, a folder without documents, a name that is none."""
    (here / "latin.yaml").write_bytes("title: Käfer".encode("latin-1"))
    (here / "empty").mkdir()
    for words, because in (
        (["nowhere.yaml"], "it cannot be read"),
        (["latin.yaml"], "it is not UTF-8"),
        (["empty"], "the folder holds no .yaml, .yml, .json or .md"),
        (["openapi.yaml", "--api", "a b"], "its name begins every clause id"),
    ):
        said = assay("import", *words)
        assert said.code == 2
        assert because in said.err


def test_documents_that_come_to_too_much(here: Path, assay) -> None:
    """Descriptions go first, then examples; what is too large all the same is refused, and --only helps."""
    many = {f"S{i}": {"type": "string", "description": "x" * 380, "example": "y" * 600} for i in range(1500)}
    document = {**yaml.safe_load(DOCUMENT), "components": {"schemas": many}}
    (here / "large.json").write_text(json.dumps(document), encoding="utf-8")
    said = assay("import", "large.json", "-o", "a")
    assert said.code == 0, said
    assert "Cannot keep the descriptions of api.yaml: because a contract has at most 1 MiB" in said.out
    assert "description" not in (here / "a" / "tasks" / "api.yaml").read_text(encoding="utf-8")
    document["components"]["schemas"] = {f"S{i}": {"enum": list(range(100))} for i in range(1100)}
    (here / "large.json").write_text(json.dumps(document), encoding="utf-8")
    said = assay("import", "large.json", "-o", "b")
    assert said.code == 2
    assert "Cannot import all of it" in said.err
    assert assay("import", "large.json", "-o", "b", "--only", "getTask").code == 0


def test_examples_that_nest_too_deep(here: Path, assay) -> None:
    """What a contract may not hold is cut off an example."""
    deep: object = 1
    for _ in range(150):
        deep = {"a": deep}
    document = {**yaml.safe_load(DOCUMENT), "components": {"schemas": {"Deep": {"example": deep}}}}
    (here / "deep.json").write_text(json.dumps(document), encoding="utf-8")
    said = assay("import", "deep.json")
    assert said.code == 0, said
    assert "Cannot keep all of an example" in said.out


def test_aliases_that_expand_without_end_are_refused(here: Path, assay) -> None:
    """A few lines that stand for a billion values are no document."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    (here / "bomb.yaml").write_text("openapi: 3.0.0\n" + "\n".join(lines), encoding="utf-8")
    said = assay("import", "bomb.yaml")
    assert said.code == 2
    assert "it comes to more than" in said.err
