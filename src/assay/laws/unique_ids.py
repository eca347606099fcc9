"""`unique-ids`: no id is issued twice. Judged on every creating answer of a run, so it needs no drills of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assay.laws.terms import Finding, Ground, Missing, Told
from assay.model.case import Script
from assay.model.lifecycle import Law
from assay.model.terms import Schema

NAME = "unique-ids"
TITLE = "no id is issued twice"
PARAMETERS: Schema = {"type": "object", "properties": {}, "additionalProperties": False}


def aspects(law: Law) -> Mapping[str, str]:
    """None: it is one promise."""
    return {}


def drills(ground: Ground, law: Law) -> Iterator[Script | Missing]:
    """None: every explorer creates, and the judge looks at every id."""
    return iter(())


def judge(told: Told) -> Sequence[Finding]:
    """Nothing: `judge.checks.unique_ids` looks at each exchange."""
    return ()
