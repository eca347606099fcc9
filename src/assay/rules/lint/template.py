"""Path templates (OpenAPI 3.1 §3.2, «Path Templating»)."""

from __future__ import annotations

import re

_VARIABLE = re.compile(r"\{([^{}/]*)\}")


def variables(path: str) -> tuple[str, ...]:
    """The names in braces, in order."""
    return tuple(_VARIABLE.findall(path))


def malformed(path: str) -> bool:
    """True when braces are open, nested, empty, or around a slash."""
    rest = _VARIABLE.sub("", path)
    return "{" in rest or "}" in rest or "" in variables(path)
