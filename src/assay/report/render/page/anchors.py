"""Names of places on the page."""

from __future__ import annotations

import hashlib
from functools import lru_cache


@lru_cache(maxsize=65536)
def anchor(text: str) -> str:
    """A fragment name that any text maps to, without characters that mean something in a URL."""
    return "c-" + hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:12]
