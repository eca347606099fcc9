"""The games of a new session are counted from one."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession

CAUGHT_BY = ("iplaygames/startAMultiSession/promise/positions-count-from-zero",)


class Wrong(Honest):
    def multi_started_body(self, session: MultiSession) -> dict[str, Any]:
        body = super().multi_started_body(session)
        for game in body["data"]["games"]:
            game["position"] += 1
        return body
