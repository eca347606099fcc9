"""The faults there are."""

from __future__ import annotations

from assay.mock.faults import access, bodies, effects, statuses, wire
from assay.mock.faults.terms import Kind

#: every fault by the name that `assay mock --fault` and the control endpoint use
FAULTS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        statuses.WRONG_STATUS,
        statuses.UNDOCUMENTED_STATUS,
        statuses.SERVER_ERROR,
        bodies.FIELD_MISSING,
        bodies.FIELD_WRONG_TYPE,
        bodies.FIELD_NULL,
        bodies.FIELD_CHANGED,
        bodies.FIELD_EXTRA,
        bodies.ENUM_VIOLATED,
        effects.STALE_READ,
        effects.LOST_WRITE,
        effects.DUPLICATE_EFFECT,
        effects.FORGETS_TRANSITION,
        effects.ANOTHER_BODY,
        effects.ID_REUSE,
        access.ACCEPTS_INVALID,
        access.IGNORES_AUTH,
        access.LEAKS,
        bodies.WRONG_CONTENT_TYPE,
        bodies.HEADER_MISSING,
        bodies.INVALID_UTF8,
        wire.TRUNCATED,
        wire.CONNECTION_RESET,
        wire.HANG,
        wire.SLOW,
        effects.NON_ATOMIC,
        statuses.RETRY_STORM,
    )
}
