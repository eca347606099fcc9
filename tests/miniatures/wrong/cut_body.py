"""The connection closes in the middle of the body that Content-Length announced."""

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
    connection.write(data[:-20])
    connection.end()


class Wrong(Honest):
    def multi_status_active(self, session: MultiSession) -> Reply:
        return replace(super().multi_status_active(session), deliver=_deliver)

    def pass_stop_running(self, found: Pass) -> Reply:
        return replace(super().pass_stop_running(found), deliver=_deliver)
