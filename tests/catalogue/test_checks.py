"""The checks: each is asked, and each kind of clause can be seen."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import assay.judge
from assay.model.verdict import ClauseKind
from assay.plan.clauses import clauses
from fakes.contracts import made, shipped
from timing.farm import EAT, LOOK, SOW, TABLE

JUDGE = Path(assay.judge.__file__).parent
CHECKS = sorted(path.stem for path in (JUDGE / "checks").glob("*.py") if path.stem != "__init__")

#: kinds that no shipped contract has a clause of: their fixtures
OTHERS = {
    ClauseKind.EXPIRY: (SOW, LOOK, EAT, TABLE),
    ClauseKind.HEADER: (
        """
operation: ping
method: get
path: /ping
responses: {"200": {description: ok, headers: {ETag: {required: true, schema: {type: string}}}}}
""",
    ),
}


def _calls() -> set[str]:
    tree = ast.parse((JUDGE / "judge.py").read_text(encoding="utf-8"))
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {
        f.value.id
        for f in called
        if isinstance(f, ast.Attribute) and f.attr == "check" and isinstance(f.value, ast.Name)
    }


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_is_asked(check: str):
    """A check that the judge does not ask would be a promise nobody tests."""
    assert check in _calls()


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_says_what_it_is_about(check: str):
    """A check's file opens with the clause it decides, in backquotes."""
    text = ast.get_docstring(ast.parse((JUDGE / "checks" / f"{check}.py").read_text(encoding="utf-8")))
    assert text is not None
    assert text.startswith("`") or check == "status"


@pytest.mark.parametrize("kind", ClauseKind)
def test_every_kind_of_clause_exists(kind: ClauseKind):
    """Every kind of clause is yielded by a shipped contract, or by a fixture here."""
    apis = [made(*OTHERS[kind])] if kind in OTHERS else shipped().apis
    assert any(clause.kind is kind for api in apis for clause in clauses(api))
