"""Writing at a JSON Pointer (RFC 6901)."""

from __future__ import annotations

from assay.inputs.copies import copied
from assay.model.contract import Json
from assay.model.pointer import tokens


def put(value: Json, pointer: str, part: Json) -> Json:
    """A copy of `value` with `part` at that pointer; objects on the way are made.

    Raises `LookupError` where something else than an object or array is on the way.
    """
    if not pointer:
        return part
    names = tokens(pointer)
    made = copied(value)
    holder = made
    try:
        for name in names[:-1]:
            holder = holder[int(name)] if isinstance(holder, list) else holder.setdefault(name, {})
        holder[int(names[-1]) if isinstance(holder, list) else names[-1]] = part
    except (ValueError, AttributeError, IndexError, TypeError):
        raise LookupError(f"there is no place {pointer}") from None
    return made
