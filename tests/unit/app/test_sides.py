"""The two sides of a diff: what may lie in a revision, and what is said of it."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

from assay.app.errors import UsageError
from assay.app.sides import SideError, read_side

TODAY = date(2026, 7, 1)
NAMED = {f"GIT_{who}_{what}": "a@b.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
API = b"title: Shop\nversion: 1.0.0\nsources: {doc: {title: Documentation}}\n"
PING = b"operation: ping\nmethod: get\npath: /ping\nsource: doc\nresponses: {'204': {description: Pong.}}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small contracts folder, and the place where one is."""
    (tmp_path / "contracts/shop").mkdir(parents=True)
    (tmp_path / "contracts/shop/api.yaml").write_bytes(API)
    (tmp_path / "contracts/shop/ping.yaml").write_bytes(PING)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def commit(folder: Path) -> None:
    """All that is there, as `HEAD`."""
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "x")):
        subprocess.run(
            ["git", *words], cwd=folder, env={**os.environ, **NAMED}, check=True, capture_output=True
        )


def test_a_folder_and_a_revision_are_the_same(folder: Path) -> None:
    """The api is called as its folder is, whichever way it is named."""
    commit(folder)
    plain = read_side("OLD", "contracts", "contracts", TODAY).contracts
    for text in (
        "HEAD",
        "HEAD:contracts",
        "HEAD:contracts/",
        "HEAD:./contracts",
        "HEAD:contracts/shop",
        "HEAD:",
    ):
        side = read_side("OLD", text, "contracts", TODAY)
        assert side.contracts.digest == plain.digest, text
        assert [api.name for api in side.contracts.apis] == ["shop"]
        assert side.spoken("contracts/shop/api.yaml") == "HEAD:contracts/shop/api.yaml"


def test_what_is_there_comes_first(folder: Path) -> None:
    """A folder that is called as a branch is."""
    commit(folder)
    subprocess.run(["git", "branch", "contracts"], cwd=folder, check=True)
    assert read_side("OLD", "contracts", "x", TODAY).spoken("a") == "a"
    assert read_side("OLD", "contracts:contracts", "x", TODAY).spoken("a") == "contracts:a"


@pytest.mark.parametrize(
    ("name", "data", "rule"),
    [
        ("bad.yaml", b"operation: [", "yaml-syntax"),
        ("bytes.yaml", b"\xff\xfe", "not-utf-8"),
        ("large.yaml", b"# " + b"x" * 1024 * 1024, "file-too-large"),
        ("other.yaml", b"a: &x [*x]\n", "yaml-cyclic-alias"),
    ],
)
def test_hostile_files_of_a_revision(folder: Path, name: str, data: bytes, rule: str) -> None:
    """Each is told as lint tells it, with the revision before its path and the side it is on."""
    (folder / "contracts/shop" / name).write_bytes(data)
    commit(folder)
    for text, file in (("HEAD:contracts", "HEAD:contracts/shop/"), ("contracts", "contracts/shop/")):
        with pytest.raises(SideError) as told:
            read_side("NEW", text, "contracts", TODAY)
        assert rule in {problem.rule for problem in told.value.problems} or rule.startswith("yaml")
        assert all(problem.place.file.startswith(file) for problem in told.value.problems)
        assert str(told.value).startswith(f"Cannot compare: because NEW ({text}) has")


def test_links_of_a_revision_are_not_followed(folder: Path) -> None:
    """A link is told, wherever it leads."""
    (folder / "contracts/shop/link.yaml").symlink_to("/etc/passwd")
    commit(folder)
    with pytest.raises(SideError) as told:
        read_side("OLD", "HEAD", "contracts", TODAY)
    assert [problem.rule for problem in told.value.problems] == ["link-leaves-folder"]


def test_documents_refer_to_files_of_their_revision(folder: Path) -> None:
    """A reference to another file of the folder is read from the same revision, and none from outside."""
    (folder / "spec").mkdir()
    reply = {"description": "d", "content": {"application/json": {"schema": {"$ref": "parts.json#/Thing"}}}}
    paths = {"/a": {"get": {"operationId": "a", "responses": {"200": reply}}}}
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}
    (folder / "spec/api.json").write_text(json.dumps(document))
    (folder / "spec/parts.json").write_text('{"Thing": {"type": "object", "required": ["id"]}}')
    commit(folder)
    (folder / "spec/parts.json").write_text('{"Thing": {"type": "object"}}')
    old = read_side("OLD", "HEAD:spec/api.json", "x", TODAY)
    new = read_side("NEW", "spec/api.json", "x", TODAY)
    assert old.document
    assert "required" in str(old.contracts.apis[0].components)
    assert "required" not in str(new.contracts.apis[0].components)


@pytest.mark.parametrize(
    "text", ["", ":", ":contracts", "\x00", "no\nsuch", "a" * 10_000, "~", "HEAD:../..", "HEAD:/"]
)
def test_what_names_nothing(folder: Path, text: str) -> None:
    """No text makes a traceback."""
    commit(folder)
    with pytest.raises(UsageError, match="OLD"):
        read_side("OLD", text, "contracts", TODAY)
