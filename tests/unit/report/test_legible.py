"""`legible`: untrusted text may be read, not obeyed."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.report.legible import clipped, excerpt, indented, narrowed, one_line, visible


@given(st.text(st.characters()))
def test_visible_text_only_shows(text: str) -> None:
    """No control, bidirectional mark or surrogate is left; the text can be encoded."""
    shown = visible(text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", shown)
    assert shown.encode("utf-8").decode("utf-8") == shown


@given(st.text(st.characters()), st.integers(30, 80))
def test_one_line_is_one_and_short(text: str, limit: int) -> None:
    """It never has a line break and never exceeds its limit."""
    for line in (one_line(text, limit), clipped(text, limit)):
        assert len(line) <= limit
        assert not re.search(r"[\n\r\t]", line)


def test_what_was_left_out_is_counted() -> None:
    """A reader knows that there was more."""
    assert one_line("x" * 100, 40) == "x" * 22 + "… (100 characters)"
    assert excerpt("x" * 100, 10) == "x" * 10 + "\n… (100 characters)"


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=5), _json, max_size=4) | st.lists(_json, max_size=4))
def test_indented_json_is_the_same_json(value: object) -> None:
    """Only white space between tokens changes, key order and number spelling do not."""
    text = json.dumps(value)
    assert json.loads(indented(text)) == value
    assert re.sub(r"\s", "", indented(text)) == re.sub(r"\s", "", text)


@pytest.mark.parametrize("text", ["", "plain", '{"cut": ', "[" * 5000, '{"a":1}{"b":2}'])
def test_what_is_not_json_stays_as_it_came(text: str) -> None:
    """Evidence is not mended."""
    assert indented(text) == text


def test_duplicate_keys_and_odd_numbers_stay() -> None:
    """A parser would have hidden them."""
    assert indented('{"a":1.0e2,"a":2}') == '{\n  "a": 1.0e2,\n  "a": 2\n}'


@given(st.text(st.characters()), st.integers(10, 80))
def test_a_path_is_one_line_and_short(text: str, limit: int) -> None:
    """As with other text, whatever a server puts into its URLs."""
    shown = narrowed(text, limit)
    assert len(shown) <= limit
    assert not re.search(r"[\n\r\t]", shown)


def test_the_end_of_a_path_shows() -> None:
    """What is asked of an instance stands behind its id, so the id gives way."""
    path = "POST /orders/7296dcbb-ebde-47e3-bb4e-ff7b6141a5b0/pay"
    assert narrowed(path, 60) == path
    assert narrowed(path, 44) == "POST /orders/7296dcbb-ebde-47e3-bb4e-ff…/pay"
    assert narrowed(path, 25) == "POST /orders/7296dcb…/pay"
    assert narrowed(path, 20) == "POST /orders/7296dc…"
