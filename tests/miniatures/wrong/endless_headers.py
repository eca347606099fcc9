"""The header section goes on for 100 MB."""

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
    status_line, _, _ = data.partition(b"\r\n")
    connection.write(status_line + b"\r\n")
    for _ in range(1600):
        connection.write(b"X-More: and more\r\n" * 3641)
    connection.end()


class Wrong(Honest):
    def multi_status_active(self, session: MultiSession) -> Reply:
        return replace(super().multi_status_active(session), deliver=_deliver)

    def pass_stop_running(self, found: Pass) -> Reply:
        return replace(super().pass_stop_running(found), deliver=_deliver)
