"""Claims about `assay explain`, and about the words it explains."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import assay.contractfile
import assay.files.contracts
from assay.app.explain import words
from assay.model.contract import Strength
from assay.model.verdict import ClauseKind, Standing
from assay.rules.lint import CLAUSE_RULES, RULES

#: where the reader of files names its rules: `problem("rule-id", …)` or `Problem(place, "rule-id", …)`
_NAMED = re.compile(r"[pP]roblem\(\s*(?:[\w.()]+,\s*)?\"([a-z0-9]+(?:-[a-z0-9]+)+)\"")


def _explained(what: str) -> set[str]:
    return {word.word for word in words().values() if word.what == what}


def test_every_word_is_explained() -> None:
    """No kind, standing or strength without its entry, and no entry without a use."""
    assert _explained("kind of clause") == set(ClauseKind)
    assert _explained("standing") == set(Standing)
    assert _explained("strength") == set(Strength)


def test_every_lint_rule_is_explained() -> None:
    """No rule can be reported that `assay explain` does not know."""
    rules = {rule.RULE for rule in (*RULES, *CLAUSE_RULES)}
    folder = Path(assay.contractfile.__file__).parent
    for file in (*folder.glob("*.py"), Path(assay.files.contracts.__file__)):
        rules |= set(_NAMED.findall(file.read_text(encoding="utf-8")))
    assert len(rules) > len(RULES) + 10
    assert rules <= _explained("lint rule")


def test_every_explained_rule_exists() -> None:
    """No entry for a rule that was renamed: each is named somewhere in the code."""
    package = Path(assay.contractfile.__file__).parents[1]
    parts = ("contractfile", "rules", "files")
    code = "".join(file.read_text("utf-8") for part in parts for file in (package / part).rglob("*.py"))
    assert {rule for rule in _explained("lint rule") if f'"{rule}"' not in code} == set()


def test_every_rule_says_how_to_mend_it() -> None:
    """A rule that only complains is no help."""
    assert [word.word for word in words().values() if word.what == "lint rule" and not word.mend] == []


def test_a_rule(assay) -> None:
    """A rule needs no contracts: what it means, an example, how to mend it."""
    assert assay("explain", "blank-cell") == (
        0,
        "blank-cell  lint rule\n"
        "\n"
        "The table does not say what an operation answers in one of the states. "
        "A blank is no decision;\n`silent` is one.\n"
        "\n"
        "    cells:\n"
        "      stopSession:\n"
        "        running: {status: 200, to: stopped}\n"
        "        stopped: silent\n"
        "\n"
        "To mend it: write the cell, or `silent` where the documentation does not say.\n",
        "",
    )


def test_a_clause(project: Path, assay) -> None:
    """A clause is told with its source, its place, and the requests that aim at it."""
    assert assay("explain", "tickets/closeTicket/status/409") == (
        0,
        "tickets/closeTicket/status/409\n"
        "closeTicket answers 409 (Closed before.) where it is documented\n"
        "\n"
        "  endpoint  POST /tickets/{id}/close\n"
        "  kind      status: A documented status can be seen where it is documented: "
        "asked in the right way,\n            the operation answers it.\n"
        "  strength  documented: The documentation says so in so many words. A violation makes the run fail\n"
        "            with exit code 1.\n"
        "  source    manual#close (The manual)\n"
        "            https://tickets.example/manual\n"
        "  written   contracts/tickets/close.yaml:11:3\n"
        "\n"
        "How it is tried\n"
        "            openTicket → closeTicket → closeTicket: a valid request on closed\n"
        "            Every other exchange that it speaks of counts too.\n"
        "\n"
        "How it stands\n"
        "            No report tells of it. `assay run` makes one.\n",
        "",
    )


def test_a_folder_of_clauses_is_listed(project: Path, assay) -> None:
    """A name above several clauses lists them."""
    said = assay("explain", "tickets/closeTicket/status")
    assert said.code == 0
    assert said.out.startswith("tickets/closeTicket/status  4 clauses\n")
    assert "\n  tickets/closeTicket/status/404\n" in said.out


@pytest.mark.parametrize(
    ("slip", "meant"),
    [("blank-cel", "blank-cell"), ("tickets/closeTicket/status/4044", "tickets/closeTicket/status/404")],
)
def test_a_slip_has_a_near_name(slip: str, meant: str, project: Path, assay) -> None:
    """Rules and clauses are both looked through for what was probably meant."""
    said = assay("explain", slip)
    assert said.code == 2
    assert f"Did you mean '{meant}'?" in said.err
