"""Claims about the pictures of lifecycles: complete, harmless, the same each time, and nothing over anything."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.model.terms import Strength
from assay.model.verdict import Clause, ClauseKind, Standing
from assay.report.drawing import svg
from assay.report.graph import Accusation, Graph, Overlay, culprits, graph, shortened
from assay.report.layout import layout
from assay.report.mermaid import mermaid
from assay.report.render.picture import render
from assay.report.result import ClauseResult, LifecycleCell, LifecycleState, LifecycleTable, Way

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '"><script>alert(1)</script>:;--> %% \u202e]]>&#34;\x00'

#: (state, operation) -> its ways (none: silent) and its standing
Cells = Mapping[tuple[str, str], tuple[Sequence[Way], Standing]]


def table(states: Sequence[str], operations: Sequence[str], cells: Cells) -> LifecycleTable:
    """A table of the API `shop`; the last state is final."""
    made = {}
    for (state, operation), (ways, standing) in cells.items():
        strength = Strength.DOCUMENTED if ways else Strength.SILENT
        clause = Clause(
            f"shop/lifecycle/order/{state}/{operation}", "shop", ClauseKind.CELL, strength, "docs", "",
            operation, "order", state,
        )  # fmt: skip
        result = ClauseResult(clause, standing, outcomes=() if ways else (("200", 4),))
        made[state, operation] = LifecycleCell(state, operation, "some" if ways else "", result, tuple(ways))
    rows = tuple(LifecycleState(state, state == states[-1]) for state in states)
    return LifecycleTable("shop", "order", rows, tuple(operations), made, ())


ORDER = table(
    ("absent", "draft", "paid", "gone"),
    ("create", "pay", "drop", "reopen"),
    {
        ("absent", "create"): ((Way(201, "draft"),), Standing.VERIFIED),
        ("absent", "pay"): ((Way(404),), Standing.VERIFIED),
        ("draft", "pay"): ((Way(200, "paid"), Way(402, when="request.body.poor")), Standing.INCONCLUSIVE),
        ("draft", "drop"): ((Way(200, "gone", nothing=True),), Standing.UNWITNESSED),
        ("paid", "drop"): ((Way(200, "gone"),), Standing.VIOLATED),
        ("paid", "reopen"): ((Way(200, "draft"), Way(202, "draft")), Standing.VERIFIED),
        ("gone", "reopen"): ((), Standing.OBSERVED),
        ("gone", "drop"): ((Way(200, "absent"),), Standing.VERIFIED),
    },
)
#: what ORDER says, each once
MOVES = [
    "absent: create → 201, then draft (verified)",
    "absent: pay → 404 (verified)",
    "draft: drop → 200 nothing, then gone (unwitnessed)",
    "draft: pay → 200, then paid (inconclusive)",
    "draft: pay → 402 when request.body.poor (inconclusive)",
    "gone: drop → 200, then absent (verified)",
    "gone: reopen → not documented, seen: 200 ×4 (observed)",
    "paid: drop → 200, then gone (violated)",
    "paid: reopen → 200, then draft (verified)",
    "paid: reopen → 202, then draft (verified)",
]


def _parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)


def _titles(picture: ElementTree.Element, kind: str) -> list[str]:
    groups = (g for g in picture.iter(f"{SVG}g") if g.get("class", "").split()[0] == kind)
    return [g.findtext(f"{SVG}title") or "" for g in groups]


def test_every_state_is_drawn_once() -> None:
    """One card a state, the final one marked."""
    picture = _parsed(svg(graph(ORDER), "k"))
    assert _titles(picture, "state") == ["absent", "draft", "paid", "gone (final)"]
    assert len(list(picture.iter(f"{SVG}circle"))) == 1


def test_every_transition_is_drawn_once() -> None:
    """One row for each way of each cell, and one for each silent cell."""
    assert sorted(_titles(_parsed(svg(graph(ORDER), "k")), "move")) == MOVES


def test_arrows_carry_all_that_leads_from_one_state_to_another() -> None:
    """One arrow a pair of states; what stays or is silent has none."""
    told = _titles(_parsed(svg(graph(ORDER), "k")), "arrow")
    assert len(told) == 6
    assert sorted(line for arrow in told for line in arrow.split("\n")) == [m for m in MOVES if "then" in m]


def test_standings_differ_by_more_than_colour() -> None:
    """Each standing that an arrow has is told by class, and in the legend by symbol and word."""
    picture = _parsed(svg(graph(ORDER), "k"))
    legend = next(g for g in picture.iter(f"{SVG}g") if g.get("class") == "legend")
    assert [text.text for text in legend.iter(f"{SVG}text")] == [
        "✗ violated", "? inconclusive", "○ unwitnessed", "✓ verified", "· observed",
    ]  # fmt: skip
    style = render(graph(ORDER)).decode()
    dashes = [re.search(rf"\.line\.l-{s} \{{ (stroke-[^}}]+)", style) for s in Standing]
    looks = [found[1] if found else "" for found in dashes]
    assert len(set(looks)) == len(Standing)


def test_nothing_is_claimed_before_a_run() -> None:
    """Cells that no report knows have no standing."""
    picture = svg(graph(ORDER, lambda _: False), "k")
    assert "– not run" in picture
    assert not re.search("l-(verified|violated|unwitnessed)", picture)
    assert not re.search("[✓✗○]", mermaid(graph(ORDER, lambda _: False)))


def test_mermaid_says_every_transition_once() -> None:
    """Arrows between states, what stays inside them."""
    assert mermaid(graph(ORDER)) == (
        "stateDiagram-v2\n"
        "    direction LR\n"
        '    state "absent" as s0\n'
        '    state "draft" as s1\n'
        '    state "paid" as s2\n'
        '    state "gone" as s3\n'
        "    [*] --> s0\n"
        "    s0 --> s1 : ✓ create 201\n"
        "    s1 --> s2 : ? pay 200\n"
        "    s1 --> s3 : ○ drop 200 nothing\n"
        "    s2 --> s1 : ✓ reopen 200<br/>✓ reopen 202\n"
        "    s2 --> s3 : ✗ drop 200\n"
        "    s3 --> s0 : ✓ drop 200\n"
        "    s0 : ✓ pay 404\n"
        "    s1 : ? pay 402 if …\n"
        "    s3 : · reopen silent\n"
        "    s3 --> [*]\n"
    )


def test_hostile_names_are_text() -> None:
    """No name becomes markup, in the picture or in Mermaid, and none is lost."""
    cells = {
        ("absent", HOSTILE): ((Way(201, HOSTILE, when=HOSTILE),), Standing.VERIFIED),
        (HOSTILE, HOSTILE): ((), Standing.OBSERVED),
    }
    drawn = graph(table(("absent", HOSTILE), (HOSTILE,), cells))
    picture = _parsed(svg(drawn, "k"))
    tags = {element.tag.removeprefix(SVG) for element in picture.iter()}
    assert tags == {"svg", "title", "desc", "g", "path", "rect", "circle", "text", "tspan"}
    assert "<script>alert(1)</script>" in "".join(_titles(picture, "state"))
    for line in mermaid(drawn).splitlines()[2:]:
        assert re.fullmatch(
            r'    (\[\*\] --> s\d|state "[^":;]*(#\d+;[^":;]*)*" as s\d|s\d( --> (s\d|\[\*\]))?( : [^:]*)?)',
            line,
        )
    assert not re.search("[<>](?!br/|$)", mermaid(drawn).replace("-->", "").replace("<br/>", ""))


def test_a_file_of_its_own_loads_nothing() -> None:
    """It has its style in it, for the dark too, and asks for no other file."""
    picture = render(graph(ORDER)).decode()
    assert "prefers-color-scheme: dark" in picture
    assert not re.search(r"url\(|@import|href|<script|<image|<use|\son\w+=", picture)
    attributes = {name for element in _parsed(picture).iter() for name in element.attrib}
    assert "style" not in attributes


def test_a_log_with_words_only_is_drawn_too() -> None:
    """Without the values behind them, the words stand in the state."""
    cell = ORDER.cells["absent", "create"]
    bare = LifecycleCell(cell.state, cell.operation, "201 → draft", cell.result)
    drawn = graph(
        LifecycleTable("shop", "order", ORDER.states, ("create",), {("absent", "create"): bare}, ())
    )
    assert _titles(_parsed(svg(drawn, "k")), "move") == ["absent: create → 201 → draft (verified)"]


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["passesControllerStartV3", "passesControllerStopV3"], ["…StartV3", "…StopV3"]),
        (["startSession", "stopSession"], ["startSession", "stopSession"]),
        (["getOne", "getAll"], ["getOne", "getAll"]),
        (["lonelyControllerStart"], ["lonelyControllerStart"]),
        (["orders_controller", "orders_controller_stop"], ["orders_controller", "orders_controller_stop"]),
    ],
)
def test_a_long_shared_beginning_is_left_out(names: list[str], short: list[str]) -> None:
    """Whole words only, never all of a name, and only when it is worth it."""
    prefix, found = shortened(names)
    assert list(found.values()) == short or prefix == "orders_"
    assert all(prefix + shown.removeprefix("…") == name for name, shown in found.items())


NAMES = st.text(st.characters(codec="utf-8"), max_size=60)
STANDINGS = st.sampled_from(Standing)


@st.composite
def tables(draw: st.DrawFn) -> LifecycleTable:
    """Tables of up to 8 states and 8 operations, with names of all kinds."""
    states = ["absent", *draw(st.lists(NAMES.filter(lambda n: n != "absent"), unique=True, max_size=7))]
    operations = draw(st.lists(NAMES, unique=True, min_size=1, max_size=8))
    ways = st.builds(
        Way,
        st.integers(100, 599),
        st.sampled_from([None, *states]),
        st.booleans(),
        st.sampled_from(["", "a"]),
    )
    cells: dict[Any, Any] = {}
    for state in states:
        for operation in draw(st.lists(st.sampled_from(operations), unique=True, max_size=8)):
            cells[state, operation] = (draw(st.lists(ways, max_size=2)), draw(STANDINGS))
    return table(states, operations, cells)


def _points(path: str) -> list[tuple[float, float]]:
    numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


@given(tables())
@settings(max_examples=60, deadline=None)
def test_no_card_lies_over_another(made: LifecycleTable) -> None:
    """Whatever the table: cards are apart, inside the paper, and their rows inside them."""
    placed = layout(graph(made))
    for a, b in combinations(placed.cards, 2):
        apart_x = a.x + a.width < b.x or b.x + b.width < a.x
        assert apart_x or a.y + a.height < b.y or b.y + b.height < a.y
    for card in placed.cards:
        assert card.x >= 0
        assert card.y >= 0
        assert card.x + card.width <= placed.width
        assert card.y + card.height <= placed.height
        assert all(card.y + card.head <= r.y and r.y + r.height <= card.y + card.height for r in card.rows)


@given(tables())
@settings(max_examples=60, deadline=None)
def test_no_arrow_crosses_a_card(made: LifecycleTable) -> None:
    """Arrows keep to the gaps and lanes: all between two points that steer one is free of cards, and on the paper.

    A curve stays within its steering points, and the other arrows turn at right angles only.
    """
    placed = layout(graph(made))
    for route in placed.routes:
        points = _points(route.path)
        assert all(0 <= x <= placed.width for x, _ in points)
        assert all(0 <= y <= placed.height for _, y in points)
        for (x1, y1), (x2, y2) in pairwise(points):
            crossed = [
                card.node.name
                for card in placed.cards
                if min(x1, x2) < card.x + card.width
                and max(x1, x2) > card.x
                and min(y1, y2) < card.y + card.height
                and max(y1, y2) > card.y
            ]
            assert crossed == []


@given(tables())
@settings(max_examples=30, deadline=None)
def test_the_same_table_gives_the_same_picture(made: LifecycleTable) -> None:
    """Nothing but the table decides, and the picture is well-formed and complete."""
    drawn: Graph = graph(made)
    picture = svg(drawn, "k")
    assert picture == svg(graph(made), "k")
    assert mermaid(drawn) == mermaid(graph(made))
    parsed = _parsed(picture)
    assert len(_titles(parsed, "state")) == len(made.states)
    rows = Counter(state for (state, _), cell in made.cells.items() for _ in cell.ways or (None,))
    assert len(_titles(parsed, "move")) == rows.total()


def test_what_a_law_is_broken_by_looks_broken() -> None:
    """The very answer with which a history ended that broke a law is drawn so, and says which law."""
    accused = [
        Accusation("paid", "reopen", 202, "law/stays-final"),
        Accusation("absent", "pay", 404, "field/total"),
    ]
    drawn = graph(ORDER, overlay=Overlay(accused))
    moves = _titles(_parsed(svg(drawn, "k")), "move")
    assert "paid: reopen → 202, then draft (violated: law/stays-final)" in moves
    assert "paid: reopen → 200, then draft (verified)" in moves
    assert "absent: pay → 404 (violated: field/total)" in moves
    arrow = next(
        a for a in drawn.arrows if drawn.nodes[a.start].name == "paid" and drawn.nodes[a.end].name == "draft"
    )
    assert arrow.standing is Standing.VIOLATED
    assert "✗ reopen 202" in mermaid(drawn)


def test_a_waived_law_is_waived_in_the_picture() -> None:
    """A waiver is told, and hides nothing."""
    drawn = graph(ORDER, overlay=Overlay([Accusation("absent", "pay", 404, "law/atomic", waived=True)]))
    moves = _titles(_parsed(svg(drawn, "k")), "move")
    assert "absent: pay → 404 (violated: law/atomic, waived)" in moves


def test_an_answer_nobody_saw_is_not_drawn_as_seen() -> None:
    """A cell that was witnessed by one of its answers says nothing of the others."""
    drawn = graph(
        ORDER, overlay=Overlay(unseen=frozenset({("paid", "reopen", "draft"), ("draft", "pay", "paid")}))
    )
    moves = _titles(_parsed(svg(drawn, "k")), "move")
    assert "paid: reopen → 200, then draft (unwitnessed)" in moves
    assert "draft: pay → 200, then paid (inconclusive)" in moves


def test_a_race_accuses_all_of_its_requests() -> None:
    """What was answered at once is broken together; without a race it is the last step, if its state is known."""
    before, look = ("absent", "create", 201, False), ("paid", "read", 200, False)
    racers = [("draft", "pay", 200, True), ("draft", "cancel", 200, True)]
    assert culprits([before, *racers, look]) == [("draft", "pay", 200), ("draft", "cancel", 200)]
    assert culprits([before, look]) == [("paid", "read", 200)]
    assert culprits([before, ("", "read", 200, False)]) == []
    assert culprits([]) == []
