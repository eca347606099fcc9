"""The stopped session's duration is what was left of it."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.session_passes import Pass
from miniatures.wire import Reply

CAUGHT_BY = ("equos/lifecycle/session-pass/field/maxDuration",)


class Wrong(Honest):
    def pass_stop_running(self, found: Pass) -> Reply:
        session = self.session(found)
        if "maxDuration" in session:
            session["maxDuration"] -= 1
        return self.json(200, session)
