"""The exit codes as users read them. The same table stands in `docs/exit-codes.md`."""

from __future__ import annotations

from assay.report.exits import MEANINGS


def table() -> str:
    """One line for each code."""
    return "\n".join(f"  {int(code)}  {meaning}" for code, meaning in MEANINGS.items())
