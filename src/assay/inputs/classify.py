"""Is this request valid, invalid or unstated? Decided on what goes over the wire, not on why it was made.

Generators are sometimes wrong about their own intent (a «negative» value may turn valid once it is text in a URL),
so the judge never believes a label: it asks here.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from json.scanner import make_scanner

from assay.inputs.constraints import BODY_REQUIRED, BODY_WELL_FORMED, is_ignored, is_json, json_content
from assay.inputs.known_good import Supply, narrow
from assay.inputs.pointers import put
from assay.inputs.supplied import made
from assay.inputs.validator import Validator
from assay.model.annotation import annotation
from assay.model.case import BodyKind, Case, SubjectKind
from assay.model.contract import Api, Json, Operation, Parameter
from assay.model.copied import replace


class Validity(StrEnum):
    """What the documentation says of a request."""

    VALID = "valid"
    INVALID = "invalid"
    #: the documentation does not say
    UNSTATED = "unstated"


#: deeper values are called unreadable, as RFC 8259 §9 allows: expressions and comparisons recurse over values
DEEPEST = 200
_TOO_DEEP = f"nested deeper than {DEEPEST} levels"
_BOM, _MARKED = b"\xef\xbb\xbf", "\ufeff"
#: Python's `int` refuses longer ones
_MANY_DIGITS = 4000
#: numbers as everybody writes them: what OpenAPI's `simple` and `form` styles produce
_PLAIN_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,3999})")
_PLAIN_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,300})\.[0-9]{0,300}[1-9]")
#: stands for a value that an instance gives: no request that somebody made up holds it
_MADE = "\0made for this request\0"
_LENIENT_TRUTHS = {
    "1": True,
    "on": True,
    "yes": True,
    "true": True,
    "0": False,
    "off": False,
    "no": False,
    "false": False,
}


@dataclass(frozen=True, slots=True)
class Classified:
    """A request's validity and why."""

    validity: Validity
    #: ids of the constraints it breaks; empty unless invalid
    broken: tuple[str, ...] = ()
    #: what of it the documentation is silent about; empty for a valid request
    why: str = ""


VALID = Classified(Validity.VALID)


def _unstated(why: str) -> Classified:
    return Classified(Validity.UNSTATED, why=why)


def _invalid(broken: Iterable[str]) -> Classified:
    return Classified(Validity.INVALID, tuple(dict.fromkeys(broken)))


def strict_json(raw: bytes, *, vast: bool = False) -> Json:
    """Parses JSON as RFC 8259 has it: UTF-8, no NaN or Infinity. Raises `ValueError` (also for absurd nesting).

    Numbers beyond a double's range are valid JSON (RFC 8259 §6): with `vast` they are read as the largest double;
    without, as infinity, or not at all.
    """
    written = _unmarked(raw) if raw[:1] == _BOM[:1] else raw.decode()
    try:
        value = (_VAST if vast else _STRICT)(written)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    if (
        len(written) > DEEPEST
        and written.count("[") + written.count("{") > DEEPEST
        and _deeper(value, DEEPEST)
    ):
        raise ValueError(_TOO_DEEP)
    return value


def _unmarked(raw: bytes) -> str:
    """The text without its byte order mark, if it has one."""
    written = raw.removeprefix(_BOM).decode()
    if written.startswith(_MARKED):  # a second mark is text, and no JSON begins with it
        raise json.JSONDecodeError("Unexpected UTF-8 BOM (decode using utf-8-sig)", written, 0)
    return written


def _integer(digits: str) -> int:
    if len(digits) <= _MANY_DIGITS:
        return int(digits)
    return int(sys.float_info.max) * (-1 if digits.startswith("-") else 1)


def _double(written: str) -> float:
    return max(-sys.float_info.max, min(sys.float_info.max, float(written)))


def _deeper(value: Json, limit: int) -> bool:
    """True when arrays and objects are nested more than `limit` levels. Not recursive, on purpose."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(limit):
        children = (item.values() if isinstance(item, dict) else item for item in level)
        level = [child for of in children for child in of if isinstance(child, dict | list)]
        if not level:
            return False
    return True


def _refuse(token: str) -> Json:
    raise ValueError(f"{token} is not JSON (RFC 8259 §6)")


class _Texts:
    """Reads JSON texts. Made once: to make one costs more than to read an ordinary body.

    It keeps nothing, so all may use it at once. Texts are nearly always one object with nothing around it: that is what
    the scanner itself reads; the decoder around it, in Python, also knows about white space and what is wrong.
    """

    __slots__ = ("_decoder", "_scan", "_short")

    def __init__(self, decoder: json.JSONDecoder, short: json.JSONDecoder) -> None:
        """`short` reads texts too short for a number of more than `_MANY_DIGITS` digits: it need not look at each."""
        self._decoder, self._short = decoder, short
        self._scan: Callable[[str, int], tuple[Json, int]] = make_scanner(short)  # type: ignore[arg-type]

    def __call__(self, written: str) -> Json:
        if len(written) > _MANY_DIGITS:
            return self._decoder.decode(written)
        try:
            value, end = self._scan(written, 0)
        except StopIteration:
            return self._short.decode(written)
        return value if end == len(written) else self._short.decode(written)


_STRICT = _Texts(json.JSONDecoder(parse_constant=_refuse), json.JSONDecoder(parse_constant=_refuse))
_VAST = _Texts(
    json.JSONDecoder(parse_constant=_refuse, parse_int=_integer, parse_float=_double),
    json.JSONDecoder(parse_constant=_refuse, parse_float=_double),
)


class _Pair:
    """The documented schema and its known-good reading, each compiled when it is first asked."""

    def __init__(self, api: Api, schema: Json, supply: Supply) -> None:
        self._api, self._schema, self._supply = api, schema, supply

    @cached_property
    def documented(self) -> Validator:
        """What the documentation accepts."""
        return Validator(self._schema, self._api.components)

    @cached_property
    def good(self) -> Validator:
        """What the target is known to accept."""
        return Validator(self._narrow, self._api.components)

    @cached_property
    def both(self) -> Validator:
        """Both at once: most requests are good ones, and a value is handed over but once."""
        return Validator({"allOf": [self._schema, self._narrow]}, self._api.components)

    @cached_property
    def _narrow(self) -> Json:
        return narrow(self._schema, self._api.resolve, self._supply)

    def classify(self, root: str, value: Json, known: Json) -> Classified:
        """`known` is the value with what was made for the request replaced by what the target is known to hold."""
        if known is value and self.both.accepts(value):
            return VALID
        if broken := [f"{root}/{m.place}" for m in self.documented.mismatches(value)]:
            return _invalid(broken)
        if self.good.accepts(known):
            return VALID
        first = next(self.good.mismatches(known), None)
        return _unstated(
            f"{root}{first.pointer if first else ''} is allowed by its type but not known to be accepted"
        )


class _Asked:
    """A parameter that a request may vary, with all that can be said of it before any request is made."""

    __slots__ = ("name", "named", "pair", "parameter", "place", "root", "structured")

    def __init__(self, api: Api, parameter: Parameter, supply: Supply) -> None:
        self.parameter = parameter
        self.name = parameter.name
        self.pair = _Pair(api, _supplied(parameter), supply)
        self.root = f"{parameter.location}/{parameter.name}"
        #: as in `Case.refs`
        self.place = f"{parameter.location}.{parameter.name}"
        schema = api.resolve(parameter.schema)
        self.structured = is_structured(schema)
        #: what a good value of it makes of the request
        self.named = _named(parameter, self.root, api) if parameter.location == "path" else VALID


class Classifier:
    """Classifies the requests of one operation. Schemas are compiled once; any number of threads may ask."""

    def __init__(self, api: Api, operation: Operation, supply: Supply) -> None:
        self._operation = operation
        self._api = api
        #: what the target is known to hold
        self._known = dict.fromkeys(api.prerequisites, _MADE) | dict(supply.values)
        supply = Supply(self._known)
        content = json_content(operation)
        self._media_types = (
            {_essence(c.media_type) for c in operation.body.content} if operation.body else set()
        )
        self._json_type = content.media_type if content else None
        self._body = _Pair(api, content.schema, supply) if content else None
        self._shown = frozenset((_essence(media_type), raw) for media_type, raw in as_shown(operation))
        cycle = api.lifecycle_of(operation.id)
        carried = cycle.carried_in if cycle and operation.id != cycle.created_by else {}
        self._parameters = [
            _Asked(api, p, supply)
            for p in operation.parameters
            if p.name not in carried and not is_ignored(p)
        ]
        self._declared = frozenset(p.name for p in operation.parameters if p.location == "query")

    def __call__(self, case: Case) -> Classified:
        """The request's validity. Credentials and lifecycle state are not looked at."""
        body = self._body_part(case)
        parts = self._parts(case)
        if not parts:
            return body
        if body is not VALID:
            parts.append(body)
        silent = [part for part in parts if part.validity is Validity.UNSTATED]
        broken = [part for part in parts if part.validity is Validity.INVALID]
        if broken and not any(part.why.startswith("media type") for part in silent):
            found = _invalid(name for part in broken for name in part.broken)
            return replace(found, why=silent[0].why) if silent else found
        return silent[0] if silent else VALID

    def _parts(self, case: Case) -> list[Classified]:
        """What makes the request other than valid, the body aside."""
        parts: list[Classified] = []
        if case.subject is not None and case.subject.kind is SubjectKind.ARBITRARY:
            parts.append(_unstated("an id that was neither issued nor of the issued form"))
        if self._parameters:
            every = [self._parameter(asked, case) for asked in self._parameters]
            parts += [part for part in every if part is not VALID]
        if case.query and (extra := sorted(set(case.query) - self._declared)):
            parts.append(_unstated(f"query parameter {extra[0]} is not documented"))
        return parts

    def _body_part(self, case: Case) -> Classified:
        documented, payload = self._operation.body, case.body
        if documented is None:
            return VALID if payload.kind is BodyKind.ABSENT else _unstated("a body where none is documented")
        if payload.kind is BodyKind.ABSENT or (payload.kind is BodyKind.RAW and not payload.raw):
            return _invalid([BODY_REQUIRED]) if documented.required else VALID
        essence = _essence(_content_type(case) or payload.media_type or self._json_type or "")
        if essence not in self._media_types:
            return _unstated(f"media type {essence or 'none'} is not among the documented ones")
        if self._body is None or not is_json(essence):
            if payload.kind is BodyKind.RAW and (essence, payload.raw) in self._shown:
                return VALID
            return _unstated("of bodies other than JSON nothing is known but the documented examples")
        if payload.kind is BodyKind.JSON:
            return self._body.classify("body", payload.value, self._as_known(case))
        try:
            value = strict_json(payload.raw, vast=True)
        except ValueError:
            return _invalid([BODY_WELL_FORMED])
        return self._body.classify("body", value, value)

    def _as_known(self, case: Case) -> Json:
        """The body with what was made for this very request replaced by what stands for it."""
        value = case.body.value
        if not case.refs:
            return value
        for spot, _ in made(self._api, self._operation, case):
            if spot.place.startswith("body#"):
                value = put(value, spot.place.removeprefix("body#"), self._known[spot.name])
        return value

    def _parameter(self, asked: _Asked, case: Case) -> Classified:
        parameter, pair, root = asked.parameter, asked.pair, asked.root
        values = _values(parameter, case)
        if asked.name not in values:
            if parameter.required and parameter.location != "path":
                return _invalid([f"{root}/required"])
            return VALID
        value = values[asked.name]
        if isinstance(value, list | dict) or asked.structured:
            return _unstated(f"{root}: arrays and objects outside the body have many spellings")
        written = text(value)
        if parameter.location == "path" and (written in {"", ".", ".."} or "/" in written or "\\" in written):
            return _unstated(f"{root}: {written!r} may lead to another route (RFC 3986 §3.3)")
        # on the wire it is text; any reading of that text that fits makes it valid
        stands = self._stands(case)
        readings = [
            pair.classify(root, reading, stands.get(asked.place, reading))
            for reading in text_readings(written)
        ]
        for wanted in (Validity.VALID, Validity.UNSTATED):
            if match := next((r for r in readings if r.validity is wanted), None):
                return asked.named if match is VALID else match
        nothing = not written and not pair.documented.accepts("text")  # to many servers as good as absent
        if nothing or any(pair.documented.accepts(reading) for reading in lenient_readings(written)):
            return _unstated(f"{root}: {written!r} is a spelling that some servers read")
        # read as the type that is wanted, where it can be: `51` breaks `maximum`, not `type`
        return next((r for r in readings if f"{root}/type" not in r.broken), readings[0])

    def _stands(self, case: Case) -> dict[str, Json]:
        """Place -> what the target is known to hold there, for what was made for this very request."""
        if not case.refs:
            return {}
        return {s.place: self._known[s.name] for s, _ in made(self._api, self._operation, case)}


def as_shown(operation: Operation) -> Iterator[tuple[str, bytes]]:
    """Media type and bytes of each documented example of a body that is not JSON: the text in UTF-8."""
    for content in operation.body.content if operation.body else ():
        if not is_json(content.media_type):
            for example in content.examples.values():
                if isinstance(example, str):
                    yield content.media_type, example.encode("utf-8", "surrogatepass")


def _named(parameter: Parameter, root: str, api: Api) -> Classified:
    """A path names a resource; that one of that name exists, only an enumeration or the author can say."""
    drawn = parameter.supplied or annotation(parameter.schema, "type", api.resolve) == "boolean"
    known = ("enum", "const", "x-known-good", *_BRANCHES)
    if drawn or any(annotation(parameter.schema, key, api.resolve) is not None for key in known):
        return VALID
    return _unstated(f"{root}: whether the target has a resource of that name is not known")


def _supplied(parameter: Parameter) -> Json:
    if parameter.supplied is None or not isinstance(parameter.schema, Mapping):
        return parameter.schema
    return {**parameter.schema, "x-supplied": parameter.supplied}


_BRANCHES = ("allOf", "anyOf", "oneOf")


def is_structured(schema: Json) -> bool:
    """True where the schema may want an array or object: which text spells one depends on style and server."""
    if not isinstance(schema, Mapping):
        return False
    kinds = schema.get("type", ())
    shapes = {kinds} if isinstance(kinds, str) else set(kinds)
    return bool(shapes & {"array", "object"}) or (
        not shapes and ("items" in schema or "properties" in schema)
    )


@lru_cache(maxsize=256)
def _essence(media_type: str) -> str:
    return media_type.split(";", 1)[0].strip().lower()


def _content_type(case: Case) -> str | None:
    if not case.headers:
        return None
    return next((v for k, v in case.headers.items() if k.lower() == "content-type"), None)


def _values(parameter: Parameter, case: Case) -> Mapping[str, Json]:
    match parameter.location:
        case "path":
            return case.path
        case "query":
            return case.query
        case "cookie":
            return case.cookies
        case _:
            wanted = parameter.name.lower()
            sent = [value for name, value in case.headers.items() if name.lower() == wanted]
            return {parameter.name: sent[-1]} if sent else {}


def text(value: Json) -> str:
    """A primitive as it stands in a URL or header (OpenAPI 3.1 §4.8.12.3: `simple` and `form` styles)."""
    if value is True or value is False or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))  # JSON knows one kind of number, and `5` is what other languages write
    return str(value)


def text_readings(written: str) -> list[Json]:
    """What every server reads from a text: itself, and the number or boolean it plainly spells."""
    readings: list[Json] = [written]
    if written in {"true", "false"}:
        readings.append(written == "true")
    if _PLAIN_INTEGER.fullmatch(written):
        readings.append(int(written))
    elif _PLAIN_DECIMAL.fullmatch(written):
        readings.append(float(written))
    return readings


def lenient_readings(written: str) -> list[Json]:
    """What some servers read from a text besides: `1.0`, `1e3`, ` 7 `, `True`, `on`; nothing at all as null."""
    bare = written.strip()
    readings: list[Json] = [] if bare else [None]
    if bare.lower() in _LENIENT_TRUTHS:
        readings.append(_LENIENT_TRUTHS[bare.lower()])
    for kind in (int, float):
        try:
            number = kind(bare)
        except (ValueError, OverflowError):
            continue
        if number == number and abs(number) != float("inf"):  # noqa: PLR0124 - not NaN
            readings.append(number)
    return readings


__all__ = ["VALID", "Classified", "Classifier", "Validity", "as_shown", "strict_json", "text"]
