"""The body arrives one byte at a time and would take an hour."""

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
    connection.write(head.replace(b"Content-Length: ", b"Content-Length: 1") + b"\r\n\r\n")
    for n in range(150):  # half a minute is as long as anybody should wait
        connection.write(body[n : n + 1])
        if connection.wait(0.2):
            break
    connection.end()


class Wrong(Honest):
    def multi_status_active(self, session: MultiSession) -> Reply:
        return replace(super().multi_status_active(session), deliver=_deliver)

    def pass_stop_running(self, found: Pass) -> Reply:
        return replace(super().pass_stop_running(found), deliver=_deliver)
