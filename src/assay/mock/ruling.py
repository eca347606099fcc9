"""Rules, decided once for the same facts.

A rule's outcome depends on nothing but the parts of the scope that it looks at. They are cut out of the scope before
the rule is asked, and its answer is kept for when the same parts come again: a rule about the games of a session is not
asked anew for each session that has the same games.

Of a value that only stands in `has(…)`, `type(…)` or beside `null`, no more is looked at than whether it is there, and
what it is: an object is cut down to an empty one, everything else stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from assay.machine.expression import (
    MISSING,
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
_CUT: Final = {"request": {"body", "method"}, "response": {"body", "status"}}
#: characters of facts that are kept of one rule, and how many a fact counts for at least
_ROOM, _LEAST = 500_000, 200

#: a text; where a way ended; or how far it led and what was there, written down
_Sight = str | int | tuple[int, str]
#: where to look, the way from there, and whether all of what is there counts
_Look = tuple[int, tuple[str, ...], bool]

#: the sources by number, in the order in which a key is made
_SOURCES: Final = {("request", "body"): 0, ("response", "body"): 1, ("request", "method"): 2,
                   ("response", "status"): 3, ("instance", ""): 4}  # fmt: skip
#: there is no request, no answer, no instance
_GONE: Final = object()


class Ruling:
    """One rule, and what it answered lately."""

    __slots__ = ("_kept", "_known", "_looks", "_of_instance", "_rule", "_seen", "apart")

    def __init__(self, text: str) -> None:
        self._rule: Rule | None
        try:
            self._rule = compile_rule(text)
        except RuleError:
            self._rule = None
        seen = looked_at(text)
        whole = any(
            below is None or below.keys() - _CUT.get(root, below.keys()) for root, below in seen.items()
        )
        self._seen: Mentions | None = None if whole else seen
        self._looks = () if whole else tuple(_looks(seen))
        self._of_instance = "instance" in seen
        #: characters of facts in `_known`
        self._kept = 0
        self._known: dict[tuple[_Sight, ...], bool] = {}
        #: True when it looks at nothing but the answer
        self.apart = not whole and seen.keys() <= {"response"}

    def __call__(self, scope: Scope) -> bool:
        """True when the rule holds; one that cannot be told does not."""
        if self._rule is None:
            return False
        if self._seen is None:
            return _asked(self._rule, scope)
        key = self._key(scope)
        known = self._known.get(key)
        if known is None:
            known = _asked(self._rule, _cut(scope, self._seen))
            self._keep(key, known)
        return known

    def _keep(self, key: tuple[_Sight, ...], known: bool) -> None:
        size = _LEAST + sum(map(_length, key))
        if size > _ROOM // 8:
            return
        self._kept += size
        if self._kept > _ROOM:
            self._known.clear()
            self._kept = size
        self._known[key] = known

    def _key(self, scope: Scope) -> tuple[_Sight, ...]:
        """What it looks at: two scopes in which all of it is the same are cut to the same."""
        asked, answered = scope.request, scope.response
        sources = (
            _GONE if asked is None else asked.body,
            _GONE if answered is None else answered.body,
            _GONE if asked is None else asked.method,
            _GONE if answered is None else answered.status,
            _named(scope.instance) if self._of_instance and scope.instance is not None else _GONE,
        )
        key: list[_Sight] = []
        for source, way, whole in self._looks:
            value: Json = sources[source]
            for name in way:
                if type(value) is not dict or name not in value:
                    value = _sight(sources[source], way, whole)
                    break
                value = value[name]
            else:
                value = value if type(value) is str else _sight(value, (), whole)
            key.append(value)
        return tuple(key)


@lru_cache(maxsize=1024)
def ruling(text: str) -> Ruling:
    """The ruling on that rule, with what it answered so far."""
    return Ruling(text)


def _asked(rule: Rule, scope: Scope) -> bool:
    try:
        return rule(scope)
    except RuleError:
        return False


def _cut(scope: Scope, seen: Mentions) -> Scope:
    """The scope with nothing in it but what is looked at."""
    request = response = instance = None
    if (below := seen.get("request")) is not None and (asked := scope.request) is not None:
        body = chosen(asked.body, below["body"]) if "body" in below else MISSING
        request = RequestFacts(asked.method, "", body=body)
    if (below := seen.get("response")) is not None and (answered := scope.response) is not None:
        body = chosen(answered.body, below["body"]) if "body" in below else MISSING
        response = ResponseFacts(answered.status, body=body)
    if (below := seen.get("instance")) is not None and (whom := scope.instance) is not None:
        instance = InstanceFacts(whom.id, chosen(whom.values, below))
    return Scope(request, response, instance)


def _looks(seen: Mentions) -> Iterator[_Look]:
    """Each part that is looked at."""
    for root, below in seen.items():
        for name, of in (below or {}).items():
            first = () if root != "instance" else (name,)
            for way, whole in _ways(of, first):
                yield _SOURCES[root, name if root != "instance" else ""], way, whole


def _ways(seen: Mentions | None, way: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The ways to the ends of a tree, and whether all of what is there counts."""
    if not seen:
        yield way, seen is None
        return
    for name, below in seen.items():
        yield from _ways(below, (*way, name))


def _named(instance: InstanceFacts) -> dict[str, Json]:
    """The instance as rules see it."""
    return dict(instance.values) if instance.id is None else {**instance.values, "id": instance.id}


def _length(seen: _Sight) -> int:
    """How much room it takes to remember that."""
    return len(seen) if isinstance(seen, str) else 0 if isinstance(seen, int) else len(seen[1])


def _sight(value: Json, way: tuple[str, ...], whole: bool) -> _Sight:
    """What is at the end of a way, or where the way ends; never the same for two values that differ."""
    for depth, name in enumerate(way):
        if not isinstance(value, dict):
            return depth, repr(value)
        if name not in value:
            return depth
        value = value[name]
    if isinstance(value, str):
        return value
    return -1, repr(value) if whole or not isinstance(value, dict) else "{}"


@lru_cache(maxsize=1024)
def looked_at(rule: str) -> Mentions:
    """What of a scope the rule's outcome depends on: name -> what of it; None: all of it."""
    tree: dict[str, Json] = dict(mentions(_SHAPE.sub(" ", rule)))
    for found in _SHAPE.finditer(rule):
        branch: dict[str, Json] | None = tree
        for name in re.split(r"\s*\.\s*", found[1] or found[2]):
            branch = None if branch is None else branch.setdefault(name, {})
    return tree
