"""The 400 body is a bare string."""

from __future__ import annotations

from dataclasses import replace

from miniatures.honest import Honest
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/startAMultiSession/shape/400",)
#: may break as a consequence, depending on how far a run goes on
ALSO = ("iplaygames/startAMultiSession/promise/*",)


class Wrong(Honest):
    def multi_refused(self, problems: list[str]) -> Reply:
        return replace(super().multi_refused(problems), body=b'"Invalid request parameters"')
