"""Whoever knows a session's id can end it without credentials."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Request

CAUGHT_BY = ("iplaygames/endMultiSession/authorization",)
#: may break as a consequence, depending on how far a run goes on
ALSO = ("iplaygames/endMultiSession/status/401",)


class Wrong(Honest):
    def multi_authorized(self, operation: str, request: Request) -> bool:
        known = any(f"/{token}/" in request.path for token in self.multi_sessions)
        return (operation == "end" and known) or self.authorized(request)
