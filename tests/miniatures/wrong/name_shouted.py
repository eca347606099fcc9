"""The name comes back in capitals."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest
from miniatures.session_passes import Pass

CAUGHT_BY = (
    "equos/sessionPassesControllerStartV3/promise/echoes-name",
    "equos/lifecycle/session-pass/field/name",
)


class Wrong(Honest):
    def pass_started_body(self, created: Pass) -> dict[str, Any]:
        body = super().pass_started_body(created)
        session = body["session"]
        session["name"] = session["name"].upper() + "!"
        return body
