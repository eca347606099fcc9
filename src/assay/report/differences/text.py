"""`assay diff` for people at a terminal, the way compilers tell their findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from assay.model.breaking import Diff, Finding, Level, Whom
from assay.report.legible import one_line

_MESSAGE, _SAMPLE = 600, 160

#: text and a word of what it is -> the text in its colours
Paint = Callable[[str, str], str]


def plain(text: str, _: str) -> str:
    """The text without colours."""
    return text


def render(diff: Diff, paint: Paint = plain, *, notes: bool = True) -> str:
    """All findings, those of many operations once, then the counts. Without `notes` they are only counted."""
    shown = [one for one in diff.findings if notes or one.level is not Level.NOTE]
    lines = [line for group in together(shown) for line in _lines(group, paint)]
    if lines:
        lines.append("")
    lines.append(summary(diff, paint))
    return "\n".join(lines)


def together(findings: Sequence[Finding]) -> list[list[Finding]]:
    """What is said of several operations in the same words, for the same lines, is one finding to people."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for one in findings:
        key = (one.rule, one.level, one.api, one.message, one.old, one.new)
        groups.setdefault(key if one.new.line or one.old.line else (*key, one.subject, one.at), []).append(
            one
        )
    return list(groups.values())


def _lines(group: Sequence[Finding], paint: Paint) -> Iterator[str]:
    one = group[0]
    place = one_line(str(one.place) or one.api, _SAMPLE)
    kind = paint(f"{one.level}[{one.rule}]", str(one.level))
    yield f"{paint(place, 'strong')}: {kind}: {one_line(one.message, _MESSAGE)}"
    yield f"  {paint('in:', 'faint')} {one_line(one.where, _MESSAGE)}"
    if len(group) > 1:
        others = list(dict.fromkeys(one_line(other.where, _SAMPLE) for other in group[1:]))
        more = f" and {len(others) - 3} more" if len(others) > 3 else ""
        yield f"      {'; '.join(others[:3])}{more}"
    if one.sample:
        yield f"  {paint('for example:', 'faint')} {one_line(one.sample, _SAMPLE)}"
    if one.level is not Level.NOTE and one.fix:
        yield f"  {paint('fix:', 'faint')} {one_line(one.fix, _MESSAGE)}"


def summary(diff: Diff, paint: Paint = plain) -> str:
    """One line."""
    if not diff.findings:
        told = f"No change between {diff.old} and {diff.new}: {_count(diff.compared, 'operation')} compared"
    else:
        counts = [f"{diff.count(Level.BREAKING)} breaking", _count(diff.count(Level.WARNING), "warning")]
        counts.append(_count(diff.count(Level.NOTE), "note"))
        server = sum(1 for one in diff.findings if one.whom is Whom.SERVER)
        what = f"from {diff.old} to {diff.new}: {_count(diff.compared, 'operation')} compared"
        told = f"{paint(', '.join(counts), 'strong')} {what}"
        told += f", {server} of the findings ask something of the server" if server else ""
    return told if diff.lifecycles else f"{told}; lifecycles are not compared, for a document has none"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
