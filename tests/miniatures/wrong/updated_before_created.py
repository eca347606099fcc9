"""A session was updated a day before it was created."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from miniatures.honest import Honest
from miniatures.session_passes import Pass

CAUGHT_BY = ("equos/sessionPassesControllerStartV3/promise/updated-no-earlier-than-created",)


class Wrong(Honest):
    def pass_started_body(self, created: Pass) -> dict[str, Any]:
        body = super().pass_started_body(created)
        session = body["session"]
        session["updatedAt"] = self.time(created.started - timedelta(days=1))
        return body
