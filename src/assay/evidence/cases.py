"""The texts in a planned request: all that somebody could have put a secret into."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from assay.model.case import BodyKind, Case, Payload, Subject
from assay.model.copied import replace
from assay.model.terms import Json


def texts_of(case: Case) -> list[str]:
    """Every text that was chosen for the request, names of members included."""
    found = [case.title]
    if case.subject is not None and case.subject.value:
        found.append(case.subject.value)
    for values in (case.path, case.query, case.headers, case.cookies, case.refs):
        if values:
            _gather(values, found)
    body = case.body
    if body.kind is BodyKind.JSON:
        _gather(body.value, found)
    elif body.kind is BodyKind.RAW:
        found.append(body.raw.decode("utf-8", "backslashreplace"))
    return found


def _gather(value: Json, found: list[str]) -> None:
    # no generators: every request of a run comes through here
    kind = type(value)
    if kind is str:
        found.append(value)
    elif kind is dict:
        found += value
        for member in value.values():
            _gather(member, found)
    elif kind is list or kind is tuple:
        for item in value:
            _gather(item, found)
    elif isinstance(value, Mapping):
        _gather(dict(value), found)


def rewritten(case: Case, change: Callable[[str], str]) -> Case:
    """The request with each text changed, marked as masked; itself where the change leaves all as they are."""
    changed = replace(
        case,
        title=change(case.title),
        subject=_subject(case.subject, change),
        path=_changed(case.path, change),
        query=_changed(case.query, change),
        headers=_changed(case.headers, change),
        cookies=_changed(case.cookies, change),
        refs=_changed(case.refs, change),
        body=_body(case.body, change),
        masked=True,
    )
    same = all(getattr(case, name) is getattr(changed, name) for name in _PARTS)
    return case if same else changed


_PARTS = ("title", "subject", "path", "query", "headers", "cookies", "refs", "body")


def _subject(subject: Subject | None, change: Callable[[str], str]) -> Subject | None:
    if subject is None or not subject.value:
        return subject
    told = change(subject.value)
    return subject if told is subject.value else Subject(subject.kind, subject.symbol, told)


def _body(body: Payload, change: Callable[[str], str]) -> Payload:
    match body.kind:
        case BodyKind.JSON:
            told = _changed(body.value, change)
            return body if told is body.value else replace(body, value=told)
        case BodyKind.RAW:
            text = body.raw.decode("utf-8", "backslashreplace")
            plain = change(text)
            return body if plain is text else replace(body, raw=plain.encode("utf-8", "backslashreplace"))
        case _:
            return body


def _changed(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401 - JSON in, JSON out
    """The value with each text changed; itself where none is."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        told = {change(key): _changed(member, change) for key, member in value.items()}
        same = all(key in told and told[key] is member for key, member in value.items())
        return value if same and len(told) == len(value) else told
    if isinstance(value, list | tuple):
        items = [_changed(item, change) for item in value]
        return value if all(one is other for one, other in zip(items, value, strict=True)) else items
    return value
