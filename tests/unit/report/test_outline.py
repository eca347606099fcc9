"""`outline`: a header says enough of the contracts to draw them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from assay.model.contract import Api, ContractSet, Operation, Reply, Source, Strength
from assay.model.lifecycle import Cell, Lifecycle, Nothing, State, Transition
from assay.model.verdict import Waiver
from assay.report.outline import outline

OPERATION = Operation(
    "stop", "a", "patch", "/x/{id}", "Stop it", (), None,
    (Reply("200", "", (), (), Strength.DOCUMENTED, "docs"),), (), (), {}, "docs", False, {},
)  # fmt: skip
CYCLE = Lifecycle(
    "pass", "a", "start", "$response.body#/id", {"id": "path"}, (State("on"), State("off", final=True)),
    {"stop": {
        "on": Cell("on", "stop", (Transition(200, "off"),), False, None, Strength.DOCUMENTED, "docs"),
        "off": Cell("off", "stop", (Transition(200, body=Nothing.NOTHING), Transition(404)), False, None,
                    Strength.DOCUMENTED, "docs"),
        "absent": Cell("absent", "stop", (), True, None, Strength.SILENT, "docs"),
    }}, (), (), Strength.DOCUMENTED, "docs",
)  # fmt: skip
API = Api(
    "a", "An API", "1", (), {}, {},
    {"docs": Source("docs", "The docs", "https://docs.example")}, (OPERATION,),
    (CYCLE,), (Waiver("a/stop/status/200", "known", "me", date(2026, 12, 31)),),
)  # fmt: skip


def test_the_outline_is_plain_json() -> None:
    """It goes into the log's first line as it is."""
    drawn = outline(ContractSet((API,), "d"))
    again = json.loads(json.dumps([drawn.tables, drawn.operations, drawn.apis, drawn.waivers]))
    assert again == [list(drawn.tables), list(drawn.operations), list(drawn.apis), list(drawn.waivers)]


def test_cells_say_in_few_words_what_is_documented() -> None:
    """Alternatives are joined, silence is empty, `absent` is always a state."""
    table: dict[str, Any] = dict(outline(ContractSet((API,), "d")).tables[0])
    assert [s["name"] for s in table["states"]] == ["absent", "on", "off"]
    assert [c["expected"] for c in table["cells"]] == ["200 → off", "200 nothing or 404", ""]


def test_operations_sources_and_waivers_are_named() -> None:
    """What the report links and lists."""
    drawn = outline(ContractSet((API,), "d"))
    assert drawn.operations[0]["method"] == "PATCH"
    assert drawn.apis[0]["sources"] == {
        "docs": {"title": "The docs", "url": "https://docs.example", "note": None}
    }
    assert drawn.waivers[0]["until"] == "2026-12-31"
