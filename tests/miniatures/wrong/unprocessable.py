"""A refused start is answered 422 where 400 is documented."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/startAMultiSession/documented-statuses",)
#: may break as a consequence, depending on how far a run goes on
ALSO = ("iplaygames/startAMultiSession/status/400",)


class Wrong(Honest):
    def multi_refused(self, problems: list[str]) -> Reply:
        return self.multi_error(422, "Invalid request parameters")
