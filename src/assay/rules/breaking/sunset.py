"""Days from which something may be gone."""

from __future__ import annotations

from datetime import date


def day(text: str) -> date | None:
    """The day that a text begins with (RFC 3339 §5.6), or None."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
