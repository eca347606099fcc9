"""What Allure may filter and group by: marks in the form allure-pytest reads from any item."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from assay.files.revision import line_url
from assay.model.contract import Api, Strength
from assay.model.verdict import Clause
from assay.pytest_plugin.narrative import source

_SEVERITY = {Strength.DOCUMENTED: "critical", Strength.EXEMPLIFIED: "normal", Strength.SILENT: "minor"}


def marks(clause: Clause, api: Api) -> Iterator[pytest.MarkDecorator]:
    """Labels, description and links of one clause; the same in every run, so that Allure's history holds."""
    title, part, group = shelf(clause, api)
    for name, value in (
        ("parentSuite", title),
        ("suite", part),
        ("subSuite", group),
        ("epic", title),
        ("feature", part),
        ("story", clause.kind.value),
        ("severity", _SEVERITY[clause.strength]),
        ("tag", clause.strength.value),
        ("tag", clause.kind.value),
    ):
        yield pytest.mark.allure_label(value, label_type=name)
    yield pytest.mark.allure_description(_description(clause, api))
    known = api.sources.get(clause.source.partition("#")[0])
    if known is not None and known.url:
        yield pytest.mark.allure_link(known.url, link_type="link", name=known.title)
    written = line_url(os.environ, clause.place.file, clause.place.line)
    if written is not None:
        yield pytest.mark.allure_link(written, link_type="link", name=str(clause.place))


def shelf(clause: Clause, api: Api) -> tuple[str, str, str]:
    """Where a clause belongs: its API, its operation or lifecycle, and its state or kind."""
    part = clause.lifecycle or clause.operation or clause.api
    return api.title or api.name, part, clause.state or clause.kind.value


def _description(clause: Clause, api: Api) -> str:
    """Markdown, as Allure renders it."""
    rows = [
        f"**clause** `{clause.id}`",
        f"**strength** {clause.strength}",
        f"**source** {source(clause, api)}",
    ]
    if str(clause.place):
        rows.append(f"**contract** `{clause.place}`")
    if clause.unreachable:
        rows.append(f"**unreachable** {clause.unreachable}")
    return "  \n".join(rows)
