"""A stopped session carries no end."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.session_passes import Pass
from miniatures.wire import Reply

CAUGHT_BY = ("equos/sessionPassesControllerStopV3/promise/has-ended",)


class Wrong(Honest):
    def pass_stop_running(self, found: Pass) -> Reply:
        session = self.session(found)
        del session["endedAt"]
        return self.json(200, session)
