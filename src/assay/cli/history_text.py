"""Runs, comparisons and origins in words, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from assay.app.history import Listed
from assay.cli.output import count, faint, severe, strong
from assay.model.record import Head, Latency
from assay.report.legible import clipped
from assay.report.origin import Origin
from assay.report.trend import Change, Changed, Comparison

_COLOURS = {
    Change.NEW: "violated",
    Change.STILL_FAILING: "violated",
    Change.FLAKY: "inconclusive",
    Change.NEWLY_UNWITNESSED: "unwitnessed",
    Change.FIXED: "verified",
    Change.NEWLY_WITNESSED: "verified",
}
_COLUMNS = (
    "run",
    "branch",
    "commit",
    "target",
    "profile",
    "verified",
    "violated",
    "unwitnessed",
    "inconclusive",
    "exit",
)
#: ways of being broken that are told of one clause, and characters of each
_BREAKS, _MESSAGE = 3, 160
#: characters of a name that are shown
_NAME = 120


def listed(found: Listed) -> Iterator[str]:
    """A table, the newest run first."""
    yield f"{strong(found.place)}: {count(found.total, 'run')}"
    if not found.heads:
        yield "None of that kind."
        return
    yield ""
    yield from _table([_COLUMNS, *(_row(head) for head in found.heads)])


def _row(head: Head) -> Sequence[str]:
    violated = f"{head.violated} ({head.waived} waived)" if head.waived else str(head.violated)
    return (
        _name(head.run), _name(head.branch) or "-", head.commit[:8] or "-", _name(head.target), head.profile,
        str(head.verified), violated,
        str(head.unwitnessed), str(head.inconclusive), f"{head.exit_code}{'' if head.complete else ' incomplete'}",
    )  # fmt: skip


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for number, row in enumerate(rows):
        line = "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        yield faint(line) if number == 0 else line


def compared(found: Comparison) -> Iterator[str]:
    """Group by group, the worst first; then the counts."""
    yield f"{_run(found.before)} {faint('before')}"
    yield f"{_run(found.after)} {faint('now')}"
    for remark in found.remarks:
        yield f"  {faint('note:')} {remark}"
    for change in Change:
        if several := found.of(change):
            yield ""
            yield severe(strong(f"{change.capitalize()} ({len(several)})"), _COLOURS[change])
            for one in several:
                yield from _changed(one)
    if found.slower:
        yield ""
        yield severe(strong(f"Slower ({len(found.slower)})"), "warning")
        for slower in found.slower:
            yield f"  {slower.after.api}/{slower.after.operation}  {_times(slower.before)} → {_times(slower.after)}"
    yield ""
    yield ", ".join(_counts(found))


def _counts(found: Comparison) -> Iterator[str]:
    for change in Change:
        if several := found.of(change):
            yield f"{len(several)} {change}"
    yield f"{found.unchanged} as before"
    if found.added:
        yield f"{found.added} added"
    if found.gone:
        yield f"{found.gone} gone"


def _changed(one: Changed) -> Iterator[str]:
    before, after = one.before or "not there", one.after or "not there"
    told = [] if before == after else [f"{before} → {after}"]
    told += [str(one.strength)] if one.strength != "documented" else []
    told += ["waived"] if one.waived else []
    yield f"  {clipped(one.clause, _MESSAGE)}{'  ' + faint(', '.join(told)) if told else ''}"
    for broken in one.breaks[:_BREAKS]:
        fresh = (
            " in a new way:" if one.change is Change.STILL_FAILING and broken.fingerprint in one.fresh else ""
        )
        again = f" (again {broken.again} of {broken.tries})" if broken.tries else ""
        yield f"    {broken.fingerprint}{again}{fresh} {clipped(broken.message, _MESSAGE)}".rstrip()
    if len(one.breaks) > _BREAKS:
        yield f"    and {len(one.breaks) - _BREAKS} more"


def _times(latency: Latency) -> str:
    return f"half of {latency.answers} in {latency.p50:g} ms, 99 % in {latency.p99:g} ms"


def _run(head: Head) -> str:
    of = " ".join(filter(None, (_name(head.branch), head.commit[:8])))
    about = ", ".join(filter(None, (of, _name(head.target), head.profile)))
    return f"{strong(_name(head.run))} ({about})"


def _name(told: str) -> str:
    """Somebody's name for something: whoever gave it may have had our terminal in mind."""
    return clipped(told, _NAME)


def bisected(origins: Iterable[Origin[Head]]) -> Iterator[str]:
    """Of each violation since when it is there."""
    for number, found in enumerate(origins):
        if number:
            yield ""
        name = f"{clipped(found.clause, _MESSAGE)} {found.fingerprint}".rstrip()
        yield f"{strong(name)}: broken in {found.broken} of {count(found.runs, 'run')} that have it"
        yield from _since(found)


def _since(found: Origin[Head]) -> Iterator[str]:
    if found.first is None:
        return
    yield from _stretch(found.good, found.first)
    if found.again is not None:
        yield "  then verified, and broken again:"
        yield from _stretch(found.good_again, found.again)
    if found.last is not None and found.last != (found.again or found.first):
        yield f"  last seen   {_run(found.last)}"
    if found.mended is not None:
        yield f"  verified    {_run(found.mended)} {faint('since then')}"


def _stretch(good: Head | None, first: Head) -> Iterator[str]:
    yield f"  last good   {_run(good) if good else 'none: no run before it verified the clause'}"
    yield f"  first seen  {_run(first)}"
    if good is None:
        return
    if good.commit and first.commit:
        same = good.commit == first.commit
        yield f"  between     {'the same commit' if same else f'git log {good.commit[:12]}..{first.commit[:12]}'}"
    if good.digest != first.digest:
        yield "              the contracts changed as well"
