"""The exit codes as users read them. The same table stands in `docs/exit-codes.md`."""

from __future__ import annotations

from assay.app.errors import Exit

MEANINGS: dict[Exit, str] = {
    Exit.CONFORMS: "conforms: nothing is violated but what is waived",
    Exit.VIOLATED: "a documented promise is violated (--strict: any promise, or one not witnessed)",
    Exit.USAGE: "usage or contract error: nothing was sent",
    Exit.NOTHING: "nothing was exercised, so nothing is known",
    Exit.ENVIRONMENT: "the harness or its environment failed: target unreachable, disk full, our bug",
    Exit.INCOMPLETE: "the run is incomplete: interrupted, target lost half-way, shard missing",
}


def table() -> str:
    """One line for each code."""
    return "\n".join(f"  {int(code)}  {meaning}" for code, meaning in MEANINGS.items())
