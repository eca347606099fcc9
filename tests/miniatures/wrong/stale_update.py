"""A stopped session was updated a day before it was created."""

from __future__ import annotations

from datetime import timedelta

from miniatures.honest import Honest
from miniatures.session_passes import Pass
from miniatures.wire import Reply

CAUGHT_BY = ("equos/sessionPassesControllerStopV3/promise/updated-no-earlier-than-created",)


class Wrong(Honest):
    def pass_stop_running(self, found: Pass) -> Reply:
        session = self.session(found)
        session["updatedAt"] = self.time(found.started - timedelta(days=1))
        return self.json(200, session)
