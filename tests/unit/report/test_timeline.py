"""Races as time lines: one bar a request, in text and as a drawing."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from assay.model.case import Case
from assay.model.event import Step
from assay.model.evidence import Evidence
from assay.report.timeline import began, lines, svg, timelines

EVIDENCE = Evidence("POST", "http://t/pay", (), None, 200, "OK", (), "{}", 2, None, "", 1.0, "curl")


def step(
    operation: str, called: float, returned: float, status: int | None = 200, mark: str = "race"
) -> Step:
    case = Case("orders", operation, "", "law", together=mark)
    found = Step(case, replace(EVIDENCE, status=status))
    return replace(found, window=(called, returned), overlap=2) if mark else found


ALONE = step("open", 0, 0, mark="")
HISTORY = (
    ALONE,
    step("pay", 0.0, 0.02),
    step("cancel", 0.01, 0.04, None),
    ALONE,
    step("look", 0.0, 0.0, mark="b"),
)


def test_each_race_is_a_time_line() -> None:
    """Neighbours that went at once make one, with their places in the history; what went alone is in none."""
    first, second = timelines(HISTORY)
    assert [(bar.number, bar.operation, bar.answer) for bar in first.bars] == [
        (2, "pay", "200"),
        (3, "cancel", "no answer"),
    ]
    assert first.title == "2 requests at once in 40.0 ms, 2 under way at one moment"
    assert [bar.number for bar in second.bars] == [5]
    assert timelines((ALONE, ALONE)) == ()


def test_where_a_race_began() -> None:
    """Its steps know no state of their own: it is where the step before left their instance, if that is known."""
    opened = replace(ALONE, instance="order#1", state="absent", after="draft")
    other = replace(ALONE, instance="order#2", after="paid")
    racers = [replace(step(name, 0, 1), instance="order#1") for name in ("pay", "cancel")]
    stranger = replace(step("pay", 0, 1), instance="order#3")
    assert began((opened, other, *racers, stranger, opened)) == ("", "", "draft", "draft", "", "")


def test_bars_as_text() -> None:
    """A bar reaches from call to return on a scale that all of them share."""
    assert list(lines(timelines(HISTORY)[0], 38)) == [
        "2. pay    |████    | 200",
        "3. cancel |  ██████| no answer",
    ]


@pytest.mark.parametrize("width", [10, 40, 200])
def test_lines_are_even(width: int) -> None:
    """However wide the terminal is, bars begin and end in one column, and none is empty."""
    found = list(lines(timelines(HISTORY)[0], width))
    assert len({line.rindex("|") for line in found}) == 1
    assert all("█" in line for line in found)


def test_a_race_that_took_no_time() -> None:
    """A clock with coarse ticks draws bars all the same."""
    assert next(lines(timelines(HISTORY)[1], 40)).count("█") >= 1


def test_bars_as_a_drawing() -> None:
    """One rectangle a request, within the picture, with words for who cannot see it."""
    drawn = ET.fromstring(svg(timelines(HISTORY)[0], "a1"))
    boxes = [element for element in drawn.iter() if element.tag == "rect"]
    assert [(float(box.get("x", 0)), float(box.get("width", 0))) for box in boxes] == [
        (250, 160),
        (330, 240),
    ]
    title = next(element for element in drawn.iter() if element.tag == "title")
    assert "pay from 0.0 ms to 20.0 ms: 200" in (title.text or "")


def test_nothing_that_an_api_says_acts() -> None:
    """Names go into the drawing as text, and unseen characters are spelled out."""
    hostile = step('</svg><script>alert(1)</script>\u202e"', 0, 1)
    drawn = svg(timelines((hostile,))[0], 'x" onload="y')
    assert "<script" not in drawn
    assert "\u202e" not in drawn
    assert re.search(r"onload=\"", drawn) is None
    assert not any("\u202e" in line for line in lines(timelines((hostile,))[0], 80))
