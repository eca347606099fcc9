"""`files.hold`: processes that leave a busy target alone together."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from assay.drive.auth import Auth
from assay.drive.session import HttpSender, Limits
from assay.files.hold import SharedHold
from assay.model.case import Credentials, WireRequest
from fakes.clock import FakeClock
from fakes.raw_server import RawServer, always, reply

GET = WireRequest("GET", "/", (), None, Credentials.MISSING)
#: says how long nobody may send, and then asks how long that is
TELLS = """
import sys
from pathlib import Path
from assay.files.hold import SharedHold
hold = SharedHold(Path(sys.argv[1]))
hold.extend(float(sys.argv[2]))
print(hold.until())
"""


def _told(file: Path, moment: float) -> float:
    words = [sys.executable, "-c", TELLS, str(file), str(moment)]
    return float(subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout)


def test_nobody_waits_at_first(tmp_path: Path) -> None:
    assert SharedHold(tmp_path / "hold").until() < 0


def test_what_one_process_is_told_the_others_know(tmp_path: Path) -> None:
    hold = SharedHold(tmp_path / "hold")
    assert _told(tmp_path / "hold", 12.5) == 12.5
    assert hold.until() == 12.5
    hold.extend(20.0)
    assert _told(tmp_path / "hold", 12.5) == 20.0, "the later moment counts"
    assert hold.until() == 20.0


def test_a_file_that_was_cut_is_made_whole(tmp_path: Path) -> None:
    (tmp_path / "hold").write_bytes(b"123")
    SharedHold(tmp_path / "hold").extend(3.0)
    assert (tmp_path / "hold").stat().st_size == 8


def test_a_worker_waits_for_what_another_was_told(tmp_path: Path) -> None:
    """The one gets 429 and a time; the other, who was told nothing, sends nothing until then."""
    busy = reply(b"{}", "Retry-After: 20", status="429 Too Many Requests")
    clock = FakeClock()
    with RawServer(always(busy, reply())) as tired, RawServer(always(reply())) as server:
        one, other = (
            HttpSender(
                url, Auth({}), Limits(polite=True), clock, hold=SharedHold(tmp_path / "hold"), late=late
            )
            for url, late in ((tired.url, 0.0), (server.url, 0.25))
        )
        clock.sleep = _watched(clock, server)  # type: ignore[method-assign]
        one(GET)
        SharedHold(tmp_path / "hold").extend(clock.monotonic() + 5)
        other(GET)
        one.close()
        other.close()
    assert clock.slept == [20, 5.25], "and not in the very moment in which all others do"


def _watched(clock: FakeClock, server: RawServer) -> Callable[[float], None]:
    """Sleeps; nothing was sent until then."""
    sleep = clock.sleep

    def watched(seconds: float) -> None:
        assert not server.heads
        sleep(seconds)

    return watched
