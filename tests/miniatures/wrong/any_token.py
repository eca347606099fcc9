"""Any bearer token lets one look at a session's status, or stop a session."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Request

CAUGHT_BY = (
    "iplaygames/getMultiSessionStatus/authorization",
    "equos/sessionPassesControllerStopV3/authorization",
)


class Wrong(Honest):
    def multi_authorized(self, operation: str, request: Request) -> bool:
        return (operation == "status" and _has_a_token(request)) or self.authorized(request)

    def pass_authorized(self, operation: str, request: Request) -> bool:
        return (operation == "stop" and _has_a_token(request)) or self.authorized(request)


def _has_a_token(request: Request) -> bool:
    return request.headers.get("authorization", "").lower().startswith("bearer ")
