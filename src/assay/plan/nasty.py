"""Requests that are allowed by type, and of which nothing else is said: to be refused perhaps, but not to crash on."""

from __future__ import annotations

from collections.abc import Iterator

from assay.inputs.constraints import walk
from assay.inputs.copies import copied
from assay.inputs.valid import Maker, Parts
from assay.model.case import BodyKind, Case, Payload, Subject, SubjectKind
from assay.model.contract import Json
from assay.plan.breaking import ORIGIN

#: what breaks naive code: other scripts and planes, emptiness, length, control characters, quotes and braces
STRINGS: tuple[tuple[str, str], ...] = (
    ("non-ASCII", "Zoë 日本 \N{PILE OF POO} \u202e"),
    ("long", "x" * 10_000),
    ("empty", ""),
    ("control characters", "a\x00b\r\nc\t\x1b"),
    ("quotes and braces", "'\"\\;--{{7*7}}${7*7}<b>%s%n"),
)

#: ids nobody issued and that look like no id; none of them changes the route
IDS: tuple[tuple[str, str], ...] = (
    ("not-an-id", "not-an-id"),
    ("non-ASCII", "Zoë日本"),
    ("long", "x" * 2_000),
    ("quotes", "'\";--{}"),
    ("zero", "0"),
)


def bodies(maker: Maker) -> Iterator[Case]:
    """The usual request with one string replaced, an undeclared property added, or another media type claimed."""
    full = maker.full
    if full.body.kind is not BodyKind.JSON:
        return
    paths = list(_string_paths(maker))
    for number, (label, text) in enumerate(STRINGS):
        for path in paths[number % len(paths) :: len(STRINGS)] if len(paths) > len(STRINGS) else paths[:2]:
            body = copied(full.body.value)
            if _put(body, path, text):
                yield full.with_json(body).case(maker.operation, f"{label} text in {'/'.join(path)}", ORIGIN)
    if isinstance(full.body.value, dict):
        extra = {**full.body.value, "assay_undeclared": "assay"}
        yield full.with_json(extra).case(maker.operation, "an undeclared property", ORIGIN)
    yield _labelled(full, "text/plain").case(maker.operation, "JSON labelled text/plain", ORIGIN)


def ids(maker: Maker) -> Iterator[Case]:
    """The usual request about ids that are not of the issued form."""
    for label, value in IDS:
        case = maker.usual().case(maker.operation, f"an id that is {label}", ORIGIN)
        yield Case(case.api, case.operation, case.title, case.origin,
                   subject=Subject(SubjectKind.ARBITRARY, value=value), path=case.path, query=case.query,
                   headers=case.headers, body=case.body)  # fmt: skip


def _labelled(parts: Parts, media_type: str) -> Parts:
    body = Payload(BodyKind.JSON, parts.body.value, media_type=media_type)
    return Parts(parts.path, parts.query, parts.headers, parts.cookies, body)


def _string_paths(maker: Maker) -> Iterator[tuple[str, ...]]:
    content = maker.operation.body.content[0] if maker.operation.body else None
    if content is None:
        return
    seen: set[tuple[str, ...]] = set()
    for constraint in walk("body", content.schema, maker.api.resolve):
        if constraint.keyword == "type" and "string" in constraint.argument and constraint.path not in seen:
            seen.add(constraint.path)
            yield constraint.path


def _put(body: Json, path: tuple[str, ...], text: str) -> bool:
    for part in path[:-1]:
        body = (
            body[0] if isinstance(body, list) and body else body.get(part) if isinstance(body, dict) else None
        )
    if isinstance(body, list) and body:
        body[0] = text
        return True
    if isinstance(body, dict) and path:
        body[path[-1]] = text
        return True
    return False
