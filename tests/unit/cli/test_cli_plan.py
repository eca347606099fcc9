"""Claims about `assay plan`."""

from __future__ import annotations

import json
from pathlib import Path


def test_clauses_come_by_operation_and_lifecycle(project: Path, assay) -> None:
    """Each clause stands below what it is about, with its strength and source; the requests come last."""
    said = assay("plan", "--only", "*/status/404", "--only", "tickets/lifecycle")
    assert (said.code, said.err) == (0, "")
    clauses, _, requests = said.out.partition("Requests, ")
    assert clauses == (
        "tickets: Tickets 1\n"
        "\n"
        "  POST /tickets/{id}/close  closeTicket  1 clause\n"
        "    tickets/closeTicket/status/404  documented   manual#close\n"
        "\n"
        "  lifecycle ticket  4 clauses\n"
        "    tickets/lifecycle/ticket/absent/openTicket   documented   manual\n"
        "    tickets/lifecycle/ticket/absent/closeTicket  documented   manual\n"
        "    tickets/lifecycle/ticket/open/closeTicket    documented   manual\n"
        "    tickets/lifecycle/ticket/closed/closeTicket  documented   manual\n"
        "\n"
    )
    assert requests.startswith("profile gate (")
    assert "tickets/ticket       lifecycle ≤ " in requests
    assert requests.endswith(
        "5 clauses, of which 0 are observed only (the documentation is silent) and 0 cannot be reached\n"
    )


def test_unreachable_clauses_say_why(project: Path, assay) -> None:
    """What nobody can witness is told with the contract's own reason, before any run."""
    endpoint = project / "contracts/tickets/close.yaml"
    text = endpoint.read_text().replace(
        '  "409"',
        '  "503": {description: Down., content: {application/json: {schema: {type: object}}}}\n  "409"',
    )
    endpoint.write_text(text + 'provoke: {"503": {unreachable: only when the office burns}}\n')
    said = assay("plan", "--only", "*/status/503")
    assert "      unreachable: only when the office burns\n" in said.out
    assert said.out.endswith("and 1 cannot be reached\n")


def test_json_adds_up(project: Path, assay) -> None:
    """The same as data: every clause once, and the most requests is the sum of the parts."""
    document = json.loads(assay("plan", "--format", "json").out)
    ids = [clause["id"] for clause in document["clauses"]]
    assert len(ids) == len(set(ids)) > 20
    assert document["most"] == sum(part["most"] for part in document["requests"])


def test_harder_profiles_ask_more(project: Path, assay) -> None:
    """The budget follows the profile."""

    def most(profile: str) -> int:
        document = json.loads(assay("plan", "--profile", profile, "--format", "json").out)
        return int(document["most"])

    assert most("staging") < most("gate") < most("nightly")


def test_a_wrong_api_has_a_near_name(project: Path, assay) -> None:
    """A slip of the pen is met with the API that was probably meant."""
    assert assay("plan", "--api", "tikets").err.startswith(
        "Cannot test the API 'tikets': because contracts has no such folder. Did you mean 'tickets'?\n"
    )
