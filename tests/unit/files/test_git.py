"""Files of git revisions: read as they are, nothing checked out, and clear words where there is nothing to read."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from assay.files.git import GitError, Tree, is_repository, names, tree

NAMED = {f"GIT_{who}_{what}": "a@b.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Git in a fresh repository with `a/x.yaml`, `a/é ü.yaml` and `b.yaml`, tagged `v1`."""

    def run(*words: str) -> str:
        done = subprocess.run(
            ["git", *words],
            cwd=tmp_path,
            env={**os.environ, **NAMED},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    run("init", "--initial-branch", "topic")
    (tmp_path / "a").mkdir()
    (tmp_path / "a/x.yaml").write_bytes(b"x: 1\n")
    (tmp_path / "a/é ü.yaml").write_bytes("ä: 1\n".encode())
    (tmp_path / "b.yaml").write_bytes(b"")
    run("add", "-A")
    run("commit", "-m", "first")
    run("tag", "v1")
    return run


def _texts(found: Tree, path: str) -> dict[str, bytes]:
    entries = list(found.entries(found.path(path)))
    held = found.contents([entry.blob for entry in entries])
    return {entry.path: held[entry.blob] for entry in entries}


def test_files_are_those_of_the_revision(git: Git, tmp_path: Path) -> None:
    """Whatever lies in the working tree: bytes as they were, names with anything in them, empty files."""
    (tmp_path / "a/x.yaml").write_text("changed")
    found = tree("v1", str(tmp_path))
    assert _texts(found, "a") == {"a/x.yaml": b"x: 1\n", "a/é ü.yaml": "ä: 1\n".encode()}
    assert _texts(found, ".")["b.yaml"] == b""
    assert _texts(found, "a/x.yaml") == {"a/x.yaml": b"x: 1\n"}
    assert _texts(found, "c") == {}
    assert found.folders() == ["a"]
    assert (tmp_path / "a/x.yaml").read_text() == "changed"


def test_paths_are_those_of_the_folder(git: Git, tmp_path: Path) -> None:
    """From below the top, and absolute ones; none leads out."""
    found = tree("HEAD", str(tmp_path / "a"))
    assert found.path("x.yaml") == "a/x.yaml"
    assert found.path("../b.yaml") == "b.yaml"
    assert found.path(str(tmp_path / "a")) == "a"
    assert found.path("..") == ""
    for outside in ("../..", "/", "../../elsewhere"):
        with pytest.raises(GitError, match="lies outside of the repository"):
            found.path(outside)


@pytest.mark.parametrize("revision", ["v1", "topic", "HEAD", "HEAD^{commit}", "topic@{0}"])
def test_revisions_are_git_s(git: Git, tmp_path: Path, revision: str) -> None:
    """Whatever git takes for a commit."""
    assert tree(revision, str(tmp_path)).commit == git("rev-parse", "HEAD").strip()


@pytest.mark.parametrize(
    "revision", ["", "no-such", "--output=x", "v1:a/x.yaml", "a\nb", "-h", "HEAD~7", "x" * 5000]
)
def test_what_is_no_revision(git: Git, tmp_path: Path, revision: str) -> None:
    """Is told as that: no word of the user's is an option of git's."""
    before = sorted(tmp_path.rglob("[!.]*"))
    with pytest.raises(GitError, match="Cannot read the revision"):
        tree(revision, str(tmp_path))
    assert sorted(tmp_path.rglob("[!.]*")) == before


def test_a_near_name(git: Git, tmp_path: Path) -> None:
    """Branches and tags are suggested."""
    assert names(str(tmp_path)) == ["topic", "v1"]
    with pytest.raises(GitError, match="Did you mean 'topic'"):
        tree("topik", str(tmp_path))


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside of any, and without git."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert not is_repository(str(tmp_path))
    with pytest.raises(GitError, match="there is no git repository here"):
        tree("HEAD", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(GitError, match="git cannot be found"):
        tree("HEAD", str(tmp_path))
    assert names(str(tmp_path)) == []


def test_a_missing_object_is_told(git: Git, tmp_path: Path) -> None:
    """A repository that lacks what a revision holds, as a partial clone may: nothing is fetched."""
    found = tree("v1", str(tmp_path))
    with pytest.raises(GitError, match="is missing here"):
        found.contents(["0" * 40])
