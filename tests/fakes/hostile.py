"""A run in which every text that an API or the author of a contract writes tries to act on the reader's page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from assay.model.verdict import Standing
from assay.report.fold import fold
from assay.report.log import dump, load
from assay.report.past import Earlier, Past, counted
from assay.report.record import record
from assay.report.result import Report
from assay.report.trend import compare
from golden.story import events

#: what a script sets that got to run
MARK = "window.assayWasHere=1"
PAYLOADS: Mapping[str, str] = {
    "script": f"<script>{MARK}</script>",
    "image": f"\"><img src=x onerror='{MARK}'>",
    "svg": f"'><svg/onload={MARK}>",
    "title": f"</title><script>{MARK}</script>",
    "style": f"</style><script>{MARK}</script>",
    "end-of-script": f"</script><script>{MARK}</script>",
    "pre": f"</pre></code></td></table><script>{MARK}</script>",
    "textarea": f"</textarea></select></option><script>{MARK}</script>",
    "comment": f"--><script>{MARK}</script><!--",
    "cdata": f"]]></text></svg><script>{MARK}</script>",
    "attribute": f'" autofocus tabindex=0 onfocus="{MARK}" onmouseover="{MARK}" x="',
    "attribute-of-one": f"' onclick='{MARK}' style='background:url(http://evil.example/a)' x='",
    "frame": f'<iframe srcdoc="<script>parent.{MARK}</script>"></iframe>',
    "link": f"javascript:{MARK}//",
    "anchor": f"<a href=javascript:{MARK}>see</a>",
    "base": "<base href=http://evil.example/><link rel=stylesheet href=http://evil.example/a.css>",
    "refresh": "<meta http-equiv=refresh content='0;url=http://evil.example/'>",
    "form": "<form action=http://evil.example/><input name=a><button id=theme autofocus>ok</button></form>",
    "clobber": "<img name=getElementById><form id=tools><input name=hidden></form>",
    "template": "{{ 7 * 7 }}{% for x in y %}{{ ''.__class__.__mro__ }}${7*7}",
    "foreign": f"<math><mtext><table><mglyph><style><img src=x onerror={MARK}></style></table></mtext></math>",
    "halves": f"\u202e<\x00script>{MARK}<\x00/script>\ud800",
    "entity": f"&lt;script&gt;{MARK}&lt;/script&gt;&#x3c;img src=x&#x3e;",
}
#: keys whose values are no texts of anybody's: words of the log, moments, numbers in disguise
_OURS = frozenset({
    "format", "event", "kind", "strength", "credentials", "started", "finished", "shard", "elapsed_ms", "until", "raw",
    "standing", "symbol",
})  # fmt: skip


def report(payload: str) -> Report:
    """The story of the golden report, with the payload in every text."""
    return fold(load(json.dumps(_poisoned(json.loads(dump(event)), payload))) for event in events())


def past(told: Report) -> Past:
    """A past that is as hostile, and in which other things were broken."""
    now = record(told)
    marks = tuple(
        replace(mark, standing=Standing.VERIFIED if mark.standing is Standing.VIOLATED else Standing.VIOLATED)
        for mark in now.marks
    )
    head = replace(now.head, branch=now.head.target, commit=now.head.target, started="2026-11-19T22:00:00Z")
    before = replace(now, head=head, marks=marks)
    return Past((Earlier(head, counted(marks)),), compare(before, now), now.head.target)


def _poisoned(value: Any, payload: str, key: str = "", depth: int = 0) -> Any:
    if isinstance(value, dict):
        # names of members are texts, too, where the log keeps maps by names of theirs
        theirs = key in {"sources", "fields", "made", "ended"}
        return {
            (f"{name}{payload}" if theirs else name): _poisoned(one, payload, name, depth + 1)
            for name, one in value.items()
        }
    if isinstance(value, list):
        if key == "response_headers":
            typed = [pair for pair in value if pair[0].lower() == "content-type" and "json" in pair[1]]
            return [*typed, *([f"{name}{payload}", f"{told}{payload}"] for name, told in value)]
        return [_poisoned(one, payload, key, depth + 1) for one in value]
    if not isinstance(value, str) or key in _OURS:
        return value
    if key in {"response_body", "request_body"}:
        return json.dumps({payload: payload, "/": {f"{payload}~": [payload, None]}, "was": value})
    if key == "response_url":
        return payload + value
    return f"{value}{payload}"
