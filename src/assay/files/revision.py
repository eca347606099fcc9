"""What is checked out here: branch and commit, from the variables of a CI system or from git, or nothing."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote

#: seconds that git may take; a run does not wait for a repository on a sleeping disk
_PATIENCE = 2.0
#: longer names are no names
_MOST = 200
_COMMIT = re.compile(r"[0-9a-fA-F]{7,64}")

#: ours first, which say what was deployed where that is not what is checked out; a pull request's own branch before the
#: one that its system made of it
_BRANCHES = (
    "ASSAY_BRANCH", "GITHUB_HEAD_REF", "GITHUB_REF_NAME", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_REF_NAME",
    "CHANGE_BRANCH", "BRANCH_NAME", "GIT_BRANCH", "SYSTEM_PULLREQUEST_SOURCEBRANCH", "BUILD_SOURCEBRANCHNAME",
    "BITBUCKET_BRANCH", "CIRCLE_BRANCH",
)  # fmt: skip
_COMMITS = (
    "ASSAY_COMMIT", "GITHUB_SHA", "CI_COMMIT_SHA", "GIT_COMMIT", "BUILD_SOURCEVERSION", "BITBUCKET_COMMIT",
    "CIRCLE_SHA1",
)  # fmt: skip


#: a template of our own, then what CI systems say of the repository: what of it makes the address of a line
_LINES = (
    ("{ASSAY_SOURCE_URL}", ("ASSAY_SOURCE_URL",)),
    (
        "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/blob/{GITHUB_SHA}/{file}#L{line}",
        ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA"),
    ),
    ("{CI_PROJECT_URL}/-/blob/{CI_COMMIT_SHA}/{file}#L{line}", ("CI_PROJECT_URL", "CI_COMMIT_SHA")),
)


def line_url(environ: Mapping[str, str], file: str, line: int) -> str | None:
    """Where a browser shows that line of a file of the repository; None where nobody says.

    `ASSAY_SOURCE_URL` is such an address with `{file}` and `{line}` in it. Files that lie outside have none.
    """
    path = file.replace("\\", "/")
    if not path or path.startswith(("/", "../")) or ":" in path or line < 1:
        return None
    place = {"{file}": quote(path), "{line}": str(line)}
    for template, names in _LINES:
        if all(environ.get(name) for name in names):
            found = template
            for name in names:
                found = found.replace(f"{{{name}}}", environ[name].rstrip("/"))
            for mark, value in place.items():
                found = found.replace(mark, value)
            return found if found.startswith(("http://", "https://")) else None
    return None


class Revision(NamedTuple):
    """A branch and a commit; each empty where nobody knows."""

    branch: str = ""
    commit: str = ""


def revision(environ: Mapping[str, str], folder: str = ".") -> Revision:
    """What is checked out in `folder`. Never fails: a run outside of any repository is a run."""
    told = Revision(_first(environ, _BRANCHES), _commit(_first(environ, _COMMITS)))
    if all(told):
        return told
    asked = _of_git(folder)
    return Revision(told.branch or asked.branch, told.commit or asked.commit)


def _first(environ: Mapping[str, str], names: Sequence[str]) -> str:
    found = (environ.get(name, "").strip() for name in names)
    name = next((value for value in found if value), "")
    return _printable(name.removeprefix("refs/heads/").removeprefix("origin/"))


def _of_git(folder: str) -> Revision:
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD", "--abbrev-ref", "HEAD"],  # noqa: S607 - whichever git there is
            cwd=folder,
            capture_output=True,
            timeout=_PATIENCE,
            check=True,
            stdin=subprocess.DEVNULL,
        )
        commit, branch = done.stdout.decode("utf-8", "replace").splitlines()[:2]
    except (OSError, subprocess.SubprocessError, ValueError):
        return Revision()
    # a detached head has no branch
    return Revision("" if branch == "HEAD" else _printable(branch), _commit(commit))


def _commit(text: str) -> str:
    return text.lower() if _COMMIT.fullmatch(text) else ""


def _printable(name: str) -> str:
    return "".join(character for character in name if character.isprintable())[:_MOST]
