"""The 404 of the end has another message than the documented one."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/endMultiSession/promise/not-found-message",)


class Wrong(Honest):
    def multi_end_unknown(self, token: str) -> Reply:
        return self.multi_error(404, "Not Found")
