"""The stopped session's host lacks its required property."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.session_passes import Pass
from miniatures.wire import Reply

CAUGHT_BY = ("equos/sessionPassesControllerStopV3/shape/200",)


class Wrong(Honest):
    def pass_stop_running(self, found: Pass) -> Reply:
        session = self.session(found)
        session["host"] = {}
        return self.json(200, session)
