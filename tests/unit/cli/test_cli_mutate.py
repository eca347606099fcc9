"""Claims about `assay mutate`, on the small project."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import jsonschema_rs
import pytest

from assay.app.mutate import MutateOptions, mutate
from assay.model.mutation import Fate, Mutation

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "mutation.schema.json").read_text(encoding="utf-8"))
TODAY = date(2026, 1, 1)


def _mutated(*faults: str, cache: str | None = None) -> Mutation:
    return mutate(MutateOptions(faults=faults, workers=1, corpus=".assay/corpus", cache=cache), TODAY)


def _fates(found: Mutation) -> dict[str, str]:
    return {one.id.removeprefix("tickets/"): one.fate.value for one in found.mutants}


def test_what_the_contract_says_is_noticed(project: Path) -> None:
    """A lost write and a forgotten transition contradict the table; a member too much contradicts nothing."""
    found = _mutated("lost-write", "forgets-transition", "field-extra", "enum-violated", "server-error")
    fates = _fates(found)
    assert fates["openTicket/absent/lost-write"] == "killed"
    assert fates["closeTicket/open/forgets-transition"] == "killed"
    assert fates["closeTicket/absent/server-error"] == "killed"
    assert fates["openTicket/absent/field-extra"] == "equivalent"
    assert found.score == 1
    killer = next(one for one in found.mutants if one.id.endswith("openTicket/absent/lost-write"))
    assert killer.killed_by == ("tickets/lifecycle/ticket/open/closeTicket",)


def test_a_survivor_is_told_by_the_lines_that_are_suggested(project: Path) -> None:
    """An example shows the title, no promise asks for it: it may be left out unnoticed, until the lines are pasted."""
    contract = project / "contracts" / "tickets" / "open.yaml"
    text = contract.read_text(encoding="utf-8").replace(
        "content: {application/json: {schema: {$ref: '#/components/schemas/Ticket'}}}",
        "content: {application/json: {schema: {type: object, required: [id], properties: {id: {type: string}, "
        'title: {type: string}}}, example: {id: "1", title: Leaking tap}}}',
    )
    contract.write_text(text, encoding="utf-8")
    before = _mutated("field-missing")
    survivor = next(one for one in before.mutants if one.id.endswith("field-missing/title"))
    assert survivor.fate is Fate.SURVIVED
    assert survivor.suggestion is not None
    assert (survivor.suggestion.file, survivor.suggestion.below) == (
        "contracts/tickets/open.yaml",
        "promises",
    )
    contract.write_text(f"{text}promises:\n{survivor.suggestion.lines}", encoding="utf-8")
    after = _mutated("field-missing")
    killed = next(one for one in after.mutants if one.id.endswith("field-missing/title"))
    assert (killed.fate, killed.killed_by) == (Fate.KILLED, ("tickets/openTicket/promise/shows-title",))


def test_what_the_documentation_leaves_open_does_not_count(project: Path) -> None:
    """A cell that is silent makes its mutants equivalent, with the reason."""
    table = project / "contracts" / "tickets" / "lifecycles" / "ticket.yaml"
    table.write_text(table.read_text().replace("closed: {status: 409}", "closed: silent"))
    found = _mutated("wrong-status", "forgets-transition")
    silent = [one for one in found.mutants if one.state == "closed"]
    assert silent
    assert {one.fate for one in silent} == {Fate.EQUIVALENT}
    assert "the documentation does not say what closeTicket answers in the state closed" in {
        one.why for one in silent
    }
    forgotten = next(one for one in found.mutants if one.fault == "forgets-transition")
    assert forgotten.fate is Fate.EQUIVALENT
    assert "of which the documentation says nothing" in forgotten.why


def test_known_results_are_not_tried_again(project: Path) -> None:
    """They are kept under the digest of the contracts; other contracts have others."""
    first = _mutated("server-error", cache=".assay/mutants")
    again = _mutated("server-error", cache=".assay/mutants")
    assert (first.known, again.known) == (0, len(first.mutants))
    assert _fates(first) == _fates(again)
    table = project / "contracts" / "tickets" / "lifecycles" / "ticket.yaml"
    table.write_text(table.read_text().replace("closed: {status: 409}", "closed: {status: 404}"))
    assert _mutated("server-error", cache=".assay/mutants").known == 0


def test_damaged_results_are_made_again(project: Path) -> None:
    """A file that cannot be read counts as not there."""
    _mutated("server-error", cache=".assay/mutants")
    (kept,) = Path(".assay/mutants").glob("*.json")
    kept.write_text('{"format": "assay-mutants/1", "trials": {"x": 7}}')
    assert _mutated("server-error", cache=".assay/mutants").known == 0


def test_the_command(project: Path, assay) -> None:
    """Score, survivors and report; the exit code says whether the score is reached."""
    said = assay("mutate", "--fault", "lost-write", "--fault", "field-extra", "--workers", "1")
    assert said.code == 0, said.err
    assert "Mutation score 100 %" in said.out
    assert "the schema allows other members than those it names" in said.out
    (folder,) = Path("reports").glob("mutation-*")
    document = json.loads((folder / "mutation.json").read_text())
    jsonschema_rs.Draft202012Validator(SCHEMA).validate(document)
    assert document["summary"]["survived"] == 0
    page = (folder / "mutation.html").read_text()
    assert "<script" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--fault", "lost-wriet"), 2, "Did you mean 'lost-write'?"),
        (("--api", "nobody"), 2, "no such folder"),
        (("--fault", "field-extra"), 3, "Mutation score none"),
    ],
)
def test_how_it_ends(words: tuple[str, ...], code: int, told: str, project: Path, assay) -> None:
    """Usage is told as such; where nothing counts, nothing is known."""
    said = assay("mutate", "--workers", "1", *words)
    assert said.code == code
    assert told in said.out + said.err


def test_a_mock_that_breaks_its_own_contract(project: Path, assay) -> None:
    """There is nothing to compare mutants with: said before anything is tried."""
    contract = project / "contracts" / "tickets" / "open.yaml"
    contract.write_text(
        contract.read_text() + "promises:\n  - {id: never, on: 201, rule: 'false', source: manual#open}\n"
    )
    said = assay("mutate", "--workers", "1")
    assert said.code == 2
    assert "the contracts' own mock breaks tickets/openTicket/promise/never" in said.err
