"""Small parts of the page: moments, answers, drawings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from assay.model.event import Step
from assay.report import timeline, view
from assay.report.drawing import svg
from assay.report.graph import Overlay, accusations, graph
from assay.report.legible import one_line, visible
from assay.report.mermaid import mermaid
from assay.report.render.page import sequence
from assay.report.render.page.anchors import anchor
from assay.report.result import Coverage, LifecycleTable, Report, Violation


@dataclass(frozen=True, slots=True)
class Drawing:
    """A lifecycle twice: to look at, and to paste elsewhere."""

    svg: Markup
    mermaid: str


@dataclass(frozen=True, slots=True)
class Race:
    """Requests that were sent at once, drawn."""

    title: str
    svg: Markup


def drawing(table: LifecycleTable, violations: Sequence[Violation], walked: Coverage | None) -> Drawing:
    """The picture of a lifecycle, with what was broken and what was not seen."""
    gaps = walked.transitions.gaps if walked else ()
    unseen = frozenset((gap.state, gap.operation, gap.to) for gap in gaps)
    drawn = graph(table, overlay=Overlay(accusations(table, violations), unseen))
    # the drawing escapes every text that goes into it
    return Drawing(Markup(svg(drawn, anchor(f"{drawn.name} drawing"))), mermaid(drawn))  # noqa: S704


def races(violation: Violation) -> tuple[Race, ...]:
    """The time lines of what was sent at once."""
    # the drawing escapes every text that goes into it
    return tuple(
        Race(race.title, Markup(timeline.svg(race, anchor(f"{violation.fingerprint} race {number}"))))  # noqa: S704
        for number, race in enumerate(timeline.timelines(violation.history))
    )


def sequence_of(violation: Violation, server: str) -> Markup:
    """The history as a sequence diagram."""
    # the drawing escapes every text that goes into it
    return Markup(sequence.svg(violation, anchor(f"{violation.fingerprint} sequence"), server))  # noqa: S704


def moment(text: str) -> str:
    """An ISO 8601 moment as people write it; anything else as it is."""
    if len(text) >= 19 and text[10:11] == "T":
        zone = " UTC" if text.endswith(("Z", "+00:00")) else ""
        return f"{text[:10]} {text[11:19]}{zone}"
    return visible(text)


def duration(report: Report) -> str:
    """How long the run took; empty where nobody knows."""
    seconds = view.duration(report)
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"


def breakable(media: str) -> Markup:
    """A media type that a line may break after `/` and `+` only."""
    pieces = re.split(r"(?<=[/+])", one_line(media, 80))
    return Markup("<wbr>").join(pieces)


def answer(step: Step) -> str:
    """What came back, in a few words."""
    evidence = step.evidence
    if evidence.status is None:
        return f"no response ({one_line(evidence.failure or 'unknown', 80)})"
    return f"{evidence.status} {one_line(evidence.reason, 40)}".strip()
