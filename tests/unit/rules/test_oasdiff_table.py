"""The table of docs/diff.md: each check of oasdiff is found by the rule that it names, or is said why not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from assay.rules.breaking import rule_ids
from fakes.oasdiff import case
from fakes.versions import compared

PAGE = Path(__file__).parents[3] / "docs" / "diff.md"
_ROW = re.compile(
    r"^\| `(?P<check>[a-z0-9-]+)` \| (?P<theirs>error|warning|info) \| (?P<rules>[^|]*) \| (?P<ours>[^|]*) \|$"
)


class Row(NamedTuple):
    """One line of the table."""

    check: str
    theirs: str
    #: empty: nothing is found
    rules: tuple[str, ...]
    #: our level, or why there is none
    ours: str


def _rows() -> list[Row]:
    found = [found for line in PAGE.read_text("utf-8").splitlines() if (found := _ROW.match(line))]
    return [
        Row(one["check"], one["theirs"], tuple(re.findall(r"`([a-z-]+)`", one["rules"])), one["ours"].strip())
        for one in found
    ]


ROWS = _rows()


def test_the_table_is_whole() -> None:
    """Every check once: 213 errors, 30 warnings, 266 that are neither. Every named rule exists."""
    assert len({row.check for row in ROWS}) == len(ROWS)
    counts = {level: sum(row.theirs == level for row in ROWS) for level in ("error", "warning", "info")}
    assert counts == {"error": 213, "warning": 30, "info": 266}
    assert {rule for row in ROWS for rule in row.rules} <= set(rule_ids())


@pytest.mark.parametrize("row", ROWS, ids=[row.check for row in ROWS])
def test_a_check_is_found(row: Row) -> None:
    """The change that the check is about has the named findings, the gravest of the named level, and no others."""
    change = case(row.check)
    if row.ours.startswith("not applicable: "):
        assert change is None
        assert not row.rules
        return
    assert change is not None, "say in fakes/oasdiff.py what change it is about"
    found = compared(change.old, change.new)
    if "version-not-raised" not in row.rules:
        found = tuple(one for one in found if one.rule != "version-not-raised")
    else:
        found = tuple(one for one in found if one.rule == "version-not-raised")
    assert {one.rule for one in found} == set(row.rules)
    if row.ours.startswith("no change: "):
        assert not found
    else:
        assert found[0].level == row.ours


def test_what_breaks_there_does_not_pass_here() -> None:
    """No error of theirs is a mere note here; where it is only a warning, it is a policy's matter, or a default's."""
    errors = [row for row in ROWS if row.theirs == "error" and not row.ours.startswith("not applicable")]
    assert {row.ours for row in errors} == {"breaking", "warning"}
    lenient = {row.check for row in errors if row.ours == "warning"}
    assert all("sunset" in check or "default-value" in check for check in lenient), lenient
