"""`shard`: machines that never talk to each other share out a plan."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.plan.shard import Shard, shard


@given(st.lists(st.text(max_size=8), unique=True, max_size=30), st.integers(1, 9), st.randoms())
def test_each_unit_is_in_one_shard_and_all_shards_are_alike_in_size(
    units: list[str], of: int, random: object
) -> None:
    """Whatever order a machine knows them in."""
    shares = []
    for index in range(1, of + 1):
        random.shuffle(units)  # type: ignore[attr-defined]
        shares.append(Shard(index, of).takes(units))
    assert sorted(unit for share in shares for unit in share) == sorted(units)
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_the_deal_is_the_same_on_every_machine_and_in_every_version() -> None:
    """A change of these breaks runs whose machines are updated one after the other."""
    units = ["equos/session-pass", "iplaygames/multi-session", "orders/order", "orders/item"]
    assert Shard(1, 2).takes(units) == {"orders/order", "iplaygames/multi-session"}
    assert Shard(2, 2).takes(units) == {"equos/session-pass", "orders/item"}


@pytest.mark.parametrize(
    "text", ["", "1", "0/2", "3/2", "1/0", "01/2", "a/b", "1/2/3", "-1/2", "²/3", "1/2\n"]
)
def test_what_is_no_shard_is_none(text: str) -> None:
    """Counted from 1, never beyond the number of shards."""
    assert shard(text) is None


def test_a_shard_reads_as_it_is_written() -> None:
    """`2/3` is the second of three."""
    assert shard("2/3") == Shard(2, 3)
    assert str(Shard(2, 3)) == "2/3"
