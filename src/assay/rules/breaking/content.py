"""What stands inside a text: how much a change of that weighs."""

from __future__ import annotations

import json
from typing import NamedTuple

from assay.model.breaking import Level
from assay.model.terms import Json
from assay.rules.schemas.comparing import Judged


class Contents(NamedTuple):
    """How the text was encoded, its media type and the form of what it holds, before and now."""

    before: Json
    after: Json

    @property
    def told(self) -> str:
        """What changed, for people."""
        keys = [key for key in {**self.before, **self.after} if self.before.get(key) != self.after.get(key)]
        told = (f"{key} {self._shown(self.before, key)} → {self._shown(self.after, key)}" for key in keys)
        return ", ".join(told)

    def weight(self, harmful: str) -> Level:
        """Another encoding or media type breaks, and a word that is `harmful` (`new`, `gone`). A form is undecided."""
        mine, theirs = self.before.keys(), self.after.keys()
        if any(self.before[key] != self.after[key] for key in mine & theirs if key != "contentSchema"):
            return Level.BREAKING
        if (theirs - mine) if harmful == "new" else (mine - theirs):
            return Level.BREAKING
        both = (
            "contentSchema" in mine & theirs and self.before["contentSchema"] != self.after["contentSchema"]
        )
        return Level.WARNING if both else Level.NOTE

    @staticmethod
    def _shown(side: Json, key: str) -> str:
        if key not in side:
            return "nothing"
        return "another form" if key == "contentSchema" else str(side[key])


def contents(judged: Judged) -> Contents:
    """What is said of the text on both sides."""
    shapes = (judged.difference.old, judged.difference.new)
    old, new = (
        json.loads(next((one.get("content") for one in shape.of("string") if one.get("content")), "{}"))
        for shape in shapes
    )
    return Contents(old, new)
