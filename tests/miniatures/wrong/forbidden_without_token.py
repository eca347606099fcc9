"""A start without credentials is answered 403 where 401 is documented."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/startAMultiSession/documented-statuses",)
#: may break as a consequence, depending on how far a run goes on
ALSO = ("iplaygames/startAMultiSession/status/401",)


class Wrong(Honest):
    def multi_unauthorized(self, operation: str) -> Reply:
        if operation == "start":
            return self.multi_error(403, "Forbidden")
        return super().multi_unauthorized(operation)
