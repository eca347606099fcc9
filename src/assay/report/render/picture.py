"""A lifecycle's picture as a file of its own: the style that the report has goes into it."""

from __future__ import annotations

from functools import cache
from importlib import resources

from assay.report.drawing import svg
from assay.report.graph import Graph


def render(graph: Graph) -> bytes:
    """The bytes of an `.svg` file, equal for equal graphs. It loads nothing and follows the reader's dark mode."""
    return svg(graph, "lifecycle", sheet("palette") + sheet("drawing")).encode("utf-8", "backslashreplace")


@cache
def sheet(name: str) -> str:
    """One of our style sheets."""
    return resources.files("assay.report.render").joinpath(f"templates/{name}.css").read_text("utf-8")
