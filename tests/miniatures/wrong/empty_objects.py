"""Every answer has the right status and the body `{}`."""

from __future__ import annotations

from dataclasses import replace

from miniatures.honest import Honest
from miniatures.wire import Reply, Request

CAUGHT_BY = (
    "iplaygames/startAMultiSession/promise/says-success",
    "iplaygames/startAMultiSession/promise/carries-every-key",
    "iplaygames/startAMultiSession/promise/refusal-says-failure",
    "iplaygames/startAMultiSession/promise/unauthorized-body",
    "iplaygames/getMultiSessionStatus/promise/not-found-says-failure",
    "iplaygames/getMultiSessionStatus/promise/not-found-message",
    "iplaygames/endMultiSession/promise/not-found-says-failure",
    "iplaygames/endMultiSession/promise/not-found-message",
    "iplaygames/endMultiSession/promise/unauthorized-body",
    "equos/sessionPassesControllerStartV3/shape/201",
    "equos/sessionPassesControllerStopV3/shape/200",
)
#: may break as a consequence, depending on how far a run goes on
ALSO = (
    "iplaygames/lifecycle/multi-session/*",
    "equos/lifecycle/session-pass/*",
    "equos/sessionPassesControllerStartV3/promise/*",
    "equos/sessionPassesControllerStopV3/promise/*",
)


class Wrong(Honest):
    def answer(self, request: Request) -> Reply:
        reply = super().answer(request)
        return replace(reply, body=b"{}", content_type="application/json")
