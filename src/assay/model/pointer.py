"""JSON Pointers (RFC 6901): writing and reading their reference tokens."""

from __future__ import annotations


def escape(key: str) -> str:
    """One reference token of a JSON Pointer (RFC 6901 §3)."""
    return key.replace("~", "~0").replace("/", "~1")


def unescape(token: str) -> str:
    """The name that a reference token stands for (RFC 6901 §4)."""
    return token.replace("~1", "/").replace("~0", "~")


def tokens(pointer: str) -> list[str]:
    """The names that a JSON Pointer leads through (RFC 6901 §4); none for the whole document."""
    return [unescape(part) for part in pointer.removeprefix("/").split("/")] if pointer else []
