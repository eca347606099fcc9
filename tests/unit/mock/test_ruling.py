"""Claims about rules that are decided once for the same facts."""

from __future__ import annotations

import itertools

import pytest

from assay.machine.expression import (
    MISSING,
    InstanceFacts,
    RequestFacts,
    ResponseFacts,
    RuleError,
    Scope,
    compile_rule,
)
from assay.mock.ruling import Ruling, looked_at

VALUES = [None, True, 1, 1.0, "1", "", {}, {"x": 1}, {"x": {"y": "1"}}, [], [{"x": 1}], MISSING]
RULES = [
    "!has(request.body) || response.body == request.body",
    "!has(request.body.x) || type(request.body.x) != map || has(request.body.x.y)",
    "!has(response.body) || response.body == null || !has(response.body.x) || response.body.x == 1",
    "type(response.body) == map",
    "response.body.x == request.body.x",
    "response.body.x.y == instance.name || response.status == 201",
    "has(instance.name) && instance.name == request.method",
    "instance.id == response.body",
    "request.headers.size() == 0",
]


def _told(text: str, scope: Scope) -> bool:
    try:
        return compile_rule(text)(scope)
    except RuleError:
        return False


@pytest.mark.parametrize("text", RULES)
def test_what_was_decided_stays_right(text):
    """Asked about all sorts of facts one after another, a ruling says what the rule says, true never taken for 1."""
    one = Ruling(text)
    for sent, shown, name in itertools.product(VALUES, VALUES, ["1", "GET", None]):
        scope = Scope(
            RequestFacts("GET", "/", body=sent),
            ResponseFacts(200, body=shown),
            InstanceFacts(name, {"name": name} if name else {}),
        )
        assert one(scope) == _told(text, scope), (sent, shown, name)


def _counted(text: str) -> tuple[Ruling, list[Scope]]:
    """A ruling, and the scopes that its rule was asked about."""
    one, asked = Ruling(text), []
    rule = one._rule

    def counting(scope: Scope) -> bool:
        asked.append(scope)
        return rule(scope)

    one._rule = counting
    return one, asked


def _answered(body: object) -> Scope:
    return Scope(response=ResponseFacts(200, {"date": "now"}, body))


def test_a_rule_is_asked_once_for_what_it_looks_at():
    """What a rule does not look at may change without its being asked again; what it looks at may not."""
    one, asked = _counted("!has(response.body.data) || response.body.data.games.all(g, g.position >= 0)")
    for number in range(50):
        assert one(_answered({"data": {"id": str(number), "games": [{"position": 0}]}, "n": number}))
    assert len(asked) == 1
    assert not one(_answered({"data": {"games": [{"position": -1}]}}))
    assert len(asked) == 2


def test_what_is_kept_is_bounded():
    """However many facts come by, no more than so many characters of them are kept."""
    one, _ = _counted("response.body.size() > 0")
    for number in range(3_000):
        assert one(_answered(f"{number}" * 100))
    assert len(one._known) < 1_500
    assert one(_answered("x" * 200_000))
    assert all(len(seen) < 200_000 for seen, *_ in one._known)


@pytest.mark.parametrize(
    ("rule", "seen"),
    [
        ("has(response.body.a) && response.body.a.b > 1", {"response": {"body": {"a": {"b": None}}}}),
        ("type(request.body) != map", {"request": {"body": {}}}),
        ("response.body == null || response.body.a == 1", {"response": {"body": {"a": None}}}),
        ("x + response.body == null", {"response": {"body": None}}),
        ("response.body.has(request.body.a)", {"response": {"body": None}, "request": {"body": {"a": None}}}),
        ("size(response.body.a) > 0", {"response": {"body": {"a": None}}}),
    ],
)
def test_of_some_values_only_the_kind_counts(rule, seen):
    """`has`, `type` and a comparison with null look at no more than whether a value is there and what it is."""
    assert looked_at(rule) == seen


def test_a_rule_that_cannot_be_read_never_holds():
    """Neither yes nor no is no."""
    assert not Ruling("this is (no rule")(_answered({}))
