"""Expiry times are sent without the T and the offset that RFC 3339 demands."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession

CAUGHT_BY = (
    "iplaygames/startAMultiSession/promise/expiry-is-a-timestamp",
    "iplaygames/getMultiSessionStatus/promise/expiry-is-a-timestamp",
)


class Wrong(Honest):
    def multi_started_body(self, session: MultiSession) -> dict[str, Any]:
        return self._locally(super().multi_started_body(session), session)

    def multi_status_body(self, session: MultiSession) -> dict[str, Any]:
        return self._locally(super().multi_status_body(session), session)

    def _locally(self, body: dict[str, Any], session: MultiSession) -> dict[str, Any]:
        body["data"]["expires_at"] = f"{session.expires:%Y-%m-%d %H:%M:%S}"
        return body
