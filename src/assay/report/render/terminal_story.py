"""Broken promises on a terminal: each with the history that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from assay.model.event import Step
from assay.model.verdict import Standing
from assay.report import view
from assay.report.legible import clipped, narrowed
from assay.report.render.terminal_lines import Lines
from assay.report.result import Violation
from assay.report.timeline import lines, timelines

#: violations, and steps of one, that are told before «and n more»
_VIOLATIONS, _STEPS = 12, 6


class Story(Lines):
    """Tells what broke."""

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
        tags += [violation.excuse] if violation.excuse else []
        again, tries = violation.reproduced
        tags += [f"{'flaky' if violation.flaky else 'violated'} {again}/{tries}"] if tries else []
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
