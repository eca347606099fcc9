"""`revision`: what is checked out, from whoever knows it, and never a failure."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from assay.files.revision import Revision, revision

COMMIT = "1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit on the branch `topic`."""

    def git(*words: str) -> None:
        named = {
            f"GIT_{who}_{what}": "a@b.example"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        }
        subprocess.run(
            ["git", *words], cwd=tmp_path, env={**os.environ, **named}, check=True, capture_output=True
        )

    git("init", "--initial-branch", "topic")
    git("commit", "--allow-empty", "-m", "first")
    return tmp_path


def head(folder: Path) -> str:
    done = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_git_knows(repository: Path) -> None:
    """Also in a folder below."""
    (repository / "below").mkdir()
    assert revision({}, str(repository / "below")) == Revision("topic", head(repository))


def test_a_detached_head_has_a_commit_and_no_branch(repository: Path) -> None:
    """As CI systems check out."""
    subprocess.run(["git", "checkout", "--detach"], cwd=repository, check=True, capture_output=True)
    assert revision({}, str(repository)) == Revision("", head(repository))


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        (
            {"GITHUB_HEAD_REF": "topic", "GITHUB_REF_NAME": "7/merge", "GITHUB_SHA": COMMIT},
            Revision("topic", COMMIT),
        ),
        ({"GITHUB_HEAD_REF": "", "GITHUB_REF_NAME": "main", "GITHUB_SHA": COMMIT}, Revision("main", COMMIT)),
        ({"CI_COMMIT_REF_NAME": "main", "CI_COMMIT_SHA": COMMIT}, Revision("main", COMMIT)),
        ({"GIT_BRANCH": "origin/main", "GIT_COMMIT": COMMIT}, Revision("main", COMMIT)),
        (
            {"ASSAY_BRANCH": "deployed", "ASSAY_COMMIT": COMMIT, "GITHUB_REF_NAME": "main"},
            Revision("deployed", COMMIT),
        ),
        ({"ASSAY_BRANCH": "b", "ASSAY_COMMIT": "no commit"}, Revision("b", "")),
        (
            {"ASSAY_BRANCH": "a\x1b[31m\nb" + "c" * 500, "ASSAY_COMMIT": COMMIT},
            Revision(("a[31mb" + "c" * 500)[:200], COMMIT),
        ),
    ],
)
def test_ci_systems_know(environ: dict[str, str], expected: Revision, tmp_path: Path) -> None:
    """What ours say comes first; a pull request's own branch before the one made of it."""
    assert revision(environ, str(tmp_path)) == expected


def test_what_the_one_does_not_know_the_other_may(repository: Path) -> None:
    """A CI system that only names the branch leaves the commit to git."""
    assert revision({"BRANCH_NAME": "told"}, str(repository)) == Revision("told", head(repository))


def test_nobody_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside of a repository, in one without a commit, without git, in a folder that is gone."""
    assert revision({}, str(tmp_path)) == Revision()
    subprocess.run(["git", "init"], cwd=tmp_path, check=True, capture_output=True)
    assert revision({}, str(tmp_path)) == Revision()
    assert revision({}, str(tmp_path / "gone")) == Revision()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert revision({}, str(tmp_path)) == Revision()
