"""Claims about credentials that run out: who has them anew, how often, and who hears of it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from threading import Barrier

import pytest

from assay.drive.auth import Auth, Secrets, had_anew
from assay.drive.carried import Carried
from assay.drive.clock import SystemClock
from assay.drive.keeper import Issued, IssueError, Keeper, Keyring
from assay.drive.session import HttpSender, Limits
from assay.evidence.redact import Policy, redact_text
from assay.evidence.sweep import Sweep
from assay.files.shelf import SharedShelf, new_key
from assay.model.case import Credentials, WireRequest
from fakes.clock import FakeClock
from fakes.gate import Gate
from fakes.tickets import answering
from miniatures import wire
from miniatures.wire import Reply, Request

BEARER = {"key": {"type": "http", "scheme": "bearer"}}


class Issuer:
    """Issues a new text each time."""

    def __init__(self, prefix: str = "token") -> None:
        self.prefix, self.count, self.left = prefix, 0, []
        self.error = ""

    def __call__(self, left: Mapping[str, str]) -> Issued:
        self.left.append(dict(left))
        if self.error:
            raise IssueError(self.error)
        self.count += 1
        return Issued(f"{self.prefix}-{self.count}", more={"refresh_token": f"refresh-{self.count}"})


def test_it_is_had_when_it_is_first_needed_and_kept() -> None:
    issuer = Issuer()
    keeper = Keeper("it", "us", issuer, Keyring(FakeClock()))
    assert issuer.count == 0
    assert [keeper.now().value for _ in range(3)] == ["token-1"] * 3
    assert issuer.count == 1


def test_who_is_late_has_nothing_anew() -> None:
    """Two are refused with the first one: the second of them finds the new one there."""
    issuer = Issuer()
    keeper = Keeper("it", "us", issuer, Keyring(FakeClock()))
    seen = keeper.now().generation
    assert keeper.renew(seen)
    assert keeper.renew(seen)
    assert keeper.now().value == "token-2"
    assert issuer.left == [{}, {"refresh_token": "refresh-1"}]


def test_what_is_refused_at_once_is_left_alone_for_a_while_and_longer_each_time() -> None:
    clock, issuer = FakeClock(), Issuer()
    keeper = Keeper("it", "us", issuer, Keyring(clock))
    keeper.now()
    for pause in (1, 2, 4, 8, 16, 32, 60, 60):
        assert keeper.renew(keeper.now().generation)
        keeper.answered(keeper.now().generation, refused=True)
        assert not keeper.renew(keeper.now().generation)
        clock.sleep(pause - 0.1)
        assert not keeper.renew(keeper.now().generation)
        clock.sleep(0.2)
    keeper.renew(keeper.now().generation)
    keeper.answered(keeper.now().generation, refused=False)
    assert keeper.renew(keeper.now().generation)


def test_a_failure_is_remembered_for_a_while() -> None:
    clock, issuer, ring = FakeClock(), Issuer(), Keyring(FakeClock())
    ring.clock = clock
    keeper = Keeper("it", "us", issuer, ring)
    issuer.error = "nobody there"
    for _ in range(3):
        with pytest.raises(IssueError, match="nobody there"):
            keeper.now()
    assert len(issuer.left) == 1
    issuer.error = ""
    clock.sleep(1.1)
    assert keeper.now().value == "token-1"


def test_the_same_again_is_nothing_new() -> None:
    """A file that says what it said before: no request goes out again for that."""
    keeper = Keeper("it", "us", lambda _left: Issued("the-same"), Keyring(FakeClock()))
    assert not keeper.renew(keeper.now().generation)


def test_nothing_of_it_is_shown_by_accident() -> None:
    issued = Issued(
        "s3cret-token", Carried(headers=(("X", "Bearer s3cret-token"),)), {"refresh_token": "s3cret-refresh"}
    )
    ring = Keyring(FakeClock())
    keeper = Keeper("it", "us", lambda _left: issued, ring)
    told = repr(
        [
            issued,
            keeper,
            keeper.now(),
            ring,
            Secrets({}, {"*": keeper}),
            Auth(BEARER, Secrets({}, {"*": keeper})),
        ]
    )
    assert "s3cret" not in told


def test_whoever_masks_hears_of_it_before_it_is_used() -> None:
    """The policy forgets what it had found harmless."""
    ring, issuer = Keyring(FakeClock()), Issuer("s3cret-token")
    policy = Policy(("old-secret",))
    ring.listen(lambda secrets, _names, _places: policy.learn(secrets))
    keeper = Keeper("it", "us", issuer, ring)
    assert redact_text("it says s3cret-token-1", policy) == "it says s3cret-token-1"
    keeper.now()
    assert redact_text("old-secret, s3cret-token-1 and refresh-1", policy) == "***, *** and ***"
    keeper.renew(1)
    assert redact_text("s3cret-token-2, refresh-2", policy) == "***, ***"
    assert Sweep(ring.secrets).finds("here is s3cret-token-2")


def test_two_principals_are_never_given_the_same() -> None:
    ring = Keyring(FakeClock())
    Keeper("hers", "alice", lambda _left: Issued("one-token"), ring).now()
    with pytest.raises(IssueError, match="Cannot use bob: because it was given the same credential as alice"):
        Keeper("his", "bob", lambda _left: Issued("one-token"), ring).now()


# -- under a sender, by many threads


def _ask(send: HttpSender, credentials: Credentials = Credentials.VALID, **changes: object) -> int:
    request = WireRequest("POST", "/tickets", (), b'{"title": "a"}', credentials, ("key",), **changes)  # type: ignore[arg-type]
    exchange = send(request)
    assert exchange.response is not None, exchange.failure
    return exchange.response.status


def _sender(url: str, server: Gate, **limits: object) -> tuple[HttpSender, Keyring]:
    ring = Keyring(SystemClock())
    keeper = Keeper("it", "us", lambda _left: Issued(server.issue("login")), ring)
    limit = Limits(max_in_flight=64, **limits)  # type: ignore[arg-type]
    return HttpSender(url, Auth(BEARER, Secrets({}, {"*": keeper})), limit, SystemClock()), ring


def test_many_threads_that_are_refused_together_have_it_anew_once() -> None:
    """Each is refused with the first token, when all of them are; each is let in with the second."""
    count = 24
    refused = Barrier(count)

    class Meets(Gate):
        def answer(self, request: Request) -> Reply:
            reply = super().answer(request)
            if reply.status == 401:
                refused.wait(20)
            return reply

    server = Meets(lasts=0)
    over = threading.Event()
    with wire.start(server) as running:
        ring = Keyring(SystemClock())

        def issue(_left: Mapping[str, str]) -> Issued:
            over.wait(0.2)  # whoever does not wait for the others comes here meanwhile
            return Issued(server.issue("login"))

        keeper = Keeper("it", "us", issue, ring)
        auth = Auth(BEARER, Secrets({}, {"*": keeper}))
        send = HttpSender(running.url, auth, Limits(max_in_flight=64), SystemClock())
        keeper.now()
        server.lasts = 1000
        found: list[int] = []
        threads = [threading.Thread(target=lambda: found.append(_ask(send))) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert found == [201] * count
    assert server.had["login"] == 2
    assert len(running.seen) == 2 * count
    assert ring.notes() == ["it was renewed after a 401, and what was refused was sent again"]


@pytest.mark.parametrize("credentials", [Credentials.MISSING, Credentials.INVALID])
def test_a_refusal_that_is_asked_for_renews_nothing(credentials: Credentials) -> None:
    server = Gate(lasts=0)
    with wire.start(server) as running:
        send, _ = _sender(running.url, server)
        assert _ask(send, credentials) == 401
        assert server.had["login"] == 0
        assert _ask(send, renews=False) == 401
        assert server.had["login"] == 1
        assert len(running.seen) == 2


def test_a_request_is_sent_again_once_and_never_more() -> None:
    """Every token is refused: one renewal, one request more, and the second answer is the one to judge."""
    server = Gate(lambda _n, _request, _reply: answering(401))
    with wire.start(server) as running:
        send, _ = _sender(running.url, server)
        assert _ask(send) == 401
        assert server.had["login"] == 2
        assert len(running.seen) == 2
        assert [_ask(send) for _ in range(5)] == [401] * 5
        assert server.had["login"] == 2
        assert len(running.seen) == 7


def test_of_several_credentials_all_are_had_anew() -> None:
    issuers = Issuer("a"), Issuer("b")
    ring = Keyring(FakeClock())
    living = {name: Keeper(name, "us", one, ring) for name, one in zip("ab", issuers, strict=True)}
    schemes = {
        name.lower(): {"type": "apiKey", "in": at, "name": name}
        for name, at in (("A", "header"), ("B", "cookie"))
    }
    auth = Auth(schemes, Secrets({}, living))
    carried, stamp = auth.stamped(Credentials.VALID, ("a", "b"))
    assert carried == Carried(headers=(("A", "a-1"),), cookies=(("B", "b-1"),))
    assert had_anew(stamp)
    assert auth.carried(Credentials.VALID, ("a", "b")) == Carried(
        headers=(("A", "a-2"),), cookies=(("B", "b-2"),)
    )


# -- the shelf that processes share


def test_processes_with_one_shelf_have_it_anew_once(tmp_path: Path) -> None:
    key = new_key()
    issuers = [Issuer(f"of-{n}") for n in range(3)]
    rings = [Keyring(FakeClock(), SharedShelf(tmp_path / "shelf", key)) for _ in issuers]
    keepers = [Keeper("it", "us", issuer, ring) for issuer, ring in zip(issuers, rings, strict=True)]
    assert {keeper.now().value for keeper in keepers} == {"of-0-1"}
    assert [keeper.renew(1) for keeper in reversed(keepers)] == [True] * 3
    assert {keeper.now().value for keeper in keepers} == {"of-2-1"}
    assert [issuer.count for issuer in issuers] == [1, 0, 1]
    assert issuers[2].left == [{"refresh_token": "refresh-1"}]
    assert [len(ring.notes()) for ring in rings] == [0, 0, 1]
    assert all("of-2-1" in ring.secrets for ring in rings)
    assert set(SharedShelf(tmp_path / "shelf", key).secrets()) == {"of-0-1", "of-2-1", "refresh-1"}


def test_a_shelf_tells_nobody_else_and_a_damaged_one_is_empty(tmp_path: Path) -> None:
    path, key = tmp_path / "shelf", new_key()
    with SharedShelf(path, key).opened() as kept:
        kept["it"] = {"generation": 1, "issued": {}, "all": ["s3cret-token"]}
    assert path.stat().st_mode & 0o077 == 0
    assert not Sweep(("s3cret-token",)).finds_in([path.read_bytes()])
    assert key.encode() not in path.read_bytes()
    assert SharedShelf(path, key).secrets() == ("s3cret-token",)
    for other in (new_key(), new_key()):
        assert SharedShelf(path, other).secrets() == ()
    for data in (b"", b"x" * 10, path.read_bytes()[:-1] + b"\0", b"\0" + path.read_bytes()[1:]):
        path.write_bytes(data)
        assert SharedShelf(path, key).secrets() == ()


def test_what_fails_leaves_the_shelf_as_it_was(tmp_path: Path) -> None:
    shelf = SharedShelf(tmp_path / "shelf", new_key())
    issuer = Issuer()
    keeper = Keeper("it", "us", issuer, Keyring(FakeClock(), shelf))
    keeper.now()
    issuer.error = "no"
    assert not keeper.renew(1)
    assert keeper.now().value == "token-1"
    assert set(shelf.secrets()) == {"token-1", "refresh-1"}
