"""The summary for a terminal: a screenful that says what broke, what nobody saw, and where to read on.

Rich decides what the terminal can do: colours only on a terminal, lines no wider than it is. Where its
encoding is not UTF-8 every character beyond ASCII is replaced, so that printing never fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from urllib.parse import urlsplit

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from assay.model.event import Step
from assay.model.verdict import Standing
from assay.report import cleanup, levels_told, view
from assay.report.legible import clipped, narrowed, one_line
from assay.report.result import ClauseResult, Levels, Matrix, Report, Violation
from assay.report.timeline import lines, timelines

_STYLES = {
    Standing.VERIFIED: "green",
    Standing.VIOLATED: "bold red",
    Standing.UNWITNESSED: "yellow",
    Standing.INCONCLUSIVE: "magenta",
    Standing.OBSERVED: "blue",
}
#: how many of a kind are told before «and n more»
_VIOLATIONS, _GROUPS, _NAMES, _SILENT, _STEPS = 12, 6, 3, 8, 6
_ASCII = {
    **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)),
    "→": "->",
    "×": "x",
    "…": "...",
    "–": "-",
    "⟨": "<",
    "⟩": ">",
    "«": '"',
    "»": '"',
    "·": ",",
}


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


class _Telling:
    """One summary for one kind of terminal."""

    def __init__(self, report: Report, where: str, width: int, *, ascii_only: bool) -> None:
        self._report = report
        self._where = where
        self._width = max(width, 40)
        self._ascii = ascii_only
        self._symbols = view.ASCII_SYMBOLS if ascii_only else view.SYMBOLS

    def parts(self) -> Iterator[RenderableType]:
        for headline in view.headlines(self._report):
            yield self._headline(headline)
            for matrix in self._report.matrices:
                if matrix.api == headline.api:
                    yield Padding(self._matrix(matrix), (0, 0, 1, 2))
            yield from self._walked(headline.api)
        for levels in self._report.levels:
            if not levels.api:
                yield self._line(("All APIs", "bold"))
                yield self._touched(levels)
                yield Text()
        yield from self._violations()
        yield from self._groups("Undecided", view.with_standing(self._report, Standing.INCONCLUSIVE))
        yield from self._groups("Unwitnessed", view.with_standing(self._report, Standing.UNWITNESSED))
        yield from self._silent()
        yield from self._leftovers()
        yield from self._remarks()
        yield from self._end()

    # -- saying things --

    def _say(self, text: str, limit: int = 400) -> str:
        return self._plain(one_line(text, limit))

    def _plain(self, legible: str) -> str:
        if not self._ascii:
            return legible
        for character, plain in _ASCII.items():
            legible = legible.replace(character, plain)
        return legible.encode("ascii", "backslashreplace").decode("ascii")

    def _line(self, *pieces: tuple[str, str], indent: int = 0, limit: int = 400) -> RenderableType:
        text = Text(overflow="fold")
        for piece, style in pieces:
            text.append(self._say(piece, limit) if piece.strip() else piece, style=style)
            text.append(" ")
        text.rstrip()
        return Padding(text, (0, 0, 0, indent)) if indent else text

    def _one(self, *pieces: tuple[str, str], indent: int = 0) -> RenderableType:
        """A line that ends where the terminal does."""
        text = Text(no_wrap=True, overflow="crop")
        room = self._width - indent
        for piece, style in pieces:
            said = self._plain(clipped(piece, room)) if room > 0 else ""
            room -= len(said) + 1
            text.append(f"{said} " if said else "", style=style)
        text.rstrip()
        return Padding(text, (0, 0, 0, indent)) if indent else text

    # -- the parts --

    def _headline(self, headline: view.Headline) -> RenderableType:
        counts = ", ".join(f"{count} {standing}" for standing, count in headline.counts if count)
        waived = f" ({headline.waived} waived)" if headline.waived else ""
        symbol = self._symbols[headline.standing]
        return self._line(
            (headline.title, "bold"),
            (f"{symbol} {headline.words}{waived}:", _STYLES[headline.standing]),
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
                cells.append(Text(self._symbols[cell.standing] + waived, style=_STYLES[cell.standing]))
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
        levels = [found for found in self._report.levels if found.api == api]
        for one in levels:
            yield self._touched(one)
        if told or levels:
            yield Text()

    def _touched(self, levels: Levels) -> RenderableType:
        """How much of what is documented was touched at all: no verdict."""
        told = f"{levels_told.headline(levels)}; {levels_told.statuses(levels)}"
        return self._line(("coverage:", "dim"), (told, ""), indent=2)

    def _violations(self) -> Iterator[RenderableType]:
        broken = view.broken(self._report)
        if not broken:
            return
        yield self._heading(f"Broken promises ({len(broken)})")
        for violation in broken[:_VIOLATIONS]:
            yield from self._violation(violation)
        if len(broken) > _VIOLATIONS:
            yield self._line((f"and {len(broken) - _VIOLATIONS} more in the report", "dim"), indent=2)
        yield Text()

    def _violation(self, violation: Violation) -> Iterator[RenderableType]:
        tags = [str(violation.clause.strength)]
        tags += ["waived"] if violation.waived else []
        tags += ["flaky"] if violation.flaky else []
        symbol = self._symbols[Standing.VIOLATED]
        headline = (f"{symbol} {violation.clause.id}", "bold red")
        yield self._line(headline, (f"({', '.join(tags)})", "dim"), indent=2)
        message = violation.verdict.message or violation.clause.title
        yield self._line((message, ""), indent=4, limit=min(2 * self._width - 8, 320))
        steps = violation.history
        if len(steps) > _STEPS:
            yield self._line((f"({len(steps) - _STEPS} steps before)", "dim"), indent=4)
        first = max(len(steps) - _STEPS, 0)
        for number, step in enumerate(steps[first:], first + 1):
            yield self._step(number, step, violation.names[number - 1])
        for race in timelines(steps):
            yield self._line((f"{race.title}:", "dim"), indent=4)
            for bar in lines(race, self._width - 6):
                yield Padding(Text(self._plain(bar), no_wrap=True, overflow="crop"), (0, 0, 0, 6))
        place = str(violation.clause.place)
        yield self._line((f"assay replay {violation.fingerprint}", "cyan"), (place, "dim"), indent=4)

    def _step(self, number: int, step: Step, name: str) -> RenderableType:
        evidence = step.evidence
        parts = urlsplit(evidence.url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        answer = str(evidence.status) if evidence.status is not None else f"no response, {evidence.failure}"
        body = evidence.response_body or ""
        state = f"({step.state})" if step.state else ""
        name = clipped(": ".join(filter(None, (step.case.principal, name))), max(self._width // 4, 16))
        whom = f"{name}:" if name else ""
        # the path gives way first: what was answered is to be seen on a narrow terminal, too
        others = (f"{number}.", whom, state, "->", answer)
        room = self._width - 4 - sum(len(self._plain(part)) + 1 for part in others)
        request = narrowed(f"{evidence.method} {target}", max(min(self._width // 2 - len(whom), room), 8))
        return self._one(
            (f"{number}.", ""),
            (whom, "bold"),
            (request, ""),
            (state, "dim"),
            ("→", ""),
            (answer, "bold"),
            (body, "dim"),
            indent=4,
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
        found += [f"waiver of {w.matches}: {w.finding}" for w in self._report.waivers if w.finding]
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

    def _heading(self, title: str) -> RenderableType:
        return Text(self._say(title), style="bold underline")
