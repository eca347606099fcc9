"""Which units are cut, and in what order their parts may be explored."""

from __future__ import annotations

from pathlib import Path

from assay.app.share import Phase, rounds
from assay.pytest_plugin.parts import Division, cut, publish, published


def test_only_a_unit_that_is_too_much_for_a_worker_is_cut() -> None:
    """Two of about one size stay whole on two workers, are both cut on four, and one process cuts nothing."""
    costs = {"a": 324, "b": 402}
    assert cut(costs, 1) == {"a": 1, "b": 1}
    assert cut(costs, 2) == {"a": 1, "b": 1}
    assert all(parts > 1 for parts in cut(costs, 4).values())


def test_small_change_is_not_cut() -> None:
    """What is a few requests stays whole, however many workers there are; nothing to do is no fault."""
    assert cut({"a": 30}, 16) == {"a": 1}
    assert cut({"a": 0}, 4) == {"a": 1}
    assert cut({"large": 1000, "small": 4}, 2)["small"] == 1


def test_the_shares_of_a_phase_are_all_of_it() -> None:
    """Each phase is dealt out whole, after the one before; what wants to be alone is, at a target for all."""
    for together in (True, False):
        turns = rounds("api/unit", 3, together=together)
        for phase in Phase:
            shares = [share for turn in turns for share in turn if phase in share.phases]
            assert [share.part for share in shares] in ([(0, 3), (1, 3), (2, 3)], [(0, 1)])
        assert (len(turns[-1]) == 1) is together
        marks = [share.mark for turn in turns for share in turn]
        assert len(marks) == len(set(marks))


def test_workers_read_what_the_controller_divided(tmp_path: Path) -> None:
    """Units, parts and the names on the board are the same for both."""
    division = Division({"api/large": 3, "api/small": 1}, together=True)
    board = publish(division, tmp_path)
    found = published(tmp_path)
    assert found == division
    pieces = [piece for unit in found.parts for turn in found.rounds(unit) for piece in turn]
    assert len(pieces) == len({piece.name for piece in pieces}) == 3 + 3 + 1 + 1
    assert all(board.result(piece.name) is None for piece in pieces)
