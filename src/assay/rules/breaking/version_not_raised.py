"""Something breaks clients, and the API's version does not say so: by semantic versioning the first number goes up."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assay.model.breaking import Finding, Level, Whom
from assay.model.contract import Api
from assay.rules.breaking.look import Card

RULE = "version-not-raised"
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="Semantic Versioning 2.0.0 §8",
    fix="Raise the first number of `version` in api.yaml.",
    example="version: 1.4.0 stays, and an operation is gone",
)
_NUMBERS = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?")


def check_version(old: Api, new: Api, findings: Iterable[Finding]) -> str | None:
    """Told of an API some of whose findings are breaking; None where its version says so, or is none of numbers."""
    breaking = sum(1 for finding in findings if finding.level is Level.BREAKING)
    before, after = _NUMBERS.match(old.version), _NUMBERS.match(new.version)
    if not breaking or before is None or after is None:
        return None
    was, now = ([int(part or 0) for part in found.groups()] for found in (before, after))
    if now[0] > was[0]:
        return None
    how = "stays" if now == was else "goes down to" if now < was else "goes only up to"
    told = f"{old.version} {how}" if how == "stays" else f"{old.version} {how} {new.version}"
    what = "1 finding breaks clients" if breaking == 1 else f"{breaking} findings break clients"
    return f"{what}, and the version {told}."
