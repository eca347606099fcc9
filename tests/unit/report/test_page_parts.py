"""The parts of the page: what each tells of a report."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources
from itertools import pairwise
from pathlib import Path

import pytest

from assay.model.contract import Strength
from assay.model.record import Latency
from assay.model.verdict import ClauseKind, Standing, Verdict, VerdictKind
from assay.report.fold import fold
from assay.report.past import Earlier, Past, counted
from assay.report.record import record
from assay.report.render import html
from assay.report.render.page import parts, sequence
from assay.report.render.page.contrast import Documented, Row, differences
from assay.report.render.page.looks import Media, Types, looks
from assay.report.render.page.overview import cards, since
from assay.report.render.page.register import MANY, chunks, place_of, units
from assay.report.render.page.timing import milliseconds, times
from assay.report.render.picture import sheet
from assay.report.result import Report, Violation
from assay.report.trend import Change, compare
from golden.story import END, EQUOS, GAMES, START, STATUS, STOP, events, exchange, step

RENDER = Path(html.__file__).parent


def _report() -> Report:
    return fold(events())


def _past(report: Report, *, change: str = "", to: Standing = Standing.VERIFIED) -> Past:
    now = record(report)
    marks = tuple(replace(m, standing=to) if change and change in m.clause else m for m in now.marks)
    head = replace(now.head, run="r1", started="2026-11-19T22:00:00Z")
    return Past((Earlier(head, counted(marks)),), compare(replace(now, head=head, marks=marks), now))


def test_a_card_counts_promises_and_nothing_else() -> None:
    """Kept, broken, never seen, undecided: together all but what the documentation leaves open."""
    report = _report()
    games = cards(report, Past(why="x"))[0]
    promised = [
        r for r in report.clauses if r.clause.api == GAMES and r.clause.strength is not Strength.SILENT
    ]
    assert sum(count for _, _, count in games.counts) == games.promises == len(promised)
    assert {word: count for _, word, count in games.counts}["broken"] == 3
    assert games.observed == 1
    assert games.trend is None
    assert games.told == ""


def test_the_trend_has_a_column_for_each_run_and_says_what_moved() -> None:
    """In words, too: a picture alone tells not everybody."""
    report = _report()
    games, equos = cards(report, _past(report, change="active/endMultiSession"))
    assert games.told == "−1 kept, +1 broken"
    assert equos.told == "nothing moved"
    assert games.trend is not None
    assert games.trend.count("<g>") == 2
    assert "2026-11-19 22:00" in games.trend


def test_what_is_there_is_seen_however_little_it_is() -> None:
    """One broken promise of ten thousand is a stripe, not nothing."""
    report = _report()
    broken = next(r for r in report.clauses if r.standing is Standing.VIOLATED and r.clause.api == GAMES)
    kept = replace(broken, standing=Standing.VERIFIED, fingerprints=(), waived=False)
    many = replace(report, clauses=(broken, *([kept] * 10_000)))
    widths = dict(re.findall(r'class="f-(\w+)"[^>]* width="([\d.]+)"', cards(many, Past(why="x"))[0].bar))
    assert float(widths["violated"]) > 20


def test_changes_name_the_clauses() -> None:
    """New, still failing and fixed are told even when there are none; others only when there are."""
    report = _report()
    told = {one.change: one for one in since(report, _past(report, change="active/endMultiSession"))}
    assert [c.clause for c, _ in told[Change.NEW].named] == [f"{GAMES}/lifecycle/multi-session/active/{END}"]
    assert told[Change.FIXED].count == 0
    assert Change.NEWLY_UNWITNESSED not in told
    assert since(report, Past(why="x")) == ()


def _violation(report: Report, clause: str) -> Violation:
    return next(v for v in report.violations if v.clause.id.endswith(clause))


def test_a_status_that_is_not_the_documented_one() -> None:
    """The cell says what was to come."""
    report = _report()
    rows = Documented(report).contrast(_violation(report, f"active/{END}"))
    assert rows == (Row("status", "200 → ended", "500", differs=True),)


def test_an_answer_that_never_came() -> None:
    """Its failure stands where its status would."""
    report = _report()
    rows = Documented(report).contrast(_violation(report, "/answers"))
    assert rows == (Row("status", "200", "no response: reset: connection reset by peer", differs=True),)


def _broken(
    report: Report, kind: ClauseKind, message: str, pointer: str, body: str, sent: str = ""
) -> Violation:
    clause = replace(next(r.clause for r in report.clauses if r.clause.id.endswith("shape/201")), kind=kind)
    made = step(GAMES, START, "t", exchange("POST", "/x", 201, body.encode(), sent=sent.encode() or None),
                "absent", "active", "multi-session#1")  # fmt: skip
    return Violation("f", clause, Verdict(clause.id, VerdictKind.VIOLATED, message, pointer=pointer), (made,))


@pytest.mark.parametrize(
    ("kind", "message", "sent", "expected"),
    [
        (ClauseKind.SHAPE, "the body at /data/currency: 7 is not allowed", "", 'any value, one of "EUR", "USD"'),
        (ClauseKind.SHAPE, "no", '{"data":{"currency":"X"}}', 'any value, one of "EUR", "USD"'),
        (ClauseKind.PROMISE, 'x: the body at /data/currency: "\\u20ac  1" was expected, got 7', "", '"€  1"'),
        (ClauseKind.LAW, "was sent", '{"data":{"currency":"X"}}', 'what the promise says; "X" was sent'),
        (ClauseKind.LAW, "was sent", "", "what the promise says"),
    ],
)  # fmt: skip
def test_a_place_in_the_body(kind: ClauseKind, message: str, sent: str, expected: str) -> None:
    """What was expected there is what the message names, what was sent, or what is documented: never a guess."""
    report = _report()
    violation = _broken(report, kind, message, "/data/currency", '{"data":{"currency":7}}', sent)
    rows = Documented(report).contrast(violation)
    assert rows[1] == Row("media type", "application/json", "application/json", differs=False)
    assert rows[2] == Row("body at /data/currency", expected, "7", differs=True)


def test_a_place_that_is_not_there() -> None:
    """Nothing came where something was expected."""
    report = _report()
    for body in ("{}", "[]", "no JSON", "", "[1,2]"):
        violation = _broken(report, ClauseKind.SHAPE, "missing", "/data/9", body)
        assert Documented(report).contrast(violation)[-1].got == "nothing"


def test_bodies_differ_member_by_member() -> None:
    """Beside what was sent only what was sent counts: a server may add what it likes."""
    report = _report()
    violation = _broken(
        report, ClauseKind.LAW, "m", "/note", '{"note":"a","id":1,"same":2}', '{"note":" a ","same":2}'
    )
    (found,) = differences(violation)
    assert found.against == "what request 1 sent"
    assert found.lines == (("/note", '" a "', '"a"'),)
    assert (
        differences(_broken(report, ClauseKind.SHAPE, "m", "/note", '{"note":"a"}', '{"note":" a "}')) == ()
    )
    assert differences(_broken(report, ClauseKind.LAW, "m", "/note", '{"note":"a"}', '{"note":"a"}')) == ()
    assert differences(_broken(report, ClauseKind.LAW, "m", "/note", "no JSON", '{"note":" a "}')) == ()


def test_a_sequence_diagram_tells_every_step() -> None:
    """Who asked what, what came back, what became of the instance, and which answer failed."""
    report = _report()
    violation = _violation(report, f"active/{END}")
    drawn = sequence.svg(violation, "a", "iPlayGames")
    for text in (
        "1. POST /api/v1/multi-sessions/start",
        "201, 12 ms",
        "absent → active",
        ">bob<",
        "✗ 500, 12 ms",
    ):
        assert text in drawn
    assert drawn.count('class="step failed"') == 1
    lost = sequence.svg(_violation(report, "/answers"), "a", "Equos")
    assert 'class="cross"' in lost
    assert "no response" in lost


def test_a_long_sequence_is_cut_in_the_middle() -> None:
    """The beginning and the end are what matters."""
    violation = _violation(_report(), f"active/{END}")
    long = replace(violation, history=violation.history * 20)
    drawn = sequence.svg(long, "a", "x")
    assert "more requests …" in drawn
    assert f"{len(long.history)}. POST" in drawn
    assert drawn.count("<g class=") == 12


def test_times_are_beside_their_limits() -> None:
    """Those that are over come first; without a limit nothing is over."""
    report = replace(_report(), latencies=(
        Latency(EQUOS, STOP, 9, 1, 2, 3, 4), Latency(GAMES, START, 9, 49, 60, 99.5, 120),
    ))  # fmt: skip
    over, free = times(report, Past(why="x"))
    assert (over.latency.operation, over.word, over.slo) == (START, "over at p99", {"p50": 50.0, "p99": 10.0})
    assert free.word == "no limit"
    fast = replace(report, latencies=(Latency(GAMES, START, 9, 50, 60, 10, 120),))
    assert times(fast, Past(why="x"))[0].word == "within"


def test_times_are_written_as_people_read_them() -> None:
    """No more digits than tell something."""
    assert [milliseconds(v) for v in (0.044, 0.52, 9.94, 12.34, 999, 1234)] == [
        "0.044 ms", "0.52 ms", "9.9 ms", "12 ms", "999 ms", "1.23 s",
    ]  # fmt: skip


def test_media_types_by_operation_and_status() -> None:
    """Documented ones, seen or not, and whatever else came."""
    types = Types(_report())
    assert types.of(GAMES, START, "400") == (
        Media("application/json", 0, documented=True), Media("application/problem+json", 0, documented=True),
    )  # fmt: skip
    assert types.of(EQUOS, STOP, "200") == (
        Media("text/plain", 0, documented=True), Media("application/json", 1, documented=False),
    )  # fmt: skip
    assert types.of(GAMES, STATUS, "200") == ()


def test_looks_tell_what_is_worth_telling() -> None:
    """What lies in something that never came is not told again; undocumented statuses are told elsewhere."""
    found = {(one.shape.operation, one.shape.status): one for one in looks(_report())}
    start = found[START, 201]
    assert [f.pointer for f in start.never] == ["/data/currency", "/data/games/*/id"]
    assert [f.pointer for f in start.undocumented] == ["/data/total_games"]
    assert found[STOP, 200].strange == (("application/json", 1),)
    assert (STOP, 418) not in found


def test_clauses_are_told_without_what_they_share() -> None:
    """The whole id is what stands above the table and what stands in it."""
    report = _report()
    found = units(report)
    assert {unit.prefix + line.tail for unit in found for line in unit.lines} == {
        r.clause.id for r in report.clauses
    }
    start = next(unit for unit in found if unit.title == START)
    odd = next(line for line in start.lines if line.tail == "promise/example-keys")
    assert (odd.place, odd.otherwise) == ("30:3", "exemplified")
    assert odd.title == "201: every key of the example"
    assert {line.otherwise for line in start.lines} == {"", "exemplified"}
    assert all(unit.kept == "" for unit in found)


def _many(count: int) -> Report:
    report = _report()
    one = next(r for r in report.clauses if r.standing is Standing.VERIFIED)
    made = tuple(
        replace(one, clause=replace(one.clause, id=f"{GAMES}/{START}/rejects/{n:05}\u202e"))
        for n in range(count)
    )
    return replace(report, clauses=(*report.clauses, *made))


def test_very_many_kept_clauses_are_told_in_text() -> None:
    """Each in a line, and links lead to its unit; what is not kept has its row."""
    report = _many(MANY)
    found = units(report)
    lines = [line for unit in found for line in unit.kept.splitlines()]
    rows = [line.result for unit in found for line in unit.lines]
    assert len(lines) + len(rows) == len(report.clauses)
    assert Standing.VERIFIED not in {row.standing for row in rows}
    assert "⟨U+202E⟩" in lines[-1] or "⟨U+202E⟩" in "".join(lines)
    at = place_of(report, str)
    assert at(f"{GAMES}/{START}/rejects/00001\u202e") == f"{GAMES}/{START}/"
    assert at(rows[0].clause.id) == rows[0].clause.id
    assert place_of(_report(), str)(f"{GAMES}/{START}/answers") == f"{GAMES}/{START}/answers"


def test_a_large_page_says_what_a_small_one_says() -> None:
    """Only line breaks between tags are left out, and no link leads nowhere."""
    page = html.render(_many(MANY))["report.html"].decode()
    head, _, body = page.partition("<body>")
    assert ">\n<" in head
    assert ">\n<" not in body
    assert set(re.findall(r'href="#([^"?]+)"', body)) <= set(re.findall(r' id="([^"]+)"', body))
    assert len(page) < len(_many(MANY).clauses) * 250 + 250_000


def test_of_many_apis_those_with_something_to_look_at_come_first() -> None:
    """A card for each that is broken or undecided; the others in a table, with the same figures."""
    report = _report()
    apis = tuple({"name": f"api{n}", "title": f"API {n}", "sources": {}} for n in range(20))
    kept = next(r for r in report.clauses if r.standing is Standing.VERIFIED)
    made = tuple(
        replace(kept, clause=replace(kept.clause, id=f"api{n}/x/status/200", api=f"api{n}"))
        for n in range(20)
    )
    header = replace(report.header, apis=(*report.header.apis, *apis))
    page = html.render(replace(report, header=header, clauses=(*report.clauses, *made)))[
        "report.html"
    ].decode()
    overview = page[page.index('id="overview"') :].partition("</section>")[0]
    cards, _, rows = overview.partition("</ul>")
    assert cards.count('<li class="card') == sum(1 for c in standings_of(report) if c != Standing.VERIFIED)
    assert all(f"<bdi>API {n}</bdi>" in rows for n in range(20))


def standings_of(report: Report) -> list[Standing]:
    """The standings of the cards of a report."""
    return [card.standing for card in cards(report, Past(why="x"))]


def test_long_tables_come_in_chunks() -> None:
    """Every row once, none empty."""
    rows = list(range(95))
    found = chunks(rows, 40)
    assert [first for first, _ in found] == [1, 41, 81]
    assert [row for _, some in found for row in some] == rows
    assert chunks((), 40) == ()


def test_media_types_break_where_a_reader_expects() -> None:
    """And nothing else comes in that way."""
    assert str(parts.breakable("application/problem+json")) == "application/<wbr>problem+<wbr>json"
    assert "<script>" not in parts.breakable("a/<script>+x")


def test_renderers_stay_small() -> None:
    """A renderer that has grown beyond a screenful or five is several."""
    found = {path.name: len(path.read_text("utf-8").splitlines()) for path in (RENDER / "page").glob("*.py")}
    found["html.py"] = len((RENDER / "html.py").read_text("utf-8").splitlines())
    assert {name: lines for name, lines in found.items() if lines > 250} == {}


class _Tree(HTMLParser):
    """Tags, and who labels whom."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.unlabelled: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag in {"input", "select"} and "label" not in self._open and "aria-label" not in given:
            self.unlabelled.append(str(given.get("id")))
        if tag not in {"meta", "br", "input", "wbr", "path", "rect", "circle", "line"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass


def test_screen_readers_find_their_way() -> None:
    """One of each landmark, headings in order, everything labelled that has to be (WAI-ARIA 1.2, WCAG 2.2)."""
    report = _report()
    tree = _Tree(html.render(report, _past(report))["report.html"].decode())
    names = [tag for tag, _ in tree.tags]
    for landmark in ("header", "nav", "main", "footer", "h1"):
        assert names.count(landmark) == 1
    ids = {given["id"] for _, given in tree.tags if "id" in given}
    for tag, given in tree.tags:
        if tag in {"section", "article"}:
            assert given.get("aria-labelledby") in ids
        if given.get("role") == "region":
            assert given.get("aria-label") or given.get("aria-labelledby") in ids
            assert given.get("tabindex") == "0"
        if tag == "svg":
            assert {"aria-label", "aria-labelledby", "aria-hidden"} & set(given), given
        if tag == "th":
            assert given.get("scope") in {"row", "col"}
    levels = [int(name[1]) for name in names if re.fullmatch("h[1-6]", name)]
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert tree.unlabelled == []


def _palettes() -> dict[str, dict[str, str]]:
    """The colours by theme."""
    text = sheet("palette")
    found = {}
    for name, start in (("light", ":root {"), ("dark", ':root:not([data-theme="light"]) {'),
                        ("chosen", ':root[data-theme="dark"] {'), ("print", '@media print')):  # fmt: skip
        block = text[text.index(start) :].partition("}")[0]
        found[name] = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
    return found


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, glossary)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_every_colour_of_text_can_be_read(theme: str) -> None:
    """4.5 : 1 at least on each ground that it stands on (WCAG 2.2, 1.4.3, level AA)."""
    colours = _palettes()[theme]
    inks = ("ink", "soft", "link", "verified", "violated", "unwitnessed", "inconclusive", "observed")
    grounds = [name for name in colours if name in {"page", "sheet"} or name.endswith("-wash")]
    assert len(grounds) == 6
    low = {
        (ink, ground): round(ratio, 2)
        for ink in inks
        for ground in grounds
        if (ratio := _contrast(colours[ink], colours[ground])) < 4.5
    }
    assert low == {}


def test_contrast_is_measured_as_the_standard_says() -> None:
    """Black on white is 21, and a grey that just fails is found."""
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_chosen_dark_is_the_system_s_dark() -> None:
    """The same colours, however dark came about."""
    found = _palettes()
    assert found["chosen"] == found["dark"]
    assert set(found["light"]) == set(found["dark"]) == set(found["print"])


def test_nothing_is_loaded_from_anywhere() -> None:
    """Neither styles nor the script name another place."""
    folder = resources.files("assay.report.render").joinpath("templates")
    for name in ("palette.css", "report.css", "page.css", "drawing.css", "page.js"):
        assert not re.search(r"url\(|@import|https?:|//[a-z]", folder.joinpath(name).read_text("utf-8")), name
