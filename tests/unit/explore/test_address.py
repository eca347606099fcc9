"""Instances that are asked where answers say: uploads whose next URL stands in `Location`, with a state of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest

from assay.evidence.redact import Policy
from assay.explore.address import NoAddress, rooted
from assay.explore.cleanup import Allowance, Cleaner
from assay.explore.history import History
from assay.explore.stage import Stage
from assay.files.ledger import Ledger
from assay.judge import Judge
from assay.model.case import Subject, SubjectKind
from assay.model.copied import replace
from assay.model.ledger import Book, Entry
from assay.openapi.compile import compile_api
from assay.plan.witness import Planner
from fakes.clock import FakeClock
from fakes.contracts import made, supply
from fakes.send import BASE, FakeSend, reply
from fakes.sink import ListSink

START = """
operation: start
method: post
path: /{shelf}/uploads
parameters:
  - {name: shelf, in: path, required: true, schema: {type: string, x-known-good: {enum: [top]}}}
responses: {"202": {description: begun, headers: {Location: {required: true, schema: {type: string}}}}}
"""
PART = """
operation: part
method: patch
path: /{shelf}/uploads/{id}
parameters:
  - {name: shelf, in: path, required: true, schema: {type: string, x-known-good: {enum: [top]}}}
  - {name: id, in: path, required: true, schema: {type: string}}
  - {name: last, in: query, schema: {type: boolean}}
requestBody: {required: true, content: {application/octet-stream: {example: hello}}}
responses: {"202": {description: taken}, "400": {description: no}, "404": {description: none}}
"""
CANCEL = """
operation: cancel
method: delete
path: /{shelf}/uploads/{id}
parameters:
  - {name: shelf, in: path, required: true, schema: {type: string, x-known-good: {enum: [top]}}}
  - {name: id, in: path, required: true, schema: {type: string}}
responses: {"204": {description: over}, "404": {description: none}}
"""
TABLE = """
lifecycle: upload
instance:
  created-by: start
  id: $response.header.Upload
  carried-in: {id: path}
  url: $instance.location
states: {absent: {}, open: {}, over: {final: true}}
cells:
  start: {absent: {status: 202, to: open, set: &next {location: $response.header.Location}}}
  part: {absent: {status: 404}, open: {status: 202, set: *next}, over: {status: 404}}
  cancel: {absent: {status: 404}, open: {status: 204, to: over}, over: {status: 404}}
fields: {location: {kind: volatile}}
"""
API = made(START, PART, CANCEL, TABLE)
PLANNER = Planner(API, supply(API))
NEW, KNOWN = (Subject(kind, "i1") for kind in (SubjectKind.NEW, SubjectKind.KNOWN))
_NUMBER = re.compile(r"/somewhere/(\d+)")


@dataclass
class Uploads:
    """Honest: whoever asks elsewhere than it said last, or with another body than bytes, is sent away."""

    #: how it writes URLs
    base: str = BASE
    steps: list[int] = field(default_factory=list)

    def __call__(self, request):
        parts = urlsplit(request.path)
        if request.method == "POST":
            self.steps.append(0)
            return self._said(202, len(self.steps) - 1)
        found = _NUMBER.fullmatch(parts.path)
        number = int(found[1]) if found else -1
        if parse_qs(parts.query).get("state") != [f"{number}.{self._step(number)}"]:
            return reply(404, b"", None)
        if request.method == "DELETE":
            self.steps[number] = -1
            return reply(204, b"", None)
        if request.body != b"hello" or ("Content-Type", "application/octet-stream") not in request.headers:
            return reply(400, b"", None)
        self.steps[number] += 1
        return self._said(202, number)

    def _step(self, number):
        return self.steps[number] if 0 <= number < len(self.steps) else None

    def _said(self, status, number):
        url = f"{self.base}/somewhere/{number}?state={number}.{self.steps[number]}"
        return reply(status, b"", None, Location=url, Upload=f"u-{number}")


class Rig:
    """A stage on such a server."""

    def __init__(self, server=None, ledger=None):
        self.clock = FakeClock()
        self.server = server or Uploads()
        self.send = FakeSend(self.server, self.clock)
        self.judge = Judge(API, supply(API))
        self.stage = Stage(API, self.judge, self.send, ListSink(), self.clock, Policy(()), 7, ledger=ledger)
        self.history = History()

    def ask(self, *operations):
        """Asks one instance so, and gives the statuses."""
        for operation in operations:
            case = PLANNER.usual(operation, NEW if operation == "start" else KNOWN)
            assert self.stage.perform(self.history, case) is not None
        return [step.evidence.status for step in self.history.steps]


@pytest.mark.parametrize("base", [BASE, ""])
def test_each_request_goes_to_where_the_last_answer_said(base):
    """Absolute or relative, query and all; without it an honest server would be accused."""
    rig = Rig(Uploads(base))
    assert rig.ask("start", "part", "part", "cancel") == [202, 202, 202, 204]
    assert rig.send.lines[1:] == [
        "PATCH /somewhere/0?state=0.0",
        "PATCH /somewhere/0?state=0.1",
        "DELETE /somewhere/0?state=0.2",
    ]
    assert not any(one.judgement.violated for one in rig.history.performed)
    assert rig.history.instances["i1"].states == {"over"}


def test_own_query_parameters_stand_behind():
    """What the operation itself asks is added to what the URL has."""
    rig = Rig()
    rig.ask("start")
    rig.stage.perform(rig.history, replace(PLANNER.usual("part", KNOWN), query={"last": True}))
    assert rig.send.lines[-1] == "PATCH /somewhere/0?state=0.0&last=true"


def test_another_path_is_asked_as_it_is():
    """A request whose point is its path would otherwise say one thing and ask another."""
    rig = Rig()
    rig.ask("start")
    rig.stage.perform(rig.history, replace(PLANNER.usual("part", KNOWN), path={"shelf": "no such"}))
    assert rig.send.lines[-1] == "PATCH /no%20such/uploads/u-0"


def test_an_id_that_was_never_issued_has_no_url():
    """It is asked below the operation's own path."""
    rig = Rig()
    rig.ask("start")
    rig.stage.perform(rig.history, PLANNER.usual("cancel", Subject(SubjectKind.NEVER_ISSUED, "n1")))
    assert re.fullmatch(r"DELETE /top/uploads/u-[0-9]+", rig.send.lines[-1])


def test_another_host_is_not_asked():
    """The answer's URL is no leave to go anywhere: the case is not sent, and says why."""
    rig = Rig(Uploads("http://elsewhere.test"))
    rig.ask("start")
    assert rig.stage.perform(rig.history, PLANNER.usual("part", KNOWN)) is None
    assert "leads to another host" in rig.history.obstacle
    assert len(rig.send.requests) == 1


def test_a_url_that_is_not_known_is_not_made_up():
    """Where an answer had none the template would only look right."""
    rig = Rig(lambda request: reply(202, b"", None, Upload="u-0"))
    rig.ask("start")
    assert rig.stage.perform(rig.history, PLANNER.usual("part", KNOWN)) is None
    assert "the URL at which it is asked is not known" in rig.history.obstacle


def test_what_is_left_is_ended_where_it_was_last(tmp_path):
    """The ledger keeps the newest URL, on disk as well, and the clean-up asks there."""
    path = tmp_path / "instances.ndjson"
    ledger = Ledger(path, Book("r", "2026-01-01T00:00:00Z", "t", BASE, "contracts"))
    rig = Rig(ledger=lambda entry: ledger.keep(entry, entry))
    rig.ask("start", "part")
    ledger.close()
    (entry,) = Ledger.read(path).open
    assert entry.url == "/somewhere/0?state=0.1"
    assert _cleaner(rig).end(entry)[1] is None
    assert rig.send.lines[-1] == "DELETE /somewhere/0?state=0.1"


def test_without_its_url_nothing_is_taken_for_gone():
    """A 404 below the template would say nothing of what is elsewhere."""
    rig = Rig()
    rig.ask("start")
    _, stays = _cleaner(rig).end(Entry("made", "upload", "u-0", ("open",)))
    assert stays is not None
    assert "the URL at which it is asked is not known" in stays.why
    assert len(rig.send.requests) == 1


def _cleaner(rig):
    return Cleaner(API, rig.judge, PLANNER, rig.send, Allowance(rig.clock, 9, rig.clock.monotonic() + 60))


def test_no_link_object_is_made_of_it():
    """A Link Object names parameters; it cannot say that the URL is another one (OpenAPI 3.1 §4.8.20)."""
    document = compile_api(API)
    assert "links" not in document["paths"]["/{shelf}/uploads"]["post"]["responses"]["202"]


@pytest.mark.parametrize(
    ("named", "target"),
    [
        ("/a?b=c", "/a?b=c"),
        ("d?e", "/x/d?e"),
        ("?f", "/x/y?f"),
        ("http://h.test", "/"),
        ("http://h.test:80/g", None),
        ("//other.test/a", None),
        ("http://me@h.test/a", None),
        ("http://[/a", None),
    ],
)
def test_urls_are_resolved_against_what_was_asked(named, target):
    """RFC 3986 §5, within the host."""
    if target is not None:
        assert rooted("http://h.test/x/y?z", named) == target
    else:
        with pytest.raises(NoAddress):
            rooted("http://h.test/x/y?z", named)
