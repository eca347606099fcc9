"""The connection closes in the middle of the header section."""

from __future__ import annotations

from dataclasses import replace

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession
from miniatures.session_passes import Pass
from miniatures.wire import Connection, Reply

CAUGHT_BY = (
    "iplaygames/endMultiSession/answers",
    "equos/sessionPassesControllerStartV3/answers",
)


def _deliver(connection: Connection, data: bytes) -> None:
    connection.write(data[:40])
    connection.end()


class Wrong(Honest):
    def multi_end_active(self, session: MultiSession) -> Reply:
        return replace(super().multi_end_active(session), deliver=_deliver)

    def pass_started(self, created: Pass) -> Reply:
        return replace(super().pass_started(created), deliver=_deliver)
