"""Ending a session that runs, without credentials, is answered 404 where 401 is documented."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/endMultiSession/status/401",)


class Wrong(Honest):
    def multi_unauthorized(self, operation: str) -> Reply:
        return self.multi_not_found("") if operation == "end" else super().multi_unauthorized(operation)
