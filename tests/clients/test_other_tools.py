"""The real tools read what `assay bundle` writes: linters find no error, runners succeed at a mock, not at a wrong one.

Skipped where they are not installed (`fakes/tools.py` says how they are found). What they would find is found without
them by `tests/unit/openapi`, as far as standards tell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assay.__main__ import main
from assay.mock.engine import Engine
from assay.mock.faults.faulty import Faulty
from assay.mock.faults.read import parse
from assay.mock.world import MockOptions
from assay.model.contract import ContractSet
from assay.serve.http import serve
from fakes import tools
from fakes.books import APIS, FOLDERS, secrets, written

FORMATS = ("openapi", "arazzo", "hurl", "postman")
BOOKS = {name: written(api) for name, api in APIS.items()}
#: a way of being wrong for each API
FAULTS = {
    "iplaygames": "undocumented-status:operation=endMultiSession",
    "equos": "another-body:operation=sessionPassesControllerStopV3",
    "orders": "field-changed:operation=getOrder,field=/state",
    "studio": "forgets-transition:operation=stopPass",
    "zoo": "undocumented-status:operation=wakeAnimal",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All APIs in all formats."""
    place = tmp_path_factory.mktemp("bundles")
    for name, contracts in FOLDERS.items():
        wanted = [f"--format={one}" for one in FORMATS]
        assert main(["bundle", str(contracts), "--api", name, "-o", f"{place}/", *wanted]) == 0
    return place


@contextmanager
def mock(name: str, *faults: str) -> Iterator[str]:
    """The URL of a mock of that API, with those faults."""
    contracts = ContractSet((APIS[name],), "")
    engine = Engine(contracts, MockOptions(token="sesame"))
    with serve(Faulty(engine, [parse(one, contracts) for one in faults])) as server:
        yield server.url


def test_redocly_lint_finds_no_error(folder: Path) -> None:
    """Of its recommended rules, in OpenAPI and Arazzo; and it would find one."""
    files = [f"{name}{end}" for name in FOLDERS for end in (".yaml", ".arazzo.yaml")]
    code, said = tools.run("redocly", "lint", *files, cwd=folder)
    assert code == 0, said
    (folder / "wrong.yaml").write_text("openapi: 3.1.0\ninfo: {}\n", encoding="utf-8")
    assert tools.run("redocly", "lint", "wrong.yaml", cwd=folder)[0] != 0


@pytest.mark.parametrize(("rules", "end"), [("oas", ".yaml"), ("arazzo", ".arazzo.yaml")])
def test_spectral_finds_no_error(rules: str, end: str, folder: Path) -> None:
    """Of its own rules for both formats."""
    (folder / f"{rules}.rules.yaml").write_text(f'extends: ["spectral:{rules}"]\n', encoding="utf-8")
    files = [f"{name}{end}" for name in FOLDERS]
    code, said = tools.run(
        "spectral", "lint", "-r", f"{rules}.rules.yaml", "--fail-severity=error", *files, cwd=folder
    )
    assert code == 0, said


def respect(name: str, url: str, folder: Path) -> tuple[int, int, int]:
    """Exit code, workflows that passed, and workflows that failed."""
    code, said = tools.run(
        "redocly", "respect", f"{name}.arazzo.yaml", "--server", f"{name}={url}", cwd=folder,
        environ={"REDOCLY_CLI_RESPECT_INPUT": json.dumps(secrets(BOOKS[name]))},
    )  # fmt: skip
    line = re.search(
        r"Workflows: (?:(\d+) passed)?,? ?(?:(\d+) failed)?", re.sub(r"\x1b\[[0-9;]*m", "", said)
    )
    assert line is not None, said
    return code, int(line[1] or 0), int(line[2] or 0)


def newman(name: str, url: str, folder: Path) -> tuple[int, int, int]:
    """Exit code, requests that were made, and tests that failed."""
    out = folder / f"{name}.newman.json"
    code, said = tools.run(
        "newman", "run", f"{name}.postman_collection.json", "--env-var", f"baseUrl={url}",
        *(f"--env-var={key}={value}" for key, value in secrets(BOOKS[name]).items()),
        "--reporters", "json", "--reporter-json-export", out.name, cwd=folder,
    )  # fmt: skip
    assert out.exists(), said
    told = json.loads(out.read_text(encoding="utf-8"))["run"]["stats"]
    return code, told["requests"]["total"], told["assertions"]["failed"]


def hurl(name: str, url: str, folder: Path) -> tuple[int, int, int]:
    """Exit code, and how many requests were made; what failed is not counted."""
    inputs = {one.name: one.default for one in BOOKS[name].inputs.values()} | secrets(BOOKS[name])
    code, _ = tools.run(
        "hurl", "--test", "--continue-on-error", f"--variable=base_url={url}",
        *(f"--variable={key}={value}" for key, value in inputs.items()),
        f"{name}.hurl", cwd=folder,
    )  # fmt: skip
    return code, len(BOOKS[name].workflows), 0


RUNNERS: dict[str, Callable[[str, str, Path], tuple[int, int, int]]] = {
    "respect": respect, "newman": newman, "hurl": hurl,
}  # fmt: skip


@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.parametrize("runner", RUNNERS)
def test_all_of_it_succeeds_at_an_honest_mock(runner: str, name: str, folder: Path) -> None:
    """Every workflow of every API."""
    with mock(name) as url:
        code, done, failed = RUNNERS[runner](name, url, folder)
    assert (code, failed) == (0, 0)
    assert done >= 4


@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.parametrize("runner", RUNNERS)
def test_not_all_of_it_succeeds_at_a_wrong_one(runner: str, name: str, folder: Path) -> None:
    """The same file, and a mock with a fault."""
    with mock(name, FAULTS[name]) as url:
        code, *_ = RUNNERS[runner](name, url, folder)
    assert code != 0
