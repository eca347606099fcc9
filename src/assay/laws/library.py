"""The laws there are. A module listed here is known to lint, to plans, to explorers and to the judge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assay.laws import (
    atomic,
    conditional,
    conserved,
    failed_write_changes_nothing,
    idempotency_key,
    idempotent,
    isolation,
    list_agrees,
    location_resolves,
    monotone,
    patch_merges,
    put_replaces,
    read_your_writes,
    safe_methods_change_nothing,
    stays_final,
    unchanged_after,
    unique_ids,
)
from assay.laws.terms import Finding, Ground, Kind, Missing, Told
from assay.model.case import Script
from assay.model.contract import Api
from assay.model.copied import replace
from assay.model.lifecycle import Law, Lifecycle
from assay.model.terms import Json

_MODULES: tuple[Kind, ...] = (
    atomic,
    conditional,
    conserved,
    failed_write_changes_nothing,
    idempotency_key,
    idempotent,
    isolation,
    list_agrees,
    location_resolves,
    monotone,
    patch_merges,
    put_replaces,
    read_your_writes,
    safe_methods_change_nothing,
    stays_final,
    unchanged_after,
    unique_ids,
)

#: every law by the name that lifecycle files use
LAWS: Mapping[str, Kind] = {
    module.NAME: module for module in sorted(_MODULES, key=lambda module: module.NAME)
}

ORIGIN = "law"


def drills(ground: Ground, law: Law) -> Iterator[Script | Missing]:
    """The law's drills, each step marked as its own: from the mark, replay can judge it again."""
    for item in unmarked(ground, law):
        if isinstance(item, Missing):
            yield item
            continue
        yield replace(item, steps=tuple(replace(c, law=law.name, origin=ORIGIN) for c in item.steps))


def unmarked(ground: Ground, law: Law) -> Iterator[Script | Missing]:
    """The same without the marks, for who only counts them."""
    return LAWS[law.name].drills(ground, law)


def findings(told: Told) -> Sequence[Finding]:
    """What the newest step of a drill says of its law."""
    return LAWS[told.law.name].judge(told)


def operations(api: Api, cycle: Lifecycle) -> frozenset[str]:
    """The operations that the lifecycle's laws name in their parameters: they belong to its story."""
    return frozenset(text for law in cycle.laws for text in _texts(dict(law.parameters)) if text in api.by_id)


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield name
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
