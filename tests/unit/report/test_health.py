"""`report.health`: a sick target is told apart from a broken API, and a broken API is not excused."""

from __future__ import annotations

from assay.report.health import STRETCH, Pulse


def _taken(pulse: Pulse, *spells: tuple[int, str, bool]) -> list[str]:
    """The clauses that sickness is to blame for: so many requests to these operations in turn, each good or bad."""
    blamed: list[str] = []
    for count, operations, bad in spells:
        for number in range(count):
            operation = operations[number % len(operations)]
            blamed += pulse.take(operation, bad=bad, broken=[f"{operation}/no-server-error"] if bad else [])
    return blamed


def test_a_target_that_falls_over_is_sick_and_to_blame_from_the_first_bad_answer() -> None:
    pulse = Pulse(3)
    blamed = _taken(pulse, (100, "abc", False), (60, "abc", True), (60, "abc", False))
    assert len(blamed) == 60
    (bout,) = pulse.health().bouts
    assert bout.bad == 60
    assert bout.operations == ("a", "b", "c")
    assert not pulse.sick
    assert "server error" in pulse.health().told


def test_one_operation_that_always_fails_is_broken_and_not_the_target() -> None:
    pulse = Pulse(3)
    assert _taken(pulse, (30, "ab", False), (500, "c", True)) == []
    assert not pulse.health().sick


def test_an_api_of_one_operation_is_never_excused() -> None:
    pulse = Pulse(1)
    assert _taken(pulse, (500, "a", True)) == []
    assert not pulse.health().sick


def test_a_resource_that_never_worked_is_broken_and_not_the_target() -> None:
    """Three of five operations fail from the first request on; whenever the others are asked, they answer."""
    pulse = Pulse(5)
    assert _taken(pulse, (300, "abc", True), (50, "de", False), (300, "abc", True)) == []
    assert not pulse.health().sick


def test_a_target_that_never_answered_is_sick() -> None:
    pulse = Pulse(3)
    assert len(_taken(pulse, (100, "abc", True))) == 100
    assert pulse.health().sick


def test_it_is_sick_from_the_first_bad_answer_on_however_long_one_operation_was_asked() -> None:
    pulse = Pulse(3)
    assert len(_taken(pulse, (30, "abc", False), (200, "a", True), (30, "bc", True))) == 230


def test_an_operation_that_fails_is_not_excused_by_a_few_good_answers_in_between() -> None:
    pulse = Pulse(3)
    assert _taken(pulse, (30, "abc", False), *[(40, "a", True), (3, "b", False)] * 10) == []


def test_a_few_bad_answers_among_good_ones_are_no_sickness() -> None:
    pulse = Pulse(3)
    for _ in range(50):
        assert _taken(pulse, (5, "abc", True), (2, "abc", False)) == []
    assert not pulse.health().sick


def test_a_short_spell_is_no_sickness() -> None:
    pulse = Pulse(3)
    assert _taken(pulse, (100, "abc", False), (STRETCH // 2, "abc", True), (100, "abc", False)) == []
    assert not pulse.health().sick


def test_it_may_fall_sick_again() -> None:
    pulse = Pulse(5)
    blamed = _taken(pulse, *[(80, "abcde", bad) for bad in (True, False, True, False)])
    assert len(pulse.health().bouts) == 2
    assert len(blamed) == 160


def test_a_target_that_is_sick_at_the_end_is_told() -> None:
    pulse = Pulse(2)
    _taken(pulse, (STRETCH, "ab", True))
    assert pulse.sick
    assert pulse.health().bouts[0].last == STRETCH
