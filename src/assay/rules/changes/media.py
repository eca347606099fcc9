"""Which documented media type speaks of another one."""

from __future__ import annotations

from collections.abc import Sequence

from assay.model.contract import Content


def essence(media_type: str) -> str:
    """Type and subtype, in lower case, and what parameters there are, in one form (RFC 9110 §8.3.1)."""
    head, *parameters = (part.strip() for part in media_type.split(";"))
    told = sorted(
        f"{name.strip().lower()}={value.strip().strip(chr(34)).lower()}"
        for name, _, value in (part.partition("=") for part in parameters if part)
    )
    # UTF-8 is what JSON is in anyway (RFC 8259 §8.1)
    return "; ".join([head.lower(), *(one for one in told if one != "charset=utf-8")])


def governing(media_type: str, content: Sequence[Content]) -> Content | None:
    """The entry that holds for that media type: itself, then the range it lies in (OpenAPI 3.1 §4.8.14)."""
    wanted = essence(media_type)
    named = {essence(one.media_type): one for one in content}
    plain = wanted.split(";", 1)[0]
    for candidate in (wanted, plain, f"{plain.split('/', 1)[0]}/*", "*/*"):
        if candidate in named:
            return named[candidate]
    return None
