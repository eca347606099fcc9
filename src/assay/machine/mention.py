"""Which parts of a scope a rule mentions: only those need be handed to the CEL library, which copies what it gets.

A path is a name and the members after it, as far as they are written with points: `response.body.version`. A call ends
a path before it (`response.body.map(…)` mentions the whole body), and so does an index. `has(request.body)`,
`type(request.body)` and `request.body == null` ask whether it is there and of what type it is: where other paths lead
into it, they need no more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from assay.model.terms import Json

_ROOTS = ("request", "response", "instance")
_PATH = re.compile(rf"\b(?:{'|'.join(_ROOTS)})\b(?:\s*\.\s*[A-Za-z_]\w*(?!\w|\s*\())*")

#: what looks no deeper than at what it is given: a macro, a function, and a comparison that nothing comes before
_GIVEN = re.compile(r"(?<![\w.])(?:has|type)\s*\(\s*\Z")
_CLOSED = re.compile(r"\s*\)")
_ALONE = re.compile(r"(?:\A|[(\[,?:]|&&|\|\|)\s*\Z")
_NULL = re.compile(r"\s*[!=]=\s*null\b")

#: name -> what of it is mentioned; None: all of it
Mentions = Mapping[str, "Mentions | None"]


def mentions(text: str) -> Mentions:
    """What the rule mentions; more than it needs where a string or comment looks like a path."""
    tree: dict[str, Json] = {}
    for found in _PATH.finditer(text):
        *names, last = re.split(r"\s*\.\s*", found[0])
        shallow = any(
            before.search(text, 0, found.start()) and after.match(text, found.end())
            for before, after in ((_GIVEN, _CLOSED), (_ALONE, _NULL))
        )
        branch = tree
        for name in names:
            branch = branch.setdefault(name, {})
            if branch is None:
                break
        else:
            branch[last] = branch.get(last, {}) if shallow else None
    return _closed(tree)


def _closed(tree: dict[str, Json]) -> dict[str, Json]:
    """The tree, in which a branch that leads no further means all that is there."""
    return {name: _closed(branch) if branch else None for name, branch in tree.items()}


def chosen(value: Json, mentioned: Mentions | None) -> Json:
    """`value` without the members that are not mentioned; what is not an object is left whole."""
    # what JSON texts are parsed to is a `dict`: that question costs nothing, the general one does
    if mentioned is None or not (isinstance(value, dict) or isinstance(value, Mapping)):  # noqa: SIM101
        return value
    return {name: chosen(value[name], below) for name, below in mentioned.items() if name in value}
