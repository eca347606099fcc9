"""The body is UTF-16, and says so; JSON between systems is UTF-8 (RFC 8259 §8.1)."""

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


def _utf16(reply: Reply) -> Reply:
    text = reply.body.decode()
    return replace(reply, body=text.encode("utf-16"), content_type="application/json; charset=utf-16")


class Wrong(Honest):
    def multi_status_active(self, session: MultiSession) -> Reply:
        return _utf16(super().multi_status_active(session))

    def pass_started(self, created: Pass) -> Reply:
        return _utf16(super().pass_started(created))
