"""The closed list of clauses."""

from __future__ import annotations

from collections import Counter

import pytest

from assay.app.units import units
from assay.model.contract import Api
from assay.plan.clauses import clauses
from assay.plan.select import NoSuchClause, select
from fakes.contracts import made, shipped

APIS = shipped().apis


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.name)
def test_ids_are_unique_and_the_apis_own(api: Api):
    """No two clauses share an id, and every id begins with its api."""
    ids = [clause.id for clause in clauses(api)]
    assert [clause for clause, count in Counter(ids).items() if count > 1] == []
    assert all(clause.startswith(f"{api.name}/") for clause in ids)


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.name)
def test_sources_exist_and_titles_are_told(api: Api):
    """Every clause says where it is promised, and in words what."""
    for clause in clauses(api):
        assert clause.source.split("#")[0] in api.sources, clause.id
        assert clause.title
        assert clause.place.line, clause.id


def test_strengths():
    """What the documentation is silent about is a silent clause, whatever it is about."""
    strengths = {clause.id: clause.strength for api in APIS for clause in clauses(api)}
    assert strengths["iplaygames/startAMultiSession/rejects/body/currency/type"] == "documented"
    assert strengths["equos/sessionPassesControllerStartV3/rejects/body/name/type"] == "silent"
    assert strengths["iplaygames/lifecycle/multi-session/ended/endMultiSession"] == "silent"
    assert strengths["iplaygames/lifecycle/multi-session/law/unique-ids"] == "silent"
    assert strengths["equos/lifecycle/session-pass/law/unique-ids"] == "exemplified"
    assert strengths["iplaygames/startAMultiSession/status/400"] == "documented"


def test_a_small_contract_in_full():
    """Every part of a contract that can be kept or broken is one clause, and nothing else is."""
    api = made("""
operation: get
method: get
path: /things
security: [{key: []}]
parameters: [{name: n, in: query, schema: {type: integer}}]
responses:
  "200":
    description: ok
    headers: {ETag: {schema: {type: string}}}
    content: {text/csv: {schema: {type: string}}, image/png: {}}
  "401": {description: who, content: {image/png: {}}}
  "503": {description: busy}
promises: [{id: brief, on: 200, headers: {ETag: {maxLength: 9}}}]
provoke: {"503": {unreachable: nobody can}}
""")
    found = {clause.id.removeprefix("made/get/"): clause.unreachable for clause in clauses(api)}
    assert found == {
        **dict.fromkeys((
            "answers", "no-server-error", "documented-statuses", "authorization",
            "status/200", "content-type/200", "shape/200", "header/200/ETag", "promise/brief",
            "status/401", "content-type/401", "rejects/query/n/type",
        )),
        "status/503": "nobody can",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "strength"),
    [
        ("", "silent"),
        ('"400": {description: no}', "documented"),
        ('"400": {description: no, strength: exemplified}', "exemplified"),
        ('"400": {description: no, strength: silent}', "silent"),
        ('"400": {description: no, strength: exemplified}, "422": {description: no}', "documented"),
    ],
)
def test_a_refusal_is_promised_as_firmly_as_its_response(answers, strength):
    """That what breaks a constraint is refused, only a response says."""
    api = made(f"""
operation: get
method: get
path: /things
parameters: [{{name: n, in: query, schema: {{type: integer}}}}]
responses: {{"200": {{description: ok}}{", " * bool(answers)}{answers}}}
""")
    assert {c.strength for c in clauses(api) if "/rejects/" in c.id} == {strength}


@pytest.mark.parametrize(
    ("pattern", "count"),
    [
        ("iplaygames/lifecycle/multi-session/ended", 2),
        ("iplaygames/endMultiSession/status/404", 1),
        ("*/status/404", 2),
        ("equos/lifecycle/session-pass/field/", 10),
    ],
)
def test_selecting(pattern, count):
    """A pattern selects a clause, all below it, or what it matches as a shell pattern."""
    everything = [clause for api in APIS for clause in clauses(api)]
    assert len(select(everything, [pattern])) == count
    assert select(everything, []) == tuple(everything)


def test_selecting_nothing_is_a_slip():
    """A pattern that matches nothing is refused, with the name that was probably meant."""
    everything = [clause for api in APIS for clause in clauses(api)]
    with pytest.raises(NoSuchClause, match=r"Did you mean iplaygames/endMultiSession/status/404\?"):
        select(everything, ["iplaygames/endMultiSession/status/40"])
    with pytest.raises(NoSuchClause, match="assay plan"):
        select(everything, ["!"])


def test_every_clause_belongs_to_one_unit():
    """Units part the clauses among them: none is left out, none is decided twice."""
    parts = units(shipped())
    assert [unit.id for unit in parts] == ["equos/session-pass", "iplaygames/multi-session"]
    for api in APIS:
        for clause in clauses(api):
            assert sum(unit.owns(clause) for unit in parts) == 1, clause.id


def test_an_operation_outside_lifecycles_is_a_unit():
    """An operation that no lifecycle knows is explored alone."""
    api = made("operation: ping\nmethod: get\npath: /p\nresponses: {'200': {description: ok}}")
    whole = shipped()
    both = units(type(whole)((api, *whole.apis), whole.digest))
    assert both[0].id == "made/ping"
