"""Claims about the forms of replies: what is worked out once, and for whom."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from assay.app.load import load
from assay.machine.expression import InstanceFacts, RequestFacts, Scope
from assay.mock.compose import Composer
from assay.mock.form import Form
from assay.mock.planned import Plan
from assay.mock.world import Instance, MockOptions
from assay.model.contract import Api

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


class Counted(Composer):
    """Counts the forms that it makes and the replies that it composes."""

    def __init__(self, api: Api) -> None:
        super().__init__(api, MockOptions())
        self.formed = self.composed = 0

    def _formed(self, plan: Plan, timed: bool) -> Form:
        self.formed += 1
        return super()._formed(plan, timed)

    def _composed(self, plan, form):
        self.composed += 1
        return super()._composed(plan, form)


@pytest.fixture
def api():
    """The multi-sessions."""
    return load("contracts", date(2026, 1, 1)).api("iplaygames")


def _plan(api: Api, operation: str, state: str, number: int = 0) -> Plan:
    cycle = api.lifecycles[0]
    cell = cycle.cell(state, operation)
    way = cell.transitions[0]
    one = Instance(f"id-{number}", state, {"total_games": number, "expires_at": "2026-03-05T05:06:07Z"}, NOW)
    scope = Scope(
        RequestFacts("GET", "/"), None, InstanceFacts(one.id, one.values), NOW + timedelta(seconds=number)
    )
    about = None if state == "absent" else one
    return Plan(api.operation(operation), way.status, scope, way, cycle, about)


def test_what_is_the_same_for_everybody_is_composed_once(api):
    """A refusal in which nothing varies is composed for the first who gets it, and sent to all in the same bytes."""
    composer = Counted(api)
    replies = [composer.compose(_plan(api, "getMultiSessionStatus", "absent", n)) for n in range(20)]
    assert (composer.formed, composer.composed) == (1, 1)
    assert all(reply is replies[0] for reply in replies)
    assert replies[0].as_bytes() is replies[0].written


def test_what_varies_is_filled_in(api):
    """Of an answer about an instance the form is made once, and what is its own is its own."""
    composer = Counted(api)
    replies = [composer.compose(_plan(api, "getMultiSessionStatus", "active", n)) for n in range(20)]
    assert (composer.formed, composer.composed) == (1, 20)
    assert [reply.body["data"]["total_games"] for reply in replies] == list(range(20))
    assert len({id(reply.body["data"]["games"]) for reply in replies}) == 1


def test_examples_stay_as_they_are(api):
    """However many replies are made from an example, it is not touched."""
    composer = Counted(api)
    content = api.operation("getMultiSessionStatus").reply_for(200).content[0]
    before = repr(content.examples)
    for number in range(3):
        composer.compose(_plan(api, "getMultiSessionStatus", "active", number))
    assert repr(content.examples) == before
