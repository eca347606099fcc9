"""What changed between two sets of contracts. Pure, and without a word on whom it breaks."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.contract import Api, ContractSet
from assay.rules.changes import pairs
from assay.rules.changes.lifecycles import lifecycle_changes
from assay.rules.changes.operations import come, gone, operation_changes
from assay.rules.changes.requests import request_changes
from assay.rules.changes.responses import response_changes
from assay.rules.changes.security import access_changes, scheme_changes
from assay.rules.changes.terms import Change, Kind

__all__ = ["Change", "Kind", "changes"]


def changes(old: ContractSet, new: ContractSet) -> tuple[Change, ...]:
    """Everything that is not as it was, api by api, in the order of the new contracts. Equal contracts have none."""
    return tuple(_all(old, new))


def _all(old: ContractSet, new: ContractSet) -> Iterator[Change]:
    found = pairs.apis(old, new)
    for api in found.gone:
        yield Change(Kind.API_REMOVED, api.name, "", "", api.name, "there", "", api.place)
    for api in found.come:
        yield Change(Kind.API_ADDED, api.name, "", "", api.name, "", "there", new=api.place)
    for one, other in found.both:
        yield from _api(pairs.Both((old, new), (one, other)))


def _api(both: pairs.Both) -> Iterator[Change]:
    old, new = both.apis
    yield from _head(both, old, new)
    yield from scheme_changes(both)
    found = pairs.operations(old, new)
    for operation in found.gone:
        yield gone(both, operation)
    for operation in found.come:
        yield come(both, operation)
    for one, other in found.both:
        yield from operation_changes(both, one, other)
        yield from access_changes(both, one, other)
        yield from request_changes(both, one, other)
        yield from response_changes(both, one, other)
    yield from lifecycle_changes(both, {one.id: other.id for one, other in found.both})


def _head(both: pairs.Both, old: Api, new: Api) -> Iterator[Change]:
    places = (old.place, new.place)
    if old.version != new.version:
        yield Change(Kind.VERSION, both.name, "", "version", "", old.version, new.version, *places)
    for url in dict.fromkeys((*old.servers, *new.servers)):
        if (url in old.servers) != (url in new.servers):
            kind = Kind.SERVER_REMOVED if url in old.servers else Kind.SERVER_ADDED
            yield Change(kind, both.name, "", "servers", url, "", "", *places)
