"""Claims about `assay explain`, and about the words it explains."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import assay.contractfile
import assay.files.contracts
from assay.app.explain import words
from assay.model.contract import Strength
from assay.model.verdict import ClauseKind, Standing
from assay.rules.breaking import rule_ids
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


def test_every_rule_about_changes_is_explained() -> None:
    """Each has its sentence, its level and source, an example and what to do; no word means two things."""
    assert _explained("rule about changes") == set(rule_ids())
    for word in words().values():
        if word.what == "rule about changes":
            assert word.example
            assert word.mend
            assert "It rests on" in word.means


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


TICKET = """\
tickets/lifecycle/ticket  lifecycle, 3 states, 2 operations

  written   contracts/tickets/lifecycles/ticket.yaml:1:1
  standing  no report tells of it

absent
  openTicket   201 → open
  closeTicket  404

open
  closeTicket  200 → closed

closed  final
  closeTicket  409

For Mermaid
    stateDiagram-v2
        direction LR
        state "absent" as s0
        state "open" as s1
        state "closed" as s2
        [*] --> s0
        s0 --> s1 : openTicket 201
        s1 --> s2 : closeTicket 200
        s0 : closeTicket 404
        s2 : closeTicket 409
        s2 --> [*]
"""


@pytest.mark.parametrize("name", ["ticket", "tickets/lifecycle/ticket", "tickets/lifecycle/ticket/"])
def test_a_lifecycle(name: str, project: Path, assay) -> None:
    """A lifecycle is told by its table and as Mermaid text; its short name will do."""
    assert assay("explain", name) == (0, TICKET, "")


def test_a_lifecycle_stands_as_the_report_says(project: Path, assay) -> None:
    """The latest report's standings are in the table, the Mermaid text and the picture."""
    assay("run", "--seed", "1")
    said = assay("explain", "ticket", "--svg", "pictures/ticket.svg")
    assert said.code == 0
    assert "  closeTicket  200 → closed  verified\n" in said.out
    assert "s1 --> s2 : ✓ closeTicket 200\n" in said.out
    assert said.out.endswith("\nPicture: pictures/ticket.svg\n")
    picture = (project / "pictures" / "ticket.svg").read_text(encoding="utf-8")
    assert "open: closeTicket → 200, then closed (verified)" in picture


def test_a_short_name_of_two_lifecycles_is_refused(project: Path, assay) -> None:
    """Nobody guesses which was meant: both are named."""
    shutil.copytree(project / "contracts" / "tickets", project / "contracts" / "vouchers")
    said = assay("explain", "ticket")
    assert said.code == 2
    assert "Name one of tickets/lifecycle/ticket, vouchers/lifecycle/ticket." in said.err
    assert assay("explain", "vouchers/lifecycle/ticket").code == 0


def test_a_clause_of_a_law(assay) -> None:
    """It is tried by the drills of its law, requests made for its sake; a law without drills has none."""
    orders = ("--contracts", str(Path(__file__).parents[3] / "examples" / "orders" / "contracts"))
    said = assay("explain", "orders/lifecycle/order/law/put-replaces", *orders).out
    assert "createOrder → replaceOrder" in said
    assert "no request is made for its sake" not in said
    said = assay("explain", "orders/lifecycle/order/law/unique-ids", *orders).out
    assert "no request is made for its sake" in said


def test_only_lifecycles_are_drawn(project: Path, assay) -> None:
    """Asking for the picture of a rule is a slip, not an empty file."""
    said = assay("explain", "blank-cell", "--svg", "rule.svg")
    assert said.code == 2
    assert "because it is no lifecycle" in said.err
    assert not (project / "rule.svg").exists()


def test_a_picture_that_cannot_be_written_is_the_environments_fault(project: Path, assay) -> None:
    """The file is named, with the reason."""
    (project / "taken").write_text("a file", encoding="utf-8")
    said = assay("explain", "ticket", "--svg", "taken/ticket.svg")
    assert said.code == 4
    assert "Cannot write taken/ticket.svg: because" in said.err


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("blank-cel", "blank-cell"),
        ("tickt", "ticket"),
        ("tickets/closeTicket/status/4044", "tickets/closeTicket/status/404"),
    ],
)
def test_a_slip_has_a_near_name(slip: str, meant: str, project: Path, assay) -> None:
    """Rules and clauses are both looked through for what was probably meant."""
    said = assay("explain", slip)
    assert said.code == 2
    assert f"Did you mean '{meant}'?" in said.err
