"""Histories, and ids that nobody issued."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.explore.history import History
from assay.explore.ids import never_issued
from assay.model.case import Case, Subject, SubjectKind
from assay.model.verdict import Judgement

ACTIVE = frozenset({"active"})


def case(kind, symbol="i1"):
    return Case("a", "o", "", "", subject=Subject(kind, symbol))


def test_an_instance_is_bound_and_updated():
    """A creating answer binds the symbol; later answers move the instance."""
    history = History()
    assert history.instance(case(SubjectKind.KNOWN)) is None
    history.update(case(SubjectKind.NEW), Judgement((), ACTIVE, {"a": 1}, "x"))
    assert history.instances["i1"].id == "x"
    history.update(case(SubjectKind.KNOWN), Judgement((), frozenset({"ended"}), {"a": 2}))
    assert (history.instances["i1"].states, history.instances["i1"].values) == ({"ended"}, {"a": 2})


def test_without_an_id_nothing_is_bound():
    """A creating answer that names no id leaves nothing to ask about."""
    history = History()
    history.update(case(SubjectKind.NEW), Judgement((), ACTIVE))
    assert history.instances == {}


def test_one_id_for_two_instances():
    """An id issued twice names one instance: the model loses track of both rather than accuse anybody."""
    history = History()
    history.update(case(SubjectKind.NEW, "i1"), Judgement((), ACTIVE, {}, "x"))
    history.update(case(SubjectKind.NEW, "i2"), Judgement((), ACTIVE, {}, "x"))
    assert [instance.states for instance in history.instances.values()] == [frozenset(), frozenset()]


@pytest.mark.parametrize(
    "like",
    [
        "3b1f0c5e-7d24-4c1a-9e63-5a0d8f2b4c71",
        "3B1F0C5E-7D24-4C1A-9E63-5A0D8F2B4C71",
        "65a1b2c3d4e5f60718293a4b",
        "3b1f0c5e7d244c1a9e635a0d8f2b4c71",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "ord_9Zk2-AbC",
        "deadBEEF",
    ],
)
def test_the_form_is_kept(like):
    """Length, and where letters, digits and the rest stand, are those of issued ids."""
    made = never_issued("salt", like, {like})
    assert made != like
    assert len(made) == len(like)
    assert [c.isalnum() for c in made] == [c.isalnum() for c in like]
    assert made.upper() == made or like.upper() != like


def test_without_a_pattern_a_uuid():
    """While nothing is known of issued ids, a random UUID is as good as any."""
    assert UUID(never_issued("salt", None, set())).version == 4
    assert (
        never_issued("salt", None, set())
        == never_issued("salt", None, set())
        != never_issued("other", None, set())
    )


@settings(max_examples=150, deadline=None, database=None)
@given(st.text(max_size=12), st.text(min_size=1, max_size=8), st.sets(st.text(max_size=3)))
def test_never_issued_is_never_issued(salt, like, issued):
    """Whatever ids look like, and however few of the form there are, the made one was not issued."""
    taken = issued | {like} | {str(n) for n in range(10)}
    assert never_issued(salt, like, taken) not in taken


@pytest.mark.parametrize("like", ["7", "-", "²", "日本", "", "9" * 5000, "00", "a"])
def test_forms_with_few_ids(like):
    """Small forms run out, and something else is made up in time."""
    taken = {like, *"abcdefghijklmnopqrstuvwxyz0123456789"}
    assert never_issued("s", like, taken) not in taken


def test_numbers_move_far_up():
    """A small number that was not issued in this run may well exist on a live target."""
    assert int(never_issued("s", "17", {"17"})) > 1_000_000


@pytest.mark.parametrize(
    ("like", "form"),
    [("t16", r"t\d{7,8}"), ("ord_1", r"ord_\d{7,8}"), ("x", r"[a-z]{5,}"), ("ORD-00017", r"[A-Z]{3}-\d{5}")],
)
def test_an_id_of_a_form_with_few_ids_is_none_that_the_server_may_give(like: str, form: str) -> None:
    """Servers that count, `t1`, `t2`, …, are not accused of knowing an id that they were about to give."""
    made = {never_issued(str(salt), like, frozenset()) for salt in range(300)}
    assert all(re.fullmatch(form, one) for one in made)
    assert not made & {f"{like[:-1]}{n}" for n in range(10)}
