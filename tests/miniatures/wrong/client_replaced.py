"""The client comes back as something else."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest
from miniatures.session_passes import Pass

CAUGHT_BY = (
    "equos/sessionPassesControllerStartV3/promise/echoes-client",
    "equos/lifecycle/session-pass/field/client",
)


class Wrong(Honest):
    def pass_started_body(self, created: Pass) -> dict[str, Any]:
        body = super().pass_started_body(created)
        session = body["session"]
        if "client" in session:
            session["client"] = "web"
        return body
