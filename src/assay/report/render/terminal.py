"""The summary for a terminal: a screenful that says what broke, what nobody saw, and where to read on.

Rich decides what the terminal can do: colours only on a terminal, lines no wider than it is. Where its
encoding is not UTF-8 every character beyond ASCII is replaced, so that printing never fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from assay.model.verdict import Standing
from assay.report import cleanup, view
from assay.report.render.terminal_lines import STYLES
from assay.report.render.terminal_story import Story
from assay.report.result import ClauseResult, Levels, Matrix, Report

#: how many of a kind are told before «and n more»
_GROUPS, _NAMES, _SILENT = 6, 3, 8


class Summary:
    """The summary as a rich renderable: `Console().print(Summary(report, path))`."""

    def __init__(self, report: Report, where: str = "") -> None:
        """`where` is the path of the HTML report, shown at the end."""
        self._report = report
        self._where = where

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        utf = options.encoding.lower().replace("-", "").startswith("utf")
        yield from _Telling(self._report, self._where, options.max_width, ascii_only=not utf).parts()


def render(report: Report, where: str = "", *, width: int = 100, encoding: str = "utf-8") -> str:
    """The summary as plain text without colours, for files and pipes."""
    plain = _Plain(encoding)
    console = Console(file=plain, width=width, color_system=None, force_terminal=False, legacy_windows=False)
    console.print(Summary(report, where))
    return "\n".join(line.rstrip() for line in plain.getvalue().splitlines()) + "\n"


class _Plain(StringIO):
    """Text in memory that claims an encoding, as a pipe would."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding


class _Telling(Story):
    """One summary for one kind of terminal."""

    def parts(self) -> Iterator[RenderableType]:
        for headline in view.headlines(self._report):
            yield self._headline(headline)
            for matrix in self._report.matrices:
                if matrix.api == headline.api:
                    yield Padding(self._matrix(matrix), (0, 0, 1, 2))
            yield from self._walked(headline.api)
        for one in self._report.levels:
            if not one.api and one.documented:
                yield self._touched("All APIs, coverage:", one, indent=0)
                yield Text()
        yield from self._violations()
        yield from self._groups("Undecided", view.with_standing(self._report, Standing.INCONCLUSIVE))
        yield from self._groups("Unwitnessed", view.with_standing(self._report, Standing.UNWITNESSED))
        yield from self._silent()
        yield from self._leftovers()
        yield from self._remarks()
        yield from self._end()

    # -- the parts --

    def _headline(self, headline: view.Headline) -> RenderableType:
        counts = ", ".join(f"{count} {standing}" for standing, count in headline.counts if count)
        excused = f" ({headline.excused})" if headline.excused else ""
        symbol = self._symbols[headline.standing]
        return self._line(
            (headline.title, "bold"),
            (f"{symbol} {headline.words}{excused}:", STYLES[headline.standing]),
            (counts, ""),
        )

    def _matrix(self, matrix: Matrix) -> Table:
        table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="dim")
        table.add_column("", overflow="fold", min_width=12)
        for column in matrix.columns:
            table.add_column(self._say(column), no_wrap=True)
        for row in matrix.rows:
            cells = [Text(self._say(row.operation, 60))]
            for column in matrix.columns:
                cell = row.cells.get(column)
                if cell is None:
                    cells.append(Text(""))
                    continue
                waived = "w" if cell.waived else ""
                cells.append(Text(self._symbols[cell.standing] + waived, style=STYLES[cell.standing]))
            table.add_row(*cells)
        return table

    def _walked(self, api: str) -> Iterator[RenderableType]:
        """How much of each lifecycle was seen, a line each."""
        told = [found for found in self._report.coverage if found.api == api]
        for found in told:
            full = found.cells.seen == found.cells.of
            done = f"all cells by request {found.complete}" if found.complete else ""
            extents = ", ".join(f"{e.seen} of {e.of} {word.split()[0]}" for word, e in view.extents(found))
            style = "" if full else "yellow"
            yield self._line(
                (f"{found.name}:", "dim"), (extents, style), (done and f"({done})", "dim"), indent=2
            )
        levels = [one for one in self._report.levels if one.api == api and one.documented]
        for one in levels:
            yield self._touched("coverage:", one, indent=2)
        if told or levels:
            yield Text()

    def _touched(self, title: str, levels: Levels, *, indent: int) -> RenderableType:
        lacks = ", ".join(f"{c.name} {c.covered}/{c.of}" for c in levels.lacks)
        return self._line(
            (title, "dim"),
            (f"{levels.covered} of {levels.documented} statuses, level {levels.level} of 7", ""),
            (f"(next: {lacks})" if lacks else "", "dim"),
            indent=indent,
        )

    def _groups(self, title: str, results: tuple[ClauseResult, ...]) -> Iterator[RenderableType]:
        groups = view.grouped(results)
        if not groups:
            return
        yield self._heading(f"{title} ({len(results)})")
        for group in groups[:_GROUPS]:
            yield self._line((f"{len(group.results):>3}  {group.reason}", ""), indent=1, limit=200)
            names = ", ".join(result.clause.id for result in group.results[:_NAMES])
            more = len(group.results) - _NAMES
            yield self._line((names + (f", and {more} more" if more > 0 else ""), "dim"), indent=6)
        if len(groups) > _GROUPS:
            yield self._line((f"and {len(groups) - _GROUPS} more reasons in the report", "dim"), indent=2)
        yield Text()

    def _silent(self) -> Iterator[RenderableType]:
        seen = view.observed_together(self._report)
        strange = self._report.undocumented
        if not seen and not strange:
            return
        yield self._heading("Not documented, observed")
        for item in seen[:_SILENT]:
            about = f"{item.about} ({item.clauses} clauses):" if item.clauses > 1 else f"{item.about}:"
            yield self._line((about, ""), (view.tally(item.outcomes), "blue"), indent=2)
        if len(seen) > _SILENT:
            yield self._line((f"and {len(seen) - _SILENT} more in the report", "dim"), indent=2)
        statuses: dict[str, list[tuple[str, int]]] = {}
        for status in strange:
            key = f"{status.api}/{status.operation}"
            statuses.setdefault(key, []).append((str(status.status), status.count))
        for operation, counts in statuses.items():
            yield self._line((f"{operation}: undocumented", ""), (view.tally(counts), "blue"), indent=2)
        yield Text()

    def _leftovers(self) -> Iterator[RenderableType]:
        """What the run made and could not end: somebody has to."""
        told = cleanup.lines(self._report.cleaned)
        if not told:
            return
        yield self._heading(f"Left behind ({cleanup.count(self._report.cleaned)})")
        for one in told[:_SILENT]:
            yield self._line((one, ""), indent=2, limit=240)
        if len(told) > _SILENT:
            yield self._line((f"and {len(told) - _SILENT} more in the report", "dim"), indent=2)
        yield self._line(
            (f"assay cleanup {self._report.header.run}", "cyan"), ("tries again", "dim"), indent=2
        )
        yield Text()

    def _remarks(self) -> Iterator[RenderableType]:
        found = [f"{note.kind}: {note.text}" for note in view.remarks(self._report)]
        found += [self._report.health.told] if self._report.health.sick else []
        found += [f"waiver of {w.matches}: {w.finding}" for w in self._report.waivers if w.finding]
        found += view.pending_findings(self._report)
        if not found:
            return
        yield self._heading("Remarks")
        for remark in found[:_SILENT]:
            yield self._line((remark, ""), indent=2, limit=240)
        if len(found) > _SILENT:
            yield self._line((f"and {len(found) - _SILENT} more in the report", "dim"), indent=2)
        yield Text()

    def _end(self) -> Iterator[RenderableType]:
        report = self._report
        if not report.complete or report.reason:
            yield self._line((report.reason or "The run is incomplete.", "magenta"), limit=300)
        legend = ", ".join(f"{symbol} {standing}" for standing, symbol in self._symbols.items())
        waived = ", w waived" if any(r.waived for r in report.clauses) else ""
        yield self._line((legend + waived, "dim"))
        facts = f"{view.sent(report)} requests to {report.header.target}, profile {report.header.profile},"
        yield self._line((f"{facts} seed {report.header.seed}", ""))
        if self._where:
            yield self._line((f"Report: {self._where}", ""))
        style = "green" if report.exit_code == 0 else "bold red"
        yield self._line((f"Exit {report.exit_code}: {view.meaning(report)}", style))
