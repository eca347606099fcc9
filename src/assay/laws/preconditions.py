"""Preconditions on versions: what If-Match and If-None-Match name, and when they match (RFC 9110 §8.8.3, §13.1)."""

from __future__ import annotations

import re

from assay.laws.reading import safe, success
from assay.laws.terms import Told
from assay.model.case import Case
from assay.model.copied import replace

IF_MATCH = "If-Match"
IF_NONE_MATCH = "If-None-Match"
NOT_MODIFIED = 304
#: Precondition Failed (RFC 9110 §15.5.13)
FAILED = 412
#: a version that nothing of ours ever had
OTHER = '"assay-names-no-version"'
#: the version that the newest look showed, and the one that the first showed
CURRENT = "$steps.look.response.header.ETag"
FIRST = "$steps.first.response.header.ETag"

#: RFC 9110 §8.8.3; obs-text (0x80-0xFF) included
_TAG = re.compile(r'(W/)?"[\x21\x23-\x7e\x80-\xff]*"')


def conditional(case: Case, role: str, header: str, named: str, provokes: str | None = None) -> Case:
    """The case with that precondition. `named` may hold references to earlier steps."""
    if "$" not in named:
        headers, refs = {**case.headers, header: named}, case.refs
    else:
        headers, refs = dict(case.headers), {**case.refs, f"header.{header}": named}
    shown = named.replace(f"{{{CURRENT}}}", "current").replace(CURRENT, "current").replace(FIRST, "stale")
    return replace(case, role=role, title=f"{header}: {shown}", headers=headers, refs=refs, provokes=provokes)


def current(told: Told) -> str | None:
    """The version that the instance is known to have as the last step is asked; None when it is not known.

    The newest look tells it, if nothing was asked since that could have changed something.
    """
    for seen in reversed(told.steps[:-1]):
        if seen.role in {"look", "first"}:
            tag = seen.headers.get("etag", "")
            return tag if success(seen.status) and well_formed(tag, strong=False) else None
        if not safe(told.api, seen.operation):
            return None
    return None


def well_formed(tag: str, *, strong: bool) -> bool:
    """True when the text is an entity tag, and no weak one where it is to be strong."""
    found = _TAG.fullmatch(tag)
    return found is not None and not (strong and found[1])


def weak(tag: str) -> bool:
    """True for a weak entity tag."""
    return tag.startswith("W/")


def matches_strongly(sent: str, tag: str) -> bool:
    """Whether If-Match with that value is true of the version (RFC 9110 §13.1.1, §8.8.3.2)."""
    return sent.strip() == "*" or (not weak(tag) and tag in _listed(sent))


def matches_weakly(sent: str, tag: str) -> bool:
    """Whether If-None-Match with that value names the version (RFC 9110 §13.1.2, §8.8.3.2)."""
    return sent.strip() == "*" or tag.removeprefix("W/") in {t.removeprefix("W/") for t in _listed(sent)}


def kind(sent: str, tag: str) -> str:
    """What the header names, without the random part: `*`, `current`, `list`, `weak` or `other`."""
    if sent.strip() == "*":
        return "*"
    listed = _listed(sent)
    if len(listed) > 1:
        return "list"
    if tag in listed:
        return "current"
    return "weak" if matches_weakly(sent, tag) else "other"


def _listed(sent: str) -> set[str]:
    return {found[0] for found in _TAG.finditer(sent)}
