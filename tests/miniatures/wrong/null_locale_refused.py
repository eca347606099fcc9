"""A start with `locale: null`, which is documented as allowed, is refused."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest

CAUGHT_BY = ("iplaygames/lifecycle/multi-session/absent/startAMultiSession",)


class Wrong(Honest):
    def multi_problems(self, document: Any) -> list[str]:
        return super().multi_problems(document) or (["body"] if document.get("locale", "") is None else [])
