"""A start is answered 200 with the right body."""

from __future__ import annotations

from dataclasses import replace

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession
from miniatures.session_passes import Pass
from miniatures.wire import Reply

CAUGHT_BY = (
    "iplaygames/startAMultiSession/documented-statuses",
    "equos/sessionPassesControllerStartV3/documented-statuses",
    "iplaygames/lifecycle/multi-session/absent/startAMultiSession",
    "equos/lifecycle/session-pass/absent/sessionPassesControllerStartV3",
)


class Wrong(Honest):
    def multi_started(self, session: MultiSession) -> Reply:
        return replace(super().multi_started(session), status=200)

    def pass_started(self, created: Pass) -> Reply:
        return replace(super().pass_started(created), status=200)
