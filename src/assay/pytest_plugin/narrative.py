"""A broken clause told to a person: what was promised, where, what came, and how to see it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assay.model.contract import Api
from assay.model.event import Step
from assay.model.evidence import Evidence
from assay.model.verdict import Clause
from assay.report.result import ClauseResult, Violation
from assay.report.timeline import lines, timelines

#: characters of a body shown in the terminal; the report has all of it
_BODY = 400
#: violations of one clause told in full; the others are counted
_TOLD = 3
#: columns of a race's time line
_WIDTH = 96


def narrate(result: ClauseResult, violations: Sequence[Violation], api: Api) -> str:
    """The whole story of a clause that failed, without any line of Python."""
    clause = result.clause
    story = [clause.title, "", *_card(clause, api, result)]
    told = [v for v in violations if not v.excuse] or list(violations)
    for violation in told[:_TOLD]:
        story += ["", *_violation(violation)]
    more = len(told) - _TOLD + result.more if len(told) > _TOLD else result.more
    if more > 0:
        story += ["", f"… and {more} more ways of breaking it: see the report."]
    return "\n".join(story)


def source(clause: Clause, api: Api) -> str:
    """Where the clause is promised, with the source's title and address where the contract gives them."""
    key, _, fragment = clause.source.partition("#")
    known = api.sources.get(key)
    if known is None:
        return clause.source
    title = f"{known.title}, {fragment}" if fragment else known.title
    return f"{title} <{known.url}>" if known.url else title


def headline(step: Step, name: str = "") -> str:
    """One step in one line: who asked, about whom, what was done, in which state, and what came."""
    state = f" [{step.state}]" if step.state else ""
    whom = "".join(f"{part}: " for part in (step.case.principal, name) if part)
    return f"{whom}{step.case.title}{state}: {step.evidence.method} {path(step.evidence)} → {answer(step.evidence)}"


def path(evidence: Evidence) -> str:
    """The URL without its origin: histories are read for what differs."""
    _, _, rest = evidence.url.partition("://")
    return "/" + rest.partition("/")[2] if rest else evidence.url


def answer(evidence: Evidence) -> str:
    """The status line, or why there is none."""
    if evidence.status is None:
        return evidence.failure or "no response"
    return f"{evidence.status} {evidence.reason}".rstrip()


def exchange(evidence: Evidence) -> str:
    """The redacted exchange as text, in the form HTTP/1.1 has on the wire (RFC 9112)."""
    return "\n".join(
        [
            *_request(evidence),
            "",
            *_response(evidence),
            "",
            f"# {evidence.started}, {evidence.elapsed_ms:.1f} ms",
        ]
    )


def _request(evidence: Evidence) -> Iterator[str]:
    yield f"{evidence.method} {evidence.url}"
    yield from (f"{name}: {value}" for name, value in evidence.request_headers)
    if evidence.request_body:
        yield ""
        yield evidence.request_body


def _response(evidence: Evidence) -> Iterator[str]:
    yield answer(evidence)
    if evidence.status is None:
        return
    yield from (f"{name}: {value}" for name, value in evidence.response_headers)
    yield ""
    yield evidence.response_body if evidence.response_body else "(empty body)"


def _card(clause: Clause, api: Api, result: ClauseResult) -> Iterator[str]:
    yield f"  clause    {clause.id}"
    yield f"  standing  {result.label}"
    yield f"  strength  {clause.strength}"
    yield f"  source    {source(clause, api)}"
    if str(clause.place):
        yield f"  contract  {clause.place}"
    if result.reason:
        yield f"  reason    {result.reason}"


def _violation(violation: Violation) -> Iterator[str]:
    yield violation.verdict.message
    yield f"  fingerprint {violation.fingerprint}{_reproduced(violation)}"
    count = len(violation.history)
    yield f"  shortest history ({count} {'step' if count == 1 else 'steps'}):"
    for number, (step, name) in enumerate(zip(violation.history, violation.names, strict=True), 1):
        yield f"  {number}. {headline(step, name)}"
        yield f"     {step.evidence.curl}"
        if number == count:
            yield from _shown(step.evidence)
    for race in timelines(violation.history):
        yield f"  {race.title}:"
        yield from (f"    {bar}" for bar in lines(race, _WIDTH))
    yield f"  again: assay replay {violation.fingerprint}"


def _reproduced(violation: Violation) -> str:
    again, tries = violation.reproduced
    word = "flaky" if violation.flaky else "violated"
    return f", {word} {again}/{tries}" if tries else ""


def _shown(evidence: Evidence) -> Iterator[str]:
    if evidence.status is None:
        return
    body = evidence.response_body
    if not body:
        yield "     answered: (empty body)"
        return
    cut = body if len(body) <= _BODY else f"{body[:_BODY]}… ({evidence.response_size} bytes)"
    yield from (
        f"     {'answered: ' if number == 0 else ''}{line}" for number, line in enumerate(cut.splitlines())
    )
