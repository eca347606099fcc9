"""A refused start is answered 401, in spite of a valid token."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/startAMultiSession/status/400",)


class Wrong(Honest):
    def multi_refused(self, problems: list[str]) -> Reply:
        return self.multi_unauthorized("start")
