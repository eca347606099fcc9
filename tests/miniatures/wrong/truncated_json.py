"""The JSON text stops in the middle; Content-Length agrees with what is sent."""

from __future__ import annotations

from dataclasses import replace

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession
from miniatures.session_passes import Pass
from miniatures.wire import Reply

CAUGHT_BY = (
    "iplaygames/getMultiSessionStatus/shape/200",
    "equos/sessionPassesControllerStartV3/shape/201",
)
#: may break as a consequence, depending on how far a run goes on
ALSO = (
    "iplaygames/getMultiSessionStatus/promise/*",
    "equos/sessionPassesControllerStartV3/promise/*",
    "equos/lifecycle/session-pass/absent/sessionPassesControllerStartV3",
)


def _cut(reply: Reply) -> Reply:
    return replace(reply, body=reply.body[:-30])


class Wrong(Honest):
    def multi_status_active(self, session: MultiSession) -> Reply:
        return _cut(super().multi_status_active(session))

    def pass_started(self, created: Pass) -> Reply:
        return _cut(super().pass_started(created))
