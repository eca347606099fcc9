"""`conditional` against the orders example."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from examples.orders.asking import Ask
from examples.orders.order import Order, Refused
from examples.orders.server import Orders
from examples.orders.wrong import (
    always_not_modified,
    etag_never_changes,
    etag_new_each_time,
    etag_without_quotes,
    if_match_ignored,
    if_match_is_409,
    if_match_race,
    if_none_match_ignored,
    no_etag,
)
from starlette.responses import Response
from tests.laws.bench import drilled, law, orders_api
from tests.laws.drill import kinds, missing, step, table

from assay.laws.library import findings
from assay.laws.preconditions import OTHER, another, kind, matches_strongly, matches_weakly, well_formed
from assay.laws.terms import Told
from assay.model.contract import Api
from assay.model.verdict import VerdictKind

LAW = law("conditional", **{"at-once": True})
CLAUSE = "lifecycle/order/law/conditional"


class Weak(Orders):
    """Its ETags are weak, so that no If-Match but `*` names one (RFC 9110 §8.8.3.2)."""

    def etag(self, order: Order) -> str:
        return "W/" + super().etag(order)

    def not_modified(self, ask: Ask, order: Order) -> bool:
        known = ask.header("if-none-match") or ""
        return known == "*" or self.etag(order).removeprefix("W/") in known

    async def check_match(self, ask: Ask, order: Order) -> None:
        if ask.header("if-match") not in {None, "*"}:
            raise Refused(412, "No weak ETag matches.")


class Sticky(Orders):
    """PUT of what is not sent keeps what is there: whether that is a change, depends on what was there."""

    async def replace(self, ask: Ask) -> Response:
        order = self.find(ask, "replace")
        self.read_whole(order, self.document(ask, "application/json"))
        await self.check_match(ask, order)
        return self.shown(order)


def told_by_law(seen) -> set[str]:
    """The parts of the law that were seen broken."""
    return {clause for clause in seen.violated if "/law/" in clause}


def test_the_honest_server_keeps_it() -> None:
    """Every part holds, and is seen to."""
    seen = drilled(Orders, LAW)
    assert seen.violated == set()
    for part in ("", "/if-none-match", "/if-match"):
        assert seen.kinds(f"law/conditional{part}") == {VerdictKind.HOLDS}
    assert seen.kinds("law/conditional/at-once") <= {VerdictKind.HOLDS, VerdictKind.INCONCLUSIVE}
    assert seen.requests <= 70


@pytest.mark.parametrize(
    ("wrong", "part"),
    [
        (etag_never_changes, ""),
        (etag_new_each_time, ""),
        (always_not_modified, "/if-none-match"),
        (if_none_match_ignored, "/if-none-match"),
        (if_match_ignored, "/if-match"),
        (if_match_is_409, "/if-match"),
        (if_match_race, "/at-once"),
    ],
)
def test_versions_that_are_not_heeded_break_it(wrong, part: str) -> None:
    """Each fault is told under the clause of its part, in at most six requests."""
    seen = drilled(wrong.Wrong, LAW)
    assert CLAUSE + part in seen.violated
    assert len(seen.shortest(f"law/conditional{part}").history) <= 6


@pytest.mark.parametrize("wrong", [no_etag, etag_without_quotes])
def test_what_the_header_clause_tells_is_not_told_again(wrong) -> None:
    """A missing or malformed ETag is a documented header that is missing or malformed: the law says nothing more."""
    seen = drilled(wrong.Wrong, LAW)
    assert told_by_law(seen) == set()
    assert "getOrder/header/200/ETag" in seen.violated


def test_weak_etags_are_told_only_where_strong_ones_are_promised() -> None:
    """`strong` decides: without it weak ETags break nothing."""
    weak = [step("look", "getOrder", body={"v": 1}, headers={"etag": 'W/"1"'})]
    assert kinds("conditional", {}, *weak) == [VerdictKind.VIOLATED]
    assert kinds("conditional", {"strong": False}, *weak) == []
    assert told_by_law(drilled(Weak, law("conditional", strong=False))) == set()


def test_an_etag_may_change_by_itself_where_that_is_left_open() -> None:
    """RFC 9110 §8.8.1 lets metadata change an ETag: with `stays: false` that is nobody's fault."""
    looks = [step("look", "getOrder", body={"v": 1}, headers={"etag": tag}) for tag in ('"1"', '"2"')]
    assert VerdictKind.VIOLATED in kinds("conditional", {}, *looks)
    assert VerdictKind.VIOLATED not in kinds("conditional", {"stays": False}, *looks)


def test_a_change_that_was_none_makes_no_etag_stale() -> None:
    """Where a PUT changes nothing, its ETag is current still, and the write that names it may go through."""
    assert f"{CLAUSE}/if-match" not in drilled(Sticky, LAW).violated


@pytest.mark.parametrize(
    ("sent", "tag", "strongly", "weakly", "called"),
    [
        ("*", '"a"', True, True, "*"),
        ('"a"', '"a"', True, True, "current"),
        ('"b", "a"', '"a"', True, True, "list"),
        ('W/"a"', '"a"', False, True, "weak"),
        ('"a"', 'W/"a"', False, True, "weak"),
        ('"b"', '"a"', False, False, "other"),
        ('"a,b"', '"a"', False, False, "other"),
    ],
)
def test_when_a_header_names_a_version(
    sent: str, tag: str, strongly: bool, weakly: bool, called: str
) -> None:
    """RFC 9110 §8.8.3.2: If-Match compares strongly, If-None-Match weakly; commas may stand within quotes."""
    assert matches_strongly(sent, tag) is strongly
    assert matches_weakly(sent, tag) is weakly
    assert kind(sent, tag) == called


def test_what_an_etag_is() -> None:
    """RFC 9110 §8.8.3: quoted, without blanks inside, `W/` before it where it is weak."""
    assert well_formed('"a-1"', strong=True)
    assert well_formed('W/"a"', strong=False)
    assert not any(well_formed(tag, strong=False) for tag in ("a", '"a', '"a b"', "'a'", 'w/"a"'))
    assert not well_formed('W/"a"', strong=True)


def test_what_cannot_be_tried() -> None:
    """Without a reading, or without a write that heeds If-Match, the law says so."""
    assert "no operation shows" in missing("conditional", table(["getOrder"]))[0]
    assert "412" in missing("conditional", table(), writes=["deleteOrder"])[-1]


def test_an_etag_that_need_not_stay_leaves_preconditions_open() -> None:
    """Where ETags may change by themselves, the version may be another one when the precondition is looked at."""
    look = step("look", "getOrder", body={}, headers={"etag": '"1"'})
    reading = step("reading", "getOrder", body={}, headers={"etag": '"2"'})
    reading = replace(reading, case=replace(reading.case, headers={"If-None-Match": '"1"'}))
    write = step("write", "patchOrder", 412)
    write = replace(write, case=replace(write.case, headers={"If-Match": '"1"'}))
    for last in (reading, write):
        assert kinds("conditional", {}, look, last) == [VerdictKind.VIOLATED]
        assert kinds("conditional", {"stays": False}, look, last) == [VerdictKind.INCONCLUSIVE]


def test_weak_etags_leave_the_law_untold() -> None:
    """Of weak ETags next to nothing can be told: that is the reason in the report, unless some are strong."""
    seen = drilled(Weak, law("conditional", strong=False))
    assert told_by_law(seen) == set()
    assert any(
        "every ETag was weak" in note.text and note.clauses == (f"orders/{CLAUSE}",) for note in seen.notes
    )


NUMBERED = '^("[0-9]+"|\\*)$'


def _numbered(pattern: str = NUMBERED) -> Api:
    """The orders API, whose If-Match has that form."""
    api = orders_api()
    schema = {"type": "string", "pattern": pattern, "x-known-good": {"const": "*"}}
    operations = tuple(
        replace(
            o,
            parameters=tuple(replace(p, schema=schema) if p.name == "If-Match" else p for p in o.parameters),
        )
        for o in api.operations
    )
    return replace(api, operations=operations)


def test_another_version_has_the_form_that_the_contract_allows() -> None:
    """What is refused for its form tells nothing of versions: the ETag that is made up has the documented form."""
    made = another(_numbered(), "patchOrder", "If-Match")
    assert made is not None
    assert re.fullmatch('"[0-9]+"', made)
    assert another(orders_api(), "patchOrder", "If-Match") == OTHER
    assert another(_numbered(r"^\*$"), "patchOrder", "If-Match") is None


def test_a_write_that_is_refused_for_the_form_of_its_tag_breaks_nothing() -> None:
    """A 400 for an If-Match that the contract's parameter does not allow is what it is."""
    case = replace(step("write", "patchOrder").case, headers={"If-Match": OTHER})
    look = step("look", "getOrder", body={"id": "o"}, headers={"etag": '"7"'}, before=frozenset({"draft"}))
    write = replace(step("write", "patchOrder", 400, {}, before=frozenset({"draft"})), case=case)
    for api, kind_of in ((_numbered(), VerdictKind.INCONCLUSIVE), (orders_api(), VerdictKind.VIOLATED)):
        found = findings(Told(api, api.lifecycles[0], LAW, (look, write)))
        assert [one.kind for one in found] == [kind_of]
