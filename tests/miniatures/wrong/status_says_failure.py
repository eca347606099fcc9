"""The status of a running session says `success: false`."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession

CAUGHT_BY = ("iplaygames/getMultiSessionStatus/promise/says-success",)


class Wrong(Honest):
    def multi_status_body(self, session: MultiSession) -> dict[str, Any]:
        body = super().multi_status_body(session)
        body["success"] = False
        return body
