"""`location-resolves`: the `Location` of a creating answer leads to what was created.

Tried: an instance is created, in each of several ways, and its `Location` is asked with the operation that reads one.
A relative reference is resolved against the URL that was asked (RFC 9110 §10.2.2, RFC 3986 §5).

Told: a 201 without `Location`; a `Location` that is answered with an error; one that shows something else than the
creating answer did, in the body or in the headers that `headers` names. Fields that are `volatile`, and what `ignore`
names, are not compared.

Left open: a `Location` on another host, whom nobody gave us leave to ask; a redirect; an answer about our credentials
or our rate; what a 201 without a JSON body would have shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assay.laws.comparing import IGNORE, READ, readable
from assay.laws.reading import difference, ignored, in_body, reader, shows
from assay.laws.terms import Finding, Ground, Missing, Seen, Told, broken, holds, untold
from assay.model.case import Case, Script
from assay.model.copied import replace
from assay.model.lifecycle import Law
from assay.model.terms import Schema

NAME = "location-resolves"
TITLE = "Location leads to what was created, and shows it as the creating answer did (RFC 9110 §15.3.2)"
PARAMETERS: Schema = {
    "type": "object",
    "properties": {
        "read": READ,
        "headers": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Response headers that both answers show alike, `ETag` for one; none by default.",
        },
        "ignore": IGNORE,
    },
    "additionalProperties": False,
}
_CREATED = 201
#: answers that speak of the circumstances and not of the resource


def aspects(law: Law) -> Mapping[str, str]:
    """None: it is one promise."""
    return {}


def drills(ground: Ground, law: Law) -> Iterator[Script | Missing]:
    """Each way of creating, then what its `Location` names."""
    read = reader(ground.api, ground.cycle, law)
    if read is None:
        yield Missing("no operation shows an instance: `read` can name one")
        return
    if not any(
        reply.status in {"201", "2XX"} for reply in ground.api.operation(ground.cycle.created_by).replies
    ):
        yield Missing(f"{ground.cycle.created_by} documents no 201, whose Location would name the instance")
        return
    for created in ground.ways(ground.cycle.created_by, "i1"):
        yield Script(
            "created, then what Location names", (replace(created, role="created"), _named(ground, read))
        )


def _named(ground: Ground, read: str) -> Case:
    # about no instance: what the table says of one is no word on another URL
    refs = {"url": "$steps.created.response.header.Location"}
    return replace(ground.ask(read), role="named", refs=refs, title="what Location names")


def judge(told: Told) -> Sequence[Finding]:
    """The creating answer has a `Location`, and what it names shows the same."""
    created, last = told.at("created"), told.last
    if created is None or created.status != _CREATED or not _fit(created):
        return (untold("nothing was created as documented"),) if last is created else ()
    if last is created:
        missing = created.headers.get("location") is None
        if missing and created.broken:
            return (untold("the 201 is not as documented, and has no Location"),)
        return (broken("the 201 has no Location", "missing"),) if missing else ()
    where = f"{created.headers.get('location')!r}"
    if last.status is None or 300 <= last.status < 400 or not readable(last):
        return (untold(f"{where} was answered {last.status or 'nothing'}"),)
    if not last.succeeded:
        return (
            broken(
                f"Location {where} leads to the new instance, but GET was answered {last.status}", "status"
            ),
        )
    if (found := _differs(told, created, last)) is not None:
        told_so = f"Location {where} shows what the 201 did, but {found[1]}"
        return (broken(told_so, found[0], in_body(found[0])),)
    return (holds(),) if shows(last) else (untold(f"{where} did not answer as documented"),)


def _fit(created: Seen) -> bool:
    """True when what is wrong with the creating answer, if anything is, leaves its Location and its body to be read."""
    return all(
        any(kind in clause for kind in ("/promise/", "/field/", "/header/")) for clause in created.broken
    )


def _differs(told: Told, created: Seen, named: Seen) -> tuple[str, str] | None:
    if isinstance(created.body, Mapping):
        but = ignored(told.cycle, told.law, created.operation) | ignored(
            told.cycle, told.law, named.operation
        )
        if (found := difference(created.body, named.body, but)) is not None:
            return found
    for name in told.law.parameters.get("headers", ()):
        one, other = created.headers.get(name.lower()), named.headers.get(name.lower())
        if one is not None and one != other:
            return name, f"{name} was {one!r} and is {other!r}"
    return None
