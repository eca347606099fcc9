"""Stops that come at once all find the session running, and each of them ends it."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from miniatures.honest import Honest
from miniatures.wire import Reply, Request

CAUGHT_BY = ("equos/lifecycle/session-pass/law/atomic",)

#: seconds between looking and acting
WINDOW = 0.005


class Wrong(Honest):
    def answer(self, request: Request) -> Reply:
        if not request.path.endswith("/stop"):
            return super().answer(request)
        return self._route(request)  # nobody waits for anybody

    def pass_stop(self, request: Request, session_id: str) -> Reply:
        found = self.passes.get(session_id)
        if not self.pass_authorized("stop", request) or found is None or found.stopped is not None:
            return super().pass_stop(request, session_id)
        time.sleep(WINDOW)
        found.stops += 1
        found.stopped = datetime.now(UTC)
        return self.pass_stop_running(found)
