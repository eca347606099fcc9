"""`badge.svg`: how many promises are kept, for a README. Our own drawing; it loads nothing."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from assay.model.verdict import Standing
from assay.report.result import Report

#: width of a character of the label, and room at its sides
_WIDE, _ROOM = 6.6, 8
_KEPT, _BROKEN, _UNKNOWN = "#1a7f37", "#b3261e", "#6b5900"


def render(report: Report) -> Mapping[str, bytes]:
    """The one file `badge.svg`."""
    kept, broken = report.count(Standing.VERIFIED), report.count(Standing.VIOLATED)
    told = kept + broken + report.count(Standing.UNWITNESSED) + report.count(Standing.INCONCLUSIVE)
    if not report.complete or not kept + broken:
        words, colour = "incomplete", _UNKNOWN
    elif report.exit_code == 0:
        words, colour = f"{kept} of {told} kept", _KEPT
    else:
        words, colour = f"{broken} broken, {kept} kept", _BROKEN
    return {"badge.svg": _drawn("promises", words, colour).encode()}


def _drawn(label: str, words: str, colour: str) -> str:
    left, right = (round(len(text) * _WIDE + 2 * _ROOM) for text in (label, words))
    title = escape(f"{label}: {words}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" aria-label="{title}">'
        f"<title>{title}</title>"
        f'<rect width="{left + right}" height="20" rx="3" fill="#3c4043"/>'
        f'<path d="M{left} 0h{right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-{right - 3}z" fill="{colour}"/>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">'
        f'<text x="{left / 2:g}" y="14">{escape(label)}</text>'
        f'<text x="{left + right / 2:g}" y="14">{escape(words)}</text></g></svg>\n'
    )
