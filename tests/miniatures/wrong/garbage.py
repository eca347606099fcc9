"""What is answered is not HTTP."""

from __future__ import annotations

from dataclasses import replace

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession
from miniatures.session_passes import Pass
from miniatures.wire import Connection, Reply

CAUGHT_BY = (
    "iplaygames/startAMultiSession/answers",
    "equos/sessionPassesControllerStopV3/answers",
)


def _deliver(connection: Connection, data: bytes) -> None:
    connection.write(b"\x16\x03\x01 no such protocol\r\n\r\n")
    connection.end()


class Wrong(Honest):
    def multi_started(self, session: MultiSession) -> Reply:
        return replace(super().multi_started(session), deliver=_deliver)

    def pass_stop_running(self, found: Pass) -> Reply:
        return replace(super().pass_stop_running(found), deliver=_deliver)
