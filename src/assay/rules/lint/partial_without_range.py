"""A 206 without `Content-Range`, which RFC 9110 §15.3.7 requires of one that has a single part."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look, advice
from assay.rules.lint.replies import has, promised, replies

RULE = "partial-without-range"

#: of several parts each has its own range, in the content (RFC 9110 §15.3.7.2)
_PARTS = "multipart/byteranges"


def check(look: Look) -> Iterator[Problem]:
    """A 206 that does not say which part of the whole it is."""
    for operation, reply, place in replies(look):
        several = any(content.media_type.lower().startswith(_PARTS) for content in reply.content)
        if reply.status != "206" or several or has(reply, "Content-Range"):
            continue
        if not promised(operation, reply, "Content-Range"):
            message = (
                "No header 'Content-Range' is documented for this 206: "
                "RFC 9110 §15.3.7.1 has it say which part of the whole was sent."
            )
            fix = "Add `headers: {Content-Range: {schema: {type: string}}}` if the documentation names it."
            yield advice(place, RULE, message, fix)
