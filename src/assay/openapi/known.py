"""What is known of an instance before anything is sent: which guards hold, and what answers must show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assay.machine.expression import UNRESOLVED, RuleError, compile_rule, evaluate, is_expression
from assay.machine.mention import mentions
from assay.machine.scope import InstanceFacts, RequestFacts, Scope
from assay.model.lifecycle import FieldKind, Lifecycle, Transition
from assay.openapi.workflow import Ask, Value, givens, plain

#: remembered field -> its value, parts of which may be given later
Known = Mapping[str, Value]


def find(expression: str, ask: Ask, known: Known | None = None) -> Value:
    """What a runtime expression finds in that request and those fields; UNRESOLVED where nobody knows yet."""
    return evaluate(expression, Scope(request=_request(ask), instance=InstanceFacts(None, known or {})))


def born(cycle: Lifecycle, ask: Ask) -> Known:
    """The fields of an instance that the request which makes it decides."""
    echoes = [one for one in cycle.fields if one.kind is FieldKind.ECHO and one.sent is not None]
    sent = {one.name: find(str(one.sent), ask) for one in echoes}
    return {name: value for name, value in sent.items() if value is not UNRESOLVED}


def after(known: Known, ways: Sequence[Transition], ask: Ask) -> Known:
    """The fields once one of those ways was taken: what it sets to something that is not known yet is forgotten."""
    left = dict(known)
    for way in ways:
        for name, told in way.set.items():
            value = find(told, ask) if isinstance(told, str) and is_expression(told) else told
            if len(ways) > 1 or value is UNRESOLVED or isinstance(value, Mapping):
                left.pop(name, None)
            else:
                left[name] = value
    return left


def holds(way: Transition, ask: Ask, known: Known) -> bool | None:
    """Whether the way holds for that request; None where that cannot be told yet."""
    if way.when is None:
        return True
    if not _decided(way.when, ask, known):
        return None
    request = _request(ask)
    scope = Scope(
        request=RequestFacts(request.method, request.url, plain(request.path), plain(request.query),
                             plain(request.headers), plain(request.body)),
        instance=InstanceFacts(None, plain(known)),
    )  # fmt: skip
    try:
        return compile_rule(way.when)(scope)
    except RuleError:
        return None


def _decided(rule: str, ask: Ask, known: Known) -> bool:
    """True when all that the rule looks at is known before anything is sent."""
    seen = mentions(rule)
    fields = seen.get("instance", {})
    if "response" in seen or fields is None or any(name not in known for name in fields):
        return False
    if any(True for name in fields for _ in givens(known[name])):
        return False
    return "request" not in seen or not any(True for _ in givens(_looked_at(seen["request"], ask)))


def _looked_at(seen: Mapping[str, object] | None, ask: Ask) -> Value:
    """The parts of the request that a rule looks at."""
    whole = {"path": ask.path, "query": ask.query, "headers": ask.headers, "body": ask.body}
    if seen is None:
        return whole
    parts = {}
    for name, below in seen.items():
        part = whole.get(name, {})
        if isinstance(below, Mapping) and isinstance(part, Mapping):
            part = {key: part[key] for key in below if key in part}
        parts[name] = part
    return parts


def _request(ask: Ask) -> RequestFacts:
    headers = {name.lower(): value for name, value in ask.headers.items()}
    return RequestFacts(ask.operation.method, ask.operation.path, ask.path, ask.query, headers, ask.body)
