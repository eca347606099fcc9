"""A session that was started says `success: false`."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession

CAUGHT_BY = ("iplaygames/startAMultiSession/promise/says-success",)


class Wrong(Honest):
    def multi_started_body(self, session: MultiSession) -> dict[str, Any]:
        body = super().multi_started_body(session)
        body["success"] = False
        return body
