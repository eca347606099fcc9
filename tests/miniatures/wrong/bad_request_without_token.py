"""A start without credentials is answered 400 where 401 is documented."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/startAMultiSession/status/401",)


class Wrong(Honest):
    def multi_unauthorized(self, operation: str) -> Reply:
        return self.multi_refused([]) if operation == "start" else super().multi_unauthorized(operation)
