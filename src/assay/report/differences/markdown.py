"""`assay diff` for a pull request's comment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assay.model.breaking import Diff, Finding, Level
from assay.report.differences.text import summary, together
from assay.report.legible import one_line

#: findings of one level that are told
_MOST = 40
_MEANT = re.compile(r"([\\`*_\[\]<>|~#])")
_HEADS = {Level.BREAKING: "Breaking", Level.WARNING: "Warnings", Level.NOTE: "Notes"}


def render(diff: Diff) -> str:
    """Breaking changes and warnings in full, notes folded away."""
    mark = "❌" if diff.count(Level.BREAKING) else "⚠️" if diff.count(Level.WARNING) else "✅"
    lines = [f"## {mark} Contracts: {_plain(summary(diff), 400)}", ""]
    for level in Level:
        groups = together([one for one in diff.findings if one.level is level])
        if groups:
            lines += _section(level, groups)
    return "\n".join(lines).rstrip("\n")


def _section(level: Level, groups: Sequence[Sequence[Finding]]) -> Iterator[str]:
    folded = level is Level.NOTE
    title = f"{_HEADS[level]} ({len(groups)})"
    yield f"<details><summary>{title}</summary>" if folded else f"### {title}"
    yield ""
    for group in groups[:_MOST]:
        yield from _finding(group)
    if len(groups) > _MOST:
        yield f"- … and {len(groups) - _MOST} more"
    yield ""
    if folded:
        yield "</details>"
        yield ""


def _finding(group: Sequence[Finding]) -> Iterator[str]:
    one = group[0]
    where = f"`{_code(one.where)}`"
    if len(group) > 1:
        where += f" and {len(group) - 1} more"
    yield f"- **{one.rule}** {where}: {_plain(one.message, 400)}"
    if one.place.file:
        yield f"  {_plain(str(one.place), 200)}"
    if one.sample:
        yield f"  For example: `{_code(one.sample)}`"
    if one.fix and one.level is not Level.NOTE:
        yield f"  *Fix:* {_plain(one.fix, 300)}"


def _plain(text: str, limit: int) -> str:
    """The text as Markdown that means nothing but itself."""
    return _MEANT.sub(r"\\\1", one_line(text, limit)).replace("@", "@\u2060")


def _code(text: str) -> str:
    """The text between two backticks: there is none in it, and no bar that would end a table's cell."""
    return one_line(text, 160).replace("`", "ˋ").replace("|", "¦")
