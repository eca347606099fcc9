"""Preconditions on versions: what If-Match and If-None-Match name, and when they match (RFC 9110 §8.8.3, §13.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assay.inputs.sample import CannotSample, sample
from assay.inputs.validator import Validator
from assay.laws.reading import safe, success
from assay.laws.terms import Told
from assay.model.case import Case
from assay.model.contract import Api
from assay.model.copied import replace
from assay.model.terms import Schema

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

#: samples of a parameter that are looked at for one that is an ETag
_TRIES = 20

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


def allowed(api: Api, operation: str, header: str, sent: str) -> bool:
    """False for a value that the operation's parameter refuses for its form."""
    return Validator(_schema(api, operation, header), api.components).accepts(sent)


def another(api: Api, operation: str, header: str) -> str | None:
    """An ETag that no version of ours is likely to have, in a form that the operation's parameter allows.

    None where it allows none: what is refused for its form tells nothing of versions.
    """
    schema = _schema(api, operation, header)
    if allowed(api, operation, header, OTHER):
        return OTHER
    if isinstance(schema, Mapping):  # not what is known to be good: that is `*`, as like as not
        schema = {key: value for key, value in schema.items() if not key.startswith("x-")}
    for number in range(_TRIES):
        try:
            made = sample(schema, api.resolve, seed=f"{OTHER}{number}")
        except CannotSample:
            return None
        if isinstance(made, str) and well_formed(made, strong=True):
            return made
    return None


def _schema(api: Api, operation: str, header: str) -> Schema:
    known = (p for p in api.operation(operation).parameters if p.location == "header")
    return next((api.resolve(p.schema) for p in known if p.name.lower() == header.lower()), True)


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
