"""A session ends a day before it started."""

from __future__ import annotations

from datetime import timedelta

from miniatures.honest import Honest
from miniatures.session_passes import Pass
from miniatures.wire import Reply

CAUGHT_BY = ("equos/sessionPassesControllerStopV3/promise/ended-no-earlier-than-started",)


class Wrong(Honest):
    def pass_stop_running(self, found: Pass) -> Reply:
        session = self.session(found)
        session["endedAt"] = self.time(found.started - timedelta(days=1))
        return self.json(200, session)
