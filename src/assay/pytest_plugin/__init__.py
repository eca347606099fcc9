"""The pytest side: one item per clause, JUnit and Allure in the contract's own words, xdist a unit at a time.

A test module says `test_lifecycle = suite(kinds={"cell", "expiry", "field", "law"})`; that is all it needs.

This module is loaded into every pytest session of the environment, also of projects that have no contracts:
so it
only declares options and waits. Everything that costs anything is imported when the first suite is collected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assay.pytest_plugin.settings import add_options, contracts_present, distributes, remember_dist
from assay.pytest_plugin.suite import Suite, suite

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from assay.pytest_plugin.facade import ApiUnderTest

__all__ = ["Suite", "suite"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declares `--assay-…` and the ini options of the same names."""
    add_options(parser)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    """Looks whether the user chose a distribution before `-n` chooses one."""
    remember_dist(config)
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    """Makes the controller of a distributed session ready, where there are contracts to distribute."""
    if distributes(config) and contracts_present(config):
        from assay.pytest_plugin.distribute import Controller  # noqa: PLC0415 - only where it is needed

        config.pluginmanager.register(Controller(config), "assay-controller")


def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, name: str, obj: object
) -> pytest.Collector | None:
    """Turns `test_… = suite(…)` into a collector of clauses."""
    if not isinstance(obj, Suite):
        return None
    from assay.pytest_plugin.collect import SuiteCollector  # noqa: PLC0415 - only where it is needed

    collected: pytest.Collector = SuiteCollector.from_parent(collector, name=name, suite=obj)
    return collected


@pytest.fixture
def assay_api(request: pytest.FixtureRequest) -> Callable[[str], ApiUnderTest]:
    """An API of the contracts by name, for tests of your own: answers are judged and logged with the run."""
    from assay.pytest_plugin.facade import ApiUnderTest  # noqa: PLC0415 - only where it is needed
    from assay.pytest_plugin.session import session_of  # noqa: PLC0415 - only where it is needed

    session = session_of(request.config)
    return lambda name: ApiUnderTest.of(session, name)
