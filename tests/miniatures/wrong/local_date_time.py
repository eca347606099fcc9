"""A date-time deep in the answer has no offset (RFC 3339 §5.6)."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest
from miniatures.session_passes import Pass

CAUGHT_BY = ("equos/sessionPassesControllerStartV3/shape/201",)


class Wrong(Honest):
    def pass_started_body(self, created: Pass) -> dict[str, Any]:
        body = super().pass_started_body(created)
        session = body["session"]
        session["avatar"]["createdAt"] = "2025-12-19 10:00:00"
        return body
