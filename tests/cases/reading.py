"""Reads a case file: one claim, contract files that differ from a good set, and the problems they yield."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
_HEAD = re.compile(r"^==== (contract|without|expect)(?: (\S+))? ====\n", re.MULTILINE)


@dataclass(frozen=True)
class CaseFile:
    """One behaviour in a text file."""

    claim: str
    files: dict[str, str]
    expected: str


def good_files() -> dict[str, str]:
    """The contracts every case starts from: nothing is wrong with them."""
    base = HERE / "base"
    return {path.relative_to(base).as_posix(): path.read_text("utf-8") for path in base.rglob("*.yaml")}


def read_case(path: Path) -> CaseFile:
    """The case of that file."""
    pieces = _HEAD.split(path.read_bytes().decode("utf-8"))
    files, expected = good_files(), ""
    for kind, name, text in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        if kind == "contract":
            files[name] = text
        elif kind == "without":
            del files[name]
        else:
            expected = text
    return CaseFile(pieces[0].strip(), files, expected)
