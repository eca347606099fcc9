"""`Claims`: work that is shared out by renaming files is done by one, and what the dead had taken is known."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from assay.files.claims import Claims


def test_of_several_only_one_takes_a_piece(tmp_path: Path) -> None:
    """Each piece is taken by exactly one, however many try at once."""
    names = [f"0-0-{number}" for number in range(40)]
    Claims(tmp_path / "parts").offer(names)

    def taken(who: str) -> list[str]:
        board = Claims(tmp_path / "parts", who)
        return [name for name in names if board.take(name)]

    with ThreadPoolExecutor(8) as pool:
        found = [name for each in pool.map(taken, (f"gw{i}" for i in range(8))) for name in each]
    assert sorted(found) == sorted(names)


def test_what_was_not_offered_cannot_be_taken(tmp_path: Path) -> None:
    """A name that is not on the board is nobody's."""
    Claims(tmp_path).offer(["one"])
    assert not Claims(tmp_path, "gw0").take("two")


def test_a_result_is_there_once_it_is_done(tmp_path: Path) -> None:
    """Until then there is none, and what is done is not lost when its doer dies afterwards."""
    board = Claims(tmp_path, "gw0")
    board.offer(["one"])
    assert board.take("one")
    assert board.result("one") is None
    board.finish("one", {"end": 7})
    board.bury("gw0")
    assert board.result("one") == {"end": 7}
    assert board.lost("one") == ""


def test_what_somebody_left_undone_is_lost(tmp_path: Path) -> None:
    """To failing and to dying; what is open, or under way in somebody who lives, is not."""
    board, other = Claims(tmp_path, "gw0"), Claims(tmp_path, "gw1")
    board.offer(["one", "two", "three"])
    assert board.lost("one") == ""
    assert board.take("one")
    assert other.take("two")
    assert [board.lost(name) for name in ("one", "two", "three")] == ["", "", ""]
    board.fail("one")
    assert other.lost("one") == "gw0"
    board.bury("gw1")
    assert board.lost("two") == "gw1"
    assert board.lost("three") == ""
    assert not board.take("two")
