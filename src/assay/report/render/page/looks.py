"""What answers looked like beside what is documented of them: media types for the matrix, and fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from assay.report.result import Report
from assay.report.shapes import Field, Shape


@dataclass(frozen=True, slots=True)
class Media:
    """One media type of an operation's answers with one status."""

    name: str
    answers: int
    documented: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What is worth telling of one operation's answers with one status."""

    shape: Shape
    never: tuple[Field, ...]
    null: tuple[Field, ...]
    undocumented: tuple[Field, ...]
    #: those with documented values
    values: tuple[Field, ...]
    #: media types that are not documented
    strange: tuple[tuple[str, int], ...]


def looks(report: Report) -> tuple[Look, ...]:
    """Those with something to tell, by api, operation and status; undocumented statuses are told elsewhere."""
    found = [_look(shape) for shape in report.shapes if shape.promised is not None]
    return tuple(
        one for one in found if one.never or one.null or one.undocumented or one.values or one.strange
    )


def _look(shape: Shape) -> Look:
    promised = {name.partition(";")[0].strip().lower() for name in shape.promised or ()}
    fields = shape.fields
    return Look(
        shape,
        # what lies in something that never came is not told again
        tuple(f for f in fields if f.documented and not f.seen and not _inside(f, fields)),
        tuple(f for f in fields if f.seen and f.null == f.seen),
        tuple(f for f in fields if not f.documented),
        tuple(f for f in fields if f.enum and f.seen),
        tuple(one for one in shape.media if promised and one[0] not in promised),
    )


def _inside(field: Field, fields: tuple[Field, ...]) -> bool:
    above = field.pointer.rpartition("/")[0]
    return any(one.pointer == above and not one.seen for one in fields)


class Types:
    """Media types by operation and column of the matrix, looked up once for a page."""

    def __init__(self, report: Report) -> None:
        """Adds them up."""
        self._documented: dict[tuple[str, str], Mapping[str, object]] = {}
        for operation in report.header.operations:
            if isinstance(replies := operation.get("replies"), Mapping):
                self._documented[str(operation.get("api")), str(operation.get("id"))] = replies
        self._seen: dict[tuple[str, str, str], Counter[str]] = {}
        for shape in report.shapes:
            replies = self._documented.get((shape.api, shape.operation), {})
            column = next(
                (c for c in (str(shape.status), f"{shape.status // 100}XX", "default") if c in replies), ""
            )
            self._seen.setdefault((shape.api, shape.operation, column), Counter()).update(dict(shape.media))

    def of(self, api: str, operation: str, column: str) -> tuple[Media, ...]:
        """Those that are documented for that status, and whatever else was seen of it."""
        reply = self._documented.get((api, operation), {}).get(column)
        if not isinstance(reply, Mapping):
            return ()
        told = reply.get("media")
        seen = self._seen.get((api, operation, column), Counter())
        documented = {str(name).partition(";")[0].strip().lower(): str(name) for name in _list(told)}
        return (
            *(Media(name, seen[key], documented=True) for key, name in documented.items()),
            *(
                Media(key, count, documented=not documented and key == "none")
                for key, count in sorted(seen.items())
                if key not in documented and (documented or key != "none")
            ),
        )


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []
