"""What the judge makes of values that rules work out, and of answers that came early, late or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assay.inputs.wire import build
from assay.judge import Situation
from assay.machine.age import Span
from assay.model.case import BodyKind, Failure, FailureKind, Payload, WireResponse
from assay.model.verdict import Judgement
from fakes.contracts import made
from fakes.judging import Bench, kept, told
from fakes.send import exchange, reply
from timing.farm import API, EAT, LOOK, SOW, TABLE

BENCH = Bench(API)
VALUES = {"rows": 2, "plants": 3, "looks": 5, "total": 6}
TIMEOUT = Failure(FailureKind.TIMEOUT, "nothing came")
NOW = Span(100.0, 100.2)
LATER = Span(NOW.earliest, float("inf"))
FIELD = "lifecycle/bed/field/"


def ask(
    operation: str,
    answer: WireResponse | Failure,
    state: str,
    ago: float = 1.0,
    values: dict[str, object] | None = None,
    bench: Bench = BENCH,
) -> Judgement:
    """The judgement on an answer about an instance that came into that state so long ago."""
    case = bench.case(operation)
    if operation == "sow":
        body = Payload(BodyKind.JSON, {"rows": 2, "plants": 3}, media_type="application/json")
        case = replace(case, body=body)
    entered = NOW.earliest - ago
    situation = Situation(
        frozenset({state}),
        "i",
        VALUES if values is None else values,
        since={state: Span(entered, entered)},
        asked=NOW,
    )
    request = build(bench.api, bench.api.operation(operation), case, "i")
    return bench.judge(case, situation, exchange(answer, request))


def bed(**changes: object) -> WireResponse:
    return reply(200, {"id": "i", "rows": 2, "plants": 3, "looks": 5, "total": 6, "ripe": True, **changes})


def test_a_rule_predicts_the_next_value() -> None:
    """The counter is remembered as the rule says, whatever the answer showed of it."""
    judgement = ask("look", bed(looks=6), "ripe")
    assert told(judgement) == {}
    assert judgement.values["looks"] == 6
    assert FIELD + "looks" in kept(judgement)


@pytest.mark.parametrize(("shown", "broken"), [(5, False), (6, False), (4, True), (7, True), ("6", True)])
def test_the_step_that_changes_it_may_show_either_value(shown: object, broken: object) -> None:
    """Whether an answer shows a counter before or after it counts is not said; any other value is wrong."""
    api = made(SOW, LOOK.replace("looks: {type: integer}", "looks: {}"), EAT, TABLE)
    found = told(ask("look", bed(looks=shown), "ripe", bench=Bench(api)))
    assert (FIELD + "looks" in found) is broken


def test_a_derived_field_is_checked_where_it_is_shown() -> None:
    """Rows times plants, of what is remembered; and at creation, of what was sent."""
    assert told(ask("look", bed(total=7), "ripe")) == {FIELD + "total": "violated"}
    born = {"id": "n", "rows": 2, "plants": 3, "looks": 0, "ripe": False}
    assert told(ask("sow", reply(201, {**born, "total": 5}), "absent", values={})) == {
        FIELD + "total": "violated"
    }
    made_well = ask("sow", reply(201, {**born, "total": 6}), "absent", values={})
    assert told(made_well) == {}
    assert made_well.values["total"] == 6


def test_what_depends_on_a_broken_field_is_not_accused_again() -> None:
    """One fault is told once: where the rows are wrong, the total that follows from them is not told."""
    found = told(ask("look", bed(rows=3, total=9), "ripe"))
    assert found == {FIELD + "rows": "violated"}


def test_a_derived_field_of_unknown_others_is_not_told() -> None:
    """Without the values it follows from there is nothing to compare with."""
    judgement = ask("look", bed(total=99), "ripe", values={"looks": 5})
    assert FIELD + "total" not in told(judgement)


@pytest.mark.parametrize(
    ("shown", "broken"),
    [(0.30000000000000004, False), (0.3, False), (0.31, True), ("0.3", True), (True, True)],
)
def test_fractions_are_compared_to_nine_digits(shown: object, broken: object) -> None:
    """The order in which a server adds is its own; a wrong sum is wrong all the same."""
    rule = "rule: instance.rows * instance.plants"
    loose = LOOK.replace("total: {type: integer}", "total: {}")
    api = made(SOW, loose, EAT, TABLE.replace(rule, "rule: double(instance.rows) * 0.1 + 0.1"))
    assert (FIELD + "total" in told(ask("look", bed(total=shown), "ripe", bench=Bench(api)))) is broken


@pytest.mark.parametrize("answer", [TIMEOUT, reply(500, b"", None)], ids=["timeout", "500"])
def test_what_may_have_been_done_is_forgotten(answer: WireResponse | Failure) -> None:
    """After an answer that got lost nobody knows whether the rows were eaten: no later read is accused of it."""
    judgement = ask("eat", answer, "ripe")
    assert "rows" not in judgement.values
    assert judgement.values["looks"] == 5
    later = ask("look", bed(rows=1, total=3), "ripe", values=dict(judgement.values))
    assert told(later) == {}


def test_an_answer_in_broken_form_still_changes_what_it_sets() -> None:
    """The shape is accused; that the counter moved is not held against the next answer."""
    judgement = ask("look", reply(200, {"id": 7}), "ripe")
    assert "shape" in " ".join(told(judgement))
    assert "looks" not in judgement.values


def test_a_lost_answer_may_have_come_at_any_time() -> None:
    """After a timeout the instance may come into its next state later still: it is as old as the request at most."""
    judgement = ask("sow", TIMEOUT, "absent", values={})
    assert judgement.since == {"absent": Span(99.0, 99.0)}
    table = TABLE.replace("ripe: {status: 200, set: {rows", "ripe: {status: 200, to: gone, set: {rows")
    eaten = ask("eat", TIMEOUT, "ripe", bench=Bench(made(SOW, LOOK, EAT, table)))
    assert eaten.states == {"ripe", "gone"}
    assert eaten.since["gone"] == LATER
    assert eaten.since["ripe"] == Span(99.0, 99.0)


def test_while_it_may_still_come_nothing_is_told_of_the_cell() -> None:
    """An answer that is right meanwhile neither keeps nor breaks what will come; it says when to ask again."""
    judgement = ask("look", bed(ripe=False), "sown", ago=20.0)
    assert told(judgement) == {}
    assert "lifecycle/bed/sown/look" not in kept(judgement)
    assert judgement.pending == (10.0, 40.0)
    assert judgement.states == {"sown"}


def test_what_has_come_keeps_the_cell() -> None:
    """The awaited answer is what the cell promises, early or late."""
    for ago in (20.0, 70.0):
        judgement = ask("look", bed(looks=6), "sown", ago=ago)
        assert "lifecycle/bed/sown/look" in kept(judgement)
        assert (judgement.pending, judgement.states) == (None, {"ripe"})


def test_what_expires_has_a_clause_of_its_own() -> None:
    """The plain answer keeps the cell, the expired one keeps the expiry; too late or too early breaks one of them."""
    cell, expiry = "lifecycle/bed/ripe/look", "lifecycle/bed/ripe/look/expires"
    gone = reply(404, b"", None)
    assert {cell, expiry} & kept(ask("look", bed(looks=6), "ripe", ago=30.0)) == {cell}
    assert {cell, expiry} & kept(ask("look", gone, "ripe", ago=700.0)) == {expiry}
    assert told(ask("look", gone, "ripe", ago=30.0)) == {cell: "violated"}
    assert told(ask("look", bed(looks=6), "ripe", ago=700.0)) == {expiry: "violated"}


def test_in_between_both_are_right() -> None:
    """Between `after` and `slack` later nobody is accused, whichever it is."""
    for answer in (bed(looks=6), reply(404, b"", None)):
        assert told(ask("look", answer, "ripe", ago=615.0)) == {}


def test_without_times_nobody_is_accused() -> None:
    """Exchanges that others bring without a clock: each answer that time could explain is allowed."""
    case = BENCH.case("look")
    for state, answer in (("ripe", reply(404, b"", None)), ("sown", bed(ripe=False)), ("sown", bed(looks=6))):
        assert told(BENCH.ask(case, answer, state, values=VALUES)) == {}


def test_a_refusal_of_something_gone_is_expected_where_it_may_be_gone() -> None:
    """Which of two faults is noticed first nobody says: an instance that may have expired may be missing, too."""
    assert BENCH.judge.before(BENCH.case("eat"), Situation(frozenset({"ripe"}), "i")) == {"ripe", "gone"}
