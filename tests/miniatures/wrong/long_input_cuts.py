"""The connection is closed upon a body of more than 1000 bytes."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Connection, Reply, Request

CAUGHT_BY = (
    "iplaygames/startAMultiSession/answers",
    "equos/sessionPassesControllerStartV3/answers",
)


def _close(connection: Connection, data: bytes) -> None:
    connection.end()


class Wrong(Honest):
    def multi_start(self, request: Request) -> Reply:
        return Reply(500, deliver=_close) if len(request.body) > 1000 else super().multi_start(request)

    def pass_start(self, request: Request) -> Reply:
        return Reply(500, deliver=_close) if len(request.body) > 1000 else super().pass_start(request)
