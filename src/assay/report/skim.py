"""Logs read fast: of a line that tells of a step, only what a report counts; the whole of it where it is kept.

Of a million exchanges a report shows some dozens. So a line is parsed as far as the fold looks, everything else in it
is passed over without making a value of it, and a step that is to be shown is read again, from the same line and by
the same decoder as ever. A line that cannot be read so is read the slow way, which says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import msgspec

from assay.model.event import Event, Step, StepJudged
from assay.model.verdict import Verdict, VerdictKind
from assay.report.log import LogError, dump, load, parsed
from assay.report.shapes import essence


class _Case(msgspec.Struct):
    api: str
    operation: str
    together: str = ""
    path: msgspec.Raw = msgspec.Raw(b"{}")
    query: msgspec.Raw = msgspec.Raw(b"{}")
    headers: msgspec.Raw = msgspec.Raw(b"{}")
    cookies: msgspec.Raw = msgspec.Raw(b"{}")
    body: msgspec.Raw = msgspec.Raw(b"{}")
    refs: msgspec.Raw = msgspec.Raw(b"{}")


class _Evidence(msgspec.Struct):
    status: int | None = None
    failure: str | None = None
    elapsed_ms: float = 0.0
    response_headers: msgspec.Raw = msgspec.Raw(b"[]")
    response_body: msgspec.Raw = msgspec.Raw(b"null")


class _Step(msgspec.Struct):
    case: _Case
    evidence: _Evidence
    state: str = ""
    after: str = ""
    instance: str = ""


class _Verdict(msgspec.Struct):
    clause: str
    kind: VerdictKind
    message: str = ""
    outcome: str = ""
    facet: str = ""
    pointer: str = ""
    transient: bool = False


class _Judged(msgspec.Struct):
    number: int
    step: _Step
    verdicts: msgspec.Raw
    undocumented: bool = False


_judged = msgspec.json.Decoder(_Judged)
_texts = msgspec.json.Decoder(str | None)
_TYPE = re.compile(rb'\[\s*"content-type"\s*,\s*"((?:[^"\\]|\\.)*)"\s*\]', re.IGNORECASE)
_verdicts = msgspec.json.Decoder(list[_Verdict])
#: how a step's line begins, as every version has written it; another order of keys is only slower
_STEP = b'{"event":"step-judged"'
_HEAD = b'{"event":"step-judged","number":'


@dataclass(slots=True)
class Skimmed:
    """One step of a log, as far as it was read."""

    #: the line it stands in
    line: bytes
    api: str
    operation: str
    together: str
    status: int | None
    failure: str | None
    elapsed_ms: float
    state: str
    after: str
    instance: str
    undocumented: bool
    #: JSON of its verdicts: most steps are judged like another one
    judged: bytes
    #: JSON of the headers and of the body of its answer
    headers: msgspec.Raw
    answered: msgspec.Raw
    #: what was asked
    case: _Case

    @property
    def media(self) -> str:
        """The media type of its answer. No value passes for a name: quotation marks inside of a text are never bare."""
        found = _TYPE.search(self.headers)
        return essence([("content-type", _text(b'"%b"' % found[1]) or "")] if found else [])

    @property
    def body(self) -> str | None:
        """The body of its answer; None for what is no text after all."""
        return _text(self.answered)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What it says, clause by clause. Raises `LogError` when that is not what a log holds there."""
        try:
            found = _verdicts.decode(self.judged)
        except msgspec.DecodeError:
            return self.event.verdicts  # by the slow way, which says what is wrong
        return tuple(
            Verdict(v.clause, v.kind, v.message, v.outcome, v.facet, v.pointer, v.transient) for v in found
        )

    @property
    def event(self) -> StepJudged:
        """The whole event. Raises `LogError` when the line does not hold one after all."""
        event = load(self.line.decode("utf-8"))
        if not isinstance(event, StepJudged):
            raise LogError(f"Cannot read a line of the log: because it is no step: {self.line[:80]!r}.")
        return event

    @property
    def step(self) -> Step:
        """The whole step, read each time. Raises `LogError`."""
        return self.event.step

    def renumbered(self, number: int) -> Skimmed:
        """The same with another number, its line byte for byte the same otherwise."""
        return replace(self, line=self._renumbered(number))

    def _renumbered(self, number: int) -> bytes:
        rest = self.line[len(_HEAD) :].lstrip(b"0123456789") if self.line.startswith(_HEAD) else b""
        if rest.startswith(b","):
            return b"%b%d%b" % (_HEAD, number, rest)
        return dump(replace(self.event, number=number)).encode("ascii")


def _text(raw: bytes | msgspec.Raw) -> str | None:
    try:
        text: str | None = _texts.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return text


def skimmed(lines: Iterable[bytes]) -> Iterator[Event | Skimmed]:
    """The events of a log, as they come, as `log.read` does: the same is refused, and for the same reasons.

    What is wrong inside of a step is only found where a report looks. Raises `LogError`.
    """
    return parsed(lines, skim)


def skim(line: bytes) -> Event | Skimmed:
    """The event of one line, a step only as far as a report counts it. Raises `LogError` when the line is none."""
    if not line.startswith(_STEP):
        return load(line.decode("utf-8"))
    try:
        found = _judged.decode(line)
    except msgspec.DecodeError:
        return load(line.decode("utf-8"))
    step = found.step
    case, answer = step.case, step.evidence
    return Skimmed(line, case.api, case.operation, case.together, answer.status, answer.failure, answer.elapsed_ms,
                   step.state, step.after, step.instance, found.undocumented, bytes(found.verdicts),
                   answer.response_headers, answer.response_body, case)  # fmt: skip
