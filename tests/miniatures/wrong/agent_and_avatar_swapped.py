"""The ids of agent and avatar come back swapped."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest
from miniatures.session_passes import Pass

CAUGHT_BY = (
    "equos/sessionPassesControllerStartV3/promise/echoes-avatar-id",
    "equos/sessionPassesControllerStartV3/promise/echoes-agent-id",
    "equos/lifecycle/session-pass/field/avatarId",
    "equos/lifecycle/session-pass/field/agentId",
)


class Wrong(Honest):
    def pass_started_body(self, created: Pass) -> dict[str, Any]:
        body = super().pass_started_body(created)
        session = body["session"]
        session["avatarId"], session["agentId"] = session["agentId"], session["avatarId"]
        return body
