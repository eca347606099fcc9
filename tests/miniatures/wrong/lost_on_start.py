"""A session is gone as soon as it was started."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession
from miniatures.session_passes import Pass

CAUGHT_BY = (
    "iplaygames/lifecycle/multi-session/active/getMultiSessionStatus",
    "iplaygames/lifecycle/multi-session/active/endMultiSession",
    "equos/lifecycle/session-pass/running/sessionPassesControllerStopV3",
)


class Wrong(Honest):
    def multi_open(self, document: dict[str, Any]) -> MultiSession:
        return self.multi_sessions.pop(super().multi_open(document).id)

    def pass_open(self, document: dict[str, Any]) -> Pass:
        return self.passes.pop(super().pass_open(document).id)
