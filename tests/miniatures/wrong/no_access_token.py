"""The start hands out no token to join with."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest
from miniatures.session_passes import Pass

CAUGHT_BY = ("equos/sessionPassesControllerStartV3/promise/hands-out-an-access-token",)


class Wrong(Honest):
    def pass_started_body(self, created: Pass) -> dict[str, Any]:
        body = super().pass_started_body(created)
        del body["consumerAccessToken"]
        return body
