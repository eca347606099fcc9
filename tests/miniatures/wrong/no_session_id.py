"""The start does not name the session."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession

CAUGHT_BY = ("iplaygames/startAMultiSession/promise/carries-every-key",)
#: may break as a consequence, depending on how far a run goes on
ALSO = ("iplaygames/lifecycle/multi-session/absent/startAMultiSession",)


class Wrong(Honest):
    def multi_started_body(self, session: MultiSession) -> dict[str, Any]:
        body = super().multi_started_body(session)
        del body["data"]["multi_session_id"]
        return body
