"""An entry of the ledger as it may be written down."""

from __future__ import annotations

import json
from collections.abc import Mapping
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
        url=entry.url if redact_text(entry.url, policy) == entry.url else "",
        values=_clean_ones(entry.values, policy),
        supplied=_clean_ones(entry.supplied, policy),
    )


def _clean_ones(values: Mapping[str, Json], policy: Policy) -> dict[str, Json]:
    # where nothing is found in all of them together, nothing is in any: the usual case, looked through once
    if not values or _clean(values, policy):
        return dict(values)
    return {name: value for name, value in values.items() if _clean(value, policy)}


def _clean(value: Json, policy: Policy) -> bool:
    try:
        told = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):  # no JSON: nothing that could be read again
        return False
    return redact_text(told, policy) == told
