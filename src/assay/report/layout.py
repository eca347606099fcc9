"""Where everything of a lifecycle's picture goes: the same graph, the same places.

Each state is a card: its name, then one row per way in which an operation answers there. Rows that lead to another
state come first and have a port at the card's edge, where the arrow begins; rows that leave the state as it is are
inside, as UML writes internal transitions (UML 2.5.1 §14.2.3.8). So all text stands in cards and nothing can
collide with it.

Columns are the shortest distances from `absent`. Arrows to the next column run through the gap between the two;
those that skip columns run in lanes above all cards, those that lead back in lanes below. So no arrow crosses a card.
Arrows of one standing that come to the same state from the same side join on their way and arrive as one.
"""

from __future__ import annotations

import unicodedata
from collections import deque
from dataclasses import dataclass
from itertools import pairwise

from assay.model.verdict import Standing
from assay.report.graph import Arrow, Graph, Move, Node, split

#: all lengths in CSS pixels; text is set at 12 px in a monospaced face, whose characters are 0.6 em wide
_CHARACTER, _LINE = 7.25, 16.0
_NAME_CHARACTER, _NAME_LINE = 8.6, 18.0
_ROW_PAD, _HEAD_PAD, _SIDE = 4.0, 14.0, 12.0
_SYMBOL, _BETWEEN = 18.0, 16.0
#: characters in a line before it wraps
_WRAP = 26
_NARROWEST = 120.0
_GAP, _STACK, _LANE = 64.0, 28.0, 14.0
_MARGIN, _START = 6.0, 40.0
#: lines that arrive at one side of a card are that far apart
_ARRIVALS = 9.0


@dataclass(frozen=True, slots=True)
class Row:
    """One move inside a card."""

    move: Move
    #: the operation, wrapped
    lines: tuple[str, ...]
    #: its upper edge
    y: float
    height: float
    #: the arrow it belongs to; None: it stays
    arrow: Arrow | None


@dataclass(frozen=True, slots=True)
class Card:
    """One state."""

    node: Node
    x: float
    y: float
    width: float
    height: float
    #: the name, wrapped
    lines: tuple[str, ...]
    #: height of the part with the name
    head: float
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """One arrow's way over the paper."""

    arrow: Arrow
    #: the upper and the lower end of its port, and on which edge of the card that is
    port: tuple[float, float, float]
    #: SVG path data (SVG 2 §9.3), ends at the head's base
    path: str
    #: the point of the head, and 1 when it looks to the right, -1 when to the left
    head: tuple[float, float, int]


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole picture."""

    width: float
    height: float
    cards: tuple[Card, ...]
    routes: tuple[Route, ...]


def layout(graph: Graph) -> Layout:
    """Places everything."""
    columns = _columns(graph)
    sizes = [_sized(graph, index, columns) for index in range(len(graph.nodes))]
    count = max(columns, default=-1) + 1
    widths = [max(s.width for s, c in zip(sizes, columns, strict=True) if c == n) for n in range(count)]
    ys = _heights(graph, columns, sizes)
    lanes = _lanes(graph, columns)
    gaps = [_GAP + _LANE * len(lanes.channels.get(n, ())) for n in range(count)]
    lefts = [_MARGIN + _START + sum(widths[:n]) + sum(gaps[:n]) for n in range(count)]
    top = _MARGIN + _LANE * lanes.above + (_LANE / 2 if lanes.above else 0)
    cards = tuple(
        _moved(size, lefts[column], top + y, widths[column])
        for size, column, y in zip(sizes, columns, ys, strict=True)
    )
    bottom = max((card.y + card.height for card in cards), default=0.0)
    paper = _Paper(cards, columns, lefts, widths, lanes, top, bottom)
    trailing = any(columns[a.start] == columns[a.end] == count - 1 for a in graph.arrows)
    return Layout(
        width=(lefts[-1] + widths[-1] if count else 0.0) + (_GAP if trailing else 0.0) + _MARGIN,
        height=bottom + _LANE * lanes.below + (_LANE / 2 if lanes.below else 0) + _MARGIN,
        cards=cards,
        routes=tuple(paper.route(arrow) for arrow in graph.arrows),
    )


def wide(text: str) -> int:
    """How many characters of a monospaced face the text takes (Unicode TR 11)."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def _columns(graph: Graph) -> list[int]:
    """Node -> how many arrows away from the first state. What cannot be reached begins at the left again."""
    found: dict[int, int] = {}
    first = [index for index, node in enumerate(graph.nodes) if node.first]
    for root in [*first, *range(len(graph.nodes))]:
        if root in found:
            continue
        found[root] = 0
        queue = deque([root])
        while queue:
            at = queue.popleft()
            for arrow in graph.arrows:
                if arrow.start == at and arrow.end not in found:
                    found[arrow.end] = found[at] + 1
                    queue.append(arrow.end)
    return [found[index] for index in range(len(graph.nodes))]


def _wrapped(text: str) -> tuple[str, ...]:
    """Lines of at most `_WRAP` characters, broken between the words of a name where that is possible."""
    lines = [""]
    for word in split(text):
        rest = word
        if lines[-1] and wide(lines[-1] + rest) > _WRAP:
            lines.append("")
        while wide(rest) > _WRAP:
            cut = next(n for n in range(len(rest), 0, -1) if wide(rest[:n]) <= _WRAP)
            lines[-1], rest = rest[:cut], rest[cut:]
            lines.append("")
        lines[-1] += rest
    return tuple(line.strip() for line in lines if line.strip()) or ("",)


def _sized(graph: Graph, index: int, columns: list[int]) -> Card:
    """The card with its rows, at the origin."""
    node = graph.nodes[index]
    lines = _wrapped(node.name)
    head = _NAME_LINE * len(lines) + _HEAD_PAD
    leaves = [arrow for arrow in graph.arrows if arrow.start == index]
    here = columns[index]
    # upwards first, straight on next, back last: so they cross least
    leaves.sort(key=lambda a: (columns[a.end] <= here, columns[a.end] < here, -columns[a.end], a.end))
    entries = [(move, arrow) for arrow in leaves for move in arrow.moves]
    y = head + _ROW_PAD
    rows = []
    for move, arrow in [*entries, *((move, None) for move in node.stays)]:
        name = _wrapped(move.short)
        height = _LINE * len(name) + _ROW_PAD
        rows.append(Row(move, name, y, height, arrow))
        y += height
    width = max(
        [
            _NARROWEST,
            2 * _SIDE + _NAME_CHARACTER * max(wide(line) for line in lines),
            *(2 * _SIDE + _SYMBOL + _BETWEEN + _CHARACTER * _row_characters(row) for row in rows),
        ]
    )
    return Card(node, 0.0, 0.0, round(width), y + (_ROW_PAD if rows else -_ROW_PAD), lines, head, tuple(rows))


def _row_characters(row: Row) -> int:
    return max(map(wide, row.lines)) + wide(row.move.answer)


def _moved(card: Card, x: float, y: float, width: float) -> Card:
    rows = tuple(Row(r.move, r.lines, r.y + y, r.height, r.arrow) for r in card.rows)
    return Card(card.node, x, y, width, card.height, card.lines, card.head, rows)


def _heights(graph: Graph, columns: list[int], sizes: list[Card]) -> list[float]:
    """Node -> upper edge: beside the rows that lead to it, below what is already there."""
    ys = [0.0] * len(sizes)
    for column in sorted(set(columns)):
        wanted = []
        for index in (i for i, c in enumerate(columns) if c == column):
            rows = [
                ys[a.start] + row.y - sizes[a.start].head
                for a in graph.arrows
                if a.end == index and columns[a.start] < column
                for row in sizes[a.start].rows
                if row.arrow == a
            ]
            wanted.append((sum(rows) / len(rows) if rows else 0.0, index))
        floor = 0.0
        for wish, index in sorted(wanted):
            # the first of a column stands level with the picture's top, so that a chain is a line
            ys[index] = round(max(wish if floor else 0.0, floor), 1)
            floor = ys[index] + sizes[index].height + _STACK
    return ys


@dataclass(frozen=True, slots=True)
class _Bundle:
    """What arrows have in common that arrive as one."""

    end: int
    #: they arrive at the card's left edge
    ahead: bool
    standing: Standing | None


def _bundle(arrow: Arrow, columns: list[int]) -> _Bundle:
    return _Bundle(arrow.end, columns[arrow.end] > columns[arrow.start], arrow.standing)


@dataclass(frozen=True, slots=True)
class _Lanes:
    """Who runs where outside the gaps."""

    above: int
    below: int
    #: bundle -> number of its lane, the nearest to the cards first
    lane: dict[_Bundle, int]
    #: gap after that column -> who runs up or down in it
    channels: dict[int, list[_Bundle]]


def _lanes(graph: Graph, columns: list[int]) -> _Lanes:
    ahead = [a for a in graph.arrows if columns[a.end] - columns[a.start] > 1]
    back = [a for a in graph.arrows if columns[a.start] - columns[a.end] > 1]
    channels: dict[int, list[_Bundle]] = {}
    for arrow in [*ahead, *back]:
        for gap in _gaps(columns[arrow.start], columns[arrow.end]):
            running = channels.setdefault(gap, [])
            if _bundle(arrow, columns) not in running:
                running.append(_bundle(arrow, columns))
    lane: dict[_Bundle, int] = {}
    return _Lanes(_share(ahead, columns, lane), _share(back, columns, lane), lane, channels)


def _gaps(start: int, end: int) -> tuple[int, int]:
    return (start, end - 1) if end > start else (start - 1, end)


def _share(arrows: list[Arrow], columns: list[int], lane: dict[_Bundle, int]) -> int:
    """Gives each bundle a lane, short ones near the cards; those that never meet share one. Returns how many."""
    spans: dict[_Bundle, tuple[int, int]] = {}
    for arrow in arrows:
        bundle, gaps = _bundle(arrow, columns), _gaps(columns[arrow.start], columns[arrow.end])
        low, high = spans.get(bundle, (gaps[0], gaps[0]))
        spans[bundle] = (min(low, *gaps), max(high, *gaps))
    taken: list[list[tuple[int, int]]] = []
    for bundle, (low, high) in sorted(spans.items(), key=lambda item: item[1][1] - item[1][0]):
        free = (n for n, others in enumerate(taken) if all(high < lo or hi < low for lo, hi in others))
        number = next(free, len(taken))
        if number == len(taken):
            taken.append([])
        taken[number].append((low, high))
        lane[bundle] = number
    return len(taken)


@dataclass(frozen=True, slots=True)
class _Paper:
    """All that a route has to know."""

    cards: tuple[Card, ...]
    columns: list[int]
    lefts: list[float]
    widths: list[float]
    lanes: _Lanes
    top: float
    bottom: float

    def route(self, arrow: Arrow) -> Route:
        """The way of one arrow."""
        start, end = self.cards[arrow.start], self.cards[arrow.end]
        here, there = self.columns[arrow.start], self.columns[arrow.end]
        bundle = _bundle(arrow, self.columns)
        rows = [row for row in start.rows if row.arrow == arrow]
        high, low = rows[0].y, rows[-1].y + rows[-1].height
        out, heading = 1 if there >= here else -1, 1 if bundle.ahead else -1
        x = start.x + start.width if out > 0 else start.x
        to = end.x if bundle.ahead else end.x + end.width
        y, to_y, stop = (high + low) / 2, self._arrival(bundle), to - heading * 7
        if abs(there - here) <= 1:
            bend = max(abs(stop - x) / 2, _GAP / 2)
            path = _curved((x, y), (x + out * bend, y), (stop - heading * bend, to_y), (stop, to_y))
        else:
            leave, arrive = (self._channel(bundle, gap) for gap in _gaps(here, there))
            lane = self._lane(bundle)
            way = [(x, y), (leave, y), (leave, lane), (arrive, lane), (arrive, to_y), (stop, to_y)]
            # dashes over dashes would look like a line: only one runs the whole way, the others join it
            joins = self._longest(bundle) != arrow
            path = _rounded([*way[:3], (leave + heading * 12, lane)] if joins else way)
        return Route(arrow, (x, high + 2, low - 2), path, (to, to_y, heading))

    def _longest(self, bundle: _Bundle) -> Arrow:
        """The one of the bundle that comes from farthest away."""
        arrows = dict.fromkeys(row.arrow for card in self.cards for row in card.rows)
        same = [a for a in arrows if a and _bundle(a, self.columns) == bundle]
        return max(same, key=lambda a: (abs(self.columns[a.start] - self.columns[a.end]), -a.start))

    def _channel(self, bundle: _Bundle, gap: int) -> float:
        place = self.lanes.channels[gap].index(bundle)
        return self.lefts[gap] + self.widths[gap] + _GAP / 2 + _LANE * (place - 0.5)

    def _lane(self, bundle: _Bundle) -> float:
        away = _LANE * (self.lanes.lane[bundle] + 0.9)
        return self.top - away if bundle.ahead else self.bottom + away

    def _arrival(self, bundle: _Bundle) -> float:
        """Where it meets the card: level with the name, beside the others that come from that side."""
        # a card's rows know every arrow that begins there
        starts: dict[_Bundle, float] = {}
        for arrow in dict.fromkeys(row.arrow for card in self.cards for row in card.rows):
            if arrow and arrow.end == bundle.end:
                other = _bundle(arrow, self.columns)
                if other.ahead is bundle.ahead:
                    starts[other] = min(starts.get(other, self.bottom), self._from(arrow))
        order = sorted(starts, key=lambda b: starts[b])
        card = self.cards[bundle.end]
        apart = min(_ARRIVALS, (card.head - 10) / max(len(order) - 1, 1))
        return card.y + card.head / 2 + apart * (order.index(bundle) - (len(order) - 1) / 2)

    def _from(self, arrow: Arrow) -> float:
        """How far down it comes from: lanes above and below count as such."""
        far = self.columns[arrow.end] - self.columns[arrow.start]
        if abs(far) > 1:
            return self.top - 1 if far > 0 else self.bottom
        return self.cards[arrow.start].y


def _curved(*points: tuple[float, float]) -> str:
    """A cubic Bézier curve: its beginning, two control points, its end."""
    start, *rest = (f"{_n(x)} {_n(y)}" for x, y in points)
    return f"M{start}C{' '.join(rest)}"


def _rounded(points: list[tuple[float, float]], radius: float = 8.0) -> str:
    """A path along right angles with round corners."""
    parts = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
    for (before, at), (_, after) in zip(pairwise(points), pairwise(points[1:]), strict=False):
        r = min(radius, _far(before, at) / 2, _far(at, after) / 2)
        enter, leave = _toward(at, before, r), _toward(at, after, r)
        parts.append(f"L{_n(enter[0])} {_n(enter[1])}Q{_n(at[0])} {_n(at[1])} {_n(leave[0])} {_n(leave[1])}")
    parts.append(f"L{_n(points[-1][0])} {_n(points[-1][1])}")
    return "".join(parts)


def _far(a: tuple[float, float], b: tuple[float, float]) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _toward(at: tuple[float, float], other: tuple[float, float], length: float) -> tuple[float, float]:
    far = _far(at, other) or 1.0
    return (at[0] + (other[0] - at[0]) * length / far, at[1] + (other[1] - at[1]) * length / far)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
