"""A lifecycle as a picture (SVG 2), whose look is in `render/templates/drawing.css`.

Standings are told apart by symbol and by line, and by colour only on top. Nothing is loaded, nothing runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from assay.model.verdict import Standing
from assay.report.graph import LOUDEST, Graph, Move, Node, sentence
from assay.report.layout import Card, Layout, Route, Row, layout, wide
from assay.report.view import SYMBOLS

#: how far the text of a card's edge, and its baselines, are away
_SIDE, _BASE, _SYMBOL = 12.0, 13.0, 18.0
_LEGEND, _SAMPLE, _ITEM = 34.0, 30.0, 7.5
_UNKNOWN = "not run"


def svg(graph: Graph, key: str, style: str = "") -> str:
    """The picture as one `svg` element. Ids in it begin with `key`; `style` goes into it for use on its own."""
    placed = layout(graph)
    legend = _legend(graph)
    width = max(placed.width, legend[1])
    height = placed.height + _LEGEND
    size = f'width="{_n(width)}" height="{_n(height)}" viewBox="0 0 {_n(width)} {_n(height)}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="drawing" role="img" {size} '
        f'aria-labelledby="{key}-t" aria-describedby="{key}-d">',
        f'<title id="{key}-t">Lifecycle {_e(graph.name)}</title>',
        f'<desc id="{key}-d">{_e(_described(graph))}</desc>',
        *([f"<style>{style}</style>", '<rect class="paper" width="100%" height="100%"/>'] if style else []),
        *_first(placed),
        # the loudest last, so that nothing lies over it
        *(_route(graph, route) for route in sorted(placed.routes, key=_loudness, reverse=True)),
        *(part for card in placed.cards for part in _card(graph, card)),
        *(_port(route) for route in placed.routes),
        f'<g class="legend" transform="translate(6 {_n(placed.height + _LEGEND / 2)})">{legend[0]}</g>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _described(graph: Graph) -> str:
    """The picture for those who have it read to them; what stays is in the table or text beside it."""
    states = ", ".join(f"{node.name}{' (final)' if node.final else ''}" for node in graph.nodes)
    moves = [
        sentence(graph.nodes[arrow.start], move, graph.nodes[arrow.end])
        for arrow in graph.arrows
        for move in arrow.moves
    ]
    return ". ".join([f"States: {states}", *moves]) + "."


def _first(placed: Layout) -> Iterator[str]:
    """The dot that a state diagram begins with."""
    for card in placed.cards:
        if card.node.first:
            x, y = card.x, card.y + card.head / 2
            yield f'<circle class="dot" cx="{_n(x - 32)}" cy="{_n(y)}" r="5"/>'
            yield f'<path class="line l-start" d="M{_n(x - 27)} {_n(y)}H{_n(x - 7)}"/>{_head(x, y, 1, "l-start")}'


def _loudness(route: Route) -> int:
    return LOUDEST.index(route.arrow.standing)


def _route(graph: Graph, route: Route) -> str:
    arrow = route.arrow
    told = "\n".join(sentence(graph.nodes[arrow.start], m, graph.nodes[arrow.end]) for m in arrow.moves)
    kind = _kind(arrow.standing)
    return (
        f'<g class="arrow"><title>{_e(told)}</title><path class="reach" d="{route.path}"/>'
        f'<path class="line {kind}" d="{route.path}"/>{_head(*route.head, kind)}</g>'
    )


def _port(route: Route) -> str:
    x, high, low = route.port
    return f'<path class="port {_kind(route.arrow.standing)}" d="M{_n(x)} {_n(high)}V{_n(low)}"/>'


def _head(x: float, y: float, heading: int, kind: str) -> str:
    base = x - heading * 9
    return f'<path class="head {kind}" d="M{_n(x)} {_n(y)}L{_n(base)} {_n(y - 4.5)}V{_n(y + 4.5)}Z"/>'


def _card(graph: Graph, card: Card) -> Iterator[str]:
    node = card.node
    box = f'x="{_n(card.x)}" y="{_n(card.y)}" width="{_n(card.width)}" height="{_n(card.height)}" rx="7"'
    yield f'<g class="state{" final" if node.final else ""}"><title>{_e(_state_title(node))}</title>'
    yield f'<rect class="box" {box}/>'
    if node.final:
        yield (
            f'<rect class="inner" x="{_n(card.x + 3)}" y="{_n(card.y + 3)}" '
            f'width="{_n(card.width - 6)}" height="{_n(card.height - 6)}" rx="4.5"/>'
        )
    for index, line in enumerate(card.lines):
        y = card.y + 20 + 18 * index
        yield f'<text class="name" x="{_n(card.x + _SIDE)}" y="{_n(y)}">{_e(line)}</text>'
    yield "</g>"
    if card.rows:
        y = card.y + card.head
        yield f'<path class="rule" d="M{_n(card.x + 1)} {_n(y)}h{_n(card.width - 2)}"/>'
    for row in card.rows:
        yield _row(graph, card, row)


def _state_title(node: Node) -> str:
    what = " (final)" if node.final else ""
    return f"{node.name}{what}{': ' if node.description else ''}{node.description}"


def _row(graph: Graph, card: Card, row: Row) -> str:
    move, left, right = row.move, card.x + _SIDE, card.x + card.width - _SIDE
    end = graph.nodes[row.arrow.end] if row.arrow else None
    name = "".join(
        f'<tspan x="{_n(left + _SYMBOL)}" y="{_n(row.y + _BASE + 16 * n)}">{_e(line)}</tspan>'
        for n, line in enumerate(row.lines)
    )
    y = _n(row.y + _BASE)
    kind = "leaves" if end else "silent" if move.silent else "stays"
    broken = " broken" if move.standing is Standing.VIOLATED else ""
    return (
        f'<g class="move {kind}{broken}"><title>{_e(sentence(card.node, move, end))}</title>'
        f'<text class="sign {_kind(move.standing)}" x="{_n(left)}" y="{y}">{_symbol(move)}</text>'
        f"<text>{name}</text>"
        f'<text class="answer" x="{_n(right)}" y="{y}">{_e(move.answer)}</text></g>'
    )


def _symbol(move: Move) -> str:
    return SYMBOLS[move.standing] if move.standing else "–"


def _legend(graph: Graph) -> tuple[str, float]:
    """What the lines and symbols mean, of those that occur, and how wide that is."""
    x, parts = 0.0, []
    drawn = {arrow.standing for arrow in graph.arrows}
    for standing in graph.standings:
        word = str(standing) if standing else _UNKNOWN
        text = f"{SYMBOLS[standing]} {word}" if standing else f"– {word}"
        kind = _kind(standing)
        if standing in drawn:
            parts.append(f'<path class="line {kind}" d="M{_n(x)} 0h{_n(_SAMPLE)}"/>')
            x += _SAMPLE + 8
        parts.append(f'<text class="{kind}" x="{_n(x)}" y="4">{text}</text>')
        x += _ITEM * len(text) + 22
    if graph.prefix:
        text = f"… stands for {graph.prefix}"
        parts.append(f'<text class="note" x="{_n(x)}" y="4">{_e(text)}</text>')
        x += _ITEM * wide(text)
    return "".join(parts), x + 12


def _kind(standing: Standing | None) -> str:
    return f"l-{standing}" if standing else "l-unknown"


def _e(text: str) -> str:
    return escape(text)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
