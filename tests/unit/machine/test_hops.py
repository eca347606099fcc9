"""Transitions of a table, and which can follow one another."""

from __future__ import annotations

from assay.machine.hops import Hop, hops, pairs, table_hops
from fakes.shop import API

CREATE = Hop("absent", "open", "open")


def test_the_transitions_of_a_lifecycle():
    """Every documented way of every cell once; the same status twice is one transition."""
    assert table_hops(API.lifecycles[0]) == (
        CREATE,
        Hop("absent", "look", "absent"),
        Hop("open", "look", "open"),
        Hop("paid", "look", "paid"),
        Hop("absent", "pay", "absent"),
        Hop("open", "pay", "paid"),
        Hop("paid", "pay", "paid"),
    )


def test_what_nothing_leads_to_is_not_reachable():
    """States without a way in, and cells without documented answers, have no transitions to see."""
    cells = [
        ("absent", "make", ["on"]),
        ("on", "stop", []),
        ("lost", "find", ["on"]),
        ("on", "keep", ["on", "on"]),
    ]
    assert hops(cells) == (Hop("absent", "make", "on"), Hop("on", "keep", "on"))


def test_pairs_are_of_one_instance():
    """A pair joins where the first ends; unknown ids have no history, and nobody is created twice."""
    found = set(pairs(table_hops(API.lifecycles[0])))
    assert (CREATE, Hop("open", "look", "open")) in found
    assert (Hop("open", "pay", "paid"), Hop("paid", "pay", "paid")) in found
    assert all(first.to == then.state != "absent" for first, then in found)
    assert len(found) == 2 + 2 + 2 + 2 + 2


def test_an_instance_may_cease_to_exist():
    """Where removal leads back to `absent`, what is asked afterwards follows it; making one does not."""
    table = hops([("absent", "make", ["on"]), ("absent", "read", ["absent"]), ("on", "drop", ["absent"])])
    drop, read = Hop("on", "drop", "absent"), Hop("absent", "read", "absent")
    assert set(pairs(table)) == {(Hop("absent", "make", "on"), drop), (drop, read)}
