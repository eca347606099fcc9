"""swipe_url leads to another session."""

from __future__ import annotations

import uuid
from typing import Any

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession

CAUGHT_BY = ("iplaygames/startAMultiSession/promise/swipe-url-ends-with-the-id",)


class Wrong(Honest):
    def multi_started_body(self, session: MultiSession) -> dict[str, Any]:
        body = super().multi_started_body(session)
        body["data"]["swipe_url"] = f"https://play.example.test/play/{uuid.uuid4()}"
        return body
