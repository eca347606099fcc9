"""Claims about replies that go wrong on the wire. Loopback only."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import requests

from assay.mock.engine import Engine, MockOptions
from assay.mock.faults.faulty import Faulty
from assay.serve.http import Server, serve
from fakes.asking_the_mock import orders


@pytest.fixture
def faulty() -> Faulty:
    """A mock of orders that can be made wrong."""
    return Faulty(Engine(orders(), MockOptions(seed=1)))


@pytest.fixture
def server(faulty: Faulty) -> Iterator[Server]:
    """It, running."""
    with serve(faulty) as running:
        yield running


def _ask(server: Server, timeout: float = 5.0) -> requests.Response:
    return requests.get(f"{server.url}/stock/mug", timeout=timeout)


def test_a_reset(server: Server, faulty: Faulty) -> None:
    """The connection is reset: nothing of an answer comes."""
    faulty.switch(["connection-reset"])
    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        _ask(server)
    faulty.switch([])
    assert _ask(server).status_code == 200


def test_a_cut(server: Server, faulty: Faulty) -> None:
    """The head announces more than comes."""
    faulty.switch(["truncated"])
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="more expected"):
        _ask(server)


def test_a_delay(server: Server, faulty: Faulty) -> None:
    """The answer is right, and late; others are answered meanwhile."""
    faulty.switch(["slow:seconds=0.3"])
    began = time.perf_counter()
    assert _ask(server).status_code == 200
    assert time.perf_counter() - began >= 0.3


def test_a_hang(server: Server, faulty: Faulty) -> None:
    """No answer comes, and when the client leaves, nothing of it is kept."""
    faulty.switch(["hang"])
    with pytest.raises(requests.Timeout):
        _ask(server, timeout=0.3)
    faulty.switch([])
    assert _ask(server).status_code == 200


def test_whoever_hangs_does_not_keep_the_server(faulty: Faulty, capfd: pytest.CaptureFixture[str]) -> None:
    """It stops in seconds, without a traceback, though somebody still waits."""
    faulty.switch(["hang"])
    server = serve(faulty)
    session = requests.Session()
    with pytest.raises(requests.Timeout):
        session.get(f"{server.url}/stock/mug", timeout=0.2)
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 6
    assert "Traceback" not in capfd.readouterr().err
