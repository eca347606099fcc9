"""The body is 100 MB long (the right answer, and a lot of white space)."""

from __future__ import annotations

from dataclasses import replace

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession
from miniatures.session_passes import Pass
from miniatures.wire import Connection, Reply

CAUGHT_BY = (
    "iplaygames/getMultiSessionStatus/answers",
    "equos/sessionPassesControllerStopV3/answers",
)


def _deliver(connection: Connection, data: bytes) -> None:
    head, _, body = data.partition(b"\r\n\r\n")
    kept = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]
    padding = 100 * 1024 * 1024
    kept.append(b"Content-Length: %d" % (len(body) + padding))
    connection.write(b"\r\n".join(kept) + b"\r\n\r\n" + body)
    for _ in range(1600):
        connection.write(b" " * 65536)


class Wrong(Honest):
    def multi_status_active(self, session: MultiSession) -> Reply:
        return replace(super().multi_status_active(session), deliver=_deliver)

    def pass_stop_running(self, found: Pass) -> Reply:
        return replace(super().pass_stop_running(found), deliver=_deliver)
