"""What answers say of the instances that a run makes, for the ledger."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from assay.explore.address import newest
from assay.inputs.supplied import spots
from assay.judge.situation import Situation
from assay.machine.closing import ends
from assay.model.case import Case, Exchange, FailureKind, SubjectKind
from assay.model.contract import Api, Json
from assay.model.copied import replace
from assay.model.ledger import Entry
from assay.model.lifecycle import Lifecycle
from assay.model.verdict import Judgement

#: takes an entry, new or changed
Keep = Callable[[Entry], None]


class Register:
    """Enters the instances of one API as they are made and as they change. May be told by many threads."""

    def __init__(self, api: Api, keep: Keep) -> None:
        self._api, self._keep = api, keep
        self._known: dict[tuple[str, str, str], Entry] = {}
        self._entering = Lock()

    def begins(self, case: Case) -> None:
        """Enters what a request is about to make: something without an id, until its answer is taken.

        Who dies before that leaves it so. Raises `OSError` when the ledger cannot be kept.
        """
        self._nameless(case, ended=False)

    def never(self, case: Case) -> None:
        """Takes back what was entered of a request that was not sent after all."""
        self._nameless(case, ended=True)

    def __call__(self, case: Case, situation: Situation, judgement: Judgement, exchange: Exchange) -> None:
        """Takes one exchange that was entered as it began. Raises `OSError` when the ledger cannot be kept."""
        with self._entering:
            self._enter(case, situation, judgement, exchange)

    def _nameless(self, case: Case, *, ended: bool) -> None:
        cycle = self._api.lifecycle_of(case.operation)
        if cycle is not None and case.operation == cycle.created_by:
            with self._entering:
                self._keep(Entry(self._api.name, cycle.name, "", principal=case.principal, ended=ended))

    def _enter(self, case: Case, situation: Situation, judgement: Judgement, exchange: Exchange) -> None:
        cycle = self._api.lifecycle_of(case.operation)
        if cycle is None:
            entry = None
        elif case.operation == cycle.created_by:
            entry = self._made(cycle, case, judgement, exchange)
        else:
            entry = self._moved(cycle, case, situation, judgement, exchange)
        creates = cycle is not None and case.operation == cycle.created_by
        if entry is not None and (entry.id or not creates):
            self._keep(entry)
            self._known[entry.key] = entry
        if creates and cycle is not None and (entry is None or entry.id):
            # only now: whoever dies in between has entered it twice rather than not at all
            self._keep(Entry(self._api.name, cycle.name, "", principal=case.principal, ended=True))

    def _made(self, cycle: Lifecycle, case: Case, judgement: Judgement, exchange: Exchange) -> Entry | None:
        if judgement.issued is None and not _perhaps_made(exchange):
            return None
        states = judgement.states if judgement.issued is not None else frozenset[str]()
        return Entry(
            self._api.name,
            cycle.name,
            judgement.issued or "",
            tuple(sorted(states)),
            case.principal,
            dict(judgement.values),
            self._supplied(case),
            url=newest(cycle, case.operation, exchange),
            ended=bool(states) and states <= ends(cycle),
        )

    def _moved(
        self, cycle: Lifecycle, case: Case, situation: Situation, judgement: Judgement, exchange: Exchange
    ) -> Entry | None:
        known = self._known.get((self._api.name, cycle.name, situation.instance or ""))
        if known is None or case.subject is None or case.subject.kind is not SubjectKind.KNOWN:
            return None
        if situation.stranger:  # the table says nothing of what strangers bring about
            return replace(known, states=()) if _succeeded(exchange) and not known.ended else None
        supplied = {**known.supplied, **self._supplied(case)}
        url = newest(cycle, case.operation, exchange) or known.url
        if (
            not judgement.states
        ):  # the model has lost track of it: what had ended has most likely not come back
            return replace(known, states=known.states if known.ended else (), supplied=supplied, url=url)
        return replace(
            known,
            states=tuple(sorted(judgement.states)),
            values=dict(judgement.values),
            supplied=supplied,
            url=url,
            ended=judgement.states <= ends(cycle),
        )

    def _supplied(self, case: Case) -> dict[str, Json]:
        if not self._api.prerequisites:
            return {}
        found = spots(self._api, self._api.operation(case.operation), case)
        return {spot.name: spot.value for spot in found if spot.place in case.refs}


def _perhaps_made(exchange: Exchange) -> bool:
    """True when something may be there whose id nobody knows: no whole answer came, or none that names it."""
    if exchange.response is not None and exchange.failure is None:
        return _succeeded(exchange)
    failure = exchange.failure
    return failure is not None and failure.kind not in {FailureKind.REFUSED, FailureKind.UNREACHABLE}


def _succeeded(exchange: Exchange) -> bool:
    return exchange.response is not None and 200 <= exchange.response.status < 300
