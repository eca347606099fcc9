"""The 401 of the end is an object with none of the documented keys."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/endMultiSession/promise/unauthorized-body",)


class Wrong(Honest):
    def multi_unauthorized(self, operation: str) -> Reply:
        if operation == "end":
            return self.json(401, {"detail": "who are you?"})
        return super().multi_unauthorized(operation)
