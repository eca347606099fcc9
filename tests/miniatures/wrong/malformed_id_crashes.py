"""An id that is no UUID is answered 500."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply

CAUGHT_BY = (
    "iplaygames/getMultiSessionStatus/no-server-error",
    "equos/sessionPassesControllerStopV3/no-server-error",
)


class Wrong(Honest):
    def multi_status_unknown(self, token: str) -> Reply:
        crashed = self.multi_error(500, "invalid input syntax for type uuid")
        return super().multi_status_unknown(token) if self.is_id(token) else crashed

    def pass_stop_unknown(self, session_id: str) -> Reply:
        crashed = self.nest(500, "Internal Server Error", "invalid input syntax for type uuid")
        return super().pass_stop_unknown(session_id) if self.is_id(session_id) else crashed
