"""When a request may be sent once more without changing what the run would have seen."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from assay.model.case import WireResponse

#: methods that ask for no change (RFC 9110 §9.2.1)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
#: answers that ask to come again later (RFC 6585 §4, RFC 9110 §15.6.4)
BUSY = frozenset({429, 503})
#: how often a busy target is asked again, however short the waits it names
BUSY_TRIES = 3
#: after so many requests in a row that were waited for in vain a target is not waited for, until it answers otherwise:
#: one that is always busy would hold a run for hours
IN_VAIN = 2


def wait_asked(response: WireResponse, now: datetime) -> float | None:
    """Seconds that a busy target asks us to wait (Retry-After, RFC 9110 §10.2.3); None when it does not say.

    A date in the past is «at once». What is neither a number of seconds nor a date is as good as not said.
    """
    if response.status not in BUSY:
        return None
    value = (response.header("Retry-After") or "").strip()
    if value.isascii() and value.isdigit():
        return float(value) if len(value) <= 9 else math.inf
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    # «-0000» means UTC of unknown origin (RFC 5322 §3.3); Python gives it no zone
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
