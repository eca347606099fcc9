"""Model values to JSON and back, driven by their own annotations, so that a new field needs no second place.

Fields that have their default are left out: most of a case is defaults, and logs are long. Bytes are base64
(RFC 4648 §4), dates ISO 8601. Keys nobody knows are ignored: a newer writer may say more.

`members` writes text without the values in between, for a log takes a line for every exchange. Of each type a function
is made once that does what one would write by hand for it: it asks no field for its type, and makes no dictionary.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import types
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from assay.model.contract import Json

#: a type annotation, as `typing.get_type_hints` gives it
_Hint = Any
_Convert = Callable[[Json], Json]
_Write = Callable[[Json], str]
_Put = Callable[[Json, list[str]], None]
_encode: _Write = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
_fast = msgspec.json.Encoder().encode
#: characters from which on a text is long
_LONG = 48
#: types that another encoder writes as `json` does, numbers between these
_FLAT = (str, str | None, int, int | None, float, tuple[tuple[str, str], ...])
_LEAST, _MOST = 1e-3, 1e15
#: values, and tuples of them, whose text is kept
_REMEMBERED = 1024


def _prepared() -> _Write:
    """What writes JSON of values that are JSON already: `json` makes its encoder anew for each, which takes longest."""
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:  # an interpreter that has none in C
        return _encode
    pieces = make(None, _unknown, quoted, None, ":", ",", False, False, True)
    return lambda value: "".join(pieces(value, 0))


def _unknown(value: object) -> Json:
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


_plain = _prepared()


class CodecError(ValueError):
    """A JSON value is not what the model expects there."""


def encode(value: object) -> Json:
    """A model value (a frozen dataclass) as plain JSON types."""
    hint: _Hint = type(value)
    return _encoder(hint)(value)


def members(value: object) -> str:
    """A model value as `encode` makes it, as the ASCII text of a JSON object without its braces.

    Each member has its comma before it. No white space, the fields in their order.
    """
    hint: _Hint = type(value)
    out: list[str] = []
    _pieces(hint)(value, out)
    return "".join(out)


def decode(kind: _Hint, value: Json) -> Json:
    """The model value of that type which `encode` made this JSON of. Raises `CodecError` when it did not."""
    try:
        return _decoder(kind)(value)
    except CodecError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CodecError(f"{kind.__name__}: {error}") from error


@dataclasses.dataclass(frozen=True, slots=True)
class _Field:
    name: str
    default: Json
    required: bool
    encode: _Convert
    decode: _Convert
    hint: _Hint


@lru_cache(maxsize=64)
def _fields(kind: _Hint) -> tuple[_Field, ...]:
    hints = get_type_hints(kind)
    found = []
    for item in dataclasses.fields(kind):
        factory = item.default_factory
        default = factory() if factory is not dataclasses.MISSING else item.default
        required = default is dataclasses.MISSING
        hint = hints[item.name]
        found.append(_Field(item.name, default, required, _encoder(hint), _decoder(hint), hint))
    return tuple(found)


def _same(value: Json) -> Json:
    return value


@lru_cache(maxsize=256)
def _encoder(hint: _Hint) -> _Convert:
    """How a value of that annotation becomes JSON. Recursive types would not end here; the model has none."""
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        fields = _fields(hint)

        def dataclass_out(value: Json) -> Json:
            out = {}
            for item in fields:
                found = getattr(value, item.name)
                if item.required or found != item.default:
                    out[item.name] = item.encode(found)
            return out

        return dataclass_out
    if hint is bytes:
        return lambda value: base64.b64encode(value).decode("ascii")
    if hint is date:
        return lambda value: value.isoformat()
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return lambda value: value.value
    origin: _Hint = get_origin(hint)
    args = get_args(hint)
    if origin is tuple:
        items = [_encoder(arg) for arg in args if arg is not Ellipsis]
        if args[-1] is Ellipsis:
            return lambda value: [items[0](item) for item in value]
        return lambda value: [item(part) for item, part in zip(items, value, strict=True)]
    if origin is Mapping:
        of = _encoder(args[1])
        return lambda value: {key: of(item) for key, item in value.items()}
    if optional := _optional(hint):
        inner = _encoder(optional)
        return lambda value: None if value is None else inner(value)
    return _same


@lru_cache(maxsize=64)
def _pieces(kind: _Hint) -> _Put:
    """The function that adds the members of that dataclass, as pieces of text, to those that are there."""
    known: dict[str, Any] = {"quoted": quoted, "long": _long}
    lines = ["def pieces(value, out):"]
    for number, item in enumerate(_fields(kind)):
        key, name = f",{quoted(item.name)}:", f"write{number}"
        lines.append(f"    found = value.{item.name}")
        indent = "    "
        nested = isinstance(item.hint, type) and dataclasses.is_dataclass(item.hint) and not _flat(item.hint)
        silent = nested and not item.required and _object(item.hint)(item.default) == "{}"
        if not item.required and not silent:
            lines.append(f"    if {_differs(item.default, f'default{number}', known)}:")
            indent = "        "
        if nested:
            known[name] = _nested(item.hint, key, silent=silent)
            lines.append(f"{indent}{name}(found, out)")
        else:
            lines.append(f"{indent}out += ({key!r}, {_expression(item.hint, name, known)})")
    source = "\n".join(lines)
    # the only words in it that are not written here are names of fields
    exec(source, known)  # noqa: S102
    made: _Put = known["pieces"]
    return made


def _nested(kind: _Hint, key: str, *, silent: bool) -> _Put:
    """How a member that has members is added; `silent` where it is left out when it has none."""
    inner = _pieces(kind)
    key += "{"

    def put(value: Json, out: list[str]) -> None:
        at = len(out)
        out.append(key)
        inner(value, out)
        if len(out) > at + 1:
            out[at + 1] = out[at + 1][1:]  # the comma before the first
            out.append("}")
        elif silent:
            del out[at]
        else:
            out.append("}")

    return put


def _differs(default: Json, name: str, known: dict[str, Any]) -> str:
    """How `found` is told from its default."""
    if default is None:
        return "found is not None"
    if default is False or default == "":
        return f"found != {default!r}"
    known[name] = default
    return f"found is not {name} and found != {name}"


def _expression(hint: _Hint, name: str, known: dict[str, Any]) -> str:
    """The words of Python for the JSON text of `found`; what they need gets a name in `known`."""
    if hint is str:
        return f"(quoted(found) if len(found) < {_LONG} else long(found))"
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        known[name] = {member: quoted(member.value) for member in hint}
        return f"{name}[found]"
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        known[name] = _object(hint)
        return f"{name}(found)"
    if (optional := _optional(hint)) is not None:
        return f"('null' if found is None else {_expression(optional, name, known)})"
    origin: _Hint = get_origin(hint)
    args = get_args(hint)
    if (
        origin is tuple
        and args[-1] is Ellipsis
        and get_origin(args[0]) is tuple
        and set(get_args(args[0])) == {str}
    ):
        known[name] = _pairs
        return f"{name}(found)"
    if origin is tuple and args[-1] is Ellipsis and _settled(args[0]):
        known[name] = _remembered(_object(args[0]))
        return f"{name}(found)"
    if origin is tuple and args[-1] is Ellipsis:
        return f"'[' + ','.join([{_expression(args[0], name, known)} for found in found]) + ']'"
    known[name] = _writer(hint)
    return f"{name}(found)"


def _long(text: str) -> str:
    """A long text in quotes: as `quoted` has it, and thrice as fast where it is ASCII already."""
    return _fast(text).decode("ascii") if text.isascii() and "\x7f" not in text else quoted(text)


def _swiftly(write: _Write) -> _Write:
    """The same, all at once where the text is ASCII: then it is what `json` would make of it."""

    def swift(value: Json) -> str:
        try:
            text = _fast(value).decode()
        except (UnicodeError, OverflowError):
            return write(value)
        return text if text.isascii() and "\x7f" not in text else write(value)

    return swift


_pairs = _swiftly(_plain)


def _flat(kind: _Hint) -> bool:
    """True for a type of which nothing is ever left out, and that holds nothing but texts, numbers and pairs."""
    fields = _fields(kind)
    return all(item.required and item.hint in _FLAT for item in fields) and bool(fields)


def _all_at_once(kind: _Hint, write: _Write) -> _Write:
    """How a value of a flat type is written. Numbers that have two spellings in JSON are left to `write`."""
    swift = _swiftly(write)
    names = [item.name for item in _fields(kind) if item.hint is float]

    def flat(value: Json) -> str:
        for name in names:
            number = getattr(value, name)
            if number != 0 and not _LEAST <= number < _MOST:
                return write(value)
        return swift(value)

    return flat


def _settled(hint: _Hint) -> bool:
    """True for a type of which one and the same value never changes what it says."""
    if not (isinstance(hint, type) and dataclasses.is_dataclass(hint)):
        return False
    kinds = get_type_hints(hint).values()
    return all(isinstance(kind, type) and issubclass(kind, str | int) for kind in kinds)


def _remembered(write: _Write) -> _Write:
    """How a tuple of such values is written: most exchanges are judged like another one, by the very same verdicts.

    They are told by who they are, and stay with their text, so that nothing else can come to be who they were. Two
    threads may both write the same, and either is as good.
    """
    each: dict[int, tuple[object, str]] = {}
    whole: dict[tuple[int, ...], tuple[object, str]] = {}

    def one(value: Json) -> str:
        known = each.get(id(value))
        if known is None:
            if len(each) >= _REMEMBERED:
                each.clear()
            each[id(value)] = known = value, write(value)
        return known[1]

    def all_of(values: tuple[Json, ...]) -> str:
        key = tuple(map(id, values))
        known = whole.get(key)
        if known is None:
            if len(whole) >= _REMEMBERED:
                whole.clear()
            whole[key] = known = values, f"[{','.join(map(one, values))}]"
        return known[1]

    return all_of


def _writer(hint: _Hint) -> _Write:
    """How a value of that annotation becomes JSON text: the same that `_encoder` would make of it."""
    if hint is bytes:
        return lambda value: f'"{base64.b64encode(value).decode("ascii")}"'
    if hint is date:
        return lambda value: f'"{value.isoformat()}"'
    if hint is float:
        return lambda value: repr(value) if type(value) is float and value - value == 0 else _plain(value)
    if hint is int:
        return lambda value: repr(value) if type(value) is int else _plain(value)
    origin: _Hint = get_origin(hint)
    args = get_args(hint)
    if origin is tuple:
        each = [_writer(arg) for arg in args]
        return lambda value: f"[{','.join([of(part) for of, part in zip(each, value, strict=True)])}]"
    if origin is Mapping and (args[1] is str or dataclasses.is_dataclass(args[1])):
        of = quoted if args[1] is str else _object(args[1])
        return lambda value: f"{{{','.join([f'{quoted(key)}:{of(item)}' for key, item in value.items()])}}}"
    if origin is Mapping:
        values = _encoder(hint)
        return lambda value: _plain(values(value)) if value else "{}"
    return _plain


def _object(kind: _Hint) -> _Write:
    inner = _pieces(kind)

    def write(value: Json) -> str:
        out: list[str] = []
        inner(value, out)
        return f"{{{''.join(out)[1:]}}}"

    return _all_at_once(kind, write) if _flat(kind) else write


@lru_cache(maxsize=256)
def _decoder(hint: _Hint) -> _Convert:
    """How JSON becomes a value of that annotation."""
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return lambda value: _read(hint, value)
    if hint is bytes:
        return lambda value: base64.b64decode(value, validate=True)
    if hint is date:
        return date.fromisoformat
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint
    if hint in {str, int, float, bool}:
        return lambda value: _scalar(hint, value)
    origin: _Hint = get_origin(hint)
    args = get_args(hint)
    if origin is tuple:
        items = [_decoder(arg) for arg in args if arg is not Ellipsis]
        if args[-1] is Ellipsis:
            return lambda value: tuple(items[0](item) for item in value)
        return lambda value: tuple(item(part) for item, part in zip(items, value, strict=True))
    if origin is Mapping:
        of = _decoder(args[1])
        return lambda value: {key: of(item) for key, item in value.items()}
    if optional := _optional(hint):
        inner = _decoder(optional)
        return lambda value: None if value is None else inner(value)
    return _same


def _read(kind: _Hint, value: Json) -> Json:
    if not isinstance(value, dict):
        raise CodecError(f"{kind.__name__} is not an object")
    out = {}
    for item in _fields(kind):
        if item.name in value:
            out[item.name] = item.decode(value[item.name])
        elif item.required:
            raise CodecError(f"{kind.__name__} has no {item.name}")
    return kind(**out)


def _scalar(kind: _Hint, value: Json) -> Json:
    # bool is an int to Python, and a whole float is written without a point by some writers
    if type(value) is kind:
        return value
    if kind is float and type(value) is int:
        return float(value)
    raise CodecError(f"{value!r:.80} is not {kind.__name__}")


def _optional(hint: _Hint) -> _Hint:
    """`X` of `X | None`, otherwise None."""
    if get_origin(hint) not in {Union, types.UnionType}:
        return None
    rest = [arg for arg in get_args(hint) if arg is not type(None)]
    return rest[0] if len(rest) == 1 else None
