"""A lifecycle as Mermaid text (`stateDiagram-v2`), to be pasted where Mermaid is drawn: GitHub, GitLab, wikis.

Mermaid cannot colour the arrows of a state diagram, so each label begins with its standing's symbol. Its labels
end at a colon or a semicolon and obey HTML, so everything but plain letters is written as an entity code.
"""

from __future__ import annotations

import re

from assay.report.graph import Graph, Move
from assay.report.view import SYMBOLS

#: what stays as it is; a letter of any script, and marks that mean nothing to Mermaid
_SPECIAL = re.compile(r"[^\w .,→×…✓✗○?·/()-]")
_BREAK = "<br/>"


def mermaid(graph: Graph) -> str:
    """The text, with a line break at its end. What leaves a state as it is stands inside it.

    A loop's label would hide the arrows beside it, and what is silent leads nobody knows where.
    """
    lines = ["stateDiagram-v2", "    direction LR"]
    lines += [f'    state "{_escaped(node.name)}" as s{index}' for index, node in enumerate(graph.nodes)]
    lines += [f"    [*] --> s{index}" for index, node in enumerate(graph.nodes) if node.first]
    for arrow in graph.arrows:
        lines.append(f"    s{arrow.start} --> s{arrow.end} : {_label(arrow.moves)}")
    for index, node in enumerate(graph.nodes):
        lines += [f"    s{index} : {_escaped(_line(move))}" for move in node.stays]
    lines += [f"    s{index} --> [*]" for index, node in enumerate(graph.nodes) if node.final]
    return "\n".join(lines) + "\n"


def _label(moves: tuple[Move, ...]) -> str:
    return _BREAK.join(_escaped(_line(move)) for move in moves)


def _line(move: Move) -> str:
    symbol = f"{SYMBOLS[move.standing]} " if move.standing else ""
    return f"{symbol}{move.short} {move.answer}"


def _escaped(text: str) -> str:
    # two hyphens begin an arrow
    return _SPECIAL.sub(lambda m: f"#{ord(m[0])};", text).replace("--", "#45;#45;")
