"""Which operation a method and a path ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from assay.mock.refusal import Refusal
from assay.model.contract import Api, ContractSet, Operation

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NAME = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Route:
    """The operation that was asked for."""

    api: Api
    operation: Operation
    #: path parameters by name, percent-decoded
    path: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Template:
    api: Api
    operation: Operation
    #: a pattern for each segment, and the names of its parameters
    segments: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]
    #: True where a segment holds a parameter: concrete paths go first (OpenAPI 3.1 §4.8.8.2)
    order: tuple[bool, ...]

    def match(self, segments: tuple[str, ...]) -> dict[str, str] | None:
        values: dict[str, str] = {}
        for (pattern, names), segment in zip(self.segments, segments, strict=True):
            found = pattern.fullmatch(segment)
            if found is None:
                return None
            values.update(zip(names, found.groups(), strict=True))
        return values


class Router:
    """The routes of all APIs. Each answers at its own path and below `/<api>`: two may share a path."""

    def __init__(self, contracts: ContractSet) -> None:
        self._by_length: dict[int, list[_Template]] = {}
        for api in contracts.apis:
            for operation in api.operations:
                for path in (operation.path, f"/{api.name}{operation.path}"):
                    template = _template(api, operation, path)
                    self._by_length.setdefault(len(template.segments), []).append(template)
        for templates in self._by_length.values():
            templates.sort(key=lambda template: template.order)

    def find(self, method: str, path: str) -> Route | Refusal:
        """The operation at that method and (percent-encoded) path, or a 400, 404 or 405.

        OPTIONS that no contract documents is a 405 too: its `Allow` header is the answer.
        """
        segments = _segments(path)
        if segments is None:
            return Refusal(400, "The path is not percent-encoded UTF-8 (RFC 3986).")
        routes = list(self._routes(segments))
        if not routes:
            return Refusal(404, "No contract has an operation at this path.")
        wanted = method.lower()
        for name in (wanted, "get") if wanted == "head" else (wanted,):
            for route in routes:
                if route.operation.method == name and method == method.upper():
                    return route
        allowed = ", ".join(_allowed(routes))
        return Refusal(405, f"This path allows {allowed}.", (("Allow", allowed),))

    def _routes(self, segments: tuple[str, ...]) -> Iterator[Route]:
        for template in self._by_length.get(len(segments), ()):
            values = template.match(segments)
            if values is not None:
                yield Route(template.api, template.operation, values)


def _template(api: Api, operation: Operation, path: str) -> _Template:
    parts = path.split("/")[1:]
    return _Template(api, operation, tuple(map(_segment, parts)), tuple("{" in part for part in parts))


def _segment(part: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    pieces = _NAME.split(part)  # names come out at the odd positions
    text = "".join("(.+?)" if index % 2 else re.escape(piece) for index, piece in enumerate(pieces))
    return re.compile(text, re.DOTALL), tuple(pieces[1::2])


def _segments(path: str) -> tuple[str, ...] | None:
    """The decoded segments; split first, so that an encoded slash stays inside its segment."""
    if not path.startswith("/"):
        return ()  # `OPTIONS *` and the like: no operation is there
    if not path.isascii() or _BAD_ESCAPE.search(path):
        return None
    try:
        return tuple(unquote(part, errors="strict") for part in path.split("/")[1:])
    except UnicodeDecodeError:
        return None


def _allowed(routes: list[Route]) -> list[str]:
    methods = {route.operation.method.upper() for route in routes} | {"OPTIONS"}
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)
