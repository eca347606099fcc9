"""The search for an order: against an oracle that tries them all, and on histories that are known."""

from __future__ import annotations

from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.machine.linearize import Window, ends, losing, overlap, possible

WORLDS = 3
#: world -> operation -> worlds: what one history's answers allow, drawn at random
Table = list[list[frozenset[int]]]


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Window], Table, Table]:
    """Up to five operations with windows on a small clock, what each allows, and what it may do when not answered."""
    count = draw(st.integers(0, 5))
    moments = st.integers(0, 6)
    windows = []
    for _ in range(count):
        called, returned = sorted((draw(moments), draw(moments)))
        windows.append(Window(called, returned, answered=draw(st.integers(0, 3)) > 0))
    some = st.frozensets(st.integers(0, WORLDS - 1), max_size=2)
    allowed = [[draw(some) for _ in range(WORLDS)] for _ in range(count)]
    lost = [[allowed[i][w] | {w} | draw(some) for w in range(WORLDS)] for i in range(count)]
    return windows, allowed, lost


def step_of(table: Table):
    return lambda index, world: table[index][world]


def tried(windows: list[Window], starts: set[int], table: Table) -> frozenset[int]:
    """The oracle: every choice of unanswered operations that took effect, in every order that real time allows."""
    must = [i for i, window in enumerate(windows) if window.answered]
    may = [i for i, window in enumerate(windows) if not window.answered]
    found: set[int] = set()
    for size in range(len(may) + 1):
        for chosen in combinations(may, size):
            for order in permutations([*must, *chosen]):
                found |= _run(order, windows, starts, table)
    return frozenset(found)


def _run(order, windows, starts, table) -> set[int]:
    for place, one in enumerate(order):
        for later in order[place + 1 :]:
            if windows[later].answered and windows[later].returned < windows[one].called:
                return set()
    worlds = set(starts)
    for index in order:
        worlds = {after for world in worlds for after in table[index][world]}
    return worlds


@settings(max_examples=300, deadline=None)
@given(histories(), st.sets(st.integers(0, WORLDS - 1), min_size=1, max_size=2))
def test_it_finds_what_trying_every_order_finds(history, starts) -> None:
    """For up to five operations, answered or not, the worlds they may end in are those of all orders."""
    windows, table, _ = history
    found = tried(windows, starts, table)
    assert ends(windows, starts, step_of(table)) == found
    assert possible(windows, starts, step_of(table)) == bool(found)


@settings(max_examples=200, deadline=None)
@given(histories())
def test_a_losing_schedule_is_losing_and_smallest(history) -> None:
    """Its answers alone rule out every order, and without any one of them there is an order."""
    windows, table, lost = history
    schedule = losing(windows, [0], step_of(table), step_of(lost))
    if possible(windows, [0], step_of(table)):
        assert schedule == ()
        return

    def without(kept: set[int]) -> bool:
        eased = [
            w if i in kept else Window(w.called, w.returned, answered=False) for i, w in enumerate(windows)
        ]
        mixed = [table[i] if i in kept else lost[i] for i in range(len(windows))]
        return bool(tried(eased, {0}, mixed))

    assert schedule
    assert not without(set(schedule))
    assert all(without(set(schedule) - {index}) for index in schedule if len(schedule) > 1)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=8), st.data())
def test_what_happened_in_turn_is_always_possible(changes, data) -> None:
    """A counter that was read after each change is accepted, however wide the windows around the moments are."""
    total, seen, windows = 0, [], []
    for moment, change in enumerate(changes):
        total += change
        seen.append((change, total))
        before, after = (data.draw(st.floats(0, 3)) for _ in range(2))
        windows.append(Window(moment - before, moment + after))

    def counted(index: int, world: int) -> tuple[int, ...]:
        change, shown = seen[index]
        return (world + change,) if world + change == shown else ()

    assert total in ends(windows, [0], counted)


def register(*shown: tuple[str, int]):
    """A register: `write n`, `read n`. World n: n is written."""

    def step(index: int, world: int) -> tuple[int, ...]:
        kind, value = shown[index]
        return (value,) if kind == "write" else (world,) if world == value else ()

    def lost(index: int, world: int) -> tuple[int, ...]:
        kind, value = shown[index]
        return (value, world) if kind == "write" else (world,)

    return step, lost


AT_ONCE = Window(0, 10)


def test_a_read_before_the_write_was_called_cannot_see_it() -> None:
    """Real time binds: what had returned before a write was called does not show it."""
    step, lost = register(("read", 1), ("write", 1))
    assert possible([AT_ONCE, AT_ONCE], [0], step)
    apart = [Window(0, 1), Window(2, 3)]
    assert not possible(apart, [0], step)
    assert losing(apart, [0], step, lost) == (0,)


def test_windows_that_touch_are_not_in_order() -> None:
    """Clocks have ticks: one that returned in the tick in which another was called may have been either way."""
    step, _ = register(("read", 1), ("write", 1))
    assert possible([Window(0, 1), Window(1, 2)], [0], step)


def test_two_reads_that_contradict_each_other() -> None:
    """New, then old, is no order of one write: the two reads are the smallest schedule, and the third says nothing."""
    step, lost = register(("write", 1), ("read", 1), ("read", 0), ("read", 1))
    windows = [AT_ONCE, Window(1, 2), Window(3, 4), Window(5, 6)]
    assert losing(windows, [0], step, lost) == (1, 2)


def test_what_was_not_answered_may_have_happened_at_any_time_or_not_at_all() -> None:
    """A write that timed out can explain a much later read, and needs not."""
    windows = [Window(0, 1, answered=False), Window(50, 51)]
    assert ends(windows, [0], register(("write", 1), ("read", 1))[0]) == {1}
    assert ends(windows, [0], register(("write", 1), ("read", 0))[0]) == {0, 1}


def test_nothing_at_all() -> None:
    """No operations leave things as they are."""
    step, lost = register()
    assert ends([], [3, 4], step) == {3, 4}
    assert losing([], [3], step, lost) == ()


def test_each_pair_is_asked_once() -> None:
    """What an operation makes of a world is asked once, however many orders lead there."""
    asked: list[tuple[int, int]] = []

    def step(index: int, world: int) -> tuple[int, ...]:
        asked.append((index, world))
        return (index,)

    ends([AT_ONCE] * 6, [9], step)
    assert len(asked) == len(set(asked)) == 6 + 6 * 5


@pytest.mark.parametrize(
    ("windows", "most"),
    [
        ([], 0),
        ([(0, 1), (2, 3)], 1),
        ([(0, 1), (1, 2)], 1),
        ([(0, 3), (1, 2), (2, 4)], 2),
        ([(0, 9), (1, 9), (2, 9)], 3),
    ],
)
def test_overlap(windows, most) -> None:
    """The most windows open at one moment; those that merely touch do not overlap."""
    assert overlap(windows) == most
