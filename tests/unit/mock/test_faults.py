"""Claims about faults: each changes an answer, or the world, in its own way, and nothing anywhere else."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.mock.faults.faulty import HEADER, Faulty
from assay.mock.faults.library import FAULTS
from assay.mock.faults.mutants import mutants
from assay.mock.faults.read import FaultError, parse, read
from assay.mock.world import Manner
from fakes.asking_the_mock import Asked, Asker, orders

DOCS = Path(__file__).parents[3] / "docs"


def asker(*faults: str) -> Asker:
    """A client of the orders mock that goes wrong so."""
    client = Asker()
    client.engine = Faulty(client.engine, [parse(fault, orders()) for fault in faults])  # type: ignore[assignment]
    return client


def _ordered(ask: Asker) -> Any:
    return ask("POST", "/orders", {"item": "mug", "quantity": 2})


def _wrong_status(ask: Asker) -> None:
    made = _ordered(ask)
    assert (made.status, made.reply.header(HEADER)) == (404, "wrong-status")


def _undocumented(ask: Asker) -> None:
    made = _ordered(ask)
    assert made.status == 206
    assert ask("GET", f"/orders/{made.body['id']}").status == 200


def _server_error(ask: Asker) -> None:
    assert (_ordered(ask).status, ask("GET", "/orders").body["total"]) == (500, 0)


def _field(expected: Callable[[Any], bool]) -> Callable[[Asker], None]:
    def check(ask: Asker) -> None:
        assert expected(_ordered(ask).body)

    return check


def _stale(ask: Asker) -> None:
    made = _ordered(ask).body
    ask("POST", f"/orders/{made['id']}/pay")
    assert ask("GET", f"/orders/{made['id']}").body["state"] == "draft"
    assert ask("POST", f"/orders/{made['id']}/pay").status == 409


def _lost(ask: Asker) -> None:
    made = _ordered(ask)
    assert made.status == 201
    assert ask("GET", f"/orders/{made.body['id']}").status == 404


def _twice(ask: Asker) -> None:
    _ordered(ask)
    assert ask("GET", "/orders").body["total"] == 2


def _forgets(ask: Asker) -> None:
    made = _ordered(ask).body
    assert ask("POST", f"/orders/{made['id']}/pay").body["state"] == "paid"
    assert ask("GET", f"/orders/{made['id']}").body["state"] == "draft"


def _another(ask: Asker) -> None:
    one, other = _ordered(ask).body, _ordered(ask).body
    assert ask("GET", f"/orders/{one['id']}").body["id"] == other["id"]


def _reused(ask: Asker) -> None:
    one, other = _ordered(ask).body, ask("POST", "/orders", {"item": "mug", "quantity": 5}).body
    assert other["id"] == one["id"]
    assert ask("GET", f"/orders/{one['id']}").body["quantity"] == 5


def _invalid(ask: Asker) -> None:
    assert ask("POST", "/orders", {"item": 7}).status == 201


def _no_auth(ask: Asker) -> None:
    assert ask("GET", "/orders", who="invalid").status == 200


def _leak(ask: Asker) -> None:
    made = _ordered(ask).body
    assert ask("GET", f"/orders/{made['id']}", who="bob").body["id"] == made["id"]


def _header(name: str, value: str | None) -> Callable[[Asker], None]:
    def check(ask: Asker) -> None:
        assert _ordered(ask).reply.header(name) == value

    return check


def _bytes(ask: Asker) -> None:
    with pytest.raises(UnicodeDecodeError):
        _ordered(ask).reply.body.decode()


def _manner(expected: Callable[[Manner], bool]) -> Callable[[Asker], None]:
    def check(ask: Asker) -> None:
        manner = _ordered(ask).reply.manner
        assert manner is not None
        assert expected(manner)

    return check


def _between(ask: Asker) -> None:
    """Requests ten milliseconds apart see the order as it was, later ones as it is."""
    made = _ordered(ask).body
    path = f"/orders/{made['id']}"
    assert ask("POST", f"{path}/pay").reply.manner == Manner(delay=0.02)
    assert ask("GET", path).body["state"] == "draft"
    ask("GET", "/stock/mug")
    assert ask("GET", path).body["state"] == "paid"


def _busy(ask: Asker) -> None:
    made = _ordered(ask)
    assert (made.status, made.reply.header("Retry-After")) == (429, "1")


SHOWN: dict[str, tuple[str, Callable[[Asker], None]]] = {
    "wrong-status": ("operation=createOrder,status=404", _wrong_status),
    "undocumented-status": ("operation=createOrder", _undocumented),
    "server-error": ("operation=createOrder", _server_error),
    "field-missing": ("field=/item", _field(lambda body: "item" not in body)),
    "field-wrong-type": ("field=/quantity", _field(lambda body: body["quantity"] == "2")),
    "field-null": ("field=/item", _field(lambda body: body["item"] is None)),
    "field-changed": ("field=/quantity", _field(lambda body: body["quantity"] == 3)),
    "field-extra": ("", _field(lambda body: "assay_undeclared" in body)),
    "enum-violated": ("field=/state", _field(lambda body: body["state"] == "assay-none-of-these")),
    "stale-read": ("operation=getOrder", _stale),
    "lost-write": ("operation=createOrder", _lost),
    "duplicate-effect": ("operation=createOrder", _twice),
    "forgets-transition": ("operation=payOrder", _forgets),
    "another-body": ("operation=getOrder", _another),
    "id-reuse": ("", _reused),
    "accepts-invalid": ("", _invalid),
    "ignores-auth": ("", _no_auth),
    "leaks": ("", _leak),
    "wrong-content-type": ("", _header("content-type", "text/html; charset=utf-8")),
    "header-missing": ("field=ETag", _header("etag", None)),
    "invalid-utf8": ("", _bytes),
    "truncated": ("", _manner(lambda manner: manner.cut is not None and manner.cut > 0)),
    "connection-reset": ("", _manner(lambda manner: manner.reset)),
    "hang": ("", _manner(lambda manner: manner.hang)),
    "slow": ("seconds=1.5", _manner(lambda manner: manner.delay == 1.5)),
    "non-atomic": ("operation=payOrder", _between),
    "retry-storm": ("operation=createOrder", _busy),
}


def test_every_fault_is_shown_here() -> None:
    """A new fault needs a test that sees it."""
    assert SHOWN.keys() == FAULTS.keys()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_changes_what_it_says(name: str) -> None:
    """In its own way, which the honest mock does not."""
    how, check = SHOWN[name]
    check(asker(f"{name}:{how}"))
    with pytest.raises((AssertionError, KeyError, pytest.fail.Exception)):
        check(asker())


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_stays_where_it_belongs(name: str) -> None:
    """Of another operation, or in another state, nothing is changed, down to the last byte."""
    for elsewhere in (f"{name}:operation=deleteOrder", f"{name}:state=deleted"):
        honest, wrong = asker(), asker(elsewhere)
        for ask in (honest, wrong):
            made = ask("POST", "/orders", {"item": "mug", "quantity": 1}).body
            ask("POST", f"/orders/{made['id']}/pay")
        answers = [ask("GET", "/orders").reply for ask in (honest, wrong)]
        assert answers[0] == answers[1]


@settings(deadline=None)  # a busy machine is no fault of ours
@given(st.integers(0, 2**32), st.floats(0.1, 0.9))
def test_equal_seeds_are_hit_alike(seed: int, probability: float) -> None:
    """Which requests a fault hits derives from its seed, and neither all nor none are."""
    fault = f"server-error:operation=getStock,probability={probability:.3f},seed={seed}"

    def hits() -> list[int]:
        ask = asker(fault)
        return [ask("GET", "/stock/mug").status for _ in range(60)]

    first = hits()
    assert first == hits()
    assert set(first) == {200, 500}


def test_several_faults_at_once() -> None:
    """Each strikes what the one before it has left."""
    made: Asked = asker("field-missing:field=/item", "undocumented-status")(
        "POST", "/orders", {"item": "mug", "quantity": 1}
    )
    assert made.status == 206
    assert "item" not in made.body


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("field-mising", "Did you mean 'field-missing'?"),
        ("slow:second=1", "Did you mean 'seconds'?"),
        ("slow:seconds", "is no NAME=VALUE"),
        ("slow:seconds=soon", "is no number"),
        ("slow:seconds=1e9", "an hour at most"),
        ("slow:probability=2", "between 0 and 1"),
        ("wrong-status:status=99", "no status of an answer"),
        ("slow:operation=getOrdr", "Did you mean 'getOrder'?"),
        ("slow:state=payed", "Did you mean 'paid'?"),
    ],
)
def test_what_cannot_be_a_fault(text: str, why: str) -> None:
    """It is said what is wrong, and what was most likely meant."""
    with pytest.raises(FaultError, match="Cannot") as refused:
        parse(text, orders())
    assert why in str(refused.value)


def test_switching_all_or_nothing() -> None:
    """Where one of several cannot be, those that are on stay on."""
    faulty = asker("slow").engine
    assert isinstance(faulty, Faulty)
    with pytest.raises(ValueError, match="none"):
        faulty.switch(["hang", "nonsense"])
    assert faulty.active() == [{"name": "slow"}]
    faulty.switch([{"name": "hang", "operation": "getOrder"}])
    assert faulty.active() == [{"name": "hang", "operation": "getOrder"}]
    assert {one["name"] for one in faulty.offered()} == set(FAULTS)


def test_what_is_active_can_be_switched_on_again() -> None:
    """What the endpoint shows is what it takes."""
    for mutant in mutants(orders()):
        faulty = Faulty(Asker().engine, [mutant.fault])
        assert read(dict(faulty.active()[0]), orders()) == mutant.fault


def test_mutants_have_names_of_their_own() -> None:
    """Each fault has some place in the orders API, and each mutant an id."""
    found = list(mutants(orders()))
    assert len({mutant.id for mutant in found}) == len(found)
    assert {mutant.fault.name for mutant in found} == set(FAULTS)


def test_the_page_has_the_list() -> None:
    """docs/faults.md is made from it."""
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    page = (DOCS / "faults.md").read_text(encoding="utf-8")
    assert generate.with_faults(page) == page, "docs/faults.md is out of date: run python docs/generate.py"
    assert json.dumps(page).count("`field-missing`") == 1
