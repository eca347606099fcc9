"""A record as the rows it comes to, and in which order they are written. Loads no library."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from assay.model.record import Record

#: one row, by the parameters of the statement that writes it
Row = Mapping[str, Any]
#: what no database takes in a text, and an API may answer in one: NUL, and halves of surrogate pairs
_UNFIT, _INSTEAD = re.compile("[\0\ud800-\udfff]"), "\ufffd"

#: names of the statements that write a record, in their order: what was known of that run is replaced
ORDER: Final = (
    "forget-marks", "forget-breaks", "forget-latencies", "forget-run",
    "add-run", "add-clause", "add-mark", "add-break", "add-latency",
)  # fmt: skip


def rows(record: Record) -> Mapping[str, list[Row]]:
    """Statement by statement, in their order, the rows that it writes."""
    key = {"key": record.head.key}
    strengths = {mark.clause: str(mark.strength) for mark in record.marks}
    # everybody asks for them in the same order: then nobody waits for somebody who waits for him
    named: list[Row] = [{"name": name, "strength": strength} for name, strength in sorted(strengths.items())]
    marks: list[Row] = [
        {**key, "name": mark.clause, "strength": str(mark.strength), "standing": str(mark.standing), "seen": mark.seen,
         "violations": mark.violations, "waived": mark.waived, "flaky": mark.flaky}
        for mark in record.marks
    ]  # fmt: skip
    breaks: list[Row] = [
        {**key, "name": one.clause, "strength": strengths[one.clause], "fingerprint": one.fingerprint,
         "message": one.message, "again": one.again, "tries": one.tries, "waived": one.waived}
        for one in record.breaks
        if one.clause in strengths
    ]  # fmt: skip
    written: dict[str, list[Row]] = {
        **{name: [key] for name in ORDER if name.startswith("forget-")},
        "add-run": [asdict(record.head)],
        "add-clause": named,
        "add-mark": marks,
        "add-break": breaks,
        "add-latency": [{**key, **asdict(one)} for one in record.latencies],
    }
    return {name: [_fit(row) for row in written[name]] for name in ORDER if written[name]}


def _fit(row: Row) -> Row:
    return {
        name: _UNFIT.sub(_INSTEAD, value) if isinstance(value, str) else value for name, value in row.items()
    }
