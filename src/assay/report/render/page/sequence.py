"""The history of a violation as a sequence diagram: who asked what, what came back, and what became of the instance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from urllib.parse import urlsplit

from assay.model.event import Step
from assay.report.legible import clipped, narrowed, visible
from assay.report.result import Violation

#: steps that are drawn: the first ones of a longer history, and the last ones
_FIRST, _LAST = 3, 9
_TOP, _ROW, _LANE, _FIRST_LANE, _API, _WIDTH = 46, 52, 120, 70, 520, 860
#: pixels that a character of a label takes
_CHARACTER = 7.3


def svg(violation: Violation, anchor: str, server: str) -> str:
    """The drawing, without styles of its own; every text in it is escaped."""
    steps = list(enumerate(violation.history, 1))
    left_out = 0
    if len(steps) > _FIRST + _LAST:
        left_out = len(steps) - _FIRST - _LAST
        steps = [*steps[:_FIRST], *steps[-_LAST:]]
    who = {name: _FIRST_LANE + _LANE * n for n, name in enumerate(_askers(violation.history))}
    api = max(_API, max(who.values()) + 330)
    width, height = max(_WIDTH, api + 330), _TOP + _ROW * len(steps) + (26 if left_out else 0) + 8
    parts = [
        f'<svg class="sequence" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-labelledby="{escape(anchor)}">',
        f'<title id="{escape(anchor)}">{escape(_spoken(violation))}</title>',
        *_lane(api, server, height),
    ]
    for name, x in who.items():
        parts += _lane(x, name, height)
    top = _TOP
    for place, (number, step) in enumerate(steps):
        if left_out and place == _FIRST:
            parts.append(_text(_FIRST_LANE + 12, top + 16, f"… {left_out} more requests …", "note"))
            top += 26
        name = violation.names[number - 1]
        last = number == len(violation.history)
        parts += _step(number, step, name, last=last, x=who[_asker(step)], api=api, top=top)
        top += _ROW
    return "\n".join([*parts, "</svg>"])


def _askers(history: Sequence[Step]) -> list[str]:
    return list(dict.fromkeys(map(_asker, history))) or ["client"]


def _asker(step: Step) -> str:
    return step.case.principal or "client"


def _lane(x: int, name: str, height: int) -> Iterator[str]:
    label = clipped(name, 16 if x < _API else 40)
    yield f'<line class="lane" x1="{x}" x2="{x}" y1="28" y2="{height - 4}"/>'
    yield _text(x, 18, label, "who")


def _step(number: int, step: Step, name: str, *, last: bool, x: int, api: int, top: int) -> Iterator[str]:
    room = int((api - x - 24) / _CHARACTER)
    asked = f"{number}. {clipped(step.evidence.method, 20)} "
    asked += narrowed(_target(step.evidence.url), max(room - len(asked), 8))
    yield f'<g class="{"step failed" if last else "step"}">'
    yield _text(x + 12, top + 8, asked, "ask")
    yield _arrow(x, api, top + 14, "ask")
    answered = step.evidence.status is not None
    sign = "✗ " if last else ""
    told = f"{sign}{_answer(step)}, {step.evidence.elapsed_ms:.0f} ms"
    yield _text(api - 12, top + 30, clipped(told, room), "answer")
    yield _arrow(api, x, top + 36, "answer") if answered else _lost(api, x, top + 36)
    if step.overlap:
        yield _text(api + 14, top + 12, "at once with others", "note")
    yield _text(api + 14, top + 30, clipped(_became(step, name), 44), "state")
    yield "</g>"


def _became(step: Step, name: str) -> str:
    """What became of the instance, as far as anybody knows."""
    if not name:
        return ""
    if not step.after or step.after == step.state:
        return f"{name} {step.state}" if step.state else name
    return f"{name} {step.state} → {step.after}" if step.state else f"{name} → {step.after}"


def _arrow(start: int, end: int, y: int, kind: str) -> str:
    tip = -7 if end > start else 7
    return f'<path class="{kind}" d="M{start} {y}H{end}"/><path class="tip" d="M{end} {y}l{tip} -4v8z"/>'


def _lost(start: int, end: int, y: int) -> str:
    """An answer that never came: the line ends half-way, with a cross."""
    x = (start + end) // 2
    return f'<path class="answer" d="M{start} {y}H{x}"/><path class="cross" d="M{x - 5} {y - 5}l10 10m0 -10l-10 10"/>'


def _text(x: int, y: int, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x}" y="{y}">{escape(visible(text))}</text>'


def _target(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or url


def _answer(step: Step) -> str:
    evidence = step.evidence
    if evidence.status is None:
        return f"no response ({evidence.failure or 'unknown'})"
    return f"{evidence.status} {evidence.reason}".strip()


def _spoken(violation: Violation) -> str:
    last = f", the last of them answered: {_answer(violation.history[-1])}" if violation.history else ""
    return clipped(f"Sequence of {len(violation.history)} requests{last}; the list below says the same", 300)
