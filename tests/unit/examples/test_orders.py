"""The third subject API: its honest server keeps what its documentation promises, each wrong one breaks it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import requests
from examples.orders.serving import start
from examples.orders.wrong import KINDS, WRONG, Wrong

from orders_api.client import Client
from orders_api.promises import PROMISES

_ORDERS = Path(__file__).parents[3] / "examples" / "orders"
_NUMBERED = re.compile(r"^(\d+)\. ", re.MULTILINE)


def test_every_numbered_promise_has_a_check() -> None:
    """The documentation's numbers run without a gap, and each has its check here."""
    numbers = [
        int(number) for number in _NUMBERED.findall((_ORDERS / "README.md").read_text(encoding="utf-8"))
    ]
    assert numbers == list(range(1, len(numbers) + 1))
    assert sorted(PROMISES) == numbers


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
