"""Every game in the status has position zero."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession

CAUGHT_BY = ("iplaygames/getMultiSessionStatus/promise/positions-count-from-zero",)


class Wrong(Honest):
    def multi_status_body(self, session: MultiSession) -> dict[str, Any]:
        body = super().multi_status_body(session)
        for game in body["data"]["games"]:
            game["position"] = 0
        return body
