"""What a step does to remembered values, and what follows from them."""

from __future__ import annotations

import pytest

from assay.machine.effects import applied, derived, looks_at, mentioned, rule_in
from assay.machine.expression import (
    InstanceFacts,
    RequestFacts,
    ResponseFacts,
    RuleError,
    Scope,
    compile_rule,
)
from assay.model.lifecycle import Field, FieldKind
from assay.model.terms import Strength

VALUES = {"visits": 3, "note": "old", "rows": 2, "price": 350}
SCOPE = Scope(
    RequestFacts("PUT", "/x", body={"note": "new", "add": 2}),
    ResponseFacts(200, {"etag": '"7"'}, {"n": 1.5}),
    InstanceFacts("i", VALUES),
)


@pytest.mark.parametrize(
    ("effects", "changed"),
    [
        ({"visits": {"rule": "instance.visits + 1"}}, {"visits": 4}),
        ({"visits": {"rule": "instance.visits + request.body.add"}}, {"visits": 5}),
        ({"note": {"rule": "instance.note + '-' + request.body.note"}}, {"note": "old-new"}),
        ({"note": {"rule": "response.headers['etag']"}}, {"note": '"7"'}),
        ({"note": {"rule": "[instance.rows, instance.price]"}}, {"note": [2, 350]}),
        ({"note": {"rule": "null"}}, {"note": None}),
        ({"note": "$request.body#/note", "rows": 9}, {"note": "new", "rows": 9}),
        ({"note": {"rule": "no rule", "beside": 1}}, {"note": {"rule": "no rule", "beside": 1}}),
        ({"note": {"rule": 7}}, {"note": {"rule": 7}}),
        # two rules look at the same step: neither sees what the other sets
        (
            {"visits": {"rule": "instance.rows"}, "rows": {"rule": "instance.visits"}},
            {"visits": 2, "rows": 3},
        ),
    ],
)
def test_effects(effects: dict[str, object], changed: dict[str, object]) -> None:
    """Literals, runtime expressions and rules over the step as it was asked; what is not set stays."""
    assert applied(effects, VALUES, SCOPE) == {**VALUES, **changed}


@pytest.mark.parametrize(
    "rule",
    [
        "instance.unheard_of + 1",
        "instance.note + 1",
        "1 / 0",
        "9223372036854775807 + instance.visits",
        "timestamp('2026-01-01T00:00:00Z')",
        "1.0 / 0.0",
        "{1: 2}",
        "b'bytes'",
        "no CEL at all (",
    ],
)
def test_what_cannot_be_told_is_forgotten(rule: str) -> None:
    """A rule that gives no JSON value leaves nothing remembered, rather than the old value or a guess."""
    kept = {name: value for name, value in VALUES.items() if name != "note"}
    assert applied({"note": {"rule": rule}}, VALUES, SCOPE) == kept


def test_an_expression_that_finds_nothing_is_forgotten() -> None:
    """Where the answer does not show the new value, the old one is not it any more."""
    assert "note" not in applied({"note": "$response.body#/nowhere"}, VALUES, SCOPE)


def test_values_of_rules() -> None:
    """A rule gives any JSON value, and says what it gives where that is none."""
    assert compile_rule("instance.rows * instance.price").value(SCOPE) == 700
    with pytest.raises(RuleError) as caught:
        compile_rule("duration('1h')").value(SCOPE)
    assert caught.value.kind == "not-json"
    assert "because it gives timedelta, which JSON cannot write" in str(caught.value)


def field(name: str, rule: str) -> Field:
    return Field(name, FieldKind.DERIVED, None, {}, Strength.DOCUMENTED, "", rule=rule)


def test_derived_fields() -> None:
    """Worked out anew from the others each time; absent where they are, whatever was remembered of it before."""
    fields = (field("total", "instance.rows * instance.price"), field("label", "instance.id + instance.note"))
    assert derived(fields, {**VALUES, "total": 1}, "i") == {**VALUES, "total": 700, "label": "iold"}
    assert derived(fields, {"rows": 2, "total": 700}, "i") == {"rows": 2}
    assert derived((), VALUES, "i") == VALUES


def test_what_a_rule_looks_at() -> None:
    """The fields it names in either spelling; where it takes the instance as a whole it may depend on any."""
    assert mentioned("instance.a + instance [ 'b' ] + instance.id + my_instance.c") == {"a", "b"}
    assert looks_at("instance.a + 1", {"a"})
    assert not looks_at("instance.a + 1", {"b"})
    assert looks_at("size(instance)", {"b"})
    assert not looks_at("size(instance)", frozenset())


def test_what_is_a_rule() -> None:
    """An object with the one key `rule` and a text in it; anything else is the value itself."""
    assert rule_in({"rule": "1"}) == "1"
    assert [rule_in(value) for value in ({"rule": 1}, {"rule": "1", "x": 1}, {}, "rule", None)] == [None] * 5
