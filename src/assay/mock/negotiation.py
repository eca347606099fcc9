"""Which of the documented media types a client gets (RFC 9110 §12.5.1), and bodies in another one than the usual.

The first documented JSON is usual: in it an answer shows what the world holds. Another documented type is shown by its
example, or by a sample of its schema; one with the same schema as the usual one shows the same. `application/json` in
an `Accept` covers the `+json` family as well: whoever reads the one can parse the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from assay.inputs.classify import text
from assay.inputs.constraints import is_json
from assay.machine.expression import MISSING, Absence
from assay.mock.planned import Composed
from assay.model.contract import Content
from assay.model.terms import Json

#: characters of a header that are still read
LONGEST = 4096
_FORM = "application/x-www-form-urlencoded"
_WEIGHT = re.compile(r"[01](?:\.[0-9]{0,3})?")
#: a media range, its parameters, and how much it is wanted
_Range = tuple[str, str, frozenset[str], float]


@lru_cache(maxsize=512)  # clients send the same one with every request
def quality(accept: str, media_type: str) -> float:
    """How much that type is wanted, 0 for not at all. An `Accept` in which nothing can be read wants everything."""
    ranges = _ranges(accept) if len(accept) <= LONGEST else ()
    if not ranges:
        return 1.0
    kind, subtype, parameters = _parts(media_type)
    fitting = [
        (_precision(one, subtype), one[3]) for one in ranges if _covers(one, kind, subtype, parameters)
    ]
    return max(fitting)[1] if fitting else 0.0  # the most precise range decides, not the kindest


def best(accept: str, offered: Sequence[str]) -> str | None:
    """The offered type that is wanted most, the first of several; None where none is wanted at all."""
    wanted = max(offered, key=lambda one: quality(accept, one), default=None)
    return wanted if wanted is not None and quality(accept, wanted) > 0 else None


@dataclass(frozen=True, slots=True)
class Shown:
    """A body in one documented media type."""

    content: Content
    value: Json | Absence

    def instead_of(self, composed: Composed) -> Composed:
        """The same reply with this body."""
        media_type = self.content.media_type
        body = self.value if is_json(media_type) else foreign(media_type, self.value)
        return composed._replace(body=body, media_type=media_type, written=None)


def foreign(media_type: str, value: Json | Absence) -> Json | Absence:
    """A value as the text of a body that is not JSON; MISSING where nobody says how it would be written."""
    if isinstance(value, str) or value is MISSING:
        return value
    if media_type.partition(";")[0].strip().lower() == _FORM and isinstance(value, dict):
        return urlencode([(name, text(member)) for name, member in value.items() if _is_plain(member)])
    return text(value) if _is_plain(value) else MISSING


def usual(content: Sequence[Content]) -> Content | None:
    """The content that answers are composed in: the first JSON, or what leaves the type open and so may be JSON."""
    return next((one for one in content if is_json(one.media_type)), None) or next(
        (Content("application/json", c.schema, c.examples) for c in content if _is_open(c.media_type)), None
    )


def other(content: Content, made: Callable[[Content], Json]) -> Json | Absence:
    """The value that stands for content that is not the usual: its example, or what is made for it."""
    if content.examples:
        return next(iter(content.examples.values()))
    kind = content.media_type.partition("/")[0].strip().lower()
    return MISSING if kind in {"image", "audio", "video", "font"} else made(content)


def _is_open(media_type: str) -> bool:
    return media_type.partition(";")[0].strip().lower() in {"*/*", "application/*"}


def _is_plain(value: Json) -> bool:
    return not isinstance(value, list | dict)


@lru_cache(maxsize=256)
def _ranges(accept: str) -> tuple[_Range, ...]:
    found = []
    for element in _split(accept, ","):
        media_range, *rest = _split(element, ";")
        kind, slash, subtype = media_range.lower().partition("/")
        if not slash or not kind or not subtype or (kind == "*" and subtype != "*"):
            continue
        weight, parameters = 1.0, set()
        for parameter in rest:
            name, _, value = (part.strip() for part in parameter.partition("="))
            if name.lower() == "q":
                weight = min(float(value), 1.0) if _WEIGHT.fullmatch(value) else 0.0
                break  # what follows is about the range, not about the type
            parameters.add(_parameter(parameter))
        found.append((kind, subtype, frozenset(parameters), weight))
    return tuple(found)


def _parts(media_type: str) -> tuple[str, str, frozenset[str]]:
    essence, *parameters = _split(media_type, ";")
    kind, _, subtype = essence.lower().partition("/")
    return kind, subtype, frozenset(map(_parameter, parameters))


def _parameter(written: str) -> str:
    name, _, value = written.partition("=")
    return f"{name.strip().lower()}={value.strip().strip(chr(34)).lower()}"


def _split(written: str, by: str) -> list[str]:
    """The parts between separators that stand outside of quotes, the empty ones left out."""
    parts = re.findall(rf'(?:"(?:[^"\\]|\\.)*"|[^{by}"]|")+', written)
    return [part for found in parts if (part := found.strip())] or [""]


def _covers(one: _Range, kind: str, subtype: str, parameters: frozenset[str]) -> bool:
    wanted_kind, wanted, asked, _ = one
    if not asked <= parameters:
        return False
    if wanted_kind == "*":
        return True
    if wanted_kind != kind:
        return False
    return wanted in ("*", subtype) or (one[:2] == ("application", "json") and subtype.endswith("+json"))


def _precision(one: _Range, subtype: str) -> tuple[bool, bool, bool, int]:
    return one[0] != "*", one[1] != "*", one[1] == subtype, len(one[2])
