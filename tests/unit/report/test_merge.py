"""`merge`: shards of one run tell what the run would have told alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.model.event import Event, RunFinished, StepJudged
from assay.report.fold import fold
from assay.report.merge import MergeError, merge
from golden.story import HEADER, events


def _shards(count: int) -> list[list[Event]]:
    """The story dealt out to so many shards."""
    body = [event for event in events()[1:] if not isinstance(event, RunFinished)]
    footer = events()[-1]
    assert isinstance(footer, RunFinished)
    shards: list[list[Event]] = []
    for index in range(count):
        header = replace(HEADER, shard=f"{index + 1}/{count}", clauses=HEADER.clauses[index::count])
        requests = footer.requests if index == 0 else {}
        shards.append([header, *body[index::count], replace(footer, requests=requests)])
    return shards


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 5), st.randoms(use_true_random=False))
def test_the_order_of_shards_does_not_matter(count: int, random: object) -> None:
    """Machines finish when they like: the merged report is the same."""
    shards = _shards(count)
    shuffled = list(shards)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(merge(shuffled)) == fold(merge(shards))


@pytest.mark.parametrize("count", [1, 2, 4])
def test_merged_shards_fold_to_the_report_of_the_whole_run(count: int) -> None:
    """Clauses, violations and undocumented statuses are those of the undivided run."""
    whole, merged = fold(events()), fold(merge(_shards(count)))
    assert merged.clauses == whole.clauses
    assert merged.violations == whole.violations
    assert merged.exit_code == whole.exit_code
    assert merged.requests == whole.requests


def test_steps_are_numbered_through() -> None:
    """Two shards do not both have a step 1."""
    numbers = [event.number for event in merge(_shards(3)) if isinstance(event, StepJudged)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_missing_shard_makes_the_run_incomplete() -> None:
    """It is named; exit code 5."""
    shards = _shards(3)
    report = fold(merge([shards[2], shards[0]]))
    assert (report.complete, report.exit_code) == (False, 5)
    assert "shard 2/3 is missing" in report.reason


def test_a_shard_without_footer_makes_the_run_incomplete() -> None:
    """A crashed worker is not a finished one."""
    shards = _shards(2)
    report = fold(merge([shards[0], shards[1][:-1]]))
    assert (report.complete, report.reason) == (False, "shard 2/2 has no footer")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"digest": "other"}, "their digest of contracts differs"),
        ({"seed": 7}, "their seed differs"),
        ({"target": "mock"}, "their target differs"),
        ({"shard": "1/2"}, "there twice"),
        ({"shard": "2/3"}, "one number of shards"),
        ({"shard": "0/2"}, "is no shard"),
        ({"shard": "two"}, "is no shard"),
    ],
)
def test_logs_of_different_runs_are_refused(change: dict[str, object], why: str) -> None:
    """By name of what differs, and before anything is yielded."""
    first, second = _shards(2)
    second[0] = replace(second[0], **change)  # type: ignore[type-var, arg-type]
    with pytest.raises(MergeError) as caught:
        merge([first, second])
    assert why in str(caught.value)


def _refusal(logs: list[list[Event]], names: list[str]) -> str:
    with pytest.raises(MergeError) as caught:
        fold(merge(logs, names=names, whole=True))
    return str(caught.value)


def test_a_whole_run_has_all_its_shards_and_footers() -> None:
    """What is missing is refused by name, with the file where there is one."""
    first, second, third = _shards(3)
    assert "shard 2/3 is missing" in _refusal([third, first], ["c", "a"])
    told = _refusal([first, third, second[:-1]], ["a", "c", "b.jsonl"])
    assert "shard 2/3 (b.jsonl) has no footer" in told
    assert fold(merge([third, first, second], names=["c", "a", "b"], whole=True)).complete


def test_refusals_name_both_files() -> None:
    """Whoever collected them wants to know which to throw away."""
    first, second = _shards(2)
    assert "there twice: a/log.jsonl and b/log.jsonl" in _refusal(
        [first, list(first)], ["b/log.jsonl", "a/log.jsonl"]
    )
    second[0] = replace(second[0], plan="other")  # type: ignore[type-var]
    told = _refusal([second, first], ["b/log.jsonl", "a/log.jsonl"])
    assert "shard 1/2 (a/log.jsonl) and shard 2/2 (b/log.jsonl): because their plan digest differs" in told


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 6), st.randoms(use_true_random=False))
def test_the_merged_log_itself_does_not_depend_on_the_order(count: int, random: object) -> None:
    """Not only the report of it: event for event."""
    shards = [(f"{number}.jsonl", shard) for number, shard in enumerate(_shards(count))]
    shuffled = list(shards)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    merged = [
        list(merge([log for _, log in order], names=[name for name, _ in order], whole=True))
        for order in (shards, shuffled)
    ]
    assert merged[0] == merged[1]


def test_every_shards_waivers_are_kept() -> None:
    """A shard has those of its own clauses only."""
    first, second = _shards(2)
    first[0] = replace(first[0], waivers=({"matches": "a/b"},))  # type: ignore[type-var]
    second[0] = replace(second[0], waivers=({"matches": "c/d"}, {"matches": "f00"}))  # type: ignore[type-var]
    header = next(merge([second, first]))
    assert [w["matches"] for w in header.waivers] == ["a/b", "c/d", "f00"]  # type: ignore[union-attr]


def test_nothing_and_headless_logs_are_refused() -> None:
    """A merge of nothing is a mistake, not an empty run."""
    with pytest.raises(MergeError, match="no log was given"):
        merge([])
    with pytest.raises(MergeError, match="does not begin with a header"):
        merge([events()[1:]])


def test_a_shard_with_nothing_to_do_is_no_trouble() -> None:
    """Exit code 3 is for runs, and 4 of one shard is 4 of the run."""
    first, second = _shards(2)
    second[-1] = RunFinished("", True, trouble=3)
    assert fold(merge([first, second])).exit_code == 1
    second[-1] = RunFinished("", True, trouble=4)
    assert fold(merge([first, second])).exit_code == 4
