"""Each look at the status puts the expiry off by an hour."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession

CAUGHT_BY = ("iplaygames/lifecycle/multi-session/field/expires_at",)


class Wrong(Honest):
    def multi_status_body(self, session: MultiSession) -> dict[str, Any]:
        body = super().multi_status_body(session)
        body["data"]["expires_at"] = self.time(session.expires + timedelta(hours=session.reads))
        return body
