"""Equality of JSON values, as JSON Schema 2020-12 has it (core §4.2.2)."""

from __future__ import annotations

import pytest

from assay.model.equality import same
from assay.model.terms import Json


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, 1.0), ([1, {"a": 2.0}], [1.0, {"a": 2}]), ({"a": 1, "b": None}, {"b": None, "a": 1}), (True, True)],
)
def test_the_same(one: Json, other: Json) -> None:
    """Numbers count by their value, members in any order."""
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (0, False),
        ([1], [True]),
        ({"a": 0}, {"a": False}),
        ([1, 2], [2, 1]),
        ([1], [1, 1]),
        ({"a": None}, {}),
        ("1", 1),
        ([], {}),
        (None, False),
    ],
)
def test_not_the_same(one: Json, other: Json) -> None:
    """A truth value is no number, however deep it lies; a missing member is not null."""
    assert not same(one, other)
    assert not same(other, one)
