"""`files.pace`: processes that share a rate."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from assay.drive.clock import SystemClock
from assay.files.pace import Shared
from fakes.clock import FakeClock

#: takes so many places in a file, and prints when it had them
TAKES = """
import sys, time
from pathlib import Path
from assay.drive.clock import SystemClock
from assay.files.pace import Shared
pace = Shared(Path(sys.argv[1]), float(sys.argv[2]), SystemClock())
for _ in range(int(sys.argv[3])):
    pace.take()
    print(time.monotonic())
"""


@pytest.mark.skipif(not Shared.works, reason="there are no such locks here")
def test_processes_together_keep_to_the_rate(tmp_path: Path) -> None:
    """However many of them ask, and however differently: never more than 40 in any second."""
    words = [sys.executable, "-c", TAKES, str(tmp_path / "pace"), "40"]
    takers = [subprocess.Popen([*words, str(n)], stdout=subprocess.PIPE, text=True) for n in (40, 20, 20, 5)]
    moments = sorted(float(line) for taker in takers for line in taker.communicate(timeout=60)[0].split())
    assert len(moments) == 85
    assert all(taker.returncode == 0 for taker in takers)
    for number, moment in enumerate(moments):
        assert (
            sum(1 for other in moments[number:] if other < moment + 1) <= 41
        )  # one may be late, and the next is not


@pytest.mark.skipif(not Shared.works, reason="there are no such locks here")
def test_the_places_are_a_rate_apart(tmp_path: Path) -> None:
    clock = FakeClock()
    pace, began = Shared(tmp_path / "pace", 10.0, clock), clock.monotonic()
    waited = [pace.take() for _ in range(4)]
    assert waited[0] == 0
    assert clock.monotonic() - began == pytest.approx(0.309, abs=0.01)


@pytest.mark.skipif(not Shared.works, reason="there are no such locks here")
def test_a_rate_below_one_is_kept(tmp_path: Path) -> None:
    clock = FakeClock()
    pace, began = Shared(tmp_path / "pace", 0.5, clock), clock.monotonic()
    for _ in range(3):
        pace.take()
    assert clock.monotonic() - began == pytest.approx(4.12, abs=0.01)


@pytest.mark.skipif(not Shared.works, reason="there are no such locks here")
def test_a_file_that_holds_nothing_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "pace").write_bytes(b"torn")
    assert Shared(tmp_path / "pace", 0.1, SystemClock()).take() < 5  # and not ten
