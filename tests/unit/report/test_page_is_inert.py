"""Nothing that an API or a contract says acts on the page: looked for in the text of the page, without a browser.

`tests/unit/report/test_page_in_browser.py` looks with a real one.
"""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from assay.report.render import html
from fakes import hostile

#: what loads, runs, frames or sends, none of which the page has
FORBIDDEN = {
    *(
        "iframe",
        "object",
        "embed",
        "applet",
        "base",
        "link",
        "img",
        "image",
        "video",
        "audio",
        "source",
        "picture",
    ),
    *(
        "foreignobject",
        "use",
        "animate",
        "set",
        "math",
        "template",
        "textarea",
        "frame",
        "portal",
        "track",
        "mglyph",
    ),
}
LINKS = {
    "href",
    "xlink:href",
    "src",
    "srcset",
    "action",
    "formaction",
    "data",
    "poster",
    "ping",
    "background",
}


class Found(HTMLParser):
    """The tags of a page, their attributes, and all its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def page_of(payload: str) -> str:
    """The page of the hostile run."""
    report = hostile.report(payload)
    return html.render(report, hostile.past(report))["report.html"].decode("utf-8")


@pytest.mark.parametrize("name", hostile.PAYLOADS)
def test_every_text_stays_a_text(name: str) -> None:
    """No element, no attribute, no address of theirs; one script and one policy, which are ours."""
    found = Found(page_of(hostile.PAYLOADS[name]))
    tags = [tag for tag, _ in found.tags]
    assert not FORBIDDEN & set(tags)
    assert (tags.count("script"), tags.count("style"), tags.count("form"), tags.count("meta")) == (1, 1, 1, 5)
    for tag, attributes in found.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], (
            tag,
            attributes,
        )
        for link in LINKS & set(attributes):
            address = attributes[link] or ""
            assert (tag, link) == ("a", "href")
            assert address.startswith(("#", "https://docs.example/", "https://tracker.example/")), address
        refresh = (attributes.get("http-equiv") or "").lower()
        assert refresh in {"", "content-security-policy"}


@pytest.mark.parametrize("name", hostile.PAYLOADS)
def test_the_hostile_run_is_told_in_full(name: str) -> None:
    """What is shown as text is what was sent: else the tests here would look at pages that say nothing."""
    shown = Found(page_of(hostile.PAYLOADS[name])).text
    assert shown.count(hostile.PAYLOADS[name].split("\x00")[0].replace("\u202e", "⟨U+202E⟩")) > 100


def test_an_open_door_would_be_seen() -> None:
    """The same search finds a payload that did get in."""
    page = page_of("harmless").replace("<main id", f"{hostile.PAYLOADS['image'][2:]}<main id", 1)
    found = Found(page)
    assert FORBIDDEN & {tag for tag, _ in found.tags} == {"img"}
    assert any("onerror" in attributes for _, attributes in found.tags)
