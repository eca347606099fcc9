"""The start answers with the bare session instead of wrapping it."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest
from miniatures.session_passes import Pass

CAUGHT_BY = ("equos/sessionPassesControllerStartV3/shape/201",)
#: may break as a consequence, depending on how far a run goes on
ALSO = (
    "equos/lifecycle/session-pass/absent/sessionPassesControllerStartV3",
    "equos/sessionPassesControllerStartV3/promise/*",
)


class Wrong(Honest):
    def pass_started_body(self, created: Pass) -> dict[str, Any]:
        body = super().pass_started_body(created)
        session = body["session"]
        body |= session
        del body["session"]
        return body
