"""How something is said on a terminal: no wider than it is, and in characters that it has."""

from __future__ import annotations

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from assay.model.verdict import Standing
from assay.report import view
from assay.report.legible import clipped, one_line
from assay.report.result import Report

STYLES = {
    Standing.VERIFIED: "green",
    Standing.VIOLATED: "bold red",
    Standing.UNWITNESSED: "yellow",
    Standing.INCONCLUSIVE: "magenta",
    Standing.OBSERVED: "blue",
}
_ASCII = {
    **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)),
    "→": "->",
    "×": "x",
    "…": "...",
    "–": "-",
    "⟨": "<",
    "⟩": ">",
    "«": '"',
    "»": '"',
    "·": ",",
}


class Lines:
    """Says things about one report on one kind of terminal."""

    def __init__(self, report: Report, where: str, width: int, *, ascii_only: bool) -> None:
        self._report = report
        self._where = where
        self._width = max(width, 40)
        self._ascii = ascii_only
        self._symbols = view.ASCII_SYMBOLS if ascii_only else view.SYMBOLS

    def _say(self, text: str, limit: int = 400) -> str:
        return self._plain(one_line(text, limit))

    def _plain(self, legible: str) -> str:
        if not self._ascii:
            return legible
        for character, plain in _ASCII.items():
            legible = legible.replace(character, plain)
        return legible.encode("ascii", "backslashreplace").decode("ascii")

    def _line(self, *pieces: tuple[str, str], indent: int = 0, limit: int = 400) -> RenderableType:
        text = Text(overflow="fold")
        for piece, style in pieces:
            text.append(self._say(piece, limit) if piece.strip() else piece, style=style)
            text.append(" ")
        text.rstrip()
        return Padding(text, (0, 0, 0, indent)) if indent else text

    def _one(self, *pieces: tuple[str, str], indent: int = 0) -> RenderableType:
        """A line that ends where the terminal does."""
        text = Text(no_wrap=True, overflow="crop")
        room = self._width - indent
        for piece, style in pieces:
            said = self._plain(clipped(piece, room)) if room > 0 else ""
            room -= len(said) + 1
            text.append(f"{said} " if said else "", style=style)
        text.rstrip()
        return Padding(text, (0, 0, 0, indent)) if indent else text

    def _heading(self, title: str) -> RenderableType:
        return Text(self._say(title), style="bold underline")
