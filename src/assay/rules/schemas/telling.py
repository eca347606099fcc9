"""Shapes in a few words, for people."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from assay.rules.schemas.shape import ANY, NOTHING, Branch, Shape

#: more values are not listed, longer texts not shown
_MOST: Final = 6
_LONGEST: Final = 120


def told(one: Shape | Branch) -> str:
    """What its values are. Empty for a branch that says nothing beyond its kind, when asked of a branch alone."""
    if isinstance(one, Branch):
        return "" if not one.words else _cut(_words(one))
    if one == ANY:
        return "anything"
    if one == NOTHING:
        return "nothing"
    return _cut(" or ".join(dict.fromkeys(_branch(branch) for branch in one.branches)))


def kinds_told(shape: Shape) -> str:
    """The kinds of its values, `integer` where all numbers are whole."""
    if shape.kinds == ANY.kinds:
        whole = bool(shape.of("number")) and all(one.get("whole") for one in shape.of("number"))
        return "anything but fractions" if whole else "anything"
    return ", ".join(_kind(shape, kind) for kind in shape.kinds) or "nothing"


def _kind(shape: Shape, kind: str) -> str:
    whole = kind == "number" and all(one.get("whole") for one in shape.of(kind))
    return "integer" if whole else kind


def _branch(one: Branch) -> str:
    words = _words(one)
    kind = "integer" if one.get("whole") else one.kind
    if one.finite:
        return words
    return f"{kind} ({words})" if words and one.kind not in {"object", "array"} else _composed(one, kind)


def _composed(one: Branch, kind: str) -> str:
    if one.kind == "object" and one.get("properties"):
        names = list(one.get("properties"))
        return f"object with {_several(names)}"
    if one.kind == "array" and "items" in one.words:
        return f"array of {told(one.get('items'))}"
    return kind


def _several(names: list[str]) -> str:
    shown = ", ".join(names[:_MOST])
    return f"{shown}, …" if len(names) > _MOST else shown


def _words(one: Branch) -> str:
    parts = []
    for word, value in one.words.items():
        match word:
            case "values":
                parts.append(_several(list(value)))
            case "low":
                parts.append(f"{'>' if value[1] else '≥'} {_number(value[0])}")
            case "high":
                parts.append(f"{'<' if value[1] else '≤'} {_number(value[0])}")
            case "multiples":
                parts.append("multiple of " + ", ".join(map(_number, sorted(value))))
            case "whole":
                parts += ["integer"] if one.words.keys() == {"whole"} else []
            case "unique":
                parts.append("all different")
            case "patterns" | "formats":
                parts.append(f"{word.removesuffix('s')} " + " and ".join(sorted(value)))
            case "conditions":
                parts.append(", ".join(sorted({name.partition(":")[0] for name in value})))
            case "nots":
                parts += [f"not {told(shape)}" for shape in value]
            case "contains":
                parts += [
                    f"contains {told(shape)} {least}…{'' if most is None else most}"
                    for shape, least, most in value
                ]
            case "names":
                parts.append(f"names: {told(value)}")
            case "depend":
                parts += [f"{name} needs {other}" for name, other in sorted(value)]
            case "dependent":
                parts.append(f"dependentSchemas {_several(list(value))}")
            case _ if word in _NAMES:
                parts.append(f"{_NAMES[word]} {value}")
    return ", ".join(parts)


_NAMES: Final[Mapping[str, str]] = {
    "shortest": "at least so long:", "longest": "at most so long:", "fewest": "at least so many:",
    "most": "at most so many:", "content": "content",
}  # fmt: skip


def _number(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
