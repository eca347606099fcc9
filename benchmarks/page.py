"""How large is the page of a large report, and how long does a browser take over it?

    python -m benchmarks.page [--operations 1000] [--exchanges 100000] [--violations 200] [--rounds 5] [--keep FOLDER]

Contracts of that many endpoint files (`benchmarks.contracts`, several APIs and one) are planned, and a log is made up
over their clauses: every operation is asked alike often, most clauses hold, some are never seen, some violations have
a history of four requests. The log is folded and rendered, the page opened in a headless browser, a new one for each
round, and then searched. Told are the page's size, the seconds of fold and renderer, the browser's own figures (first
paint, load event) and how long a search takes.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.contracts import ONE, SEVERAL, write
from benchmarks.machine import Noise, heading, table

from assay.app.header import header
from assay.app.plan import prepare
from assay.app.profile import PROFILES
from assay.model.case import BodyKind, Case, Credentials, Payload, Subject, SubjectKind
from assay.model.contract import Api, Operation, Strength
from assay.model.event import Event, RunFinished, Step, StepJudged, ViolationFound
from assay.model.evidence import Evidence
from assay.model.verdict import Clause, Verdict, VerdictKind
from assay.report.fold import fold
from assay.report.render import html

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from fakes.browser import MISSING, Page, find, tab

_SHAPES = {"several": SEVERAL, "one": ONE}
_BODY = '{"id":"%s","name":"a thing","count":3,"state":"open","note":null,"tags":["x","y"],"extra":{"n":%d}}'
#: the page is there: its first paint, and its load event, in milliseconds from the start of navigation
_TIMES = """
(() => { const [n] = performance.getEntriesByType('navigation');
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  return [paint ? paint.startTime : -1, n.loadEventEnd, document.getElementsByTagName('*').length]; })()
"""
#: types a word and waits until the list is painted
_SEARCH = """
new Promise(done => { const field = document.getElementById('f-q'); const began = performance.now();
  field.value = %r; document.getElementById('tools').dispatchEvent(new Event('input'));
  const look = () => document.getElementById('f-found').textContent ? requestAnimationFrame(() =>
    requestAnimationFrame(() => done(performance.now() - began))) : setTimeout(look, 5); look(); })
"""


def events(path: str, exchanges: int, violations: int) -> Iterator[Event]:
    """The log of a run that never was."""
    plan = prepare(path, PROFILES["gate"], date(2026, 1, 1))
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    yield header(
        plan.contracts, plan.clauses, run="big", started=moment, seed=1, profile="gate", target="http://localhost:1",
        strict=False,
    )  # fmt: skip
    by_operation: dict[tuple[str, str], list[Clause]] = {}
    for clause in plan.clauses:
        by_operation.setdefault((clause.api, clause.operation or ""), []).append(clause)
    asked = [(api, operation) for api in plan.contracts.apis for operation in api.operations]
    every = max(exchanges // max(violations, 1), 1)
    for number in range(1, exchanges + 1):
        api, operation = asked[number % len(asked)]
        clauses = by_operation.get((api.name, operation.id), [])
        turn = number // len(asked)
        step = _step(api, operation, number)
        # each turn speaks about some of the clauses; one in twelve is never spoken of
        spoken = [
            c
            for i, c in enumerate(clauses)
            if i % 12 and (i + turn) % 3 == 0 and c.strength is not Strength.SILENT
        ]
        verdicts = [Verdict(clause.id, VerdictKind.HOLDS) for clause in spoken]
        if number % every == 0 and spoken:
            broken = Verdict(spoken[0].id, VerdictKind.VIOLATED, f"{operation.id}: expected 200, got 500 ({number})",
                             "500", f"way {number % 5}", "/count")  # fmt: skip
            verdicts[0] = broken
            history = tuple(replace(step, instance="thing#1", state="open", after="open") for _ in range(4))
            yield ViolationFound(f"{number:012x}", broken, history, (3, 3))
        yield StepJudged(number, step, tuple(verdicts))
    yield RunFinished(moment.isoformat(), complete=True, requests={"witness": exchanges})


def _step(api: Api, operation: Operation, number: int) -> Step:
    reply = operation.replies[number % len(operation.replies)]
    status = int(reply.status) if reply.status.isdigit() else 400
    body = _BODY % (f"{number:08x}-0000-4000-8000-000000000000", number % 7)
    media = reply.content[0].media_type if reply.content else ""
    url = f"http://localhost:1{operation.path}"
    evidence = Evidence(
        operation.method.upper(), url, (("Accept", "application/json"), ("Authorization", "Bearer ***")), body,
        status, "OK", (("content-type", media),) if media else (), body if media else None, len(body), None,
        "2026-01-01T00:00:00Z", 5 + number % 40, f"curl -i -H 'Authorization: Bearer '\"$TOKEN\" {url}",
    )  # fmt: skip
    case = Case(api.name, operation.id, "a valid request", "witness", Credentials.VALID,
                Subject(SubjectKind.NEW, "i1"), body=Payload(BodyKind.RAW, raw=body.encode()))  # fmt: skip
    return Step(case, evidence)


def measure(browser: str, page: Path, rounds: int) -> tuple[list[float], list[float], int, list[float]]:
    """First paints, load events, elements, and searches, in milliseconds; a browser of its own for each round."""
    paints, loads, searches, elements = [], [], [], 0
    for _ in range(rounds):
        with tab(browser) as opened:
            opened.goto(page.as_uri())
            _settle(opened)
            paint, load, elements = opened.run(_TIMES)
            paints.append(paint)
            loads.append(load)
            searches += [opened.run(_SEARCH % word) for word in ("thing7 status", "zzz")]
    return paints, loads, elements, searches


def _settle(opened: Page) -> None:
    opened.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def _row(shape: str, given: argparse.Namespace, folder: Path, browser: str | None) -> Sequence[str]:
    contracts = folder / f"contracts-{shape}"
    write(contracts, given.operations, _SHAPES[shape])
    made = events(str(contracts), given.exchanges, given.violations)
    began = time.perf_counter()
    report = fold(made)
    folded = time.perf_counter() - began
    began = time.perf_counter()
    content = html.render(report)["report.html"]
    rendered = time.perf_counter() - began
    page = folder / f"report-{shape}.html"
    page.write_bytes(content)
    row = [shape, f"{len(report.clauses)}", f"{len(content) / 1e6:.2f}", f"{folded:.1f}", f"{rendered:.1f}"]
    if browser is None:
        return [*row, "", "", "", ""]
    paints, loads, elements, searches = measure(browser, page, given.rounds)
    return [*row, f"{elements}", f"{statistics.median(paints):.0f}",
            f"{statistics.median(loads):.0f} ({max(loads):.0f})", f"{statistics.median(searches):.0f}"]  # fmt: skip


def main() -> None:
    """Measures, and prints a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--operations", type=int, default=1000)
    parser.add_argument("--exchanges", type=int, default=100_000)
    parser.add_argument("--violations", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--shape", nargs="+", choices=sorted(_SHAPES), default=["several", "one"])
    parser.add_argument("--keep", metavar="FOLDER", help="where pages and contracts are left")
    given = parser.parse_args()
    browser, noise = find(), Noise()
    if browser is None:
        print(MISSING)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(given.keep or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        rows = []
        for shape in given.shape:
            noise.tick()
            rows.append(_row(shape, given, folder, browser))
        noise.tick()
    print(heading("benchmarks.page"))
    print(noise)
    print(table(("APIs", "clauses", "MB", "s to make up and fold", "s to render", "elements",
                 "ms to first paint", "ms to load (most)", "ms to search"), rows))  # fmt: skip


if __name__ == "__main__":
    main()
