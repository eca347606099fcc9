"""A start that names the optional client is refused."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest

CAUGHT_BY = (
    "equos/sessionPassesControllerStartV3/documented-statuses",
    "equos/lifecycle/session-pass/absent/sessionPassesControllerStartV3",
)


class Wrong(Honest):
    def pass_problems(self, document: Any) -> list[str]:
        return super().pass_problems(document) or (["client: unexpected"] if "client" in document else [])
