"""Requests made up from the schema: Schemathesis as a generator, and nothing else of it.

This is the only module that knows Schemathesis. It never sends and never judges: what it makes are plain
values, and an odd engine error is told in the project's words. Two sources are mixed:

* *coverage*: a deterministic enumeration of boundaries, types, missing and unexpected parts;
* *random*: Hypothesis, seeded.

Coverage comes first. Where it would fill the budget, a quarter is left for random requests and the seed
chooses among the enumerated ones, so that runs with different seeds see different parts of a long list.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from unittest import SkipTest
from urllib.parse import unquote

import hypothesis
import requests
import schemathesis
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core import NotSet

from assay.explore.hypothesis_ground import ground
from assay.explore.trouble import GenerationError
from assay.model.case import BodyKind, Payload
from assay.model.contract import Json, Operation
from assay.model.generated import Generated

__all__ = ["Generated", "Generation", "GenerationError", "generate"]

Intent = Literal["valid", "invalid"]
Phase = Literal["coverage", "random"]

_MODES: Mapping[Intent, GenerationMode] = {
    "valid": GenerationMode.POSITIVE,
    "invalid": GenerationMode.NEGATIVE,
}
#: how often random generation starts anew to replace requests that were equal to earlier ones
_ROUNDS = 3
#: the least part of a budget that is random, as a divisor
_RANDOM_SHARE = 4

#: Schemathesis wants a base URL; nothing is ever sent there (RFC 2606 §2)
_NOWHERE = "http://assay.invalid"
_CONFIG: Json = {
    "base-url": _NOWHERE,
    "cache": {"enabled": False},
    "analysis": {"constants": {"enabled": False}},
    "generation": {
        "mode": "all",
        "database": "none",
        "with-security-parameters": False,
        "allow-extra-parameters": False,
    },
    "phases": {"coverage": {"unexpected-methods": [], "generate-duplicate-query-parameters": False}},
}

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
#: a field value without the blanks at its ends, which no server sees (RFC 9110 §5.5)
_FIELD_VALUE = re.compile(r"([!-~\x80-\xff]([\t -~\x80-\xff]*[!-~\x80-\xff])?)?")
#: RFC 6265 §4.1.1
_COOKIE_VALUE = re.compile(r"[!#-+\--:<-\[\]-~]*")
_BOUNDARY = re.compile(r'boundary="?([^";]+)')


@dataclass(frozen=True, slots=True)
class Generation:
    """What came, and why not more."""

    cases: tuple[Generated, ...]
    #: None when as many came as were asked for
    shortfall: str | None = None


def generate(
    document: Mapping[str, Json], operation: Operation, *, seed: int, valid: int, invalid: int,
    enumerated: bool = True,
) -> Generation:  # fmt: skip
    """At most `valid` requests that the document allows and `invalid` ones that it refuses, no two equal.

    Equal arguments give equal requests in equal order, in any process with the same versions of the engine.
    `document` is an OpenAPI 3.1 document as `openapi.compile` makes it. Without `enumerated` all are random. Raises
    `GenerationError`.
    """
    with ground():
        try:
            maker = _Maker.of(document, operation, seed, enumerated=enumerated)
            parts = [maker.make("valid", valid), maker.make("invalid", invalid)]
        except (KeyboardInterrupt, GenerationError):
            raise
        except Exception as error:
            raise GenerationError(operation.id, _told(error)) from error
    shortfalls = [part.shortfall for part in parts if part.shortfall]
    return Generation(
        cases=tuple(case for part in parts for case in part.cases), shortfall="; ".join(shortfalls) or None
    )


@dataclass(slots=True)
class _Maker:
    """Makes requests of one operation and remembers which ones there were."""

    schema: Any
    operation: Any
    seed: int
    enumerated: bool = True
    seen: set[str] = field(default_factory=set)
    #: requests that could not be sent as they were meant
    unsendable: int = 0

    @classmethod
    def of(cls, document: Mapping[str, Json], operation: Operation, seed: int, *, enumerated: bool) -> _Maker:
        # a copy through JSON: Schemathesis must not change what others hold
        raw = json.loads(json.dumps(document))
        config = schemathesis.Config.from_dict({**_CONFIG, "seed": seed})
        schema = schemathesis.openapi.from_dict(raw, config=config)
        return cls(schema, schema[operation.path][operation.method.upper()], seed, enumerated)

    def make(self, intent: Intent, budget: int) -> Generation:
        if budget <= 0:
            return Generation(())
        self.unsendable = 0
        listed = self._enumerate(intent) if self.enumerated else ()
        enumerated = list(self._fresh(listed, intent, "coverage"))
        if len(enumerated) >= budget:
            enumerated = self._choose(enumerated, budget - budget // _RANDOM_SHARE)
        drawn, stopped = self._draw(intent, budget - len(enumerated))
        cases = tuple(case for _, case in enumerated) + tuple(drawn)
        return Generation(cases, self._shortfall(intent, budget, len(cases), stopped))

    def _enumerate(self, intent: Intent) -> Iterator[Any]:
        settings = self.schema.config.generation_for(operation=self.operation, phase="coverage")
        return iter(
            self.schema.iter_coverage_cases(
                self.operation, generation_modes=[_MODES[intent]], generation_config=settings
            )
        )

    def _draw(self, intent: Intent, budget: int) -> tuple[list[Generated], str | None]:
        """Random requests, and why fewer than `budget` came."""
        drawn: list[Generated] = []
        stopped: str | None = None
        for turn in range(_ROUNDS):
            wanted = budget - len(drawn)
            if wanted <= 0 or stopped:
                break
            cases: list[Any] = []
            try:
                strategy = self.operation.as_strategy(generation_mode=_MODES[intent])
                # a few more: each round begins with the simplest request, which is not new
                more = wanted // 4 + (5 if self.enumerated else 15)
                self._run(strategy, turn, wanted + more, cases.append)
            except (Unsatisfiable, SkipTest):
                stopped = "the schema leaves the engine nothing more to draw"
            except Exception as error:
                if not (drawn or cases or self.seen):
                    raise
                stopped = f"the engine stopped early: {_told(error)}"
            drawn.extend(case for _, case in self._fresh(cases, intent, "random"))
        # each round begins with the simplest requests, the same for every seed: fresh ones come later
        return drawn[:budget] if self.enumerated else drawn[-budget:], stopped

    def _run(self, strategy: Any, turn: int, count: int, take: Callable[[Any], None]) -> None:  # noqa: ANN401
        settings = hypothesis.settings(
            max_examples=count,
            database=None,
            deadline=None,
            derandomize=False,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
            verbosity=hypothesis.Verbosity.quiet,
            backend="hypothesis",
        )

        @hypothesis.seed(_number(self.seed, turn))
        @settings
        @hypothesis.given(case=strategy)
        def run(case: Any) -> None:  # noqa: ANN401
            take(case)

        run()

    def _fresh(self, cases: Iterable[Any], intent: Intent, phase: Phase) -> Iterator[tuple[str, Generated]]:
        """The sendable ones of `cases` that were not seen before, each with what identifies it."""
        for case in cases:
            mode = case.meta.generation.mode if case.meta else _MODES[intent]
            if case.method.upper() != self.operation.method.upper() or mode != _MODES[intent]:
                continue
            made = _converted(case, intent, phase)
            if made is None:
                self.unsendable += 1
            elif (key := _key(made)) not in self.seen:
                self.seen.add(key)
                yield key, made

    def _choose(self, cases: list[tuple[str, Generated]], count: int) -> list[tuple[str, Generated]]:
        chosen = sorted(cases, key=lambda item: hashlib.sha256(f"{self.seed} {item[0]}".encode()).digest())[
            :count
        ]
        keys = {key for key, _ in chosen}
        # what was left out may still be drawn
        self.seen -= {key for key, _ in cases if key not in keys}
        return [item for item in cases if item[0] in keys]

    def _shortfall(self, intent: Intent, budget: int, count: int, stopped: str | None) -> str | None:
        if count >= budget:
            return None
        reason = stopped or "no more different ones were found"
        skipped = f", {self.unsendable} that HTTP cannot carry were left out" if self.unsendable else ""
        name = self.operation.definition.raw["operationId"]
        return f"{count} of {budget} {intent} requests for {name}: {reason}{skipped}"


def _converted(case: Any, intent: Intent, phase: Phase) -> Generated | None:  # noqa: ANN401
    """`case` as our value; None when HTTP cannot carry it as it is meant, or it would reach another route."""
    try:
        path = {name: _path_value(value) for name, value in (case.path_parameters or {}).items()}
        query = _plain(dict(case.query or {}))
        body = _payload(case)
    except _Unsendable:
        return None
    headers = {str(name): str(value) for name, value in (case.headers or {}).items()}
    cookies = {str(name): str(value) for name, value in (case.cookies or {}).items()}
    if not all(_TOKEN.fullmatch(name) and _FIELD_VALUE.fullmatch(value) for name, value in headers.items()):
        return None
    if not all(_TOKEN.fullmatch(name) and _COOKIE_VALUE.fullmatch(value) for name, value in cookies.items()):
        return None
    return Generated(_title(case, intent, phase), path, query, headers, cookies, body, intent, phase)


class _Unsendable(Exception):
    pass


def _path_value(value: Json) -> Json:
    """A path parameter as it was before it was percent-encoded."""
    if not isinstance(value, str):
        return _plain(value)
    try:
        text = unquote(value, errors="strict")
    except UnicodeDecodeError:
        raise _Unsendable from None
    # these lead elsewhere: dot segments are removed (RFC 3986 §5.2.4), and many servers decode %2F before
    # they route
    if text in ("", ".", "..") or "/" in text or "\\" in text:
        raise _Unsendable
    return _plain(text)


def _payload(case: Any) -> Payload:  # noqa: ANN401
    if isinstance(case.body, NotSet):
        return Payload()
    if isinstance(case.body, bytes):
        return Payload(BodyKind.RAW, raw=case.body, media_type=case.media_type)
    if _is_json(case.media_type):
        return Payload(BodyKind.JSON, value=_plain(case.body), media_type=case.media_type)
    try:
        made = case.as_transport_kwargs(base_url=_NOWHERE)
        known = ("method", "url", "headers", "files", "data", "params", "cookies", "json")
        prepared = requests.Request(**{key: made[key] for key in known if key in made}).prepare()
    except Exception:  # noqa: BLE001 - whatever the engine cannot write as bytes
        raise _Unsendable from None
    raw = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
    if raw is not None and not isinstance(raw, bytes):
        raise _Unsendable
    return _steady_boundary(raw or b"", prepared.headers.get("Content-Type") or case.media_type)


def _steady_boundary(raw: bytes, media_type: str | None) -> Payload:
    """Multipart bodies are separated by a random string (RFC 2046 §5.1.1); ours follows from the content."""
    found = _BOUNDARY.search(media_type or "")
    if found is not None and media_type is not None:
        random = found[1].encode()
        ours = hashlib.sha256(raw.replace(random, b"")).hexdigest()[:32]
        raw, media_type = raw.replace(random, ours.encode()), media_type.replace(found[1], ours)
    return Payload(BodyKind.RAW, raw=raw, media_type=media_type)


def _is_json(media_type: str | None) -> bool:
    """True for `application/json` and for what is built on it (RFC 6839 §3.1)."""
    essence = (media_type or "").split(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")


def _plain(value: Json) -> Json:
    """A copy in plain JSON values (RFC 8259): no NaN, no lone surrogates, no types of the engine."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode("utf-8")
        return json.loads(text)
    except (ValueError, TypeError, RecursionError):
        raise _Unsendable from None


def _title(case: Any, intent: Intent, phase: Phase) -> str:  # noqa: ANN401
    if phase == "random" and intent == "valid":
        return "random valid"
    data = case.meta.phase.data if case.meta else None
    said = getattr(data, "description", None) or ""
    parameter = getattr(data, "parameter", None) or ""
    words = "; ".join(line.removeprefix("- ").strip() for line in said.splitlines() if line.strip())
    # what concerns the body as a whole comes under its media type
    if parameter and parameter != case.media_type and parameter not in words:
        words = f"{parameter}: {words}" if words else parameter
    return words or f"{phase} {intent}"


def _key(made: Generated) -> str:
    """Equal for equal requests; unlike Python's `==` it tells 1 from 1.0 and from true."""
    headers = {name.lower(): value for name, value in made.headers.items()}
    body = made.body
    parts = [
        made.path,
        made.query,
        headers,
        made.cookies,
        body.kind,
        body.value,
        body.raw.hex(),
        body.media_type,
    ]
    return json.dumps(parts, sort_keys=True)


def _number(seed: int, turn: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed} {turn}".encode()).digest()[:8], "big")


def _told(error: Exception) -> str:
    """The first line of what the engine said."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
