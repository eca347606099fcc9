"""The 404 of the status is a web page."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/getMultiSessionStatus/content-type/404",)
#: may break as a consequence, depending on how far a run goes on
ALSO = (
    "iplaygames/getMultiSessionStatus/shape/404",
    "iplaygames/getMultiSessionStatus/promise/not-found-says-failure",
    "iplaygames/getMultiSessionStatus/promise/not-found-message",
)


class Wrong(Honest):
    def multi_status_unknown(self, token: str) -> Reply:
        return Reply(404, b"<h1>Not Found</h1>", "text/html; charset=utf-8")
