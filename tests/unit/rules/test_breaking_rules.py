"""Rules about changes: the list of them, and for each a change that trips it and a like one that does not."""

from __future__ import annotations

import importlib
import pkgutil
import re
from datetime import date

import pytest

from assay.model.breaking import Level, Whom
from assay.rules import breaking as room
from assay.rules.breaking import RULES, findings, judged, version_not_raised
from assay.rules.changes.terms import Change, Kind
from assay.rules.schemas.comparing import Judged, Proof
from assay.rules.schemas.differing import Aspect, Difference
from assay.rules.schemas.reading import Side
from assay.rules.schemas.shape import ANY, NOTHING
from fakes.changed import PAIRS, Pair
from fakes.contracts import shipped
from fakes.versions import API, GONE, ORDER, TODAY, compared, rules_of, shop

#: shown by schemas that only as wholes differ, and by other findings
ELSEWHERE = {"request-narrowed", "response-widened", "version-not-raised"}
BY_NAME = {rule.RULE: rule for rule in RULES}


def test_every_rule_is_listed() -> None:
    """A module of the room that has a `RULE` is in the list, and is called as its rule is."""
    found = set()
    for module in pkgutil.iter_modules(room.__path__):
        rule = getattr(importlib.import_module(f"{room.__name__}.{module.name}"), "RULE", None)
        if rule is not None:
            assert rule == module.name.replace("_", "-")
            found.add(rule)
    assert found == {*BY_NAME, version_not_raised.RULE}


def test_every_rule_has_a_card() -> None:
    """Id, sentence, source, fix and example: none is empty, and ids are one of a kind."""
    assert len(BY_NAME) == len(RULES)
    for rule in (*RULES, version_not_raised):
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.RULE)
        assert rule.__doc__
        assert all((rule.CARD.source, rule.CARD.fix, rule.CARD.example)), rule.RULE
        assert rule.CARD.level is not Level.BREAKING or rule.CARD.whom is Whom.CLIENT


def test_every_kind_of_change_is_judged() -> None:
    """No kind of change is without a rule: nothing that changed stays untold."""
    assert {kind for rule in RULES for kind in rule.KINDS} == set(Kind)


def test_every_rule_has_a_pair() -> None:
    """Each rule is shown by the test below, or named among those shown elsewhere."""
    assert set(PAIRS) | ELSEWHERE == {*BY_NAME, version_not_raised.RULE}


@pytest.mark.parametrize(("rule", "pair"), PAIRS.items(), ids=PAIRS)
def test_a_change_trips_its_rule_alone(rule: str, pair: Pair) -> None:
    """The rule finds the change, and no other does, unless it is said that they go together."""
    found = [one for one in compared(pair.old, pair.new) if one.rule != "version-not-raised"]
    assert {one.rule for one in found} == {rule, *pair.along}
    for one in found:
        assert one.message
        assert one.old.file or one.new.file
    if rule in BY_NAME and BY_NAME[rule].CARD.level is Level.BREAKING:
        assert any(one.level is Level.BREAKING for one in found if one.rule == rule)


@pytest.mark.parametrize(("rule", "pair"), PAIRS.items(), ids=PAIRS)
def test_what_says_the_same_trips_nothing(rule: str, pair: Pair) -> None:
    """Neither the same once more nor another way of writing it is a change."""
    assert compared(pair.old, pair.old) == ()
    allowed = {"extensible-values-removed": set(), "sunset-unreadable": {"sunset-changed"}}
    assert rules_of(pair.old, pair.like_old) <= allowed.get(rule, set())
    assert rules_of(pair.like_old, pair.old) - {"extensible-values-removed"} <= allowed.get(rule, set())


def test_schemas_that_differ_only_as_wholes() -> None:
    """A loss that no single difference explains is told of the whole, and breaks whom it always breaks."""
    whole = Difference(Aspect.OTHER, (), ANY, NOTHING)
    for side, loses, gains, rule in (
        (Side.REQUEST, Proof.YES, Proof.NO, "request-narrowed"),
        (Side.RESPONSE, Proof.NO, Proof.YES, "response-widened"),
        (Side.REQUEST, Proof.UNKNOWN, Proof.NO, "request-undecided"),
        (Side.RESPONSE, Proof.NO, Proof.UNKNOWN, "response-undecided"),
        (Side.REQUEST, Proof.NO, Proof.YES, "request-accepts-more"),
        (Side.RESPONSE, Proof.YES, Proof.NO, "response-promises-more"),
    ):
        change = Change(Kind.SCHEMA, "shop", "op", side=side, judged=Judged(whole, loses, gains))
        assert [finding.rule for finding in judged(change)] == [rule]


#: read the other way round it is the same rule's matter
SELF_INVERSE = {
    "version-changed", "operation-moved", "operation-renamed", "tags-changed", "parameter-moved",
    "path-parameter-renamed", "parameter-style-changed", "promise-rule-changed", "instance-identity-changed",
    "state-final-changed", "cell-guard-changed", "cell-next-state-changed", "field-changed", "law-changed",
    "security-scheme-changed", "oauth-flow-changed", "request-content-changed", "response-content-changed",
    "discriminator-changed", "response-default-changed", "request-default-changed", "sunset-changed",
    "cell-status-added",
}  # fmt: skip


@pytest.mark.parametrize(("rule", "pair"), PAIRS.items(), ids=PAIRS)
def test_the_other_way_round(rule: str, pair: Pair) -> None:
    """Swapped, what was found is not found, but by rules that see only that something is another thing."""
    back = rules_of(pair.new, pair.old)
    # values that are known beside others: one more says nothing
    assert back or rule == "extensible-values-removed", "something changed, so something is told"
    assert (rule in back) is (rule in SELF_INVERSE)


def test_statuses_are_what_governs_them() -> None:
    """A range or `default` that speaks of a status is no silence: what it says is compared instead."""
    plain = {"description": "d"}
    body = {"description": "d", "content": {"application/json": {"schema": {"type": "string"}}}}
    at = "read#/responses"
    assert rules_of({f"{at}/404": body}, {f"{at}/404": GONE, f"{at}/4XX": body}) == {"error-status-added"}
    assert rules_of({f"{at}/404": GONE, f"{at}/4XX": body}, {f"{at}/4XX": body}) == {
        "response-media-type-removed"
    }
    assert rules_of({}, {f"{at}/default": plain}) == {"error-status-added"}
    assert rules_of({f"{at}/default": plain}, {f"{at}/default": plain, f"{at}/206": plain}) == set()


def test_a_scheme_called_otherwise_is_the_same() -> None:
    """Nothing of its name is sent; one that asks for something else is another one."""
    named = {"api#/components/securitySchemes/key": GONE, "api#/security": [{"token": []}]}
    scheme = "api#/components/securitySchemes/token"
    assert rules_of({}, {**named, scheme: API["components"]["securitySchemes"]["key"]}) == set()
    assert "credentials-required" in rules_of({}, {**named, scheme: {"type": "http", "scheme": "bearer"}})


def test_a_scheme_that_nobody_asks_for_breaks_nobody() -> None:
    """It is another one, and that is all."""
    flows = "api#/components/securitySchemes/login"
    (found,) = compared({}, {flows: {"type": "http", "scheme": "basic"}})
    assert (found.rule, found.level) == ("security-scheme-changed", Level.NOTE)


def test_headers_that_are_ignored_are_no_change() -> None:
    """Media types and credentials are documented elsewhere (OpenAPI 3.1 §4.8.12.1, §4.8.17)."""
    for name in ("Accept", "content-type", "Authorization"):
        parameter = {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
        assert rules_of({}, {"make#/parameters/-": parameter}) == set()
    header = {"Content-Type": {"required": True, "schema": {"type": "string"}}}
    assert rules_of({}, {"read#/responses/200/headers": header}) == set()


def test_operations_called_otherwise_are_the_same_in_tables_and_laws() -> None:
    """A new operationId is one finding, not one for each cell, law and field that names it."""
    new = {
        "cancel#/operation": "voidOrder",
        "order#/cells/voidOrder": ORDER["cells"]["cancelOrder"],
        "order#/cells/cancelOrder": GONE,
        "order#/laws/1": {"isolation": {"operations": ["voidOrder"]}},
    }
    assert rules_of({}, new) == {"operation-renamed"}


def test_a_breaking_change_wants_a_major_version() -> None:
    """The version has to go up in its first number, and then nothing is said of it."""
    pair = PAIRS["operation-moved"]
    assert "version-not-raised" in {one.rule for one in compared(pair.old, pair.new)}
    for version, told in (("1.9.0", True), ("0.9.0", True), ("2.0.0", False), ("2026-07", False)):
        raised = {**pair.new, "api#/version": version}
        assert ("version-not-raised" in {one.rule for one in compared(pair.old, raised)}) is told, version
    safe = PAIRS["operation-added"]
    assert "version-not-raised" not in {one.rule for one in compared(safe.old, safe.new)}


def test_equal_contracts_have_no_findings() -> None:
    """The shipped contracts against themselves."""
    assert findings(shipped(), shipped(), today=TODAY) == ()
    assert findings(shop(), shop(), today=TODAY) == ()


def test_sunset_is_a_day() -> None:
    """Before the day the removal breaks; on it and later it was announced; without a day that is known, a warning."""
    old = PAIRS["operation-removed-before-sunset"].old
    for today, rule, level in (
        (date(2026, 7, 1), "operation-removed-before-sunset", Level.BREAKING),
        (date(2026, 7, 2), "operation-removed-after-deprecation", Level.NOTE),
        (None, "operation-removed-after-deprecation", Level.WARNING),
    ):
        (found,) = (
            one for one in findings(shop(old), shop(), today=today) if one.rule != "version-not-raised"
        )
        assert (found.rule, found.level) == (rule, level)


def test_what_is_only_exemplified_breaks_nobody() -> None:
    """What only an example shows is promised in no words: its loss is a warning, and that of a silent one a note."""
    for strength, level in (
        ("documented", Level.BREAKING),
        ("exemplified", Level.WARNING),
        ("silent", Level.NOTE),
    ):
        old = {"read#/promises/0/strength": strength}
        (found,) = (one for one in compared(old, {"read#/promises": []}) if one.rule == "promise-removed")
        assert found.level is level


def test_a_promise_that_moves_into_the_schema_is_kept() -> None:
    """Where the schema says as much, nothing is lost."""
    schema = "read#/responses/200/content/application~1json/schema"
    found = compared({}, {"read#/promises": [], schema: {"type": "object", "required": ["id"]}})
    assert {one.rule: one.level for one in found} == {
        "promise-removed": Level.NOTE,
        "response-promises-more": Level.NOTE,
    }
