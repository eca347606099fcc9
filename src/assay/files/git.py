"""Files as a git revision has them. Nothing is checked out, and nothing is asked of another machine."""

from __future__ import annotations

import os
import posixpath
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assay.contractfile.compose import LARGEST_FILE
from assay.files.contracts import MOST_FILES
from assay.files.sources import LARGEST

#: seconds for one question; a repository on a slow disk may take a while
_PATIENCE: Final = 60.0
_LINK, _FOLDER, _MODULE = "120000", "040000", "160000"


class GitError(Exception):
    """A revision that cannot be read. The text follows «Cannot X: because Y. Do Z.»"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a revision."""

    #: from the top of the repository, with `/`
    path: str
    mode: str
    #: what it holds, by its hash
    blob: str
    size: int


@dataclass(frozen=True, slots=True)
class Tree:
    """One revision of the repository around a folder."""

    #: as the user called it
    revision: str
    commit: str
    #: where git is asked
    folder: str
    #: the folder's path from the top of the repository, ending in `/`; empty at the top
    prefix: str

    def path(self, path: str) -> str:
        """A path that the user typed, from the top of the repository. Raises `GitError` where it leads out of it."""
        wanted = Path(path)
        if wanted.is_absolute():
            path = os.path.relpath(os.path.realpath(wanted), os.path.realpath(self.folder))
        found = posixpath.normpath(posixpath.join(self.prefix, path.replace("\\", "/")))
        if found == ".." or found.startswith(("../", "/")):
            raise GitError(
                f"Cannot read {self.revision}:{path}: because that lies outside of the repository. Name another."
            )
        return "" if found == "." else found

    def entries(self, path: str) -> Iterator[Entry]:
        """All files at that path or below it, from the top of the repository."""
        listed = _git(
            self.folder,
            "ls-tree",
            "-r",
            "-z",
            "-l",
            "--full-tree",
            self.commit,
            *(("--", path) if path else ()),
        )
        for line in listed.decode("utf-8", "surrogateescape").split("\0"):
            if line:
                head, _, name = line.partition("\t")
                mode, _, blob, size = head.split()
                yield Entry(name, mode, blob, int(size) if size.isdigit() else 0)

    def folders(self) -> list[str]:
        """Every folder that there is, for a did-you-mean."""
        listed = _git(self.folder, "ls-tree", "-r", "-d", "-z", "--name-only", "--full-tree", self.commit)
        return [name for name in listed.decode("utf-8", "replace").split("\0") if name]

    def contents(self, blobs: Sequence[str]) -> Mapping[str, bytes]:
        """What blobs hold, all asked in one go."""
        asked = "".join(f"{blob}\n" for blob in dict.fromkeys(blobs)).encode()
        answered = _git(self.folder, "cat-file", "--batch", stdin=asked) if asked else b""
        found: dict[str, bytes] = {}
        at = 0
        while at < len(answered):
            end = answered.index(b"\n", at)
            blob, kind, *size = answered[at:end].decode("ascii", "replace").split()
            if kind == "missing":
                raise GitError(
                    f"Cannot read {self.revision}: because its object {blob[:12]} is missing here. Fetch it first."
                )
            length = int(size[0])
            found[blob] = answered[end + 1 : end + 1 + length]
            at = end + 2 + length
        return found


def tree(revision: str, folder: str = ".") -> Tree:
    """That revision of the repository that `folder` lies in. Raises `GitError`: no git, no repository, no revision."""
    try:
        prefix = _git(folder, "rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").rstrip("\n")
    except _Refused as error:
        raise GitError(
            f"Cannot read the revision '{revision}': because there is no git repository here ({error}). "
            "Name a folder, or go into the repository."
        ) from error
    try:
        found = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except _Refused as error:
        raise GitError(
            f"Cannot read the revision '{revision}': because git knows none of that name. {_near(revision, folder)}"
        ) from error
    return Tree(revision, found.decode("ascii", "replace").strip(), folder, prefix)


def is_repository(folder: str = ".") -> bool:
    """True when git is there and the folder lies in a repository."""
    try:
        _git(folder, "rev-parse", "--git-dir")
    except GitError:
        return False
    return True


def names(folder: str = ".") -> list[str]:
    """Branches and tags."""
    try:
        listed = _git(folder, "for-each-ref", "--format=%(refname:short)", "--count=2000")
    except GitError:
        return []
    return listed.decode("utf-8", "replace").split()


def too_large(entry: Entry, *, contract: bool) -> bool:
    """Is it more than is read of such a file?"""
    return entry.size > (LARGEST_FILE if contract else LARGEST)


def _near(revision: str, folder: str) -> str:
    from assay.contractfile.suggest import nearest  # noqa: PLC0415 - only where a name is wrong

    near = nearest(revision, names(folder))
    return f"Did you mean '{near}'?" if near else "`git branch -a` and `git tag` list them."


class _Refused(GitError):
    """What git says when it will not."""


def _git(folder: str, *words: str, stdin: bytes | None = None) -> bytes:
    # nothing is fetched that a partial clone lacks, and no answer depends on the user's language or aliases
    environ = {
        **os.environ,
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
    }
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and what users typed stands behind --end-of-options or --
            ["git", "--no-pager", "--literal-pathspecs", *words],  # noqa: S607 - whichever git there is
            cwd=folder,
            env=environ,
            input=stdin if stdin is not None else b"",
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except FileNotFoundError as error:
        raise _Refused("git cannot be found") from error
    except subprocess.TimeoutExpired as error:
        raise GitError(
            f"Cannot read the repository: because git took longer than {_PATIENCE:g} s. Try again."
        ) from error
    except (OSError, ValueError) as error:
        raise _Refused(getattr(error, "strerror", None) or str(error)) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise _Refused(said[0].removeprefix("fatal: ") if said else f"git ended with {done.returncode}")
    return done.stdout


__all__ = ["MOST_FILES", "Entry", "GitError", "Tree", "is_repository", "names", "too_large", "tree"]
