"""The 401 of the end is a list of errors."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/endMultiSession/shape/401",)
#: may break as a consequence, depending on how far a run goes on
ALSO = ("iplaygames/endMultiSession/promise/unauthorized-body",)


class Wrong(Honest):
    def multi_unauthorized(self, operation: str) -> Reply:
        return (
            self.json(401, ["Unauthorized"]) if operation == "end" else super().multi_unauthorized(operation)
        )
