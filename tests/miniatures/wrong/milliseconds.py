"""The duration was sent in seconds and comes back in milliseconds."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest
from miniatures.session_passes import Pass

CAUGHT_BY = (
    "equos/sessionPassesControllerStartV3/promise/echoes-max-duration",
    "equos/lifecycle/session-pass/field/maxDuration",
)


class Wrong(Honest):
    def pass_started_body(self, created: Pass) -> dict[str, Any]:
        body = super().pass_started_body(created)
        session = body["session"]
        if "maxDuration" in session:
            session["maxDuration"] *= 1000
        return body
