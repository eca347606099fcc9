"""The created resource comes without a Content-Type."""

from __future__ import annotations

from dataclasses import replace

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession
from miniatures.session_passes import Pass
from miniatures.wire import Reply

CAUGHT_BY = (
    "iplaygames/startAMultiSession/content-type/201",
    "equos/sessionPassesControllerStartV3/content-type/201",
)


class Wrong(Honest):
    def multi_started(self, session: MultiSession) -> Reply:
        return replace(super().multi_started(session), content_type=None)

    def pass_started(self, created: Pass) -> Reply:
        return replace(super().pass_started(created), content_type=None)
