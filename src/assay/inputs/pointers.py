"""Writing at a JSON Pointer (RFC 6901)."""

from __future__ import annotations

import copy

from assay.model.contract import Json


def put(value: Json, pointer: str, part: Json) -> Json:
    """A copy of `value` with `part` at that pointer; objects on the way are made.

    Raises `LookupError` where something else than an object or array is on the way.
    """
    if not pointer:
        return part
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")]
    made = copy.deepcopy(value)
    holder = made
    try:
        for token in tokens[:-1]:
            holder = holder[int(token)] if isinstance(holder, list) else holder.setdefault(token, {})
        holder[int(tokens[-1]) if isinstance(holder, list) else tokens[-1]] = part
    except (ValueError, AttributeError, IndexError, TypeError):
        raise LookupError(f"there is no place {pointer}") from None
    return made
