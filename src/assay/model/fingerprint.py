"""What makes two failures the same failure, from ids and kinds of mismatch, never from wording or random values."""

from __future__ import annotations

from hashlib import sha256


def fingerprint(clause: str, operation: str, state: str, facet: str) -> str:
    """Twelve hex digits that stay the same from night to night for the same failure."""
    return sha256("\x1f".join((clause, operation, state, facet)).encode()).hexdigest()[:12]
