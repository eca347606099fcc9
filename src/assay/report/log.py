"""The run log: newline-delimited JSON, one event a line, header first, footer last.

The log is the product: every report is a fold over it, so what is not here was not seen. A log whose last
line is torn (power, `kill -9`) is still a log; one without a footer is an incomplete run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from assay.model.case import Case
from assay.model.contract import Json
from assay.model.event import CleanedUp, Event, Noted, RunFinished, RunStarted, StepJudged, ViolationFound
from assay.report.codec import CodecError, decode, encode, members

FORMAT = "assay-log/1"

_KINDS: dict[str, type[Event]] = {
    "run-started": RunStarted,
    "step-judged": StepJudged,
    "violation-found": ViolationFound,
    "noted": Noted,
    "cleaned-up": CleanedUp,
    "run-finished": RunFinished,
}
_HEADS = {kind: f'{{"event":"{name}"' for name, kind in _KINDS.items()}
_HEADS[RunStarted] += f',"format":"{FORMAT}"'


#: text, or bytes
Line = TypeVar("Line", str, bytes)
#: what a line is read as: an event, or as much of one as somebody needs
Seen = TypeVar("Seen")


class LogError(ValueError):
    """A log cannot be read. Whose fault: whoever wrote or named the file; never the API's."""


def dump(event: Event) -> str:
    """One line of the log, without the line break. ASCII only, so that no tool on the way can hurt it."""
    return f"{_HEADS[type(event)]}{members(event)}}}"


def load(line: str) -> Event:
    """The event of one line. Raises `LogError` when the line is none."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LogError(f"Cannot read a line of the log: because it is not JSON ({error}).") from error
    kind = _KINDS.get(str(value.get("event"))) if isinstance(value, dict) else None
    if kind is None:
        raise LogError(f"Cannot read a line of the log: because it is no event of {FORMAT}: {line[:80]!r}.")
    if kind is RunStarted and value.get("format") != FORMAT:
        raise LogError(
            f"Cannot read the log: because its format is {value.get('format')!r}, not {FORMAT!r}. "
            "Do read it with the version of Assay that wrote it."
        )
    try:
        event: Event = decode(kind, value)
    except CodecError as error:
        raise LogError(f"Cannot read a line of the log: because {error}.") from error
    return event


def read(lines: Iterable[str]) -> Iterator[Event]:
    """The events of a log, as they come; a torn last line is left out.

    Raises `LogError` when the first line is no header of this format, when a line before the last is damaged,
    or when something follows the footer.
    """
    return parsed(lines, load)


def parsed(lines: Iterable[Line], load: Callable[[Line], Seen]) -> Iterator[Seen | RunStarted]:
    """The same, of lines read in whatever way."""
    numbered = ((number, line) for number, line in enumerate(lines, 1) if not _blank(line))
    first = next(numbered, None)
    if first is None:
        raise LogError(
            "Cannot read the log: because it is empty. Do name the log.jsonl of a run that got started."
        )
    yield _header(first[1], load)
    finished = False
    torn: LogError | None = None
    for number, line in numbered:
        if torn is not None:
            raise torn
        if finished:
            raise LogError(
                f"Cannot read the log: because line {number} follows the footer. Do not append to a log."
            )
        try:
            event = load(line)
        except LogError as error:
            # only a fault if something comes after it
            torn = LogError(f"Line {number}: {error}")
            continue
        if isinstance(event, RunStarted):
            raise LogError(
                f"Cannot read the log: because line {number} is a second header. "
                "Do merge logs, not concatenate them."
            )
        finished = isinstance(event, RunFinished)
        yield event


def _blank(line: str | bytes) -> bool:
    # a line of zeros is what some file systems leave of one that was being written as the power went
    return not (line.strip("\0 \t\r\n") if isinstance(line, str) else line.strip(b"\0 \t\r\n"))


def _header(line: Line, load: Callable[[Line], Seen]) -> RunStarted:
    try:
        event = load(line)
    except LogError as error:
        raise LogError(
            f"{error} The first line of a log is its header; do name a log.jsonl that Assay wrote."
        ) from error
    if not isinstance(event, RunStarted):
        raise LogError(
            f"Cannot read the log: because its first line is no {FORMAT} header. Do name a whole log.jsonl."
        )
    return event


def case_to_json(case: Case) -> Json:
    """A case as plain JSON types, for `assay replay`."""
    return encode(case)


def case_from_json(value: Json) -> Case:
    """The case that `case_to_json` wrote. Raises `LogError` when it is none."""
    try:
        case: Case = decode(Case, value)
    except CodecError as error:
        raise LogError(
            f"Cannot read a case: because {error}. Do take it from a report that Assay wrote."
        ) from error
    return case
