"""The 400 body says `success: true`."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/startAMultiSession/promise/refusal-says-failure",)


class Wrong(Honest):
    def multi_refused(self, problems: list[str]) -> Reply:
        return self.json(400, {"success": True, "message": "Invalid request parameters"})
