"""The status counts one game more than the start did."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession

CAUGHT_BY = ("iplaygames/lifecycle/multi-session/field/total_games",)


class Wrong(Honest):
    def multi_status_body(self, session: MultiSession) -> dict[str, Any]:
        body = super().multi_status_body(session)
        body["data"]["total_games"] += 1
        return body
