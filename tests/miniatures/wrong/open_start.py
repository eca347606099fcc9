"""A start without an Authorization header is let in."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Request

CAUGHT_BY = (
    "iplaygames/startAMultiSession/authorization",
    "equos/sessionPassesControllerStartV3/authorization",
)
#: may break as a consequence, depending on how far a run goes on
ALSO = ("iplaygames/startAMultiSession/status/401",)


class Wrong(Honest):
    def multi_authorized(self, operation: str, request: Request) -> bool:
        return (operation == "start" and "authorization" not in request.headers) or self.authorized(request)

    def pass_authorized(self, operation: str, request: Request) -> bool:
        return (operation == "start" and "authorization" not in request.headers) or self.authorized(request)
