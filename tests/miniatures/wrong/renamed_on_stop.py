"""The stopped session has another name than the started one."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.session_passes import Pass
from miniatures.wire import Reply

CAUGHT_BY = ("equos/lifecycle/session-pass/field/name",)


class Wrong(Honest):
    def pass_stop_running(self, found: Pass) -> Reply:
        session = self.session(found)
        session["name"] = "Session"
        return self.json(200, session)
