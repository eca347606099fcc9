"""`Manners`, and what a sender does with them: how many at a time, and when none at all."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from assay.drive.auth import Auth
from assay.drive.clock import SystemClock
from assay.drive.manners import Manners
from assay.drive.pace import Pace
from assay.drive.session import TRANSPORTS, HttpSender, Limits
from assay.drive.transport import IDLE
from assay.model.case import Credentials, Exchange, WireRequest
from fakes.clock import FakeClock
from fakes.raw_server import Connection, RawServer, always, reply

GET = WireRequest("GET", "/", (), None, Credentials.MISSING)
TRANSPORT = pytest.mark.parametrize("transport", TRANSPORTS)


def manners(most: int = 8) -> tuple[Manners, FakeClock]:
    clock = FakeClock()
    return Manners(most, None, clock), clock


@pytest.mark.parametrize("most", [0, -1])
def test_manners_that_let_nothing_through_are_refused(most: int) -> None:
    """It would wait for ever."""
    with pytest.raises(ValueError, match=r"^Cannot send requests: because "):
        Manners(most, None, FakeClock())


# when none may go


def test_every_later_request_waits_until_the_named_time() -> None:
    """Not the one alone that was told so; and who comes afterwards waits for nothing."""
    rules, clock = manners()
    rules.hold(7, sent=0.0)
    assert rules.enter(30) == 7
    assert rules.enter(30) == 0
    assert clock.slept == [7]


def test_the_latest_of_the_named_times_counts() -> None:
    """A shorter time that is named later takes nothing back."""
    rules, clock = manners()
    rules.hold(7, sent=0.0)
    clock.advance(1)
    rules.hold(2, sent=0.0)
    assert rules.enter(30) == 6


def test_no_request_is_held_for_longer_than_its_patience() -> None:
    """And one without any is not held: being told to wait may be what it asks for."""
    rules, clock = manners()
    rules.hold(20, sent=0.0)
    assert rules.enter(0) == 0
    assert rules.enter(5) == 5
    assert clock.slept == [5]


def test_the_pace_is_kept_after_a_time_in_which_none_went() -> None:
    """Tokens are taken behind the wait, not saved up in it."""
    clock = FakeClock()
    rules = Manners(8, Pace(rate=2, burst=1, clock=clock), clock)
    rules.enter(30)
    rules.hold(10, sent=0.0)
    assert [rules.enter(30), rules.enter(30)] == [10, 0]
    assert clock.slept == [10, 0.5]


def test_a_time_named_while_a_request_waited_for_its_pace_counts_too() -> None:
    """It is looked at last of all."""

    class Slow(FakeClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            if len(self.slept) == 1:
                rules.hold(4, sent=0.0)

    clock = Slow()
    rules = Manners(8, Pace(rate=1, burst=1, clock=clock), clock)
    rules.enter(30)
    assert rules.enter(30) == 4
    assert clock.slept[:2] == [1, 4]


# how many at a time


def test_a_busy_target_gets_half_as_many_and_then_one_more_each_time() -> None:
    """Gently on: 8, then 4; after four answers 5, after five more 6; never more than at first."""
    rules, _ = manners(8)
    rules.hold(0, sent=0.0)
    widths = [rules.width]
    for count in (3, 1, 5, 6, 7, 8, 9):
        for _ in range(count):
            rules.answered()
        widths.append(rules.width)
    assert widths == [4, 4, 5, 6, 7, 8, 8, 8]


def test_what_is_refused_together_is_one_refusal() -> None:
    """Eight under way are eight times «busy»: half of them were too many, not all but one."""
    rules, clock = manners(8)
    clock.advance(1)
    for _ in range(8):
        rules.hold(3, sent=0.5)
    assert rules.width == 4
    clock.advance(3)
    rules.hold(3, sent=clock.monotonic())
    assert rules.width == 2


def test_one_may_always_go() -> None:
    """However often the target is busy."""
    rules, clock = manners(2)
    for _ in range(5):
        clock.advance(1)
        rules.hold(0, sent=clock.monotonic())
    assert rules.width == 1
    rules.enter(0)


def test_places_on_top_are_there_for_a_race_and_lapse() -> None:
    """As many as were asked for, each once, and only as long as a connection opened for them is trusted."""
    rules, clock = manners(1)
    rules.expect(2)
    rules.expect(1)
    for _ in range(3):
        rules.enter(0)
    for _ in range(3):
        rules.leave()
    rules.expect(5)
    clock.advance(IDLE * 1.1)
    rules.enter(0)
    assert not _goes(rules)


def test_a_place_that_is_left_goes_to_who_waits() -> None:
    """Waiting ends when somebody leaves, not before."""
    rules, _ = manners(1)
    rules.enter(0)
    entered = threading.Event()

    def second() -> None:
        rules.enter(0)
        entered.set()

    threading.Thread(target=second, daemon=True).start()
    assert not entered.wait(0.05)
    rules.leave()
    assert entered.wait(5)


def _goes(rules: Manners) -> bool:
    entered = threading.Event()

    def go() -> None:
        rules.enter(0)
        entered.set()

    threading.Thread(target=go, daemon=True).start()
    return entered.wait(0.05)


# not for ever


def test_a_target_waited_for_in_vain_is_heeded_no_more_until_it_answers() -> None:
    """Twice in a row is enough; one other answer and it is waited for again."""
    rules, _ = manners()
    told = []
    for in_vain in (False, True, False, True):
        rules.refused(in_vain=in_vain)
        told.append(rules.heeds)
    rules.answered()
    assert [*told, rules.heeds] == [True, True, True, False, True]


# a sender's


class Crowd:
    """A server that says how many it had at once, and answers when `gate` lets it."""

    def __init__(self, gate: Callable[[], object] = lambda: None) -> None:
        self.most = self._now = 0
        self._lock, self._gate = threading.Lock(), gate

    def __call__(self, connection: Connection, _number: int) -> None:
        while head := connection.read():
            with self._lock:
                self._now += 1
                self.most = max(self.most, self._now)
            self._gate()
            with self._lock:
                self._now -= 1
            connection.say(reply(head.split()[1]))


def together(send: HttpSender, threads: int, each: int = 1) -> list[Exchange]:
    """What comes of so many threads that ask through one sender; each gets its own answer."""
    exchanges: list[Exchange] = []

    def work(name: int) -> None:
        for turn in range(each):
            path = f"/{name}/{turn}"
            exchange = send(WireRequest("POST", path, (), None, Credentials.MISSING))
            assert exchange.response is not None, exchange.failure
            assert exchange.response.body == path.encode()
            exchanges.append(exchange)

    workers = [threading.Thread(target=work, args=(index,)) for index in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    return exchanges


@TRANSPORT
def test_no_more_are_under_way_than_allowed_and_no_more_connections_are_opened(transport: str) -> None:
    """Sixteen threads, three at a time: three connections carry everything."""
    crowd = Crowd()
    with RawServer(crowd) as server:
        send = HttpSender(server.url, Auth({}), Limits(max_in_flight=3), SystemClock(), transport=transport)
        assert len(together(send, 16, 10)) == 160
        send.close()
        assert crowd.most <= 3
        assert server.accepted <= 3


@TRANSPORT
def test_as_many_as_allowed_really_go_at_once(transport: str) -> None:
    """The server answers nobody before all of them are there; and all connections are used again."""
    gate = threading.Barrier(20)
    with RawServer(Crowd(lambda: gate.wait(10))) as server:
        send = HttpSender(server.url, Auth({}), Limits(max_in_flight=20), SystemClock(), transport=transport)
        assert len(together(send, 20, 3)) == 60
        send.close()
        assert server.accepted == 20


@TRANSPORT
def test_a_race_meets_although_others_go_one_by_one(transport: str) -> None:
    """Whoever warmed up for three has three under way at once, and the next ones go alone again."""
    gate = threading.Barrier(3)
    crowd = Crowd(lambda: gate.wait(10))
    with RawServer(crowd) as server:
        send = HttpSender(server.url, Auth({}), Limits(), SystemClock(), transport=transport)
        send.warm(3)
        assert len(together(send, 3)) == 3
        crowd._gate = lambda: None
        crowd.most = 0
        assert len(together(send, 4, 5)) == 20
        assert crowd.most == 1
        send.close()


def test_waiting_for_a_place_is_no_time_of_the_request() -> None:
    """`elapsed` and the deadline count from when it goes: one that waited for longer than its limit is answered."""
    clock, waiting = FakeClock(), threading.Event()
    with RawServer(always(reply())) as server:
        send = HttpSender(server.url, Auth({}), Limits(timeout=5), clock)
        send._manners.enter(0)
        exchanges: list[Exchange] = []
        thread = threading.Thread(target=lambda: (waiting.set(), exchanges.append(send(GET))))
        thread.start()
        assert waiting.wait(5)
        clock.advance(60)
        send._manners.leave()
        thread.join(10)
        send.close()
    assert [(e.failure, e.elapsed < 5) for e in exchanges] == [(None, True)]


class Held(FakeClock):
    """A clock that nobody's sleep moves on: who sleeps waits for `pass_`."""

    def __init__(self) -> None:
        super().__init__()
        self.asleep = threading.Semaphore(0)
        self._woken = threading.Event()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.asleep.release()
        assert self._woken.wait(10)

    def pass_(self, seconds: float) -> None:
        self.advance(seconds)
        self._woken.set()


BUSY = reply(b"{}", "Retry-After: 20", status="503 Service Unavailable")


def test_all_threads_leave_a_busy_target_alone() -> None:
    """One request is told «in 20 s»; others that come then send nothing before, and are answered afterwards."""
    clock = Held()

    def busy_once(connection: Connection, _number: int) -> None:
        while connection.read():
            connection.say(BUSY if len(server.heads) == 1 else reply())

    with RawServer(busy_once) as server:
        send = HttpSender(server.url, Auth({}), Limits(polite=True, max_in_flight=8), clock)
        answers: list[Exchange] = []
        threads = [threading.Thread(target=lambda: answers.append(send(GET))) for _ in range(4)]
        threads[0].start()
        assert clock.asleep.acquire(timeout=10)
        for thread in threads[1:]:
            thread.start()
        for _ in threads[1:]:
            assert clock.asleep.acquire(timeout=10)
        assert len(server.heads) == 1
        assert clock.slept == [20] * 4
        clock.pass_(20)
        for thread in threads:
            thread.join(10)
        send.close()
    assert [answer.response.status for answer in answers if answer.response] == [200] * 4
    assert len(server.heads) == 5


@pytest.mark.parametrize("limits", [Limits(polite=True, retry_after_max=10), Limits()])
def test_a_time_that_nobody_is_ready_to_wait_holds_nobody(limits: Limits) -> None:
    """Longer than the limit, or without politeness: the answer is returned, and the next request goes at once."""
    clock = FakeClock()
    with RawServer(always(BUSY, reply())) as server:
        send = HttpSender(server.url, Auth({}), limits, clock)
        statuses = [e.response.status for e in (send(GET), send(GET)) if e.response]
        send.close()
    assert (statuses, clock.slept) == ([503, 200], [])


def test_one_request_waits_no_longer_than_the_limit_all_in_all() -> None:
    """Held for others and for itself: thirty seconds are thirty seconds."""
    clock = FakeClock()
    with RawServer(always(BUSY)) as server:
        send = HttpSender(server.url, Auth({}), Limits(polite=True, retry_after_max=30), clock)
        exchange = send(GET)
        send.close()
    assert exchange.response is not None
    assert exchange.response.status == 503
    assert (clock.slept, len(server.heads)) == ([20], 2)


def test_a_date_is_a_time_as_well() -> None:
    """Retry-After may name a moment (RFC 9110 §10.2.3)."""
    clock = FakeClock()
    moment = (clock.now() + timedelta(seconds=9)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    busy = reply(b"{}", f"Retry-After: {moment}", status="429 Too Many Requests")
    with RawServer(always(busy, reply())) as server:
        send = HttpSender(server.url, Auth({}), Limits(polite=True), clock)
        exchange = send(GET)
        send.close()
    assert exchange.response is not None
    assert exchange.response.status == 200
    assert math.isclose(sum(clock.slept), 9)


def test_an_unknown_transport_is_refused() -> None:
    """Said at once, with those there are."""
    with pytest.raises(ValueError, match=r"^Cannot use the transport 'curl': because .* lean, requests\.$"):
        HttpSender("http://x", Auth({}), Limits(), FakeClock(), transport="curl")
