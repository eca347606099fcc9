"""What is documented as 200 and null is sent as 204."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply

CAUGHT_BY = (
    "equos/sessionPassesControllerStopV3/documented-statuses",
    "equos/lifecycle/session-pass/absent/sessionPassesControllerStopV3",
    "equos/lifecycle/session-pass/stopped/sessionPassesControllerStopV3",
)


class Wrong(Honest):
    def nothing(self) -> Reply:
        return Reply(204, content_type=None)
