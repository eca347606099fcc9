"""The status lists other games than the start did."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession

CAUGHT_BY = ("iplaygames/lifecycle/multi-session/field/first_game",)


class Wrong(Honest):
    def multi_status_body(self, session: MultiSession) -> dict[str, Any]:
        body = super().multi_status_body(session)
        for game, name in zip(body["data"]["games"], reversed(session.games), strict=True):
            game["game_name"] = f"{name} II"
        return body
