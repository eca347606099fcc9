"""Where parameters stand in a request, which the pages do not say in so many words.

A variable of the path is sure, and so is the body where a content type is sent and one parameter alone can be it.
Whether the rest belongs to the query or to the header no template tells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from assay.ingest.sdk_docs.dialects import folded
from assay.ingest.sdk_docs.pages import Member, Method
from assay.ingest.sdk_docs.wire import VARIABLE

FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
#: names that fields of the header have in every language
_FIELDS: Final = re.compile(
    r"x[-_A-Z].*|(?:if_?(?:none_?)?match|if_?(?:un)?modified_?since|idempotency_?key|accept_?language|"
    r"user_?agent|authorization)",
    re.I,
)
_BODIES: Final = re.compile(r"body|payload|(?:.*_?request(?:_?body|_?dto)?)|.*_?dto", re.I)
_WITH_BODY: Final = frozenset({"post", "put", "patch"})


class Placed(NamedTuple):
    """A parameter and its place."""

    member: Member
    #: `path`, `query`, `header`, `body` or `form`
    where: str
    #: the variable's spelling, for the path
    name: str
    #: is the place certain?
    sure: bool


def placed(method: Method, structured: Callable[[str], bool]) -> Iterator[Placed]:
    """The parameters with their places. `structured`: is that type one that only a body can hold?"""
    variables = {folded(name): name for name in VARIABLE.findall(method.path)}
    rest: list[Member] = []
    for member in method.members or ():
        variable = variables.pop(folded(member.name), None)
        if variable is not None:
            yield Placed(member, "path", variable, sure=True)
        else:
            rest.append(member)
    sends = method.sends
    if sends and any(kind.lower() in FORMS for kind in sends):
        for member in rest:
            yield Placed(member, "form", member.name, sure=len(rest) == 1)
        return
    body, sure = _body(method, rest, structured)
    for member in rest:
        if member is body:
            yield Placed(member, "body", member.name, sure)
        else:
            field = _FIELDS.fullmatch(member.name) is not None
            yield Placed(member, "header" if field else "query", member.name, sure=False)


def _body(
    method: Method, rest: list[Member], structured: Callable[[str], bool]
) -> tuple[Member | None, bool]:
    """The parameter that is the body, and whether it surely is."""
    if not rest:
        return None, False
    able = [member for member in rest if structured(member.type)]
    if not method.sends:
        able = able or [member for member in rest if member.name == "body"]
        return (able[-1], False) if able and method.verb in _WITH_BODY else (None, False)
    if len(rest) == 1:
        return rest[0], True
    if len(able) == 1:
        return able[0], True
    called = [member for member in able or rest if _BODIES.fullmatch(member.name)]
    return (called or able or rest)[-1], False
