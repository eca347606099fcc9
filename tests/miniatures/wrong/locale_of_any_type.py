"""A locale that is neither a string nor null is accepted."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest

CAUGHT_BY = ("iplaygames/startAMultiSession/rejects/body/locale/type",)


class Wrong(Honest):
    def multi_problems(self, document: Any) -> list[str]:
        problems = super().multi_problems(document)
        return [problem for problem in problems if problem != "body/locale/type"]
