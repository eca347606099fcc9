"""The page in a real browser: nothing hostile runs or loads, and search, filters, links and themes do what they say.

Skipped where no browser is installed; `test_page_is_inert.py` and the golden page are looked at everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assay.report.fold import fold
from assay.report.render import html
from assay.report.render.page.anchors import anchor
from assay.report.render.page.register import MANY
from fakes import hostile
from fakes.browser import MISSING, Page, find, tab
from golden.story import END, GAMES, events

BROWSER = find()
pytestmark = pytest.mark.skipif(BROWSER is None, reason=MISSING)

#: opens what can be opened, points at and focuses and clicks what could wait for that, then looks around
_PROVOKE = """
(async () => {
  for (const one of document.querySelectorAll('details')) one.open = true;
  for (const one of document.querySelectorAll('body *')) {
    for (const kind of ['mouseover', 'mouseenter', 'pointerover', 'focus', 'click'])
      if (!(kind === 'click' && one.closest('a'))) one.dispatchEvent(new Event(kind, {bubbles: false}));
  }
  await new Promise(done => setTimeout(done, 50));
  const all = [...document.querySelectorAll('*')];
  return {
    ran: window.assayWasHere === undefined ? 'nothing' : 'something',
    scripts: document.scripts.length,
    handlers: all.filter(e => e.getAttributeNames().some(n => n.startsWith('on'))).length,
    foreign: all.filter(e => /^(iframe|object|embed|base|link|img|image|foreignobject|math)$/i.test(e.tagName)).length,
    links: [...document.links].map(a => a.protocol).filter(p => p !== location.protocol && p !== 'https:'),
    at: location.href.split('#')[0],
    title: document.title,
  };
})()
"""

#: texts that are painted with too little contrast
_FAINT = """
(() => {
  const rgb = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = c => { const [r, g, b] = c.slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] > 0) return c; } return [255, 255, 255]; };
  const faint = new Set();
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (!own || !e.getClientRects().length || e.closest('option, .skip')) continue;
    const style = getComputedStyle(e), svg = e.closest('svg');
    if (svg && !e.closest('text')) continue;
    const a = light(rgb(svg ? style.fill : style.color)), b = light(ground(e));
    if ((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5) faint.add(`${e.tagName}.${e.getAttribute('class')}`);
  }
  return [...faint];
})()
"""


@pytest.fixture(scope="module")
def opened() -> Iterator[Page]:
    """One browser for all of them."""
    assert BROWSER is not None
    with tab(BROWSER) as page:
        yield page


@pytest.fixture
def story(opened: Page, tmp_path: Path) -> Page:
    """The golden story's page, just opened, nothing remembered."""
    opened.events.clear()
    opened.goto(_written(tmp_path, html.render(fold(events()))["report.html"]))
    opened.run("localStorage.clear()")
    return opened


def _written(folder: Path, content: bytes) -> str:
    path = folder / "report.html"
    path.write_bytes(content)
    return path.as_uri()


def _asked(page: Page) -> set[str]:
    return {told["request"]["url"].partition("#")[0] for told in page.happened("Network.requestWillBeSent")}


@pytest.mark.parametrize("name", hostile.PAYLOADS)
def test_nothing_hostile_acts(opened: Page, tmp_path: Path, name: str) -> None:
    """Not while loading, not when things are opened, pointed at, focused or clicked; and nothing is asked for."""
    report = hostile.report(hostile.PAYLOADS[name])
    url = _written(tmp_path, html.render(report, hostile.past(report))["report.html"])
    opened.events.clear()
    opened.goto(url)
    found = opened.run(_PROVOKE)
    assert found | {"title": ""} == {
        "ran": "nothing", "scripts": 1, "handlers": 0, "foreign": 0, "links": [], "at": url, "title": "",
    }  # fmt: skip
    assert _asked(opened) == {url}
    assert opened.happened("Runtime.exceptionThrown") == []
    assert [told["entry"]["text"] for told in opened.happened("Log.entryAdded")] == []


def test_a_payload_that_gets_in_is_seen(opened: Page, tmp_path: Path) -> None:
    """With neither escaping nor policy the mark is set: else the tests above could not fail."""
    page = html.render(fold(events()))["report.html"].decode()
    meta = page[page.index('<meta http-equiv="Content') :].partition("\n")[0]
    door = "<img src=x onerror='window.assayWasHere=1'>"
    opened.goto(_written(tmp_path, page.replace(meta, "").replace("<main ", f"{door}<main ", 1).encode()))
    assert opened.run(_PROVOKE)["ran"] == "something"


def test_the_policy_is_a_second_wall(opened: Page, tmp_path: Path) -> None:
    """With escaping gone, and the policy in place: nothing runs, nothing loads."""
    page = html.render(fold(events()))["report.html"].decode()
    for door in ("<img src=http://evil.example/x onerror='window.assayWasHere=1'>",
                 "<script>window.assayWasHere=1</script>", "<svg onload=window.assayWasHere=1>",
                 "<iframe src=http://evil.example></iframe>"):  # fmt: skip
        opened.events.clear()
        url = _written(tmp_path, page.replace("<main ", f"{door}<main ", 1).encode())
        opened.goto(url)
        assert opened.run(_PROVOKE)["ran"] == "nothing", door
        # the browser's own picture of a broken picture comes from within
        answered = {told["response"]["url"] for told in opened.happened("Network.responseReceived")}
        assert {one for one in answered if not one.startswith("data:")} <= {url}
        assert any(
            "Content Security Policy" in told["entry"]["text"] for told in opened.happened("Log.entryAdded")
        )


def _type(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.run(f"document.getElementById('f-{name}').value = {value!r}")
    page.run("document.getElementById('tools').requestSubmit()")


def _shown(page: Page, selector: str) -> int:
    """How many of these a reader would find, opened or not."""
    found: int = page.run(
        f"[...document.querySelectorAll({selector!r})].filter(e => !e.closest('[hidden]')).length"
    )
    return found


def test_a_search_leaves_what_it_names(story: Page) -> None:
    """Words all have to be there; what was hidden comes back."""
    everything = _shown(story, ".register tbody tr")
    _type(story, q="endMultiSession 404")
    assert _shown(story, ".register tbody tr") == 1
    assert story.run("document.getElementById('f-found').textContent") == "1 clauses and 0 violations match."
    assert _shown(story, ".grid tbody tr[data-q]") == 1
    assert story.run("[...document.querySelectorAll('.unit[open]')].length") == 1
    story.run("document.getElementById('f-clear').click()")
    assert _shown(story, ".register tbody tr") == everything == 21
    assert story.run("[...document.querySelectorAll('.unit[open]')].length") == 0


def test_filters_agree_with_the_counts(story: Page) -> None:
    """By standing, strength and API, alone and together."""
    report = fold(events())
    for standing in ("verified", "violated", "unwitnessed", "inconclusive", "observed"):
        _type(story, s=standing, a="", g="")
        assert _shown(story, ".register tbody tr") == sum(1 for r in report.clauses if r.standing == standing)
    _type(story, s="", g="silent")
    assert _shown(story, ".register tbody tr") == sum(
        1 for r in report.clauses if r.clause.strength == "silent"
    )
    _type(story, s="violated", g="documented", a="0")
    wanted = [r for r in report.clauses if r.standing == "violated" and r.clause.strength == "documented"]
    assert _shown(story, ".register tbody tr") == len([r for r in wanted if r.clause.api == GAMES])
    assert _shown(story, "article.violation") == 2


def test_a_search_narrows_what_is_told_in_text(opened: Page, tmp_path: Path) -> None:
    """On a page of thousands kept clauses are lines: those that fit stay, and all come back."""
    report = fold(events())
    one = next(r for r in report.clauses if r.standing == "verified" and r.clause.operation == END)
    made = (
        replace(one, clause=replace(one.clause, id=f"{GAMES}/{END}/rejects/n{n:05}")) for n in range(MANY)
    )
    opened.goto(
        _written(tmp_path, html.render(replace(report, clauses=(*report.clauses, *made)))["report.html"])
    )
    lines = """[...document.querySelectorAll('.kept')].filter(e => !e.closest('[hidden]'))
      .reduce((n, e) => n + e.textContent.split('\\n').length, 0)"""
    everything = opened.run(lines)
    assert everything > MANY
    _type(opened, q="rejects/n0012")
    assert opened.run(lines) == 10
    assert (
        opened.run("document.getElementById('f-found').textContent") == "10 clauses and 0 violations match."
    )
    _type(opened, q="", s="violated")
    assert opened.run(lines) == 0
    _type(opened, q="", s="")
    assert opened.run(lines) == everything


def test_sections_without_anything_to_show_are_hidden(story: Page) -> None:
    """Headings over nothing would only be in the way."""
    _type(story, q=END, s="violated")
    assert _shown(story, "#broken, #conformance, #clauses") == 3
    assert _shown(story, ".grid tbody tr[data-q]") == 0
    assert _shown(story, ".lifecycle") == 1
    assert _shown(story, "#unwitnessed, #undecided, #looks") == 0
    story.run("document.getElementById('f-clear').click()")
    assert _shown(story, "#unwitnessed, #undecided, #looks") == 3


def test_a_filter_can_be_linked_to(story: Page) -> None:
    """The address says what is filtered, and a page opened at it filters so."""
    _type(story, q="end", s="violated")
    address = story.run("location.href")
    assert address.endswith("#?q=end&s=violated")
    shown = _shown(story, ".register tbody tr")
    story.goto("about:blank")
    story.goto(address)
    assert story.run("document.getElementById('f-s').value") == "violated"
    assert _shown(story, ".register tbody tr") == shown < 21


@pytest.mark.parametrize("script", [True, False])
def test_a_deep_link_opens_what_it_leads_to(story: Page, *, script: bool) -> None:
    """With our script and without: the browser itself opens what a fragment lies in (HTML Standard §7.4.6.4)."""
    story.call("Emulation.setScriptExecutionDisabled", value=not script)
    try:
        place = anchor(f"{GAMES}/{END}/status/404")
        url = story.run("location.href").partition("#")[0]
        story.goto("about:blank")
        story.goto(f"{url}#{place}")
        box = story.run(f"(r => [r.height > 0, r.top >= 0 && r.top < innerHeight])"
                        f"(document.getElementById({place!r}).getBoundingClientRect())")  # fmt: skip
        assert box == [True, True]
    finally:
        story.call("Emulation.setScriptExecutionDisabled", value=False)


def test_a_link_shows_what_a_filter_hides(story: Page) -> None:
    """The filter gives way."""
    _type(story, s="observed")
    story.run(f"location.hash = '#{anchor(f'{GAMES}/{END}/status/404')}'")
    story.run("new Promise(done => setTimeout(done, 50))")
    assert story.run("document.getElementById('f-s').value") == ""
    assert _shown(story, ".register tbody tr") == 21


def test_the_theme_is_remembered(story: Page) -> None:
    """System, light, dark, and after opening the page again."""
    colour = "getComputedStyle(document.body).backgroundColor"
    light = story.run(colour)
    story.run("document.getElementById('theme').click(); document.getElementById('theme').click()")
    dark = story.run(colour)
    assert (light, dark) == ("rgb(255, 255, 255)", "rgb(21, 24, 27)")
    story.goto(story.run("location.href"))
    assert story.run(colour) == dark
    assert story.run("document.getElementById('theme').textContent") == "Theme: dark"
    story.call("Emulation.setEmulatedMedia", media="print")
    assert story.run(colour) == light
    story.call("Emulation.setEmulatedMedia", media="")
    story.run("localStorage.clear()")


def test_without_scripts_all_is_there(opened: Page, tmp_path: Path) -> None:
    """Only the tools are missing, which would do nothing."""
    url = _written(tmp_path, html.render(fold(events()))["report.html"])
    texts = []
    for off in (False, True):
        opened.call("Emulation.setScriptExecutionDisabled", value=off)
        opened.goto(url)
        texts.append(opened.run("document.querySelector('main').textContent"))
        assert opened.run("document.getElementById('tools').offsetHeight > 0") is not off
    opened.call("Emulation.setScriptExecutionDisabled", value=False)
    assert texts[0] == texts[1]


@pytest.mark.parametrize("width", [320, 420, 768, 1280])
def test_nothing_is_wider_than_the_window(story: Page, width: int) -> None:
    """Wide tables scroll by themselves (WCAG 2.2, 1.4.10)."""
    story.call(
        "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False
    )
    story.run("for (const one of document.querySelectorAll('details')) one.open = true")
    try:
        assert story.run("document.documentElement.scrollWidth <= innerWidth")
    finally:
        story.call("Emulation.clearDeviceMetricsOverride")


def test_the_keyboard_reaches_what_scrolls_and_what_acts(story: Page) -> None:
    """From the skip link on, everything that a mouse can use."""
    reached = story.run("""
      [...document.querySelectorAll('a[href], button, input, select, summary, .scroll')]
        .filter(e => !e.closest('[hidden]')).every(e => e.tabIndex >= 0)""")
    assert reached
    assert story.run("document.querySelector('a, button, input').textContent") == "To the results"


def test_whatever_can_be_used_has_a_name(story: Page) -> None:
    """As the browser tells it to screen readers (accessible names, WCAG 2.2, 4.1.2); signs are not read twice."""
    story.run("for (const one of document.querySelectorAll('details')) one.open = true")
    tree = story.call("Accessibility.getFullAXTree")["nodes"]
    said = [
        (node["role"]["value"], node.get("name", {}).get("value", "")) for node in tree if not node["ignored"]
    ]
    usable = {
        "link",
        "button",
        "searchbox",
        "combobox",
        "region",
        "search",
        "navigation",
        "image",
        "DisclosureTriangle",
    }
    assert {role for role, _ in said} >= {
        "link",
        "button",
        "searchbox",
        "combobox",
        "region",
        "search",
        "image",
        "main",
    }
    assert [role for role, name in said if role in usable and not name.strip()] == []
    assert ("link", "verified") in said  # and not "✓ verified"
    assert "Search" in [name for role, name in said if role == "searchbox"]


def test_colours_are_as_readable_as_they_are_said_to_be(story: Page) -> None:
    """What the browser paints, text by text, on what it stands: 4.5 : 1 at least (WCAG 2.2, 1.4.3), in both themes."""
    for theme in ("light", "dark"):
        story.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])
        story.run("for (const one of document.querySelectorAll('details')) one.open = true")
        assert story.run(_FAINT) == [], theme
    story.call("Emulation.setEmulatedMedia", features=[])
