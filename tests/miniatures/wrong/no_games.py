"""The status of an active session leaves out the games."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession

CAUGHT_BY = ("iplaygames/getMultiSessionStatus/promise/carries-every-key",)


class Wrong(Honest):
    def multi_status_body(self, session: MultiSession) -> dict[str, Any]:
        body = super().multi_status_body(session)
        del body["data"]["games"]
        return body
