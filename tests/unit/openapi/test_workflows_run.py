"""What is written for other runners runs: at an honest mock all of it succeeds, at a faulty one it does not.

The runners here are small ones, written by the standards; the real ones are asked in `tests/clients`.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
import requests
import yaml

from assay.mock.engine import Engine
from assay.mock.faults.faulty import Faulty
from assay.mock.faults.read import parse
from assay.mock.world import MockOptions
from assay.model.contract import ContractSet
from assay.openapi.arazzo import arazzo
from assay.openapi.bundle import bundle
from assay.openapi.hurl import hurl
from assay.openapi.text import text
from assay.openapi.workflow import Book
from fakes import hurl_runner
from fakes.arazzo_runner import Runner
from fakes.at_the_mock import URL, session
from fakes.books import APIS, secrets, written

BOOKS = {name: written(api) for name, api in APIS.items()}


def mock(name: str, *faults: str, **options: object) -> requests.Session:
    """A mock of that API, in memory, with faults as they are spelled at the command line."""
    contracts = ContractSet((APIS[name],), "")
    engine = Engine(contracts, MockOptions(token="sesame", **options))  # type: ignore[arg-type]
    return session(Faulty(engine, [parse(one, contracts) for one in faults]))


def arazzo_failures(book: Book, at: requests.Session) -> list[str]:
    """The workflows that fail, read from the description's text."""
    description = yaml.safe_load(text(arazzo(book, f"./{book.api.name}.yaml")[0], "yaml"))
    return list(Runner(description, bundle(book.api), URL, at, **secrets(book)).failures())


def hurl_failures(book: Book, at: requests.Session) -> list[str]:
    """What fails of the Hurl file."""
    variables = {one.name: one.default for one in book.inputs.values()}
    return hurl_runner.run(hurl(book)[0], at, **{**variables, **secrets(book), "base_url": URL})


@pytest.mark.parametrize("name", APIS)
def test_all_of_it_succeeds_at_an_honest_mock(name: str) -> None:
    """Every workflow of every API, in both formats, whatever went on at the mock before."""
    at = mock(name)
    assert arazzo_failures(BOOKS[name], at) == []
    assert hurl_failures(BOOKS[name], at) == []


@pytest.mark.parametrize("name", ["equos"])
def test_an_empty_body_is_nothing_too(name: str) -> None:
    """As servers built with NestJS answer null."""
    at = mock(name, null_as_empty=True)
    assert arazzo_failures(BOOKS[name], at) == []
    assert hurl_failures(BOOKS[name], at) == []


@pytest.mark.parametrize("name", APIS)
def test_each_workflow_can_fail(name: str) -> None:
    """Where the cell that it shows answers with a status that nobody documents, it does."""
    for workflow in BOOKS[name].workflows:
        last = workflow.steps[-1].ask.operation.id
        state = workflow.clause.split("/")[3] if "/lifecycle/" in workflow.clause else ""
        # what comes in time comes about in a state that it leads to
        at_once = state and workflow.steps[-1].eventually is None
        where = f"operation={last}" + (f",state={state}" if at_once else "")
        at = mock(name, f"undocumented-status:{where}")
        alone = replace(BOOKS[name], workflows=(workflow,))
        assert arazzo_failures(alone, at) == [workflow.id]
        assert len(hurl_failures(alone, at)) == 1


@pytest.mark.parametrize(
    ("name", "fault", "workflows"),
    [
        ("equos", "another-body:operation=sessionPassesControllerStopV3,state=running", 1),
        ("orders", "field-changed:operation=getOrder,field=/state", 3),
        ("orders", "field-missing:operation=createOrder,field=/total", 1),
        ("orders", "field-null:operation=createOrder,field=/total", 1),
        ("orders", "header-missing:operation=createOrder,field=ETag", 1),
        ("orders", "field-changed:operation=createOrder,field=/quantity", 1),
    ],
)
def test_what_bodies_and_headers_show_is_asked(name: str, fault: str, workflows: int) -> None:
    """A status that fits is not enough."""
    at = mock(name, fault)
    assert len(arazzo_failures(BOOKS[name], at)) == workflows
    assert len(hurl_failures(BOOKS[name], at)) == workflows


def test_a_session_where_nothing_is_promised() -> None:
    """Is seen by Hurl; no condition of Arazzo says it in a way that all runners read alike."""
    at = mock("equos", "forgets-transition:operation=sessionPassesControllerStopV3")
    assert arazzo_failures(BOOKS["equos"], at) == []
    (failure,) = hurl_failures(BOOKS["equos"], at)
    assert failure.startswith("sessionPassesControllerStopV3 on stopped: body matches")


@pytest.mark.parametrize("name", APIS)
def test_nobody_who_has_no_token_gets_through(name: str) -> None:
    """The token comes from outside: with another one everything that needs one fails."""
    at = mock(name)
    description = arazzo(BOOKS[name], "x")[0]
    failures = Runner(description, bundle(APIS[name]), URL, at, **secrets(BOOKS[name], "invalid")).failures()
    secured = [w["workflowId"] for w in description["workflows"] if "inputs" in w]
    assert sorted(failures) == sorted(secured) != []
