"""Reference tokens of JSON Pointers (RFC 6901)."""

from __future__ import annotations

import pytest

from assay.model.pointer import escape, tokens, unescape


@pytest.mark.parametrize("name", ["a", "", "a/b", "m~n", "~1", "~01", "/~", "ä"])
def test_a_name_comes_back(name: str) -> None:
    """Whatever a member is called, its token stands for it, and holds no slash."""
    assert unescape(escape(name)) == name
    assert "/" not in escape(name)
    assert tokens(f"/{escape(name)}/x") == [name, "x"]


def test_the_whole_document() -> None:
    """The empty pointer leads nowhere (RFC 6901 §5), `/` to the member without a name."""
    assert tokens("") == []
    assert tokens("/") == [""]
