"""The stop answers with a session of another id."""

from __future__ import annotations

import uuid

from miniatures.honest import Honest
from miniatures.session_passes import Pass
from miniatures.wire import Reply

CAUGHT_BY = ("equos/lifecycle/session-pass/running/sessionPassesControllerStopV3",)


class Wrong(Honest):
    def pass_stop_running(self, found: Pass) -> Reply:
        session = self.session(found)
        session["id"] = str(uuid.uuid4())
        return self.json(200, session)
