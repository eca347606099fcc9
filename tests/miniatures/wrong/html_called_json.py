"""The 404 of the end is a web page that calls itself JSON."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/endMultiSession/shape/404",)
#: may break as a consequence, depending on how far a run goes on
ALSO = (
    "iplaygames/endMultiSession/promise/not-found-says-failure",
    "iplaygames/endMultiSession/promise/not-found-message",
)


class Wrong(Honest):
    def multi_end_unknown(self, token: str) -> Reply:
        return Reply(404, b"<h1>Not Found</h1>")
