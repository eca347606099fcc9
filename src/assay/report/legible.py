"""Untrusted text made legible: what would act on a terminal, a page or an eye is spelled out instead."""

from __future__ import annotations

import json
import re

#: characters that do something instead of being seen: controls, bidirectional marks (Unicode TR 9, as abused
#: in «Trojan Source»), zero-width ones, noncharacters and lone surrogates
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_PART = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')
#: characters of a path's segment that are kept at least
_SEGMENT = 8
#: longer JSON stays as it came
_INDENTED = 6000


def visible(text: str) -> str:
    """The text with unseen characters as `⟨U+202E⟩`; line breaks and tabs stay, CR LF is a line break."""
    return _UNSEEN.sub(lambda m: f"⟨U+{ord(m[0]):04X}⟩", text.replace("\r\n", "\n"))


def one_line(text: str, limit: int) -> str:
    """The text visible, on one line, at most `limit` characters of it, with a note of how many there were."""
    flat = re.sub(r"\s+", " ", visible(text)).strip()
    if len(flat) <= limit:
        return flat
    note = f"… ({len(flat)} characters)"
    return flat[: max(limit - len(note), 1)].rstrip() + note


def clipped(text: str, limit: int) -> str:
    """The text visible, on one line, cut at `limit` characters."""
    flat = re.sub(r"\s+", " ", visible(text)).strip()
    return flat if len(flat) <= limit else flat[: max(limit - 1, 0)].rstrip() + "…"


def narrowed(target: str, limit: int) -> str:
    """A path visible, on one line, of at most `limit` characters: long segments are cut first, so that its end shows.

    `/orders/7296dcbb-ebde-47e3/pay` becomes `/orders/7296dcb…/pay`.
    """
    parts = re.sub(r"\s+", " ", visible(target)).strip().split("/")
    while sum(map(len, parts)) + len(parts) - 1 > limit:
        longest = max(range(len(parts)), key=lambda place: len(parts[place]))
        if len(parts[longest]) <= _SEGMENT:
            break
        more = sum(map(len, parts)) + len(parts) - 1 - limit
        parts[longest] = parts[longest][: max(len(parts[longest]) - more, _SEGMENT) - 1].rstrip("…") + "…"
    return clipped("/".join(parts), limit)


def excerpt(text: str, limit: int) -> str:
    """The text visible, its beginning only when it is longer than `limit` characters."""
    shown = visible(text)
    return shown if len(shown) <= limit else f"{shown[:limit]}\n… ({len(shown)} characters)"


def indented(text: str) -> str:
    """JSON text with line breaks for people; every token stays as it came. Other text stays as it is."""
    if len(text) > _INDENTED or text[:1] not in {"{", "["}:
        return text
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    return _indent(_PART.findall(text))


def _indent(parts: list[str]) -> str:
    out: list[str] = []
    depth = 0
    for index, part in enumerate(parts):
        following = parts[index + 1] if index + 1 < len(parts) else ""
        if part in {"{", "["}:
            depth += 1
            out.append(part if following in {"}", "]"} else part + _line(depth))
        elif part in {"}", "]"}:
            depth -= 1
            before = parts[index - 1]
            out.append(part if before in {"{", "["} else _line(depth) + part)
        elif part == ",":
            out.append(part + _line(depth))
        else:
            out.append(": " if part == ":" else part)
    return "".join(out)


def _line(depth: int) -> str:
    # deeper than this, indentation only eats the page
    return "\n" + "  " * min(depth, 20)
