"""The connection is reset (RST) instead of an answer."""

from __future__ import annotations

from dataclasses import replace

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession
from miniatures.session_passes import Pass
from miniatures.wire import Connection, Reply

CAUGHT_BY = (
    "iplaygames/getMultiSessionStatus/answers",
    "equos/sessionPassesControllerStartV3/answers",
)


def _deliver(connection: Connection, data: bytes) -> None:
    connection.reset()


class Wrong(Honest):
    def multi_status_active(self, session: MultiSession) -> Reply:
        return replace(super().multi_status_active(session), deliver=_deliver)

    def pass_started(self, created: Pass) -> Reply:
        return replace(super().pass_started(created), deliver=_deliver)
