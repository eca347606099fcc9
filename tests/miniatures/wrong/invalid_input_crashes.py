"""A start that lacks a required field is answered 500."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply

CAUGHT_BY = (
    "iplaygames/startAMultiSession/no-server-error",
    "equos/sessionPassesControllerStartV3/no-server-error",
)


class Wrong(Honest):
    def multi_refused(self, problems: list[str]) -> Reply:
        if any(problem.endswith("/required") for problem in problems):
            return self.multi_error(500, "Undefined array key")
        return super().multi_refused(problems)

    def pass_refused(self, problems: list[str]) -> Reply:
        return self.nest(500, "Internal Server Error", "Cannot read properties of undefined")
