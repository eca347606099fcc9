"""Every id is issued for two sessions."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest
from miniatures.session_passes import Pass

CAUGHT_BY = ("equos/lifecycle/session-pass/law/unique-ids",)
#: may break as a consequence, depending on how far a run goes on
ALSO = (
    "equos/lifecycle/session-pass/running/sessionPassesControllerStopV3",
    "equos/lifecycle/session-pass/stopped/sessionPassesControllerStopV3",
    "equos/lifecycle/session-pass/field/*",
)


class Wrong(Honest):
    def pass_open(self, document: dict[str, Any]) -> Pass:
        latest = list(self.passes.values())[-1:]
        created = super().pass_open(document)
        if latest and len(self.passes) % 2 == 0:
            created.id = latest[0].id
        return created
