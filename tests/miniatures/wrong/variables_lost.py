"""The template variables come back as an empty object."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest
from miniatures.session_passes import Pass

CAUGHT_BY = (
    "equos/sessionPassesControllerStartV3/promise/echoes-template-variables",
    "equos/lifecycle/session-pass/field/templateVars",
)


class Wrong(Honest):
    def pass_started_body(self, created: Pass) -> dict[str, Any]:
        body = super().pass_started_body(created)
        session = body["session"]
        if "templateVars" in session:
            session["templateVars"] = {}
        return body
