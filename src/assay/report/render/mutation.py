"""What became of mutants, as `mutation.json` and as `mutation.html`: one file for people, which loads nothing."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from assay.model.contract import Json
from assay.model.mutation import Fate, MutantResult, Mutation
from assay.report.legible import visible
from assay.report.render.picture import sheet

FORMAT = "assay-mutation/1"


def render(mutation: Mutation) -> Mapping[str, bytes]:
    """Both files, equal for equal results."""
    text = json.dumps(document(mutation), indent=2, ensure_ascii=True)
    return {"mutation.json": f"{text}\n".encode(), "mutation.html": _page(mutation)}


def document(mutation: Mutation) -> Json:
    """The JSON document. `docs/mutation.schema.json` describes it."""
    score = mutation.score
    return {
        "format": FORMAT,
        "run": {
            "version": mutation.version,
            "digest": mutation.digest,
            "profile": mutation.profile,
            "seed": mutation.seed,
            "seconds": mutation.seconds,
            "known": mutation.known,
            "complete": mutation.complete,
        },
        "summary": {
            "score": None if score is None else round(score, 4),
            **{fate.value: mutation.count(fate) for fate in Fate},
            "vacuous": len(mutation.vacuous),
        },
        "apis": {
            name: {**dict(row.counts), "score": None if row.score is None else round(row.score, 4)}
            for name, row in ((row.api, row) for row in rows(mutation))
        },
        "mutants": [_mutant(one) for one in mutation.mutants],
        "vacuous": [{"clause": clause, "title": title} for clause, title in mutation.vacuous.items()],
    }


def _mutant(one: MutantResult) -> Json:
    suggested = one.suggestion
    return {
        "id": one.id,
        "api": one.api,
        "operation": one.operation,
        "state": one.state or None,
        "fault": one.fault,
        "aim": one.aim or None,
        "fate": one.fate.value,
        "why": one.why or None,
        "killed_by": list(one.killed_by),
        "requests": one.requests,
        "suggestion": None
        if suggested is None
        else {"file": suggested.file, "below": suggested.below, "lines": suggested.lines},
    }


@dataclass(frozen=True, slots=True)
class Row:
    """One API's mutants, counted."""

    api: str
    counts: Mapping[str, int]

    @property
    def score(self) -> float | None:
        """As of all mutants, of these."""
        killed, survived = self.counts[Fate.KILLED.value], self.counts[Fate.SURVIVED.value]
        return killed / (killed + survived) if killed + survived else None


def rows(mutation: Mutation) -> Sequence[Row]:
    """A row for each API, in the order of the contracts."""
    found = []
    for api in dict.fromkeys(one.api for one in mutation.mutants):
        counts = Counter(one.fate.value for one in mutation.mutants if one.api == api)
        found.append(Row(api, {fate.value: counts[fate.value] for fate in Fate}))
    return found


def table(mutation: Mutation) -> Sequence[tuple[str, Mapping[str, int]]]:
    """Fault -> how many of its mutants came to which end."""
    found: dict[str, Counter[str]] = {}
    for one in mutation.mutants:
        found.setdefault(one.fault, Counter())[one.fate.value] += 1
    return [(fault, {fate.value: counts[fate.value] for fate in Fate}) for fault, counts in found.items()]


def open_reasons(mutation: Mutation) -> Sequence[tuple[str, Sequence[MutantResult]]]:
    """Why mutants do not count -> those, the most frequent reason first."""
    found: dict[str, list[MutantResult]] = {}
    for one in mutation.mutants:
        if one.fate is Fate.EQUIVALENT:
            found.setdefault(one.why, []).append(one)
    return sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))


def percent(score: float | None) -> str:
    """A score as people write it; never 100 % where one survived."""
    if score is None:
        return "none"
    return "100 %" if score == 1 else f"{min(score, 0.9999) * 100:.1f} %"


def _page(mutation: Mutation) -> bytes:
    template = _environment().get_template("mutation.html.j2")
    page = template.render(
        mutation=mutation,
        rows=rows(mutation),
        table=table(mutation),
        reasons=open_reasons(mutation),
        survivors=[one for one in mutation.mutants if one.fate is Fate.SURVIVED],
        killed=[one for one in mutation.mutants if one.fate is Fate.KILLED],
        style=Markup(_style()),  # noqa: S704 - our own sheets
        policy=_policy(),
    )
    return page.encode("utf-8", "backslashreplace")


@cache
def _style() -> str:
    return sheet("palette") + sheet("report")


@cache
def _policy() -> str:
    """Nothing may load, run or be sent; only this very style sheet applies (CSP Level 3 §6.7)."""
    digest = base64.b64encode(hashlib.sha256(f"\n{_style()}\n".encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("assay.report.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["visible"] = visible
    environment.filters["percent"] = percent
    return environment
