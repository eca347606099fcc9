"""Items of game_ids that are neither strings nor integers are accepted."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest

CAUGHT_BY = ("iplaygames/startAMultiSession/rejects/body/game_ids/*/type",)


class Wrong(Honest):
    def multi_problems(self, document: Any) -> list[str]:
        problems = super().multi_problems(document)
        return [problem for problem in problems if problem != "body/game_ids/*/type"]
