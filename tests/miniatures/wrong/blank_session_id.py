"""The start names the session with an empty string."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession

CAUGHT_BY = ("iplaygames/startAMultiSession/promise/names-the-session",)
#: may break as a consequence, depending on how far a run goes on
ALSO = (
    "iplaygames/lifecycle/multi-session/*",
    "iplaygames/startAMultiSession/promise/swipe-url-ends-with-the-id",
)


class Wrong(Honest):
    def multi_started_body(self, session: MultiSession) -> dict[str, Any]:
        body = super().multi_started_body(session)
        body["data"]["multi_session_id"] = ""
        return body
