"""A string in the body is Latin-1, not UTF-8."""

from __future__ import annotations

from dataclasses import replace

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession
from miniatures.session_passes import Pass
from miniatures.wire import Reply

CAUGHT_BY = (
    "iplaygames/getMultiSessionStatus/shape/200",
    "equos/sessionPassesControllerStopV3/shape/200",
)
#: may break as a consequence, depending on how far a run goes on
ALSO = (
    "iplaygames/getMultiSessionStatus/promise/*",
    "equos/sessionPassesControllerStopV3/promise/*",
    "equos/lifecycle/session-pass/running/sessionPassesControllerStopV3",
)


def _latin(reply: Reply) -> Reply:
    return replace(reply, body=reply.body[:-1] + b', "note": "caf\xe9"}')


class Wrong(Honest):
    def multi_status_active(self, session: MultiSession) -> Reply:
        return _latin(super().multi_status_active(session))

    def pass_stop_running(self, found: Pass) -> Reply:
        return _latin(super().pass_stop_running(found))
