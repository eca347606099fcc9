"""A body with anything beyond ASCII, escaped or not, is answered 500."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply, Request

CAUGHT_BY = (
    "iplaygames/startAMultiSession/no-server-error",
    "equos/sessionPassesControllerStartV3/no-server-error",
)


def _is_foreign(request: Request) -> bool:
    return not request.body.isascii() or b"\\u" in request.body


class Wrong(Honest):
    def multi_start(self, request: Request) -> Reply:
        return self.json(500, {}) if _is_foreign(request) else super().multi_start(request)

    def pass_start(self, request: Request) -> Reply:
        return self.json(500, {}) if _is_foreign(request) else super().pass_start(request)
