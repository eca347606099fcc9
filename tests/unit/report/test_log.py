"""The log: what is written is read back, and what is torn or foreign is told apart."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.model.case import BodyKind, Case, Payload
from assay.model.event import Event, Noted, RunFinished, StepJudged
from assay.model.evidence import Evidence
from assay.model.verdict import Verdict, VerdictKind, Waiver
from assay.report.codec import CodecError, decode, encode, members
from assay.report.log import LogError, case_from_json, case_to_json, dump, load, read
from golden.story import HEADER, events

#: two lone surrogates in a row would become one character in any JSON reader; none is enough here
_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.just("\ud800")
_json: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_text, inner, max_size=3),
    max_leaves=6,
)
STEP = next(event for event in events() if isinstance(event, StepJudged))
_payloads = st.builds(Payload, st.sampled_from(BodyKind), _json, st.binary(max_size=20), st.none() | _text)
_cases = st.builds(
    Case, _text, _text, _text, _text, body=_payloads, path=st.dictionaries(_text, _json, max_size=2)
)
_notes = st.builds(Noted, _text, _text, st.lists(_text, max_size=2).map(tuple))
_footers = st.builds(
    RunFinished,
    _text,
    st.booleans(),
    _text,
    st.dictionaries(_text, st.integers(0), max_size=2),
    st.integers(),
)


@st.composite
def _events(draw: st.DrawFn) -> Event:
    return draw(_notes | _footers | st.sampled_from(events()))


@settings(deadline=None)
@given(_events())
def test_load_undoes_dump(event: Event) -> None:
    """Every event comes back equal from one ASCII line."""
    line = dump(event)
    assert line.isascii()
    assert "\n" not in line
    assert load(line) == event


@settings(deadline=None)
@given(_events() | st.builds(lambda case: replace(STEP, step=replace(STEP.step, case=case)), _cases))
def test_a_line_is_what_json_makes_of_the_values(event: Event) -> None:
    """The writer that is made for a type writes, byte for byte, what the values in between would be written as."""
    plain = json.dumps(encode(event), ensure_ascii=True, separators=(",", ":"))
    assert "{" + members(event)[1:] + "}" == (plain if members(event) else "{}")


@pytest.mark.parametrize(
    "text", ["".join(map(chr, range(256))), "x" * 500 + '"\\\x7f\n\u2028', "\ud800" * 60, "y" * 48]
)
def test_texts_are_written_the_same_however_long(text: str) -> None:
    """Long texts go another way than short ones, and come to the same bytes."""
    assert members(Noted(text, text)) == f',"kind":{json.dumps(text)},"text":{json.dumps(text)}'


@pytest.mark.parametrize("number", [0.0, 1e16, 1e-7, float("inf"), 3])
def test_numbers_are_written_as_json_has_them(number: float) -> None:
    """Also a whole one where a fraction may stand, and one that JSON has not."""
    event = replace(STEP, step=replace(STEP.step, window=(number, 1.5)))
    assert json.dumps(number) in members(event)


_pairs = st.lists(st.tuples(_text, _text | st.just("\x7f")), max_size=3).map(tuple)
_numbers = st.sampled_from([0.0, -0.0, 0.001, 0.12, 1e-5, 1e15, 1e17, float("inf")]) | st.floats(
    allow_nan=False
)
_evidence = st.builds(
    Evidence, _text, _text, _pairs, st.none() | _text, st.none() | st.integers(), _text, _pairs, st.none() | _text,
    st.integers(), st.none() | _text, _text, _numbers | _numbers.map(lambda number: round(number, 3)), _text,
)  # fmt: skip
_verdict = st.builds(Verdict, _text, st.sampled_from(VerdictKind), _text, _text, transient=st.booleans())


@settings(deadline=None)
@given(st.lists(_evidence, max_size=3), st.lists(_verdict, max_size=3))
def test_what_is_written_in_one_go_or_again_is_written_the_same(
    evidence: list[Evidence], verdicts: list[Verdict]
) -> None:
    """Whole values at once, and verdicts that were written before, alone or together with others."""
    for one in evidence or [STEP.step.evidence]:
        for some in (verdicts, verdicts[::-1], verdicts[:1], verdicts):
            event = replace(STEP, step=replace(STEP.step, evidence=one), verdicts=tuple(some))
            assert members(event)[1:] == json.dumps(encode(event), separators=(",", ":"))[1:-1]


@settings(deadline=None)
@given(_cases)
def test_cases_travel_as_json(case: Case) -> None:
    """A case survives a report file: bytes, null values and lone surrogates included."""
    assert case_from_json(json.loads(json.dumps(case_to_json(case)))) == case


def test_a_damaged_case_is_refused() -> None:
    """Replay does not guess."""
    with pytest.raises(LogError, match=r"^Cannot read a case: because Case has no api"):
        case_from_json({})


def test_lines_name_their_event_and_the_header_its_format() -> None:
    """Other tools find their way by `event` and `format`."""
    first = json.loads(dump(HEADER))
    assert (first["event"], first["format"]) == ("run-started", "assay-log/1")
    assert json.loads(dump(Noted("budget", "spent")))["event"] == "noted"


def _lines(told: Sequence[Event]) -> list[str]:
    return [dump(event) + "\n" for event in told]


def test_a_whole_log_is_read_as_written() -> None:
    """`read` yields the events in order and ignores blank lines."""
    assert list(read([*_lines(events()), "\n"])) == list(events())


@pytest.mark.parametrize("torn", ['{"event":"noted","ki', "\0\0\0\0", '{"event":"noted"}', "{"])
def test_a_torn_last_line_is_left_out(torn: str) -> None:
    """A crash in the middle of a write costs that line and no other."""
    assert list(read([dump(HEADER), torn])) == [HEADER]


def test_a_damaged_line_in_the_middle_is_refused() -> None:
    """What is not torn by a crash was changed by somebody."""
    with pytest.raises(LogError, match="Line 2: Cannot read a line of the log"):
        list(read([dump(HEADER), "{", dump(Noted("a", "b"))]))


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([], "it is empty"),
        (["[1]"], "no event of assay-log/1"),
        ([dump(HEADER).replace("assay-log/1", "assay-log/9")], "'assay-log/9', not 'assay-log/1'"),
        ([dump(Noted("a", "b"))], "no assay-log/1 header"),
        (['{"event":"run-st'], "not JSON"),
        ([dump(HEADER), dump(HEADER)], "second header"),
        ([dump(HEADER), dump(RunFinished("", True)), dump(Noted("a", "b"))], "follows the footer"),
        (["[" * 100_000], "not JSON"),
    ],
)
def test_what_is_no_log_is_refused_with_the_reason(lines: list[str], why: str) -> None:
    """The message says what was found and what to do."""
    with pytest.raises(LogError) as caught:
        list(read(lines))
    assert why in str(caught.value)
    assert str(caught.value).startswith("Cannot")


def test_a_newer_writer_may_say_more() -> None:
    """Unknown keys are ignored, missing ones have their defaults."""
    assert load('{"event":"noted","kind":"a","text":"b","colour":"red"}') == Noted("a", "b")


def test_a_value_of_the_wrong_type_is_refused() -> None:
    """`true` is no number, and a number is no text."""
    with pytest.raises(CodecError):
        decode(Noted, {"kind": 1, "text": "b"})
    with pytest.raises(CodecError):
        decode(RunFinished, {"finished": "", "complete": True, "trouble": True})


def test_dates_are_iso() -> None:
    """Dates are written as people and other tools read them."""
    waiver = Waiver("a/b", "because", "me", date(2026, 12, 31))
    assert encode(waiver)["until"] == "2026-12-31"
    assert decode(Waiver, encode(waiver)) == waiver
