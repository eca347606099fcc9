"""What is documented as null is sent as an object that says so."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.session_passes import Pass
from miniatures.wire import Reply

CAUGHT_BY = ("equos/sessionPassesControllerStopV3/shape/200",)
#: may break as a consequence, depending on how far a run goes on
ALSO = (
    "equos/sessionPassesControllerStopV3/promise/*",
    "equos/lifecycle/session-pass/stopped/sessionPassesControllerStopV3",
)


class Wrong(Honest):
    def pass_stop_stopped(self, found: Pass) -> Reply:
        return self.json(200, {"session": None})
