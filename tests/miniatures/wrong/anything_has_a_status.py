"""A session that never was has a status."""

from __future__ import annotations

from datetime import UTC, datetime

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/lifecycle/multi-session/absent/getMultiSessionStatus",)


class Wrong(Honest):
    def multi_status_unknown(self, token: str) -> Reply:
        ghost = MultiSession(token, ["Starburst"], datetime.now(UTC))
        return self.json(200, self.multi_status_body(ghost))
