"""An entry of the ledger as it may be written down."""

from __future__ import annotations

import json
from dataclasses import replace

from assay.evidence.redact import Policy, redact_text
from assay.model.ledger import Entry
from assay.model.terms import Json


def written(entry: Entry, policy: Policy) -> Entry:
    """The entry without any known secret: what holds one is left out, and an id that does is hidden."""
    shown = redact_text(entry.id, policy)
    return replace(
        entry,
        id=shown,
        hidden=entry.hidden or shown != entry.id,
        values={name: value for name, value in entry.values.items() if _clean(value, policy)},
        supplied={name: value for name, value in entry.supplied.items() if _clean(value, policy)},
    )


def _clean(value: Json, policy: Policy) -> bool:
    try:
        told = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):  # no JSON: nothing that could be read again
        return False
    return redact_text(told, policy) == told
