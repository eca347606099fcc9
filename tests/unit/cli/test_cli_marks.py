"""Claims about what a run makes at a live target: it can be told from everybody else's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.tickets import Tickets
from miniatures import wire
from miniatures.wire import Running


def _run(assay, keys: str, schema: str | None = None) -> tuple[object, Running]:
    if schema is not None:
        path = Path("contracts/tickets/open.yaml")
        path.write_text(path.read_text().replace("{title: {type: string}}", schema))
    with wire.start(Tickets()) as running:
        Path("assay.toml").write_text(
            f'[targets.x]\nurl = "{running.url}"\nauth-env = "TICKETS"\nrate = 2000\n{keys}\n'
        )
        return assay("run", "--target", "x", "-q"), running


@pytest.fixture(autouse=True)
def _credential(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TICKETS", "let-me-in")


def _titles(running: Running) -> list[str]:
    found = []
    for request in running.seen:
        try:
            body = json.loads(request.body) if request.path == "/tickets" else None
        except ValueError:
            continue
        if isinstance(body, dict) and isinstance(body.get("title"), str):
            found.append(body["title"])
    return found


def _unmarked() -> list[str]:
    report = json.loads(Path("reports/latest/report.json").read_text("utf-8"))
    return [note["text"] for note in report["notes"] if note["kind"] == "unmarked"]


def test_names_of_what_is_made_begin_with_a_prefix(project: Path, assay) -> None:
    said, running = _run(assay, 'marks = {name-prefix = "qa-"}')
    assert said.code == 0
    titles = _titles(running)
    assert len(titles) > 20
    assert [t for t in titles if not t.startswith("qa-")] == []
    assert all(title.startswith("qa-") and not title.startswith("qa-qa-") for title in titles)
    assert _unmarked() == []


@pytest.mark.parametrize(
    ("schema", "kept"),
    [
        ("{title: {type: string, maxLength: 12}}", "qa-"),
        ("{title: {type: string, maxLength: 12, minLength: 12}}", "qa-"),
        ("{title: {type: string, enum: [Leaking tap, Broken door]}}", ""),
        ("{title: {type: string, pattern: '^[A-Z][a-z ]+$'}}", ""),
        ("{title: {type: string, maxLength: 2}}", ""),
    ],
)
def test_a_prefix_keeps_to_the_schema(project: Path, assay, schema: str, kept: str) -> None:
    """Where there is no room for it the run goes on without, and says so."""
    path = project / "contracts/tickets/open.yaml"
    example = {"maxLength: 2": "Ta", "minLength: 12": "Leaking taps"}
    for key, value in example.items():
        if key in schema:
            path.write_text(path.read_text().replace("title: Leaking tap", f"title: {value}"))
    said, running = _run(assay, 'marks = {name-prefix = "qa-"}', schema)
    # the server of this test accepts every title
    broken = json.loads(Path("reports/latest/report.json").read_text("utf-8"))["violations"]
    assert {one["clause"].rpartition("/body")[0] for one in broken} <= {"tickets/openTicket/rejects"}
    assert said.code in {0, 1}
    made = [title for title in _titles(running) if title.startswith("qa-")]
    if kept:
        assert made
        assert _unmarked() == []
        assert any(len(title) == 12 for title in made)
    else:
        assert made == []
        assert _unmarked() == [
            "/title of openTicket does not always bear the prefix qa-: its schema leaves no room"
        ]


def test_what_has_no_name_is_told(project: Path, assay) -> None:
    path = project / "contracts/tickets/open.yaml"
    path.write_text(path.read_text().replace("title", "text"))

    class Texts(Tickets):
        def _honest(self, request):
            renamed = request.body.replace(b'"text"', b'"title"')
            return super()._honest(wire.Request(request.method, request.path, "", request.headers, renamed))

    with wire.start(Texts()) as running:
        Path("assay.toml").write_text(
            f'[targets.x]\nurl = "{running.url}"\nauth-env = "TICKETS"\nmarks = {{name-prefix = "qa-"}}\n'
        )
        assert assay("run", "--target", "x", "-q").code == 0
    assert _unmarked() == ["what openTicket makes does not bear the prefix qa-: its body has no name"]


def test_a_header_marks_what_may_make_something(project: Path, assay) -> None:
    path = project / "contracts/tickets/close.yaml"
    path.write_text(path.read_text().replace("method: post", "method: delete"))
    said, running = _run(assay, 'marks = {header = "X-Made-By"}')
    assert said.code == 0
    run = json.loads(Path("reports/latest/report.json").read_text("utf-8"))["run"]["id"]
    told = {(request.method, request.headers.get("x-made-by")) for request in running.seen}
    assert ("POST", f"assay {run}") in told
    assert ("DELETE", None) in told


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ('marks = {name-prefx = "a"}', "Did you mean 'name-prefix'?"),
        ('marks = {name-prefix = "a\\nb"}', "`marks.name-prefix` is not a short text"),
        ('marks = {header = "X Y"}', "`marks.header` is no name of a header field"),
        ("marks = 1", "`marks` is not a table"),
    ],
)
def test_a_slip_is_told(project: Path, assay, keys: str, why: str) -> None:
    said, running = _run(assay, keys)
    assert said.code == 2
    assert why in said.err
    assert running.seen == []
