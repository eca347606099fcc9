"""What large sets of contracts cost, in work counted, not in seconds: it grows as the contracts do, and no faster."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import FrameType

import pytest
from benchmarks.contracts import ONE, SEVERAL, Shape, write

from assay.app.lint import lint
from assay.app.plan import prepare
from assay.app.profile import PROFILES

TODAY = date(2026, 1, 1)


def _calls(work: Callable[[], object]) -> Counter[str]:
    """How often each Python function was called."""
    seen: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            seen[f"{frame.f_code.co_filename}:{frame.f_code.co_qualname}"] += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return seen


@dataclass(frozen=True)
class Work:
    """The calls of lint and of plan, for some contracts and for four times as many."""

    lint: tuple[Counter[str], Counter[str]]
    plan: tuple[Counter[str], Counter[str]]
    contracts: int
    tables: int


@pytest.fixture(scope="module", params=[SEVERAL, ONE], ids=lambda shape: shape.name)
def work(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Work:
    """What is loaded once was loaded before anything is counted."""
    shape: Shape = request.param
    root = tmp_path_factory.mktemp("scale")
    few, many = str(root / "20"), str(root / "80")
    write(Path(few), 20, shape)
    write(Path(many), 80, shape)
    prepare(few, PROFILES["gate"], TODAY)
    return Work(
        lint=(_calls(lambda: lint(few, TODAY)), _calls(lambda: lint(many, TODAY))),
        plan=(
            _calls(lambda: prepare(few, PROFILES["gate"], TODAY)),
            _calls(lambda: prepare(many, PROFILES["gate"], TODAY)),
        ),
        contracts=80,
        tables=len(list(Path(many).glob("*/lifecycles/*.yaml"))),
    )


def test_four_times_the_contracts_take_four_times_the_calls(work: Work) -> None:
    """Neither lint nor plan grows faster than what they are given."""
    for few, many in (work.lint, work.plan):
        assert many.total() < 4.4 * few.total()


def test_no_function_is_called_for_every_pair_of_contracts(work: Work) -> None:
    """Of four times the contracts, a function that looks at each with each would be called sixteen times as often."""
    few, many = work.plan
    often = {name: (few[name], n) for name, n in many.items() if n > 1000 and n > 6 * few[name]}
    assert often == {}


def test_what_is_asked_for_by_many_is_worked_out_once(work: Work) -> None:
    """The requests of an operation and the ways through a table: lint makes them, and the plan finds them there."""
    _, many = work.plan
    assert _of(many, ":Maker.__init__") == work.contracts
    assert _of(many, "reach.py:_routes") == work.tables


def _of(calls: Counter[str], function: str) -> int:
    return sum(count for name, count in calls.items() if name.endswith(function))


def test_neither_lint_nor_plan_loads_an_engine() -> None:
    """Reading contracts needs no template, no terminal library, no HTTP client."""
    code = (
        "import sys; from datetime import date; from assay.app.lint import lint;"
        "lint('contracts', date(2026, 1, 1));"
        "print(*sorted({'schemathesis', 'requests', 'jinja2', 'rich', 'typer', 'hypothesis'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[3]
    found = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
