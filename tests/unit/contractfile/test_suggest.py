"""Did-you-mean."""

from __future__ import annotations

import time

from assay.contractfile.suggest import choose, nearest


def test_the_near_option_is_found() -> None:
    """A slip finds its word whatever its case, also among many; something else finds nothing."""
    assert nearest("pots", ["get", "post"]) == "post"
    assert nearest("POST", ["get", "post"]) == "post"
    many = [f"operation{i}" for i in range(500)] + ["endMultiSession"]
    assert nearest("endMultiSesion", many) == "endMultiSession"
    assert nearest("zzz", many) is None
    assert nearest("x" * 1000, ["x" * 1000]) is None


def test_a_fix_in_any_case() -> None:
    """Without a near option the known ones are listed, the first few; without any there is nothing to say."""
    assert choose("zzz", []) == ""
    assert choose("zzz", ["abc"]) == "Use 'abc'."
    assert choose("zzz", ["b", "a"]) == "Use one of 'a', 'b'."
    assert choose("zzz", [f"n{i}" for i in range(9)]).endswith("'n7', ….")


def test_a_thousand_slips_among_a_thousand_names() -> None:
    """The work stays bounded where everything is wrong at once."""
    names = [f"#/components/schemas/Schema{i}" for i in range(1000)]
    started = time.perf_counter()
    for i in range(300):
        nearest(f"#/components/schemas/Shcema{i}", names)
    # well under a second alone
    assert time.perf_counter() - started < 10
