"""Values that rules found, remembered by several workers at once."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator
from threading import Event, Thread

import pytest

from assay.evidence.learned import Learned


def test_the_latest_stay() -> None:
    """The oldest goes first; a value seen again is the latest."""
    learned = Learned(2)
    learned.add({"a": "1", "b": "2"})
    learned.add({"a": "3"})
    learned.add({"c": "4"})
    assert learned.items() == [("a", "3"), ("c", "4")]


@pytest.fixture
def quick_to_collect() -> Iterator[None]:
    """Rubbish is collected all the time, and Python code runs each time."""

    def gives_way(_phase: str, _info: object) -> None:
        time.sleep(0)

    threshold, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.callbacks.append(gives_way)
    gc.set_threshold(5)
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        gc.set_threshold(*threshold)
        sys.setswitchinterval(interval)
        gc.callbacks.remove(gives_way)


@pytest.mark.usefixtures("quick_to_collect")
def test_workers_at_once() -> None:
    """Nobody's reading breaks off because of another's writing, and a value that is always there is always seen."""
    learned = Learned(64)
    learned.add({"always": "x"})
    stop, faults = Event(), []

    def writes(name: str) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            try:
                learned.add({"always": "x", f"{name}{number}": "y"})
            except RuntimeError as error:
                faults.append(error)
                return

    writers = [Thread(target=writes, args=(name,)) for name in "ab"]
    for writer in writers:
        writer.start()
    try:
        for _ in range(1000):
            assert ("always", "x") in learned.items()
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert not faults
