"""The shortest documented ways out of a table."""

from __future__ import annotations

from assay.machine.closing import anywhere, distances, ends, passes_away, ways_out
from fakes.contracts import made

CREATE = """
operation: make
method: post
path: /things
responses: {"201": {description: made}}
"""
ACT = """
operation: NAME
method: post
path: /things/{id}/NAME
parameters: [{name: id, in: path, required: true, schema: {type: string}}]
responses: {"200": {description: done}, "404": {description: no}, "409": {description: too late}}
"""
TABLE = """
lifecycle: thing
instance: {created-by: make, id: $response.body#/id, carried-in: {id: path}}
states: {absent: {}, draft: {}, open: {}, stuck: {}, closed: {final: true}}
cells:
  make: {absent: {status: 201, to: draft}}
  launch:
    absent: {status: 404}
    draft: {status: 200, to: open}
    open: {status: 409}
    stuck: silent
    closed: {status: 409}
  close:
    absent: {status: 404}
    draft: {status: 409}
    open: [{status: 200, to: closed, when: "true"}, {status: 409}]
    stuck: silent
    closed: {status: 409}
  jam:
    absent: {status: 404}
    draft: {status: 409}
    open: {status: 200, to: stuck}
    stuck: {status: 409}
    closed: {status: 409}
  remove:
    absent: {status: 404}
    draft: {status: 200, to: absent}
    open: {status: 409}
    stuck: silent
    closed: {status: 200, to: absent}
"""
JOB = """
lifecycle: job
instance: {created-by: make, id: $response.body#/id, carried-in: {id: path}}
states: {absent: {}, running: {}, done: {final: true}}
cells:
  make: {absent: {status: 201, to: running}}
  launch:
    absent: {status: 404}
    running: {eventually: {within: 5s, status: 200, to: done}}
    done: {status: 200}
"""
NAMES = ("launch", "close", "jam", "remove")
THING = made(CREATE, *(ACT.replace("NAME", name) for name in NAMES), TABLE).lifecycles[0]


def test_ends():
    """What is final needs no care, and neither does what exists no more."""
    assert ends(THING) == {"closed", "absent"}
    assert anywhere(THING) == {"draft", "open", "stuck", "closed"}


def test_distances():
    """By documented steps, whatever their guards say; what only leads on from silence has no distance."""
    assert distances(THING) == {"closed": 0, "absent": 0, "open": 1, "draft": 1}


def test_the_nearest_way_first():
    """From a draft: deleting it, and nothing that leads away; from an open one: closing it."""
    assert ways_out(THING, {"draft"}) == ("remove",)
    assert ways_out(THING, {"open"}) == ("close",)
    assert set(ways_out(THING, {"draft", "open"})) == {"remove", "close"}
    assert ways_out(THING, {"stuck"}) == ()
    assert ways_out(THING, {"closed"}) == ()


def test_time_alone():
    """A table of which only time ends an instance says so; this one does not."""
    assert not passes_away(THING)


def test_what_comes_eventually_is_no_way_out():
    """Asking after a job does not end it: it ends by itself."""
    job = made(CREATE, ACT.replace("NAME", "launch"), JOB).lifecycles[0]
    assert ways_out(job, {"running"}) == ()
    assert passes_away(job)


SHELF = """
lifecycle: note
instance: {created-by: make, id: $response.body#/id, carried-in: {id: path}}
states: {absent: {}, there: {}, deleted: {}, binned: {}}
cells:
  make: {absent: {status: 201, to: there}}
  launch: {absent: {status: 201}, there: {status: 200}, deleted: {status: 201, to: there}, binned: {status: 409}}
  close:
    absent: {status: 404}
    there: {status: 200, to: deleted}
    deleted: {status: 404}
    binned: {status: 404}
  jam: {absent: {status: 404}, there: {status: 200, to: binned}, deleted: SAID, binned: {status: 404}}
"""


def test_what_is_answered_as_if_it_had_never_been_is_an_end() -> None:
    """What can be made anew by a PUT to its old id is not left behind; what can be told from nothing is."""
    actions = [ACT.replace("NAME", name).replace("responses: {", 'responses: {"201": {description: anew}, ')
               for name in ("launch", "close", "jam")]  # fmt: skip
    (cycle,) = made(CREATE, *actions, SHELF.replace("SAID", "{status: 404}")).lifecycles
    assert ends(cycle) == {"absent", "deleted"}
    assert ways_out(cycle, {"there"}) == ("close",)
    (unsaid,) = made(CREATE, *actions, SHELF.replace("SAID", "silent")).lifecycles
    assert ends(unsaid) == {"absent"}
