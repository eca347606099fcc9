"""The additional context comes back empty."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest
from miniatures.session_passes import Pass

CAUGHT_BY = (
    "equos/sessionPassesControllerStartV3/promise/echoes-additional-context",
    "equos/lifecycle/session-pass/field/additionalCtx",
)


class Wrong(Honest):
    def pass_started_body(self, created: Pass) -> dict[str, Any]:
        body = super().pass_started_body(created)
        session = body["session"]
        if "additionalCtx" in session:
            session["additionalCtx"] = ""
        return body
