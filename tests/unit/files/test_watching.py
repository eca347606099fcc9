"""Claims about telling which files have changed."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from pathlib import Path

from assay.files.watch import EVERY, changes, snapshot


class _Nights:
    """Sleeps in which something happens: what `sleep` is given comes, one act a call."""

    def __init__(self, *acts) -> None:
        self.acts = list(acts)
        self.slept: list[float] = []
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if not self.acts:
            raise KeyboardInterrupt
        self.acts.pop(0)()

    def monotonic(self) -> float:
        return self.now


def _nothing() -> None:
    """What happens in most nights."""


def test_changes_are_told_once_they_have_settled(tmp_path: Path) -> None:
    """A file that was changed, added or removed is named once, after a look in which it stayed as it was."""
    one, two = tmp_path / "one.yaml", tmp_path / "sub" / "two.yml"
    one.write_text("a: 1\n")
    two.parent.mkdir()

    def change() -> None:
        one.write_text("a: 1, still being written\n")

    def go_on() -> None:
        one.write_text("a: 1, written at last\n")
        two.write_text("b: 1\n")

    def remove() -> None:
        two.unlink()

    nights = _Nights(_nothing, change, go_on, _nothing, _nothing, remove, _nothing)
    news = changes(lambda: snapshot(tmp_path), nights.monotonic, nights.sleep)
    assert next(news) == ()
    assert list(islice(news, 2)) == [(str(one), str(two)), (str(two),)]
    assert nights.acts == []


def test_only_contracts_and_what_is_named_beside_them_count(tmp_path: Path) -> None:
    """Other files, hidden ones and hidden folders are passed over; the settings are not."""
    for name in ("a.yaml", "b.YML", "c.json", ".d.yaml", ".git/e.yaml", "pyproject.toml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x\n")
    names = {Path(name).name for name in snapshot(tmp_path, [tmp_path / "pyproject.toml", tmp_path / "none"])}
    assert names == {"a.yaml", "b.YML", "pyproject.toml"}
    assert snapshot(tmp_path / "nowhere") == {}


def test_looking_takes_a_small_share_of_the_time() -> None:
    """Where a look takes long, the pause after it is twenty times as long."""
    nights = _Nights(_nothing, _nothing, _nothing)

    def look() -> dict[str, tuple[int, int]]:
        nights.now += 0.5
        return {}

    news = changes(look, nights.monotonic, nights.sleep)
    next(news)
    with suppress(KeyboardInterrupt):
        next(news)
    assert nights.slept == [EVERY, 10.0, 10.0, 10.0]
