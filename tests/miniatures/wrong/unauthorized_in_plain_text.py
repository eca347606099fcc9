"""The 401 of the start is a line of plain text."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/startAMultiSession/content-type/401",)
#: may break as a consequence, depending on how far a run goes on
ALSO = (
    "iplaygames/startAMultiSession/promise/unauthorized-body",
    "iplaygames/startAMultiSession/shape/401",
)


class Wrong(Honest):
    def multi_unauthorized(self, operation: str) -> Reply:
        if operation == "start":
            return Reply(401, b"Unauthorized", "text/plain; charset=utf-8")
        return super().multi_unauthorized(operation)
