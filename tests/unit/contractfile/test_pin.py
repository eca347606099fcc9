"""Claims about writing what was observed into the text of a contract."""

from __future__ import annotations

import difflib

import pytest
import yaml

from assay.contractfile.decide import CannotEdit
from assay.contractfile.pin import filled, firmer, sourced

SOURCE = "observed#2026-01-31T02-00-00Z"
CELLS = """\
# the table
cells:
  endIt:  # a remark
    running: {status: 200, to: over}   # documented
    # plausible: 200 again
    over: silent  # ask them
    gone:
      silent:
        mock:
          status: 404
          body:
            # why
            why: gone
            deep: {er: 1}  # deep
            # down
            down: 1
      description: Nobody knows.
    lost:
      silent: {mock: {status: 200, body: {a: 1}}}
    flow: {silent: {mock: {status: 200, body: {a: 1}}}, source: docs}
    other: {silent: {mock: {status: 404, body: {a: 1}}}}
    twin: &twin {silent: {mock: {status: 200}}}
    again: *twin
last: 1
"""
OVER = {"status": 200}


def _changed(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[:1] in "+-"]


def _cell(text: str, state: str) -> object:
    return yaml.safe_load(text)["cells"]["endIt"][state]


def test_a_word_becomes_a_cell() -> None:
    """Only the word is replaced; the remark behind it stays."""
    after = filled(CELLS, "/cells/endIt/over", [OVER], SOURCE)
    assert _changed(CELLS, after) == [
        "-     over: silent  # ask them",
        f"+     over: {{status: 200, strength: exemplified, source: {SOURCE}}}  # ask them",
    ]
    assert _cell(after, "over") == {"status": 200, "strength": "exemplified", "source": SOURCE}


def test_what_the_mock_adds_stays_where_its_status_is_the_one_seen() -> None:
    """With its comments, moved to where it belongs; and a description stays, too."""
    after = filled(CELLS, "/cells/endIt/gone", [{"status": 404}], SOURCE)
    assert _cell(after, "gone") == {
        "status": 404,
        "strength": "exemplified",
        "source": SOURCE,
        "mock": {"body": {"why": "gone", "deep": {"er": 1}, "down": 1}},
        "description": "Nobody knows.",
    }
    assert "    gone:\n      # why\n      status: 404\n" in after
    assert "          deep: {er: 1}  # deep\n          # down\n          down: 1\n" in after
    assert after.count("#") == CELLS.count("#") + 1
    assert (
        "mock"
        not in filled(CELLS, "/cells/endIt/gone", [OVER], SOURCE).split("    gone:")[1].split("lost")[0]
    )


@pytest.mark.parametrize(
    ("state", "mock"), [("lost", {"body": {"a": 1}}), ("flow", {"body": {"a": 1}}), ("other", None)]
)
def test_flow_style_stays_flow_style(state: str, mock: object) -> None:
    """The line is one line afterwards, too."""
    after = filled(CELLS, f"/cells/endIt/{state}", [OVER], SOURCE)
    wanted = {"status": 200, "strength": "exemplified", "source": SOURCE}
    assert _cell(after, state) == ({**wanted, "mock": mock} if mock else wanted)
    assert {name: _cell(after, name) for name in ("over", "gone", "running")} == {
        name: _cell(CELLS, name) for name in ("over", "gone", "running")
    }


@pytest.mark.parametrize("state", ["over", "gone", "lost", "flow"])
def test_several_ways_become_a_list(state: str) -> None:
    """Where nobody can tell what comes next, every way that is left is written."""
    ways = [{"status": 200, "body": "nothing"}, {"status": 200, "to": "running", "body": "nothing"}]
    found = _cell(filled(CELLS, f"/cells/endIt/{state}", ways, SOURCE), state)
    assert isinstance(found, list)
    assert [(way["status"], way.get("to"), way["body"]) for way in found] == [
        (200, None, "nothing"),
        (200, "running", "nothing"),
    ]
    assert {(way["strength"], way["source"]) for way in found} == {("exemplified", SOURCE)}


@pytest.mark.parametrize(
    ("pointer", "why"),
    [
        ("/cells/endIt/running", "not silent"),
        ("/cells/endIt/nowhere", "there is no 'nowhere'"),
        ("/cells/endIt/twin", "alias"),
        ("/cells/endIt/again", "alias"),
        ("/last/0", "there is no '0'"),
        ("/last", "not silent"),
    ],
)
def test_what_cannot_be_written_is_refused(pointer: str, why: str) -> None:
    """A cell that says something, that is not there, or that is shared."""
    with pytest.raises(CannotEdit, match=why):
        filled(CELLS, pointer, [OVER], SOURCE)


ITEMS = """\
promises:
  - id: one   # the first
    strength: silent   # it only looks so
    source: docs#one
  - {id: two, strength: silent}
  - id: three
    strength: silent
    on: 200
  - {id: four, source: docs, strength: exemplified}
laws:
  - unique-ids: {strength: silent, source: docs}
  - isolation:
      equal: [a]
      strength: silent
  - stays-final
"""


@pytest.mark.parametrize(
    ("pointer", "at"),
    [
        ("/promises/0", ("promises", 0)),
        ("/promises/1", ("promises", 1)),
        ("/promises/2", ("promises", 2)),
        ("/laws/0", ("laws", 0, "unique-ids")),
        ("/laws/1", ("laws", 1, "isolation")),
    ],
)
def test_what_is_silent_becomes_exemplified(pointer: str, at: tuple[str | int, ...]) -> None:
    """It names its source, everything else is as it was, the remarks included."""

    def entry(text: str) -> dict[str, object]:
        node = yaml.safe_load(text)
        for key in at:
            node = node[key]
        return dict(node)

    after = firmer(ITEMS, pointer, SOURCE)
    assert entry(after) == {**entry(ITEMS), "strength": "exemplified", "source": SOURCE}
    assert after.count("#") == ITEMS.count("#") + 1 - ("docs#one" not in after)
    was, now = yaml.safe_load(ITEMS), yaml.safe_load(after)
    section, index = at[0], at[1]
    assert isinstance(index, int)
    del was[section][index], now[section][index]
    assert was == now


@pytest.mark.parametrize("pointer", ["/promises/3", "/laws/2", "/laws"])
def test_a_strength_that_stands_elsewhere_is_not_changed(pointer: str) -> None:
    """What is silent by the strength of the whole file, or not silent at all, is left alone."""
    with pytest.raises(CannotEdit):
        firmer(ITEMS, pointer, SOURCE)


@pytest.mark.parametrize(
    "text",
    [
        "title: A\nsources:\n  docs:\n    title: D\n    note: >-\n      two\n      lines\n\n# next\nsupplies: {}\n",
        "title: A\nsources: {docs: {title: D}}  # one\nsupplies: {}\n",
        "title: A\nsources: {}\n",
        "title: A\n",
        "title: A",
        "title: A\nsources:\n    docs: {title: D}",
    ],
)
def test_runs_become_a_source(text: str) -> None:
    """The entry is added behind the others, once."""
    after = sourced(text)
    document = yaml.safe_load(after)
    assert "observed" in document["sources"]
    del document["sources"]["observed"]
    assert {key: value for key, value in document.items() if value} == {
        key: value for key, value in yaml.safe_load(text).items() if value
    }
    assert sourced(after) == after
    assert all(line in after for line in text.splitlines() if "sources" not in line)


def test_what_is_no_mapping_is_refused() -> None:
    """Nothing could be added to it."""
    for text in ("- a\n", "a: [\n", "sources: [a]\n"):
        with pytest.raises(CannotEdit):
            sourced(text)
