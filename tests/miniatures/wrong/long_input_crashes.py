"""A body of more than 1000 bytes is answered 500."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply, Request

CAUGHT_BY = (
    "iplaygames/startAMultiSession/no-server-error",
    "equos/sessionPassesControllerStartV3/no-server-error",
)


class Wrong(Honest):
    def multi_start(self, request: Request) -> Reply:
        return self.json(500, {}) if len(request.body) > 1000 else super().multi_start(request)

    def pass_start(self, request: Request) -> Reply:
        return self.json(500, {}) if len(request.body) > 1000 else super().pass_start(request)
