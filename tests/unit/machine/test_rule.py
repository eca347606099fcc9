"""Claims about rules in CEL: yes, no, or a `RuleError`, and never anything else."""

from __future__ import annotations

import copy
import pickle

import pytest

from assay.machine.expression import (
    InstanceFacts,
    RequestFacts,
    ResponseFacts,
    RuleError,
    Scope,
    compile_rule,
)


def scope(body, **request):
    return Scope(
        RequestFacts("POST", "/x", headers={"x-a": "1"}, **request),
        ResponseFacts(200, {"content-type": "application/json"}, body),
        InstanceFacts("i-1", {"total": 2}),
    )


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("response.status == 200 && request.method == 'POST'", True),
        ("response.body.n < 1.5", True),
        ("response.body.list.all(g, g > 0)", True),
        ("response.body.list.exists(g, g > 5)", False),
        ("has(response.body.nope)", False),
        ("response.body.nil == null", True),
        ("instance.id == 'i-1' && instance.total == size(response.body.list)", True),
        ("response.headers['content-type'] == 'application/json'", True),
        ("request.headers['x-a'] == '1'", True),
        ("has(request.body)", False),
        ("timestamp(response.body.at) > timestamp('2024-01-01T00:00:00Z')", True),
        ("response.body.name.matches('^A')", True),
    ],
)
def test_rules_decide(rule, holds):
    """A rule sees request, response and instance, and says yes or no."""
    body = {"n": 1, "list": [1, 2], "nil": None, "at": "2024-06-01T00:00:00Z", "name": "Ada"}
    assert compile_rule(rule)(scope(body)) is holds


@pytest.mark.parametrize(
    ("rule", "body", "kind"),
    [
        ("response.body.nope == 1", {}, "missing"),
        ("response.body[3] == 1", [], "missing"),
        ("response.body + 'x' == ''", 1, "type"),
        ("response.body.x == 1", "text", "type"),
        ("response.body.x == 1", None, "type"),
        ("1 / response.body == 1", 0, "arithmetic"),
        ("response.body + 1 > 0", 2**63 - 1, "arithmetic"),
        ("response.body", 1, "not-boolean"),
        ("response.body", None, "not-boolean"),
        ("nope == 1", 1, "function"),
        ("timestamp(response.body) > timestamp('2024-01-01T00:00:00Z')", "never", "function"),
        ("size(response.body) == 1", nested(100_000), "too-deep"),
    ],
)
def test_what_cannot_be_told_is_a_rule_error(rule, body, kind):
    """Missing keys, wrong types, overflow, depth and non-booleans are `RuleError`s that name their kind."""
    with pytest.raises(RuleError) as caught:
        compile_rule(rule)(scope(body))
    assert caught.value.kind == kind
    assert caught.value.message.startswith("Cannot evaluate")


@pytest.mark.parametrize(
    "body",
    [2**63, -(2**70), 10**400, -(10**400), float("inf"), "\ud800", "\0", {"\ud800": 1}, "x" * 1_000_000],
    ids=lambda body: f"{type(body).__name__}{len(str(body))}",
)
def test_hostile_values_are_values(body):
    """Integers beyond 64 bits, lone surrogates and long strings can be looked at without harm."""
    assert compile_rule("response.body == response.body && response.status == 200")(scope(body))


def test_large_integers_keep_their_order():
    """An integer beyond 64 bits is read as a double, so comparisons still say what they should."""
    rule = compile_rule("response.body > 5")
    assert rule(scope(2**64))
    assert rule(scope(10**400))
    assert not rule(scope(-(10**400)))


@pytest.mark.parametrize("text", ["", "((((", "a.b.", "1 +", "(" * 100_000], ids=lambda t: t[:5])
def test_bad_rules_do_not_compile(text):
    """What is no CEL is refused when the contract is read."""
    with pytest.raises(RuleError) as caught:
        compile_rule(text)
    assert caught.value.kind == "syntax"


def test_rule_errors_are_values():
    """Rule errors compare by their fields and survive copying and pickling between processes."""
    error = RuleError("type", "Cannot evaluate: because.")
    assert error == RuleError("type", "Cannot evaluate: because.")
    assert pickle.loads(pickle.dumps(error)) == copy.copy(error) == error
    assert str(error) == "Cannot evaluate: because."


def test_what_a_rule_gave_is_given_for_the_same_values_only() -> None:
    """1, 1.0 and true are equal to Python and not to CEL; nor is a text the number that it spells."""
    rule = compile_rule("type(response.body.n) == int")
    values = (1, 1.0, True, "1", 1, None, 1.0)
    told = [rule(Scope(response=ResponseFacts(200, {}, {"n": value}))) for value in values]
    assert told == [True, False, False, False, True, False, False]
