"""Claims about what may be learned from runs: only what came each time, in each of them, often enough."""

from __future__ import annotations

from collections import Counter

import pytest

from assay.contractfile.parse import parse
from assay.model.contract import ContractSet, Strength
from assay.model.event import RunStarted
from assay.plan.clauses import clauses
from assay.report.observed import Observed, Seen
from assay.report.pins import Learned, learn
from cases.reading import good_files

CELL = "shop/lifecycle/basket/closed/closeBasket"


def _contracts(**replaced: str) -> ContractSet:
    files = good_files()
    files["shop/lifecycles/basket.yaml"] = replaced.get("lifecycle", files["shop/lifecycles/basket.yaml"])
    files["shop/close-basket.yaml"] = replaced.get("close", files["shop/close-basket.yaml"])
    parsed = parse(files)
    assert parsed.contracts is not None, parsed.problems
    return parsed.contracts


def _run(
    contracts: ContractSet,
    outcomes: dict[str, dict[str, int]],
    name: str = "r1",
    after: dict[tuple[str, int], int] | None = None,
) -> Observed:
    known = clauses(contracts.apis[0])
    seen = {c.id: Seen(c) for c in known if c.strength is Strength.SILENT}
    for clause, told in outcomes.items():
        seen[clause].outcomes.update(told)
        seen[clause].after = Counter(after or {})
    header = RunStarted(name, "", 1, "gate", "http://x", contracts.digest, "", known)
    return Observed(header, seen)


def _learned(*runs: dict[str, dict[str, int]], at_least: int = 5) -> Learned:
    contracts = _contracts()
    made = [_run(contracts, outcomes, f"r{number}") for number, outcomes in enumerate(runs)]
    return learn(contracts, made, at_least)


def test_what_came_each_time_is_pinned() -> None:
    """In all runs together often enough; the source is the newest of them."""
    found = _learned({CELL: {"404": 3}}, {CELL: {"404": 2}})
    (pin,) = found.pins
    assert (pin.clauses, pin.what, pin.seen, pin.run) == ((CELL,), "404", 5, "r1")
    assert pin.ways == ({"status": 404},)
    assert (pin.file, pin.pointer) == ("shop/lifecycles/basket.yaml", "/cells/closeBasket/closed")
    assert (found.contradictory, found.left) == ((), ())


@pytest.mark.parametrize(
    "runs",
    [
        ({CELL: {"404": 90, "200": 1}},),
        ({CELL: {"404": 9}}, {CELL: {"200": 9}}),
        ({CELL: {"404": 9, "timeout": 1}},),
    ],
)
def test_what_differs_is_listed_and_not_pinned(runs: tuple[dict[str, dict[str, int]], ...]) -> None:
    """Within a run, or between two; once is enough."""
    found = _learned(*runs)
    assert found.pins == ()
    (one,) = found.contradictory
    assert one.clause == CELL
    assert len(one.outcomes) == 2


def test_what_was_seen_too_rarely_is_left() -> None:
    """Or not in one of the runs, or as no whole answer, or with a status that nobody documents."""
    for runs, why in (
        (({CELL: {"404": 4}},), "seen 4 times, and 5 are asked for"),
        (({CELL: {"404": 9}}, {}), "nothing of it was seen in r1"),
        (({CELL: {"timeout": 9}},), "no whole answer came"),
        (({CELL: {"409": 9}},), "closeBasket does not document 409: add the response first, if it is meant"),
    ):
        found = _learned(*runs)
        assert (found.pins, found.contradictory) == ((), ())
        assert [one.why for one in found.left] == [why]
    assert _learned({}) == Learned((), (), ())


def test_nothing_is_nothing_however_it_is_sent() -> None:
    """JSON null and a zero-length body are both pinned as `nothing`."""
    (pin,) = _learned({CELL: {"200 null": 3, "200 empty": 2}}).pins
    assert pin.ways == ({"status": 200, "body": "nothing"},)


LIFECYCLE = """\
lifecycle: basket
instance: {created-by: openBasket, id: $response.body#/id, carried-in: {id: path}}
states: {open: {}, held: {}, closed: {}}
cells:
  openBasket: {absent: {status: 201, to: open}}
  closeBasket:
    absent: {status: 404}
    open: {status: 200, to: closed}
    held: {status: 404, to: closed}
    closed: silent
laws:
  - unique-ids: {strength: silent}
"""


@pytest.mark.parametrize(
    ("after", "ways"),
    [
        # `held` alone answers 404 next; the silent cell allows everything, so it may be there still
        ({("closeBasket", 404): 3}, ({"status": 200}, {"status": 200, "to": "held"})),
        ({("closeBasket", 200): 3}, ({"status": 200}, {"status": 200, "to": "open"})),
        ({("closeBasket", 200): 3, ("closeBasket", 404): 1}, ({"status": 200},)),
        ({}, ({"status": 200}, {"status": 200, "to": "open"}, {"status": 200, "to": "held"})),
    ],
)
def test_a_success_goes_on_to_where_what_came_next_allows(
    after: dict[tuple[str, int], int], ways: tuple[dict[str, object], ...]
) -> None:
    """Where nobody can tell, every state that is left is a way of its own, so that no honest server is accused."""
    contracts = _contracts(lifecycle=LIFECYCLE)
    found = learn(contracts, [_run(contracts, {CELL: {"200": 9}}, after=after)], 5)
    (pin,) = found.pins
    assert sorted(map(str, pin.ways)) == sorted(map(str, ways))
    assert pin.ways[0] == {"status": 200}


def test_a_refusal_leaves_the_instance_where_it_is() -> None:
    """Whatever came next: what is refused changes nothing in the model."""
    contracts = _contracts(lifecycle=LIFECYCLE)
    run = _run(contracts, {CELL: {"404": 9}}, after={("closeBasket", 200): 1})
    assert learn(contracts, [run], 5).pins[0].ways == ({"status": 404},)


def test_a_law_a_promise_and_a_response_are_pinned_where_they_hold() -> None:
    """A law that held, a promise that was kept; one that was not is listed."""
    close = good_files()["shop/close-basket.yaml"].replace(
        "    body: {properties: {id: {const: $request.path.id}}}",
        "    body: {properties: {id: {const: $request.path.id}}}\n    strength: silent",
    )
    contracts = _contracts(lifecycle=LIFECYCLE, close=close)
    law, promise = "shop/lifecycle/basket/law/unique-ids", "shop/closeBasket/promise/same-basket"
    run = _run(contracts, {law: {"as expected": 7}, promise: {"otherwise": 7}})
    found = learn(contracts, [run], 5)
    assert [(pin.clauses, pin.pointer, pin.ways) for pin in found.pins] == [((law,), "/laws/0", ())]
    assert [(one.clause, one.why) for one in found.contradictory] == [(promise, "it did not hold")]


def test_a_response_is_pinned_as_a_whole() -> None:
    """Its status, its media type and its shape stand in one place: all of them have to have been seen."""
    close = good_files()["shop/close-basket.yaml"].replace("strength: exemplified", "strength: silent")
    contracts = _contracts(close=close)
    about = [c.id for c in clauses(contracts.apis[0]) if c.strength is Strength.SILENT and "404" in c.id]
    assert len(about) == 3
    run = _run(contracts, {clause: {"as expected": 6} for clause in about})
    (pin,) = learn(contracts, [run], 5).pins
    assert set(pin.clauses) == set(about)
    less = _run(contracts, {clause: {"as expected": 6} for clause in about[1:]})
    assert learn(contracts, [less], 5).pins == ()
