"""A required object is null."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest
from miniatures.session_passes import Pass

CAUGHT_BY = ("equos/sessionPassesControllerStartV3/shape/201",)


class Wrong(Honest):
    def pass_started_body(self, created: Pass) -> dict[str, Any]:
        body = super().pass_started_body(created)
        session = body["session"]
        session["avatar"] = None
        return body
