"""The end's JSON is labelled text/plain."""

from __future__ import annotations

from dataclasses import replace

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/endMultiSession/content-type/200",)


class Wrong(Honest):
    def multi_end_active(self, session: MultiSession) -> Reply:
        return replace(super().multi_end_active(session), content_type="text/plain")
