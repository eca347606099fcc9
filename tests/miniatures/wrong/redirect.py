"""The status is found behind a redirect (302) instead of being answered."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply, Request

CAUGHT_BY = (
    "iplaygames/getMultiSessionStatus/documented-statuses",
    "iplaygames/lifecycle/multi-session/active/getMultiSessionStatus",
)


class Wrong(Honest):
    def multi_status(self, request: Request, token: str) -> Reply:
        reply = super().multi_status(request, token)
        if reply.status != 200 or request.query == "again":
            return reply
        return Reply(302, content_type=None, headers=(("Location", f"{request.path}?again"),))
