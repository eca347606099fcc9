"""Credentials that run out while several workers ask: had anew once, and told to nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import pytest
from notes_project import ALL, NOTES, Project, latest, run
from notes_server import _Handler as Handler
from notes_server import serving

PASSWORD = "pa55word-of-the-notes"


class _Gate:
    """Tokens that are good for so many requests."""

    def __init__(self, lasts: int) -> None:
        self.lasts, self.lock = lasts, Lock()
        self.left: dict[str, int] = {}

    def issue(self) -> str:
        with self.lock:
            token = f"note-token-{len(self.left) + 1:04}"
            self.left[token] = self.lasts
            return token

    def takes(self, shown: str) -> bool:
        token = shown.removeprefix("Bearer ")
        with self.lock:
            if self.left.get(token, 0) <= 0:
                return False
            self.left[token] -= 1
            return True


@contextmanager
def _gated(lasts: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, _Gate]]:
    gate = _Gate(lasts)
    post = Handler.do_POST

    def logs_in(self: Handler) -> None:
        if self.path != "/login":
            return post(self)
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        return self._answer(200 if asked == {"password": PASSWORD} else 403, {"token": gate.issue()})

    monkeypatch.setattr(Handler, "do_POST", logs_in)
    monkeypatch.setattr(Handler, "_known", lambda self: gate.takes(self.headers.get("Authorization") or ""))
    with serving() as url:
        yield url, gate


@pytest.mark.parametrize("workers", [0, 2])
def test_all_workers_have_it_anew_together(
    project: Project, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    """One login before all, and one for each token that ran out: never one for each worker."""
    monkeypatch.setenv("PASSWORD", PASSWORD)
    with _gated(40, monkeypatch) as (url, gate):
        config = (
            f'[targets.x]\nurl = "{url}"\nrate = 1000\n[targets.x.auth.login]\npath = "/login"\n'
            'body = {password = {env = "PASSWORD"}}\ntoken = "$response.body#/token"\n'
        )
        folder = project(NOTES, ALL, {"assay.toml": config})
        result = run(folder, "--assay-target=x", *(("-n", str(workers)) if workers else ()))
    assert len(gate.left) > 2
    assert [left for left in list(gate.left.values())[:-1] if left > 0] == []
    report = latest(folder)
    assert not report["violations"] or {one["clause"] for one in report["violations"]} == {
        "notes/readNote/promise/reads-aloud"
    }
    renewed = [note["text"] for note in report["notes"] if note["kind"] == "renewed"]
    assert renewed
    said = result.stdout.str() + result.stderr.str()
    for path in (folder.path / "reports").rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        assert not [token for token in (*gate.left, PASSWORD) if token.encode() in data], path
    assert not [token for token in (*gate.left, PASSWORD) if token in said]
    assert not list((folder.path / "reports").rglob(".shelf"))


def test_the_controller_looks_for_what_workers_had_issued(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token that came into a shard by a way that nobody thought of: the report is withheld."""
    monkeypatch.setenv("PASSWORD", PASSWORD)
    conftest = """
        from assay.model.event import Noted
        from assay.pytest_plugin import distribute

        def pytest_configure(config):
            merged = distribute._merge

            def leaks(shards, folder, missing):
                merged(shards, folder, missing)
                with folder.log.open("a") as log:
                    log.write(" " * 2 + "\\n")
                (folder.path / "forgotten.txt").write_text("note-token-0001")

            distribute._merge = leaks
    """
    with _gated(100_000, monkeypatch) as (url, _gate):
        config = (
            f'[targets.x]\nurl = "{url}"\nrate = 1000\n[targets.x.auth.login]\npath = "/login"\n'
            'body = {password = {env = "PASSWORD"}}\ntoken = "$response.body#/token"\n'
        )
        folder = project(NOTES, ALL, {"assay.toml": config, "conftest.py": conftest})
        result = run(folder, "--assay-target=x", "-n", "2")
    assert result.ret != 0
    assert "a credential stands in forgotten.txt" in result.stdout.str().replace("\n", " ")
