"""A race as a time line: one bar for each request that was sent with others at once, from its call to its return.

The bars are the windows that the law was judged by. They are measured outside of sending, so that a request took effect
somewhere within its bar.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from assay.model.event import Step
from assay.report.legible import clipped, visible

#: columns that a bar has in text, at most
_COLUMNS = 40
#: characters of an operation's name
_NAME = 32
_WIDTH, _ROW, _LEFT, _RIGHT = 720, 26, 250, 150


@dataclass(frozen=True, slots=True)
class Bar:
    """One request of a race."""

    #: its place in the history, from 1
    number: int
    operation: str
    #: `200`, or `no answer`
    answer: str
    #: seconds from the first call of the race
    called: float
    returned: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """One race."""

    bars: tuple[Bar, ...]
    #: the most requests that were under way at one moment
    overlap: int
    #: seconds from the first call to the last return
    length: float

    @property
    def title(self) -> str:
        """What it shows, in a few words."""
        return f"{len(self.bars)} requests at once in {_moment(self.length)}, {self.overlap} under way at one moment"


def timelines(history: Sequence[Step]) -> tuple[Timeline, ...]:
    """The races of a history, in its order."""
    numbered = groupby(
        enumerate(history, 1), key=lambda item: item[1].case.together if item[1].overlap else ""
    )
    found = []
    for mark, group in numbered:
        if not mark:
            continue
        steps = list(group)
        bars = tuple(_bar(number, step) for number, step in steps)
        length = max(bar.returned for bar in bars)
        found.append(Timeline(bars, max(step.overlap for _, step in steps), length))
    return tuple(found)


def began(history: Sequence[Step]) -> tuple[str, ...]:
    """Step by step, the states that its instance may have been in when its race began; empty outside of races.

    Empty, too, where nobody knows. Of requests that went at once the steps themselves do not tell.
    """
    states: dict[str, str] = {}
    found = []
    for step in history:
        found.append(states.get(step.instance, "") if step.overlap and step.instance else "")
        if not step.overlap:
            states[step.instance] = step.after
    return tuple(found)


def lines(timeline: Timeline, width: int) -> Iterator[str]:
    """The bars as text, one line each, of at most `width` columns where that leaves room for a bar at all."""
    names = [clipped(bar.operation, _NAME) for bar in timeline.bars]
    longest = max(map(len, names))
    columns = max(min(_COLUMNS, width - longest - 24), 8)
    for bar, name in zip(timeline.bars, names, strict=True):
        first, last = _cells(bar, timeline.length, columns)
        drawn = " " * first + "█" * (last - first) + " " * (columns - last)
        yield f"{bar.number}. {name:{longest}} |{drawn}| {bar.answer}"


def svg(timeline: Timeline, anchor: str) -> str:
    """The bars as a drawing, without styles of its own; every text in it is escaped."""
    height = _ROW * len(timeline.bars) + 8
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="{escape(anchor)}">',
        f'<title id="{escape(anchor)}">{escape(_spoken(timeline))}</title>',
    ]
    room = _WIDTH - _LEFT - _RIGHT
    for row, bar in enumerate(timeline.bars):
        top = 4 + row * _ROW
        start = _LEFT + room * _share(bar.called, timeline.length)
        end = _LEFT + room * _share(bar.returned, timeline.length)
        name = f"{bar.number}. {clipped(bar.operation, 30)}"
        parts += [
            f'<text x="{_LEFT - 10}" y="{top + 17}" text-anchor="end">{escape(name)}</text>',
            f'<line x1="{_LEFT}" x2="{_LEFT + room}" y1="{top + 12}" y2="{top + 12}"/>',
            f'<rect x="{start:.1f}" y="{top + 3}" width="{max(end - start, 2):.1f}" height="18" rx="3"/>',
            f'<text x="{_LEFT + room + 10}" y="{top + 17}">{escape(visible(_label(bar)))}</text>',
        ]
    return "\n".join([*parts, "</svg>"])


def _bar(number: int, step: Step) -> Bar:
    status = step.evidence.status
    called, returned = step.window
    return Bar(
        number, step.case.operation, str(status) if status is not None else "no answer", called, returned
    )


def _cells(bar: Bar, length: float, columns: int) -> tuple[int, int]:
    first = min(int(_share(bar.called, length) * columns), columns - 1)
    return first, max(round(_share(bar.returned, length) * columns), first + 1)


def _share(moment: float, length: float) -> float:
    return min(max(moment / length, 0.0), 1.0) if length > 0 else 0.0


def _moment(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _label(bar: Bar) -> str:
    return f"{bar.answer}, {_moment(bar.returned - bar.called)}"


def _spoken(timeline: Timeline) -> str:
    """The drawing in words, for who cannot see it."""
    bars = "; ".join(
        f"{bar.operation} from {_moment(bar.called)} to {_moment(bar.returned)}: {bar.answer}"
        for bar in timeline.bars
    )
    return visible(f"{timeline.title}: {bars}")
