"""Rules, decided once for the same facts.

A rule's outcome depends on nothing but the parts of the scope that it looks at. They are cut out of the scope before
the rule is asked, and its answer is kept for when the same parts come again: a rule about the games of a session is not
asked anew for each session that has the same games.

Of a value that only stands in `has(…)`, `type(…)` or beside `null`, no more is looked at than whether it is there, and
what it is: an object is cut down to an empty one, everything else stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from assay.machine.expression import (
    MISSING,
    Absence,
    InstanceFacts,
    RequestFacts,
    ResponseFacts,
    Rule,
    RuleError,
    Scope,
    compile_rule,
)
from assay.machine.mention import Mentions, chosen, mentions
from assay.model.terms import Json

_PATH: Final = r"((?:request|response|instance)(?:\s*\.\s*[A-Za-z_]\w*)+)"
#: the whole of what is said of a path here is that it is there, or what kind of value it is
_SHAPE: Final = re.compile(
    rf"(?<![\w.])(?:has|type)\s*\(\s*{_PATH}\s*\)|(?:^|[(?:,]|&&|\|\|)\s*{_PATH}\s*[=!]=\s*null\b"
)
#: what can be cut out of each; a rule that looks at more is asked each time
_PARTS: Final = {"request": {"body", "method"}, "response": {"body", "status"}}
#: answers that are kept of one rule, and the longest text of facts that one is kept for
_MOST, _LONGEST = 512, 4096

#: (method, body), (status, body), (id, values)
_Parts = tuple[
    tuple[str, Json | Absence] | None,
    tuple[int, Json | Absence] | None,
    tuple[Json, Mapping[str, Json]] | None,
]


class Ruling:
    """One rule, and what it answered lately."""

    __slots__ = ("_known", "_rule", "_seen", "apart")

    def __init__(self, text: str) -> None:
        self._rule: Rule | None
        try:
            self._rule = compile_rule(text)
        except RuleError:
            self._rule = None
        seen = looked_at(text)
        whole = any(
            below is None or below.keys() - _PARTS.get(root, below.keys()) for root, below in seen.items()
        )
        self._seen: Mentions | None = None if whole else seen
        self._known: dict[str, bool] = {}
        #: True when it looks at nothing but the answer
        self.apart = not whole and seen.keys() <= {"response"}

    def __call__(self, scope: Scope) -> bool:
        """True when the rule holds; one that cannot be told does not."""
        if self._rule is None:
            return False
        if self._seen is None:
            return _asked(self._rule, scope)
        parts = _parts(scope, self._seen)
        key = repr(parts)
        known = self._known.get(key)
        if known is None:
            known = _asked(self._rule, _scope(parts))
            if len(self._known) >= _MOST:
                self._known.clear()
            if len(key) <= _LONGEST:
                self._known[key] = known
        return known


def _asked(rule: Rule, scope: Scope) -> bool:
    try:
        return rule(scope)
    except RuleError:
        return False


def _parts(scope: Scope, seen: Mentions) -> _Parts:
    """Of the request, the answer and the instance what is looked at; None for what is not, or is not there."""
    request = response = instance = None
    if (below := seen.get("request")) is not None and (asked := scope.request) is not None:
        request = asked.method, chosen(asked.body, below["body"]) if "body" in below else MISSING
    if (below := seen.get("response")) is not None and (answered := scope.response) is not None:
        status = answered.status if "status" in below else 0
        response = status, chosen(answered.body, below["body"]) if "body" in below else MISSING
    if (below := seen.get("instance")) is not None and (whom := scope.instance) is not None:
        named = chosen(whom.id, below["id"]) if "id" in below else None
        instance = named, chosen(whom.values, below)
    return request, response, instance


def _scope(parts: _Parts) -> Scope:
    """The scope that has these parts and nothing else."""
    request, response, instance = parts
    return Scope(
        None if request is None else RequestFacts(request[0], "", body=request[1]),
        None if response is None else ResponseFacts(response[0], body=response[1]),
        None if instance is None else InstanceFacts(*instance),
    )


@lru_cache(maxsize=1024)
def looked_at(rule: str) -> Mentions:
    """What of a scope the rule's outcome depends on: name -> what of it; None: all of it."""
    tree: dict[str, Json] = dict(mentions(_SHAPE.sub(" ", rule)))
    for found in _SHAPE.finditer(rule):
        branch: dict[str, Json] | None = tree
        for name in re.split(r"\s*\.\s*", found[1] or found[2]):
            branch = None if branch is None else branch.setdefault(name, {})
    return tree
