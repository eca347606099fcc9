"""Rules: one expression in CEL, the Common Expression Language, over a `Scope`: yes or no, or a value.

A rule is compiled once, and what it gave is kept for a while: CEL has no clock and no dice, so the same values give the
same result, and of a scope a rule is shown only what it mentions, which many exchanges have in common. A compiled rule
may be used by many threads at once: the library's programs are immutable, and what is kept is put there whole.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import Any

from assay.machine.mention import Mentions, chosen, mentions
from assay.machine.scope import MISSING, Absence, RequestFacts, ResponseFacts, Scope
from assay.model.terms import Json

#: deeper values are refused: the CEL library recurses on the machine's stack and would take the process down
_DEEPEST = 200
#: results that are kept of one rule, and how long the text of what it was shown may be
_KEPT = 256
_LONGEST_KEY = 2_000
_UNKNOWN = object()
#: longer rules are refused: the CEL library's parser cannot report positions beyond 65 535
_LONGEST_RULE = 8_000
_INT64 = range(-(2**63), 2**63)


# not frozen: the interpreter and contextlib set __traceback__ on exceptions
@dataclass(unsafe_hash=True)
class RuleError(Exception):
    """A rule that cannot be compiled or evaluated: neither yes nor no."""

    #: `syntax`, `missing`, `type`, `arithmetic`, `function`, `not-boolean`, `not-json`, `too-deep`
    kind: str
    #: «Cannot X: because Y.»
    message: str

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled CEL expression over `request`, `response` and `instance`."""

    text: str
    _execute: Callable[[dict[str, Any]], Any] = field(repr=False, compare=False)
    #: what of a scope it mentions
    _mentions: Mentions = field(repr=False, compare=False)
    #: finds that, as values whose text tells it from any other that the rule may be shown
    _seen: Callable[[Scope], Json] = field(repr=False, compare=False)
    #: what it was shown, as text -> what it gave
    _known: dict[str | None, Json] = field(default_factory=dict, repr=False, compare=False)

    def __call__(self, scope: Scope) -> bool:
        """True when the rule holds in `scope`. Raises `RuleError` when that cannot be told."""
        result = self._result(scope)
        if not isinstance(result, bool):
            raise self._error("not-boolean", f"it gives {type(result).__name__}, not true or false")
        return result

    def value(self, scope: Scope) -> Json:
        """What the rule gives in `scope`. Raises `RuleError` when it cannot be told, or is no JSON value."""
        result = self._result(scope)
        if not _is_json(result):
            raise self._error("not-json", f"it gives {type(result).__name__}, which JSON cannot write")
        return result

    def _result(self, scope: Scope) -> Json:
        key = _key(self._seen(scope))
        known = self._known.get(key, _UNKNOWN)
        if known is not _UNKNOWN:
            return known
        result = self._executed(dict(_shown(scope, self._mentions)))
        # only what nobody can change afterwards
        if key is not None and (result is None or isinstance(result, bool | int | float | str)):
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[key] = result
        return result

    def _executed(self, shown: Mapping[str, Json]) -> Json:
        try:
            return self._execute({name: _value(value) for name, value in shown.items()})
        except (KeyError, IndexError) as error:
            raise self._error("missing", f"{error} is not there") from error
        except TypeError as error:
            raise self._error("type", str(error)) from error
        except ArithmeticError as error:
            raise self._error("arithmetic", str(error)) from error
        except (RuntimeError, ValueError) as error:
            raise self._error("function", str(error)) from error
        except RecursionError as error:  # pragma: no cover - `_value` stops earlier
            raise self._error("too-deep", str(error)) from error

    def _error(self, kind: str, reason: str) -> RuleError:
        return RuleError(kind, f"Cannot evaluate the rule «{self.text}»: because {_line(reason)}.")


@lru_cache(maxsize=1024)
def compile_rule(text: str) -> Rule:
    """The rule that `text` (CEL) writes down, compiled once. Raises `RuleError` (`syntax`) if none."""
    if len(text) > _LONGEST_RULE:
        raise RuleError(
            "syntax",
            f"Cannot compile a rule: because {len(text)} characters are over {_LONGEST_RULE}. Split it.",
        )
    try:
        program = _library().compile(text)
    except ValueError as error:
        raise RuleError(
            "syntax", f"Cannot compile the rule «{text}»: because {_line(str(error))}."
        ) from error
    mentioned = mentions(text)
    return Rule(text, program.execute, mentioned, _looker(mentioned))


@cache
def _library() -> Any:  # noqa: ANN401 - what comes out of it is a callable
    """The CEL library's engine, loaded when the first rule is compiled.

    Its package brings a command line along when it is imported, with the libraries that colour it: a third of a second,
    for nothing that is used here. So the engine is loaded by itself, under its own name, so that whoever imports the
    package afterwards gets the same; where that cannot be done, the package is.
    """
    name = "cel.cel"
    package = find_spec("cel") if "cel" not in sys.modules else None
    spec = PathFinder.find_spec(name, package.submodule_search_locations) if package is not None else None
    if spec is None or spec.loader is None:
        import cel  # noqa: PLC0415

        return cel
    engine = module_from_spec(spec)
    spec.loader.exec_module(engine)
    return sys.modules.setdefault(name, engine)


def _looker(mentioned: Mentions) -> Callable[[Scope], Json]:
    """Finds what a rule is shown without putting it together: that is for when its result is not known yet.

    Most rules mention members of the two bodies only; of those that mention more, what they are shown is put together.
    """
    bodies = {
        root: parts.get("body") for root, parts in mentioned.items() if parts and set(parts) == {"body"}
    }
    if len(bodies) != len(mentioned) or "instance" in mentioned or not all(bodies.values()):
        return lambda scope: dict(_shown(scope, mentioned))
    paths = [(root == "request", tuple(_paths(below))) for root, below in bodies.items() if below]
    return lambda scope: [
        _members((scope.request if of_request else scope.response), names) for of_request, names in paths
    ]


def _paths(mentioned: Mentions) -> Iterator[tuple[str, ...]]:
    """The ways to what is mentioned."""
    for name, below in mentioned.items():
        if below:
            yield from ((name, *rest) for rest in _paths(below))
        else:
            yield (name,)


def _members(message: RequestFacts | ResponseFacts | None, paths: tuple[tuple[str, ...], ...]) -> Json:
    """What the body of a message has there. Where a way ends early, a tuple, which no JSON value is, says how."""
    if message is None:
        return ()
    found: list[Json] = []
    body = message.body
    if type(body) is not dict:
        return (body,)
    for path in paths:
        value: Json = body
        depth = 0
        for name in path:
            if type(value) is not dict:
                # shown whole, wherever the rule would go on from it
                value = (depth, value)
                break
            if name not in value:
                value = (depth,)
                break
            value, depth = value[name], depth + 1
        found.append(value)
    return found


def _key(shown: Json) -> str | None:
    """One text for the same values, which tells 1 from 1.0 and from true; None where it would be too long."""
    try:
        key = repr(shown)
    except (ValueError, RecursionError):  # a number of thousands of digits, a value without bottom
        return None
    return key if len(key) <= _LONGEST_KEY else None


def _shown(scope: Scope, mentioned: Mentions) -> Iterator[tuple[str, Json]]:
    """What the rule mentions, by name."""
    for name, value in _facts(scope, mentioned):
        yield name, chosen(value, mentioned[name])


def _facts(scope: Scope, mentioned: Mentions) -> Iterator[tuple[str, Json]]:
    if scope.request is not None and "request" in mentioned:
        facts = scope.request
        request = {
            "method": facts.method,
            "url": facts.url,
            "path": facts.path,
            "query": facts.query,
            "headers": facts.headers,
        }
        yield "request", _with_body(request, facts.body)
    if scope.response is not None and "response" in mentioned:
        response = {"status": scope.response.status, "headers": scope.response.headers}
        yield "response", _with_body(response, scope.response.body)
    if scope.instance is not None and "instance" in mentioned:
        named = {} if scope.instance.id is None else {"id": scope.instance.id}
        yield "instance", {**scope.instance.values, **named}


def _with_body(facts: dict[str, Json], body: Json | Absence) -> dict[str, Json]:
    return facts if body is MISSING else {**facts, "body": body}


def _value(value: Json, depth: int = 0) -> Json:
    """`value` as the CEL library can hold it."""
    if depth > _DEEPEST:
        raise RuleError(
            "too-deep", f"Cannot evaluate a rule: because a value is nested deeper than {_DEEPEST}."
        )
    if isinstance(value, str):
        # lone surrogates (JSON's "\ud800") are no text to CEL
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if value in _INT64 else _as_double(value)
    if isinstance(value, dict | Mapping):
        return {_value(key, depth + 1): _value(member, depth + 1) for key, member in value.items()}
    if isinstance(value, Sequence):
        return [_value(element, depth + 1) for element in value]
    return value


def _is_json(value: Json) -> bool:
    """True for what RFC 8259 can write: no bytes, no moments, no infinite numbers, only texts as member names."""
    match value:
        case None | bool() | int() | str():
            return True
        case float():
            return math.isfinite(value)
        case list():
            return all(map(_is_json, value))
        case dict():
            return all(isinstance(key, str) and _is_json(member) for key, member in value.items())
    return False


def _as_double(number: int) -> float:
    """CEL reads JSON numbers as doubles («JSON Data Conversion» in its specification): digits may be lost."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _line(text: str) -> str:
    """The first line of a library's message, short enough for a sentence."""
    return text.split("\n", 1)[0].rstrip(".")[:200]
