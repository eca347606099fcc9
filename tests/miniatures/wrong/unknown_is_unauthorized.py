"""Ending a session that never was is answered 401, in spite of a valid token."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/lifecycle/multi-session/absent/endMultiSession",)
#: may break as a consequence, depending on how far a run goes on
ALSO = ("iplaygames/endMultiSession/status/404",)


class Wrong(Honest):
    def multi_end_unknown(self, token: str) -> Reply:
        return self.multi_unauthorized("end")
