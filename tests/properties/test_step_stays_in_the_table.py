"""The machine over the shipped tables: whatever is answered, only states of the table come out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.machine.expression import MISSING, InstanceFacts, Scope
from assay.machine.step import Machine
from assay.model.lifecycle import Lifecycle
from fakes.contracts import shipped

BODIES = st.sampled_from([None, MISSING, {}, [], {"id": "i"}, {"id": 5}, "text", 0])
TABLES = [(api, cycle) for api in shipped().apis for cycle in api.lifecycles]


@pytest.mark.parametrize(("api", "cycle"), TABLES, ids=[cycle.name for _, cycle in TABLES])
def test_step(api, cycle: Lifecycle):
    """Steps stay in the table; what they allow, the model without an answer had thought possible."""
    machine = Machine(cycle, api.components)
    names = [state.name for state in cycle.states]
    scope = Scope(None, None, InstanceFacts("i"))

    @settings(max_examples=150, deadline=None, database=None)
    @given(st.sets(st.sampled_from(names)), st.sampled_from(cycle.operations), st.integers(100, 599), BODIES)
    def stays(states, operation, status, body):
        taken = machine.step(frozenset(states), operation, status, body, scope)
        assert taken.states <= set(names)
        assert taken.states <= machine.successors(frozenset(states), operation)
        assert {cell.state for cell in (*taken.fits, *taken.silent)} <= states
        told = [*taken.fits, *taken.silent, *(miss.cell for miss in taken.misses)]
        assert len(told) == len({cell.state for cell in told}), "a cell is told twice"

    stays()
