"""Logs read fast: what is passed over changes no report, and nothing of a step stays but its counts."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace

import pytest

from assay.model.event import Event, RunFinished, StepJudged
from assay.model.verdict import VerdictKind
from assay.report.fold import ALIKE, Folding, fold
from assay.report.log import LogError, dump, read
from assay.report.merge import merge
from assay.report.skim import Skimmed, skim, skimmed
from golden.story import HEADER, events

FOOTER = RunFinished("2026-02-03T04:06:00Z", complete=True)
STEPS = tuple(event for event in events() if isinstance(event, StepJudged))


def _bytes(some: list[Event]) -> list[bytes]:
    return [dump(event).encode("ascii") + b"\n" for event in some]


def _long(count: int) -> Iterator[bytes]:
    """The story's steps again and again, numbered; now and then with a message of its own."""
    yield dump(HEADER).encode("ascii")
    for number in range(1, count + 1):
        step = STEPS[number % len(STEPS)]
        if number % 10 == 0:
            told = tuple(replace(verdict, message=f"step {number}") for verdict in step.verdicts)
            step = replace(step, verdicts=told)
        yield dump(replace(step, number=number)).encode("ascii")


def test_a_skimmed_log_gives_the_same_report() -> None:
    """What is passed over is in no report."""
    story = list(events())
    assert any(isinstance(event, Skimmed) for event in skimmed(_bytes(story)))
    assert fold(skimmed(_bytes(story))) == fold(story)


def test_steps_judged_alike_count_as_often_as_they_come() -> None:
    """Counting instead of looking again changes no number, whatever comes between."""
    lines = list(_long(4 * len(STEPS) + 7))
    assert fold(skimmed(lines)) == fold(read(line.decode() for line in lines))


def test_a_report_asked_for_half_way_changes_nothing() -> None:
    """A fold may be asked at any time, and goes on."""
    lines = list(_long(3 * len(STEPS)))
    folding = Folding(HEADER)
    for line in lines[1:]:
        folding.take(skim(line))
        folding.report()
    assert folding.report() == fold(read(line.decode() for line in lines))


def test_what_did_not_change_is_the_same_value() -> None:
    """A report that is asked for again makes nothing new of a clause nothing was said of."""
    folding = Folding(HEADER)
    for step in STEPS:
        folding.take(step)
    one, two = folding.report(), folding.report()
    assert all(a is b for a, b in zip(one.clauses, two.clauses, strict=True))
    assert all(a is b for a, b in zip(one.tables, two.tables, strict=True))
    assert one == two


def test_more_ways_of_being_judged_than_are_remembered() -> None:
    """When every step says something of its own, nothing is lost and nothing piles up."""
    step = next(s for s in STEPS if s.verdicts)
    lines = [dump(HEADER).encode("ascii")]
    for number in range(1, ALIKE + 50):
        told = tuple(replace(v, facet=f"f{number % (ALIKE + 20)}") for v in step.verdicts)
        lines.append(dump(replace(step, number=number, verdicts=told)).encode("ascii"))
    assert fold(skimmed(lines)) == fold(read(line.decode() for line in lines))


def test_nothing_is_kept_per_step() -> None:
    """Ten times as long a log takes no more memory."""
    folding = Folding(HEADER)
    lines = [dump(replace(step, number=1)).encode("ascii") for step in STEPS]
    tracemalloc.start()
    try:
        for number in range(1_000):
            folding.take(skim(lines[number % len(lines)]))
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        for number in range(10_000):
            folding.take(skim(lines[number % len(lines)]))
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # threads of other tests may leave something in between; kept per step it would be megabytes
    assert after - before < 100_000


def test_a_step_is_read_whole_where_it_is_kept() -> None:
    """The step that a report shows is the step that was written."""
    step = STEPS[0]
    found = skim(dump(step).encode("ascii"))
    assert isinstance(found, Skimmed)
    assert found.event == step
    assert found.verdicts == step.verdicts


@pytest.mark.parametrize("torn", ["{", '{"event":"step-judged","number":1', "nonsense", "\0\0\0"])
def test_a_torn_last_line_is_left_out(torn: str) -> None:
    """What power or a signal cut off is no fault."""
    assert list(skimmed([dump(HEADER).encode(), torn.encode()])) == [HEADER]


def test_a_damaged_line_in_the_middle_is_refused() -> None:
    """A fast reader forgives no more than the other."""
    with pytest.raises(LogError, match="Line 2"):
        list(skimmed([dump(HEADER).encode(), b'{"event":"step-judged","number":1}', dump(FOOTER).encode()]))


def test_damage_where_the_fold_looks_is_found() -> None:
    """A verdict of a kind that there is not is told, not counted."""
    line = dump(next(s for s in STEPS if s.verdicts[0].kind is VerdictKind.HOLDS))
    damaged = line.replace('"kind":"holds"', '"kind":"maybe"', 1).encode()
    with pytest.raises(LogError):
        fold(skimmed([dump(HEADER).encode(), damaged, dump(FOOTER).encode()]))


def test_lines_of_another_writer_are_read_the_slow_way() -> None:
    """White space and the order of keys are nobody's business."""
    line = dump(STEPS[0])
    other = '{"number":1,' + line.removeprefix('{"event":"step-judged",').partition(",")[2][:-1]
    assert skim((other + ', "event": "step-judged"}').encode()) == replace(STEPS[0], number=1)


def test_half_a_surrogate_pair_is_no_damage() -> None:
    """JSON may hold one (RFC 8259 §8.2), and an API may send one."""
    told = replace(STEPS[0].verdicts[0], message="\ud800")
    step = replace(STEPS[0], verdicts=(told,))
    lines = [dump(HEADER), dump(step), dump(FOOTER)]
    assert fold(skimmed(line.encode() for line in lines)) == fold(read(lines))


def test_shards_are_merged_line_by_line() -> None:
    """A step of a shard goes into the merged log with its new number, and otherwise byte for byte as it was."""
    shards = [
        [replace(HEADER, shard=f"{at}/2"), *(replace(s, number=n) for n, s in enumerate(STEPS, 1)), FOOTER]
        for at in (1, 2)
    ]
    fast = list(merge([skimmed(_bytes(shard)) for shard in shards]))
    slow = list(merge(shards))
    assert [e.event if isinstance(e, Skimmed) else e for e in fast] == slow
    assert [e.line.rstrip() if isinstance(e, Skimmed) else dump(e).encode() for e in fast] == [
        dump(event).encode() for event in slow
    ]
