"""Claims about what people decide: waivers, pending promises, flaky ones; and about targets that are sick."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fakes.tickets import Tickets, Twist, answering, closes, honest
from miniatures import wire
from miniatures.wire import Reply, Request

AGAIN = "tickets/lifecycle/ticket/closed/closeTicket"
WAIVERS = Path("contracts/tickets/waivers.yaml")
WHY = ("--reason", "OPS-7: being mended", "--owner", "ann@example.com", "--until", "2999-01-31")


def closes_again(_number: int, request: Request, reply: Reply) -> Reply:
    """A ticket that is closed may be closed again: the contract says 409."""
    return answering(200, {"id": request.path.split("/")[2]}) if reply.status == 409 else reply


@contextmanager
def asked(twist: Twist) -> Iterator[list[str]]:
    """The options to ask a ticket server that answers so."""
    server = Tickets(twist)
    with wire.start(server) as running:
        yield ["--target", running.url, "--auth-env", "TICKETS"]


@pytest.fixture(autouse=True)
def _credential(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TICKETS", "let-me-in")


def latest() -> dict[str, object]:
    return json.loads(Path("reports/latest/report.json").read_text("utf-8"))


def clause(name: str) -> dict[str, object]:
    return next(one for one in latest()["clauses"] if one["id"] == name)


def test_the_honest_server_is_accused_of_nothing(project: Path, assay) -> None:
    with asked(honest) as target:
        said = assay("run", *target, "-q")
    assert said.code == 0, said.out


def test_a_violation_says_how_often_its_history_shows_it(project: Path, assay) -> None:
    with asked(closes_again) as target:
        said = assay("run", *target, "-q")
    assert said.code == 1
    assert f"{AGAIN} (documented, violated 3/3)" in said.out
    assert clause(AGAIN)["reproduced"] == {"again": 3, "tries": 3}


@pytest.mark.parametrize(("profile", "tries"), [("staging", 5), ("nightly", 10)])
def test_the_profile_says_how_often_it_is_tried(project: Path, assay, profile: str, tries: int) -> None:
    rate = Path("assay.toml")
    with asked(closes_again) as target:
        rate.write_text(f'[targets.x]\nurl = "{target[1]}"\nauth-env = "TICKETS"\nrate = 2000\n')
        assert assay("run", "--target", "x", "-q", "--profile", profile, "--only", AGAIN).code == 1
    assert clause(AGAIN)["reproduced"] == {"again": tries, "tries": tries}


class Sometimes:
    """Lets a closed ticket be closed again in two cases of three, counted over such cases."""

    def __init__(self) -> None:
        self.cases = 0

    def __call__(self, _number: int, request: Request, reply: Reply) -> Reply:
        if reply.status != 409:
            return reply
        self.cases += 1
        return reply if self.cases % 3 == 0 else answering(200, {"id": request.path.split("/")[2]})


def test_a_flaky_violation_fails_a_gate_unless_it_is_told_not_to(project: Path, assay) -> None:
    with asked(Sometimes()) as target:
        said = assay("run", *target, "-q", "--seed", "1")
    assert said.code == 1
    found = clause(AGAIN)
    assert (found["standing"], found["tolerated"]) == ("violated", False)
    again, tries = found["reproduced"]["again"], found["reproduced"]["tries"]
    assert again < tries == 3
    assert f"flaky {again}/{tries}" in said.out
    with asked(Sometimes()) as target:
        said = assay("run", *target, "-q", "--seed", "1", "--flaky", "pass")
    assert said.code == 0
    assert clause(AGAIN)["tolerated"]
    assert "1 tolerated" in said.out
    assert latest()["summary"]["violated"] == 1


def test_what_always_comes_back_is_not_tolerated(project: Path, assay) -> None:
    with asked(closes_again) as target:
        assert assay("run", *target, "-q", "--flaky", "pass").code == 1


# -- waivers


def test_a_violation_is_waived_and_counted(project: Path, assay) -> None:
    with asked(closes_again) as target:
        assert assay("run", *target, "-q").code == 1
        mark = latest()["violations"][0]["fingerprint"]
        said = assay("waive", mark, *WHY, "--link", "https://issues.example/OPS-7")
        assert said.code == 0, said.err
        assert f"{AGAIN} is waived until 2999-01-31, as in {mark} only" in said.out
        said = assay("run", *target, "-q")
    assert said.code == 0
    assert "1 waived" in said.out
    (waiver,) = latest()["waivers"]
    assert (waiver["matches"], waiver["waives"], waiver["link"]) == (
        mark,
        [AGAIN],
        "https://issues.example/OPS-7",
    )
    assert latest()["summary"]["violated"] == latest()["summary"]["waived"] == 1


def test_a_clause_is_waived_whatever_breaks_it_and_told_once_it_is_kept(project: Path, assay) -> None:
    with asked(closes_again) as target:
        assay("run", *target, "-q")
        assert assay("waive", AGAIN, *WHY).code == 0
        assert assay("run", *target, "-q").code == 0
    with asked(honest) as target:
        said = assay("run", *target, "-q")
    assert said.code == 0
    assert f"waiver of {AGAIN}: what it waived is kept now" in said.out
    assert latest()["waivers"][0]["passing"]


def test_a_waiver_past_its_day_waives_nothing(project: Path, assay) -> None:
    WAIVERS.write_text(f"waivers: [{{clause: {AGAIN}, reason: r, owner: o, until: '2020-01-01'}}]\n")
    with asked(closes_again) as target:
        said = assay("run", *target, "-q")
    assert said.code == 1
    assert f"waiver of {AGAIN}: expired on 2020-01-01" in said.out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("tickets/lifecycle/ticket/closed/closeTickets", *WHY), f"Did you mean '{AGAIN}'?"),
        (("tickets/openTicket/status/201", *WHY), "because it is verified in run"),
        (("0123456789ab", *WHY), "has no violation of that fingerprint. It has: "),
        ((AGAIN, *WHY[:-1], "2020-01-01"), "because that day is over"),
        ((AGAIN, *WHY, "--link", "javascript:alert(1)"), "because it is not an http or https URL"),
        ((AGAIN, "--reason", " ", *WHY[2:]), "because it is empty"),
    ],
)
def test_what_cannot_be_waived_is_refused_and_nothing_written(
    project: Path, assay, words: tuple[str, ...], why: str
) -> None:
    with asked(closes_again) as target:
        assay("run", *target, "-q")
    said = assay("waive", *words)
    assert said.code == 2
    assert why in said.err
    assert not WAIVERS.exists()


def test_what_is_waived_is_not_waived_again(project: Path, assay) -> None:
    with asked(closes_again) as target:
        assay("run", *target, "-q")
    assert assay("waive", AGAIN, *WHY).code == 0
    before = WAIVERS.read_text("utf-8")
    said = assay("waive", latest()["violations"][0]["fingerprint"], *WHY)
    assert said.code == 2
    assert (
        "it is waived at contracts/tickets/waivers.yaml:3:5 until 2999-01-31 by ann@example.com" in said.err
    )
    assert WAIVERS.read_text("utf-8") == before


def test_without_a_run_there_is_nothing_to_waive(project: Path, assay) -> None:
    said = assay("waive", AGAIN, *WHY)
    assert said.code == 2
    assert "no run was reported there" in said.err


# -- pending


def test_a_pending_promise_fails_no_run_until_it_has_held_once(project: Path, assay) -> None:
    WAIVERS.write_text(f"pending:\n  - {AGAIN}\n")
    server = Tickets(closes_again)
    with wire.start(server) as running:
        target = ["--target", running.url, "--auth-env", "TICKETS"]
        said = assay("run", *target, "-q")
        assert said.code == 0
        assert "1 pending" in said.out
        assert clause(AGAIN)["pending"]
        server.twist = honest
        said = assay("run", *target, "-q")
        assert said.code == 0
        assert f"pending {AGAIN}: holds now, and counts from the next run on" in said.out
        first = latest()["run"]["id"]
        server.twist = closes_again
        said = assay("run", *target, "-q")
    assert said.code == 1
    assert not clause(AGAIN)["pending"]
    assert latest()["pending"][0]["held"] == first
    assert f"pending {AGAIN}: has held in {first}: it is pending no longer" in " ".join(said.out.split())


def test_an_operation_is_pending_until_all_that_is_promised_of_it_has_held(project: Path, assay) -> None:
    """And is told once, not clause by clause."""
    WAIVERS.write_text("pending: [tickets/closeTicket]\n")
    assert assay("run", "-q").code == 0
    said = " ".join(assay("run", "-q").out.split())
    assert said.count("Remove it from `pending`") == 1
    assert "pending tickets/closeTicket: all " in said
    with asked(lambda _n, request, reply: answering(418) if closes(request) else reply) as target:
        said = " ".join(assay("run", *target, "-q").out.split())
    assert "Remove it from `pending`" not in said


def test_what_held_at_another_target_may_still_be_broken_here(project: Path, assay) -> None:
    """The operation's cell in the lifecycle is pending with it."""
    WAIVERS.write_text("pending: [tickets/closeTicket]\n")
    assert assay("run", "-q").code == 0  # the mock keeps everything
    with asked(closes_again) as target:
        said = assay("run", *target, "-q")
    assert said.code == 0, said.out
    assert clause(AGAIN)["pending"]


def test_without_a_history_pending_stays_pending(project: Path, assay) -> None:
    WAIVERS.write_text(f"pending: [{AGAIN}]\n")
    server = Tickets(honest)
    with wire.start(server) as running:
        target = ["--target", running.url, "--auth-env", "TICKETS", "--history", "off"]
        assert assay("run", *target, "-q").code == 0
        server.twist = closes_again
        assert assay("run", *target, "-q").code == 0


# -- sick targets


def test_a_target_that_fails_in_everything_is_sick_and_its_api_not_accused(project: Path, assay) -> None:
    def falls_over(number: int, _request: Request, reply: Reply) -> Reply:
        return answering(500) if number > 120 else reply

    with asked(falls_over) as target:
        said = assay("run", *target, "-q", "--profile", "nightly")
    assert said.code == 4, said.out
    assert latest()["target_health"]["sick"]
    assert not latest()["run"]["complete"]
    assert "stopped after" in said.out
    assert latest()["summary"]["requests"] < 400, "it goes on asking a target that is down"
    assert latest()["summary"]["violated"] == 0
    assert "the target was sick" in said.out


def test_a_log_of_a_sick_target_says_the_same_when_it_is_folded_again(project: Path, assay) -> None:
    def never_answers(_number: int, _request: Request, _reply: Reply) -> Reply:
        return answering(503)

    with asked(never_answers) as target:
        said = assay("run", *target, "-q")
    assert said.code == 4, said.out
    before = latest()
    assert assay("report").code == 4
    assert latest() == before
    assert before["summary"]["violated"] == 0


def test_one_operation_that_always_fails_is_accused(project: Path, assay) -> None:
    with asked(lambda _n, request, reply: answering(500) if closes(request) else reply) as target:
        said = assay("run", *target, "-q")
    assert said.code == 1
    assert not latest()["target_health"]["sick"]
    assert clause("tickets/closeTicket/no-server-error")["standing"] == "violated"
