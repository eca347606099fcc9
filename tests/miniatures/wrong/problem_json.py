"""The 400 body comes as application/problem+json."""

from __future__ import annotations

from dataclasses import replace

from miniatures.honest import Honest
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/startAMultiSession/content-type/400",)


class Wrong(Honest):
    def multi_refused(self, problems: list[str]) -> Reply:
        return replace(super().multi_refused(problems), content_type="application/problem+json")
