"""Requests that name versions (`conditional`): 304 for readers who have the current one, 412 for writers without it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256

from assay.laws import conditional
from assay.laws.preconditions import (
    FAILED,
    IF_MATCH,
    IF_NONE_MATCH,
    NOT_MODIFIED,
    matches_strongly,
    matches_weakly,
)
from assay.laws.reading import reader, writers
from assay.model.contract import Api
from assay.model.lifecycle import Lifecycle
from assay.model.terms import Json


def entity_tag(body: Json) -> str:
    """A strong entity tag (RFC 9110 §8.8.3): the same for equal bodies, another for any other."""
    written = json.dumps(body, ensure_ascii=True, separators=(",", ":"))
    return f'"{sha256(written.encode()).hexdigest()[:20]}"'


class Preconditions:
    """What the operations of one lifecycle make of If-Match and If-None-Match."""

    def __init__(self, api: Api, cycle: Lifecycle) -> None:
        self._reads: set[str] = set()
        self._writes: set[str] = set()
        for law in cycle.laws:
            if law.name != conditional.NAME:
                continue
            read = reader(api, cycle, law)
            if read is not None and api.operation(read).reply_for(NOT_MODIFIED) is not None:
                self._reads.add(read)
            named = law.parameters.get("writes")
            documented = (
                o for o in writers(api, cycle) if any(r.status == "412" for r in api.operation(o).replies)
            )
            self._writes |= set(documented if named is None else named)

    def asked(self, operation: str, headers: Mapping[str, str]) -> bool:
        """True when the request has a precondition that the operation heeds."""
        return (operation in self._reads and IF_NONE_MATCH.lower() in headers) or (
            operation in self._writes and IF_MATCH.lower() in headers
        )

    def decides(self, operation: str, status: int) -> bool:
        """True when that status comes about by a precondition, and no other way."""
        return (status == NOT_MODIFIED and operation in self._reads) or (
            status == FAILED and operation in self._writes
        )

    def outcome(self, operation: str, headers: Mapping[str, str], tag: str) -> int | None:
        """304 or 412 where the preconditions say so of the version `tag`; None where the request goes through.

        A 304 is for readers (RFC 9110 §13.1.2), a 412 for writers (§13.1.1).
        """
        known = headers.get(IF_NONE_MATCH.lower())
        if operation in self._reads and known is not None:
            return NOT_MODIFIED if matches_weakly(known, tag) else None
        wanted = headers.get(IF_MATCH.lower())
        if operation in self._writes and wanted is not None:
            return None if matches_strongly(wanted, tag) else FAILED
        return None
