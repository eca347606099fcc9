"""What is written for other runners runs: at an honest mock all of it succeeds, at a faulty one it does not.

The runners here are small ones, written by the standards; the real ones are asked in `tests/clients`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
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
from assay.serve.http import Server, serve
from fakes import hurl_runner
from fakes.arazzo_runner import Runner
from fakes.books import APIS, secrets, written

Serving = Callable[..., Server]
BOOKS = {name: written(api) for name, api in APIS.items()}


@pytest.fixture
def serving() -> Iterator[Serving]:
    """Mocks that are stopped afterwards: of an API, with faults as they are spelled at the command line."""
    servers = []

    def start(name: str, *faults: str, **options: object) -> Server:
        contracts = ContractSet((APIS[name],), "")
        engine = Engine(contracts, MockOptions(token="sesame", **options))  # type: ignore[arg-type]
        servers.append(serve(Faulty(engine, [parse(one, contracts) for one in faults])))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


def arazzo_failures(book: Book, url: str) -> list[str]:
    """The workflows that fail, read from the description's text."""
    name = book.api.name
    description = yaml.safe_load(text(arazzo(book, f"./{name}.yaml")[0], "yaml"))
    return list(Runner(description, bundle(APIS[name]), url, **secrets(book)).failures())


def hurl_failures(book: Book, url: str) -> list[str]:
    """What fails of the Hurl file."""
    variables = {one.name: one.default for one in book.inputs.values()}
    return hurl_runner.run(hurl(book)[0], **{**variables, **secrets(book), "base_url": url})


@pytest.mark.parametrize("name", APIS)
def test_all_of_it_succeeds_at_an_honest_mock(name: str, serving: Serving) -> None:
    """Every workflow of every API, in both formats, whatever went on at the mock before."""
    url = serving(name).url
    assert arazzo_failures(BOOKS[name], url) == []
    assert hurl_failures(BOOKS[name], url) == []


@pytest.mark.parametrize("name", ["equos"])
def test_an_empty_body_is_nothing_too(name: str, serving: Serving) -> None:
    """As servers built with NestJS answer null."""
    url = serving(name, null_as_empty=True).url
    assert arazzo_failures(BOOKS[name], url) == []
    assert hurl_failures(BOOKS[name], url) == []


@pytest.mark.parametrize("name", APIS)
def test_each_workflow_can_fail(name: str, serving: Serving) -> None:
    """Where the cell that it shows answers with a status that nobody documents, it does."""
    for workflow in BOOKS[name].workflows:
        last = workflow.steps[-1].ask.operation.id
        state = workflow.clause.split("/")[3] if "/lifecycle/" in workflow.clause else ""
        # what comes in time comes about in a state that it leads to
        at_once = state and workflow.steps[-1].eventually is None
        where = f"operation={last}" + (f",state={state}" if at_once else "")
        url = serving(name, f"undocumented-status:{where}").url
        alone = replace(BOOKS[name], workflows=(workflow,))
        assert arazzo_failures(alone, url) == [workflow.id]
        assert len(hurl_failures(alone, url)) == 1


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
def test_what_bodies_and_headers_show_is_asked(
    name: str, fault: str, workflows: int, serving: Serving
) -> None:
    """A status that fits is not enough."""
    url = serving(name, fault).url
    assert len(arazzo_failures(BOOKS[name], url)) == workflows
    assert len(hurl_failures(BOOKS[name], url)) == workflows


def test_a_session_where_nothing_is_promised(serving: Serving) -> None:
    """Is seen by Hurl; no condition of Arazzo says it in a way that all runners read alike."""
    url = serving("equos", "forgets-transition:operation=sessionPassesControllerStopV3").url
    assert arazzo_failures(BOOKS["equos"], url) == []
    (failure,) = hurl_failures(BOOKS["equos"], url)
    assert failure.startswith("sessionPassesControllerStopV3 on stopped: body matches")


@pytest.mark.parametrize("name", APIS)
def test_nobody_who_has_no_token_gets_through(name: str, serving: Serving) -> None:
    """The token comes from outside: with another one everything that needs one fails."""
    url = serving(name).url
    description = arazzo(BOOKS[name], "x")[0]
    failures = Runner(description, bundle(APIS[name]), url, **secrets(BOOKS[name], "invalid")).failures()
    secured = [w["workflowId"] for w in description["workflows"] if "inputs" in w]
    assert sorted(failures) == sorted(secured) != []
