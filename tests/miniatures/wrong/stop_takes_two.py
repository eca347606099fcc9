"""The first stop is answered null and does nothing; the second one stops."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply, Request

CAUGHT_BY = ("equos/lifecycle/session-pass/running/sessionPassesControllerStopV3",)
#: may break as a consequence, depending on how far a run goes on
ALSO = ("equos/lifecycle/session-pass/stopped/sessionPassesControllerStopV3",)


class Wrong(Honest):
    def pass_stop(self, request: Request, session_id: str) -> Reply:
        found = self.passes.get(session_id)
        if found is not None and found.stops == 0 and self.authorized(request):
            found.stops = 1
            return self.nothing()
        return super().pass_stop(request, session_id)
