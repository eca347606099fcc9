"""Which operation a method and a path ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote

from assay.mock.refusal import Refusal
from assay.model.contract import Api, ContractSet, Operation

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NAME = re.compile(r"\{([^{}]+)\}")


class Route(NamedTuple):
    """The operation that was asked for."""

    api: Api
    operation: Operation
    #: path parameters by name, percent-decoded
    path: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Segment:
    """One segment of a template: a text, a parameter alone (anything but nothing), or a mixture of both."""

    text: str | None
    pattern: re.Pattern[str] | None
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Template:
    api: Api
    operation: Operation
    #: how each segment has to look
    segments: tuple[_Segment, ...]
    #: True where a segment holds a parameter: concrete paths go first (OpenAPI 3.1 §4.8.8.2)
    order: tuple[bool, ...]

    def match(self, segments: tuple[str, ...]) -> dict[str, str] | None:
        values: dict[str, str] = {}
        for wanted, segment in zip(self.segments, segments, strict=True):
            if wanted.text is not None:
                if segment != wanted.text:
                    return None
            elif wanted.pattern is None:
                if not segment:
                    return None
                values[wanted.names[0]] = segment
            elif (found := wanted.pattern.fullmatch(segment)) is not None:
                values.update(zip(wanted.names, found.groups(), strict=True))
            else:
                return None
        return values


class Router:
    """The routes of all APIs. Each answers at its own path and below `/<api>`: two may share a path."""

    def __init__(self, contracts: ContractSet) -> None:
        self._by_length: dict[int, list[_Template]] = {}
        #: the same, of one method each
        self._by_method: dict[tuple[int, str], list[_Template]] = {}
        for api in contracts.apis:
            for operation in api.operations:
                for path in (operation.path, f"/{api.name}{operation.path}"):
                    template = _template(api, operation, path)
                    self._by_length.setdefault(len(template.segments), []).append(template)
        for templates in self._by_length.values():
            templates.sort(key=lambda template: template.order)
            for template in templates:
                key = len(template.segments), template.operation.method.upper()
                self._by_method.setdefault(key, []).append(template)

    def find(self, method: str, path: str) -> Route | Refusal:
        """The operation at that method and (percent-encoded) path, or a 400, 404 or 405.

        OPTIONS that no contract documents is a 405 too: its `Allow` header is the answer.
        """
        segments = _segments(path)
        if segments is None:
            return Refusal(400, "The path is not percent-encoded UTF-8 (RFC 3986).")
        for name in (method, "GET") if method == "HEAD" else (method,):
            for template in self._by_method.get((len(segments), name), ()):
                values = template.match(segments)
                if values is not None:
                    return Route(template.api, template.operation, values)
        templates = self._by_length.get(len(segments), ())
        there = [template.operation for template in templates if template.match(segments) is not None]
        if not there:
            return Refusal(404, "No contract has an operation at this path.")
        allowed = ", ".join(_allowed(there))
        return Refusal(405, f"This path allows {allowed}.", (("Allow", allowed),))


def _template(api: Api, operation: Operation, path: str) -> _Template:
    parts = path.split("/")[1:]
    return _Template(api, operation, tuple(map(_segment, parts)), tuple("{" in part for part in parts))


def _segment(part: str) -> _Segment:
    pieces = _NAME.split(part)  # names come out at the odd positions
    if len(pieces) == 1:
        return _Segment(part, None, ())
    if len(pieces) == 3 and not pieces[0] and not pieces[2]:
        return _Segment(None, None, (pieces[1],))
    text = "".join("(.+?)" if index % 2 else re.escape(piece) for index, piece in enumerate(pieces))
    return _Segment(None, re.compile(text, re.DOTALL), tuple(pieces[1::2]))


def _segments(path: str) -> tuple[str, ...] | None:
    """The decoded segments; split first, so that an encoded slash stays inside its segment."""
    if not path.startswith("/"):
        return ()  # `OPTIONS *` and the like: no operation is there
    if "%" not in path and path.isascii():
        return tuple(path.split("/")[1:])
    if not path.isascii() or _BAD_ESCAPE.search(path):
        return None
    try:
        return tuple(unquote(part, errors="strict") for part in path.split("/")[1:])
    except UnicodeDecodeError:
        return None


def _allowed(operations: list[Operation]) -> list[str]:
    methods = {operation.method.upper() for operation in operations} | {"OPTIONS"}
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)
