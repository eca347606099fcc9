"""The address of a line in a contract file: where the code is kept, or where it lies on this machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

    from assay.model.problem import Place

#: the type of these links: `--allure-link-pattern contract:https://code.example/blob/main/{}` says where they lead
KIND = "contract"


def contract_link(config: pytest.Config, place: Place) -> str:
    """Where that line can be looked at: by the pattern that the user gave, by what a CI system tells, or as a file."""
    return address(
        place, os.environ, patterned=KIND in dict(getattr(config.option, "allure_link_pattern", ()))
    )


def address(place: Place, environ: Mapping[str, str], *, patterned: bool) -> str:
    """With a pattern, only what goes into it: the path from the repository's root, and the line."""
    file = Path(place.file).absolute()
    root = next((folder for folder in file.parents if (folder / ".git").exists()), Path.cwd())
    line = f"#L{place.line}" if place.line else ""
    within = file.relative_to(root).as_posix() if file.is_relative_to(root) else ""
    if patterned:
        return f"{within or place.file}{line}"
    base = _base(environ)
    return f"{base}/{within}{line}" if base and within else f"{file.as_uri()}{line}"


def _base(environ: Mapping[str, str]) -> str:
    """Where GitHub or GitLab shows the files of the commit that they test; empty elsewhere."""
    server, repository, commit = (
        environ.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "SHA")
    )
    if server and repository and commit:
        return f"{server}/{repository}/blob/{commit}"
    project, commit = environ.get("CI_PROJECT_URL", ""), environ.get("CI_COMMIT_SHA", "")
    return f"{project}/-/blob/{commit}" if project and commit else ""
