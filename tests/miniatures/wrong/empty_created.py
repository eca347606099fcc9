"""201 with a zero-length body."""

from __future__ import annotations

from dataclasses import replace

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession
from miniatures.session_passes import Pass
from miniatures.wire import Reply

CAUGHT_BY = (
    "iplaygames/startAMultiSession/shape/201",
    "equos/sessionPassesControllerStartV3/shape/201",
)
#: may break as a consequence, depending on how far a run goes on
ALSO = (
    "iplaygames/startAMultiSession/promise/*",
    "equos/sessionPassesControllerStartV3/promise/*",
    "iplaygames/lifecycle/multi-session/absent/startAMultiSession",
    "equos/lifecycle/session-pass/absent/sessionPassesControllerStartV3",
)


class Wrong(Honest):
    def multi_started(self, session: MultiSession) -> Reply:
        return replace(super().multi_started(session), body=b"")

    def pass_started(self, created: Pass) -> Reply:
        return replace(super().pass_started(created), body=b"")
