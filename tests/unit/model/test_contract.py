"""An api's look-ups: the first of several, as lint says there should be one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assay.app.load import load
from assay.model.contract import Api


@pytest.fixture(scope="module")
def api() -> Api:
    """The orders API."""
    return load("examples/orders/contracts", date(2026, 1, 1)).apis[0]


def test_of_two_operations_with_one_id_the_first_is_found(api: Api) -> None:
    """Lint refuses the second; until then the first counts."""
    first = api.operations[0]
    doubled = replace(api, operations=(*api.operations, replace(first, path="/elsewhere")))
    assert doubled.operation(first.id) is first


def test_an_operation_that_is_not_there(api: Api) -> None:
    """Is a `KeyError` of its name."""
    with pytest.raises(KeyError, match="nobody"):
        api.operation("nobody")


def test_tables_of_an_operation_come_in_their_order(api: Api) -> None:
    """The first of two tables with a column is the one that is followed."""
    table = api.lifecycles[0]
    other = replace(table, name="another")
    both = replace(api, lifecycles=(table, other))
    assert both.lifecycle_of(table.created_by) is table
    assert both.lifecycles_with(table.created_by) == (table, other)
    assert both.lifecycle_of("nobody") is None


def test_what_was_worked_out_stays_behind_when_an_api_is_changed(api: Api) -> None:
    """Another api is another matter."""
    api.kept["something"] = 1
    assert "something" not in replace(api, title="other").kept
    assert replace(api, title=api.title) == api
