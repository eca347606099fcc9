"""What an operation is asked: made once for equal contracts, and once broken promises first."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from examples.orders.serving import start
from examples.orders.wrong import WRONG

from assay.app.corpus import Corpus
from assay.app.load import load
from assay.app.profile import PROFILES
from assay.app.run import RunOptions, run
from assay.app.units import units
from assay.files.corpus import CorpusFolder
from assay.inputs.known_good import examples
from assay.plan.witness import Planner

ROOT = Path(__file__).parents[3]
CONTRACTS, ORDERS = str(ROOT / "contracts"), str(ROOT / "examples" / "orders" / "contracts")
GATE = PROFILES["gate"]


@pytest.fixture(scope="module")
def contracts():
    """The shipped contracts."""
    return load(CONTRACTS, date(2026, 1, 1))


def given(corpus, unit, name):
    """The material of one operation."""
    supply = examples(unit.api)
    return corpus.material(unit, unit.api.operation(name), Planner(unit.api, supply), supply)


def session(contracts):
    return next(unit for unit in units(contracts) if unit.api.name == "iplaygames")


START = "startAMultiSession"


def test_unchanged_contracts_skip_generation(contracts, tmp_path):
    """The second time nothing is made, and the same comes out."""
    first, second = (Corpus(CorpusFolder(tmp_path), GATE) for _ in range(2))
    unit = session(contracts)
    made = given(first, unit, START)
    assert made.made
    assert made.witness.scripts
    assert given(second, unit, START) == made
    assert (first.made, second.made) == ([START], [])


def test_where_nothing_is_kept_the_same_is_made(contracts, tmp_path):
    """With a corpus or without one, in this run or the next: the requests derive from the contracts alone."""
    unit = session(contracts)
    kept = given(Corpus(CorpusFolder(tmp_path), GATE), unit, START)
    assert given(Corpus(None, GATE), unit, START) == kept


@pytest.mark.parametrize("change", [
    lambda unit: replace(unit, api=replace(unit.api, components={**unit.api.components, "examples": {}})),
    lambda unit: replace(unit, operations=unit.operations[:-1]),
    lambda unit: replace(unit, lifecycles=()),
    lambda unit: replace(unit, operations=(replace(unit.operations[0], path="/other"), *unit.operations[1:])),
])  # fmt: skip
def test_changed_contracts_are_thought_through_again(contracts, tmp_path, change):
    """Whatever the requests are made of: where it changes, they are made anew."""
    corpus = Corpus(CorpusFolder(tmp_path), replace(GATE, valid=2, invalid=2))
    unit = session(contracts)
    given(corpus, unit, START)
    given(Corpus(CorpusFolder(tmp_path), corpus.profile), change(unit), START)
    other = Corpus(CorpusFolder(tmp_path), corpus.profile)
    given(other, unit, START)
    assert other.made == [START]


def test_where_a_promise_stands_does_not_matter(contracts, tmp_path):
    """A line more at the top of a file makes no request anew."""
    small = replace(GATE, valid=2, invalid=2)
    unit = session(contracts)
    given(Corpus(CorpusFolder(tmp_path), small), unit, START)
    moved = tuple(replace(o, place=replace(o.place, line=o.place.line + 7)) for o in unit.operations)
    corpus = Corpus(CorpusFolder(tmp_path), small)
    given(corpus, replace(unit, operations=moved), START)
    assert corpus.made == []


def test_fresh_requests_differ_from_seed_to_seed(contracts):
    """So many as the profile's share says, the same for the same seed."""
    unit = session(contracts)
    supply = examples(unit.api)
    planner = Planner(unit.api, supply)
    some = replace(GATE, fresh=0.1)

    def fresh(seed):
        return [
            (operation.id, one)
            for operation, made in Corpus(None, some).fresh(unit, planner, supply, seed)
            for one in made
        ]

    assert fresh(1) == fresh(1) != fresh(2)
    assert len(fresh(1)) == round(0.1 * (GATE.valid + GATE.invalid))
    assert list(Corpus(None, GATE).fresh(unit, planner, supply, 1)) == []


def asked(folder):
    """Titles of the requests of a run, in order."""
    events = map(json.loads, (Path(folder) / "log.jsonl").read_text().splitlines())
    return [event["step"]["case"]["title"] for event in events if event["event"] == "step-judged"]


def test_what_was_found_runs_first(tmp_path, monkeypatch):
    """A history that once showed a broken promise is kept, and the next run begins with it, whatever its seed."""
    wrong = WRONG["double-payment"] if "double-payment" in WRONG else next(iter(WRONG.values()))
    small = replace(
        GATE,
        witness=8,
        valid=2,
        invalid=2,
        fresh=0.0,
        lifecycle=replace(GATE.lifecycle, histories=2, laws=60),
    )
    monkeypatch.setitem(PROFILES, "gate", small)
    corpus = str(tmp_path / "corpus")
    with start(wrong.make) as server:
        monkeypatch.setenv("T", server.tokens["alice"])
        options = RunOptions(
            ORDERS, target=server.url, auth_env="T", seed=1, corpus=corpus, reports=str(tmp_path / "r")
        )
        first = run(options)
        assert first.report.violations
        second = run(replace(options, seed=2))
    kept = CorpusFolder(Path(corpus)).found("orders")
    assert {one.fingerprint for one in kept} >= {v.fingerprint for v in first.report.violations}
    begins = [case.title for case in kept[0].cases]
    told = asked(second.folder)
    assert set(begins) <= set(told[: sum(len(one.cases) for one in kept)])
    assert {v.fingerprint for v in second.report.violations} >= {
        v.fingerprint for v in first.report.violations
    }


def test_what_nobody_knows_any_more_is_not_asked(contracts, tmp_path):
    """A kept history whose operation has gone from the contracts is passed over."""
    folder = CorpusFolder(tmp_path)
    corpus = Corpus(folder, GATE)
    unit = session(contracts)
    script = given(corpus, unit, START).witness.scripts[0]
    from assay.model.corpus import Found  # noqa: PLC0415

    folder.keep_found("iplaygames", [
        Found("a" * 12, "iplaygames/x", "", script.steps),
        Found("b" * 12, "iplaygames/y", "", tuple(replace(c, operation="gone") for c in script.steps)),
    ])  # fmt: skip
    assert [one.title for one in corpus.found(unit.api)] == ["once broke iplaygames/x"]
