"""The status of a session that never was is answered 403."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply

CAUGHT_BY = (
    "iplaygames/getMultiSessionStatus/documented-statuses",
    "iplaygames/lifecycle/multi-session/absent/getMultiSessionStatus",
)
#: may break as a consequence, depending on how far a run goes on
ALSO = ("iplaygames/getMultiSessionStatus/status/404",)


class Wrong(Honest):
    def multi_status_unknown(self, token: str) -> Reply:
        return self.multi_error(403, "Forbidden")
