"""The third subject API: its honest server keeps what its documentation promises, each wrong one breaks it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import requests
from examples.orders.serving import start
from examples.orders.wrong import KINDS, WRONG, Wrong

from assay.app.load import examine, load
from orders_api.client import Client
from orders_api.promises import PROMISES

_ORDERS = Path(__file__).parents[3] / "examples" / "orders"
_NUMBERED = re.compile(r"^(\d+)\. ", re.MULTILINE)
_SOURCE = re.compile(r"readme#(\d+)")
#: a row of the table of laws; its last column has numbers and ranges of them
_LAW = re.compile(r"^\| `([a-z-]+)` \|.*\| ([0-9, to]+) \|$", re.MULTILINE)


def readme() -> str:
    """The API's documentation."""
    return (_ORDERS / "README.md").read_text(encoding="utf-8")


def numbers(told: str) -> set[int]:
    """`1, 3 to 5` as numbers."""
    found: set[int] = set()
    for part in told.split(","):
        first, _, last = part.partition(" to ")
        found |= set(range(int(first), int(last or first) + 1))
    return found


def rows() -> dict[str, set[int]]:
    """The table of laws: each law's promises."""
    return {law: numbers(told) for law, told in _LAW.findall(readme())}


def test_every_numbered_promise_has_a_check() -> None:
    """The documentation's numbers run without a gap, and each has its check here."""
    written = [int(number) for number in _NUMBERED.findall(readme())]
    assert written == list(range(1, len(written) + 1))
    assert sorted(PROMISES) == written


def test_the_contracts_are_clean() -> None:
    """The linter finds nothing in them, not even a warning."""
    contracts, problems = examine(str(_ORDERS / "contracts"), date(2026, 1, 1))
    assert [str(problem) for problem in problems] == []
    assert contracts is not None
    assert [api.name for api in contracts.apis] == ["orders"]


def test_every_promise_is_written_down() -> None:
    """Each number is the source of a clause, or stands beside the law that holds it; 42 holds of all requests."""
    texts = [path.read_text(encoding="utf-8") for path in (_ORDERS / "contracts").rglob("*.yaml")]
    sources = {int(number) for text in texts for number in _SOURCE.findall(text)}
    assert sources <= set(PROMISES)
    assert sources.union({42}, *rows().values()) == set(PROMISES)


def test_the_table_of_laws_is_that_of_the_contract() -> None:
    """The README has a row for each law that the lifecycle states, with the promise that is the law's source."""
    laws = load(str(_ORDERS / "contracts"), date(2026, 1, 1)).apis[0].lifecycles[0].laws
    assert rows().keys() == {law.name for law in laws}
    for law in laws:
        assert int(law.source.removeprefix("readme#")) in rows()[law.name]


def test_what_a_wrong_server_breaks_is_held_by_what_is_to_tell() -> None:
    """What a wrong server's LAW names is a law whose row has the promise it breaks, or a kind of clause."""
    clauses = (_ORDERS.parents[1] / "docs" / "clauses.md").read_text(encoding="utf-8")
    kinds = set(re.findall(r"^\| `([a-z-]+)` \| `", clauses, re.MULTILINE))
    held = rows()
    for wrong in WRONG.values():
        assert wrong.law in kinds or wrong.promise in held[wrong.law], wrong.name


@pytest.mark.parametrize("number", sorted(PROMISES))
def test_the_honest_server_keeps_the_promise(number: int) -> None:
    """Direct requests find the promise kept."""
    with start() as running:
        PROMISES[number](Client(running))


@pytest.mark.parametrize("wrong", WRONG.values(), ids=lambda wrong: wrong.name)
def test_a_wrong_server_breaks_the_promise_it_names(wrong: Wrong) -> None:
    """The same requests find it broken by the server that says it breaks it."""
    # these two answer late or not whole; for the others a slow machine must not look like a fault
    client_patience = 0.7 if wrong.law == "answers" else 20.0
    expected = requests.RequestException if wrong.law == "answers" else (AssertionError, KeyError, TypeError)
    with start(wrong.make) as running, pytest.raises(expected):
        PROMISES[wrong.promise](Client(running, timeout=client_patience))


def test_faults_are_spread() -> None:
    """Each kind of fault has several wrong servers, and each names a promise there is and a kind there is."""
    count = Counter(wrong.kind for wrong in WRONG.values())
    assert set(count) == set(KINDS)
    assert min(count.values()) >= 5
    assert {wrong.promise for wrong in WRONG.values()} <= set(PROMISES)
    assert all(wrong.fault.endswith(".") and "\n" not in wrong.fault for wrong in WRONG.values())
