"""Pages of an SDK, by kind: what one class of operations, one model, or a README tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from assay.ingest.sdk_docs.access import described, shown
from assay.ingest.sdk_docs.dialects import Dialect, dialect_of, folded, method_name
from assay.ingest.sdk_docs.markdown import SUBTITLES, Page, Section, bare, links, plain, rows
from assay.ingest.sdk_docs.members import examples, members, values
from assay.ingest.sdk_docs.pages import ApiPage, Member, Method, ModelPage, Readme, Status

_REQUEST: Final = re.compile(r"\W*\b(get|put|post|delete|options|head|patch|trace)\b\W*?\s*(/\S*)?\s*", re.I)
_LOOK: Final = re.compile(r"\bMethod\W{1,9}HTTP request\b|All URIs are relative to", re.I)
#: characters that are looked at to tell what a text is
_GLANCE: Final = 200_000
_LONGEST: Final = 4_000
_CLASS: Final = re.compile(r"\b[A-Z]\w{2,80}\b")
_SERVER: Final = re.compile(r"All URIs are relative to\s+\*?<?([^\s*,<>]+)", re.I)
_VERSION: Final = re.compile(r"\s*[*-]\s+API version:\s*(\S+)", re.I)
_STATUS: Final = re.compile(r"[1-5](?:[0-9]{2}|[xX]{2})")
_HEADER: Final = re.compile(r"[*\s]*([A-Za-z][\w-]*)\s+-\s*(.*)")
_EMPTY: Final = re.compile(r"(?:null|void|none|nil)?\s*(?:\(empty response body\))?", re.I)
_ANY_OF: Final = re.compile(r"(?:oneof|anyof)(?: schemas)?", re.I)
_BACK: Final = "[[Back to"
_SIGNATURE: Final = re.compile(r"\s*>\s*(\S.*)")


def is_page(text: str) -> bool:
    """True for the text of a page of operations, at a glance."""
    return _LOOK.search(text[:_GLANCE]) is not None


def named_pages(text: str) -> tuple[str, ...]:
    """Paths of pages that a page names, from where it stands: by links, and by types that have no link."""
    found: dict[str, None] = {}
    for raw in text.splitlines():
        line = raw[:_LONGEST]
        for _, target in links(line):
            path = target.partition("#")[0]
            if path.lower().endswith(".md") and ":" not in path:
                found.setdefault(path.replace("?", ""))
        if "**" in line:
            found.update((f"{name}.md", None) for name in _CLASS.findall(line))
    return tuple(found)


def api_page(page: Page) -> ApiPage | None:
    """The page as one of a class of operations; None where it has no operation."""
    title = next((section.title for section in page.sections if section.title), "")
    group = re.sub(r"api$", "", re.split(r"[.\\]", title)[-1].strip(), flags=re.I)
    dialect = dialect_of(page)
    listed = list(_listed(page))
    if not listed:
        return None
    parts = _parts(page, {folded(name) for name, *_ in listed})
    methods = []
    for name, verb, path, summary, line in listed:
        about = parts.get(folded(name))
        method = Method(
            method_name(name), verb, path, page.at(about[0].line if about else line), dialect, group, summary
        )
        methods.append(_told(page, about, method) if about else method)
    return ApiPage(page.file, title, tuple(methods), _server(page), shown(page))


def _listed(page: Page) -> Iterator[tuple[str, str, str, str, int]]:
    """Name, verb, path, summary and line of each row of the table of operations."""
    for section in page.sections:
        for row in rows(section):
            found = _REQUEST.match(plain(row.cell("http request")))
            name = re.match(r"\w+", plain(row.cell("method")))
            if found and found[2] and name and not name[0].isdigit():
                yield name[0], found[1].lower(), found[2], plain(row.cell("description")), row.line


def _parts(page: Page, names: set[str]) -> Mapping[str, list[Section]]:
    """The sections of each operation: its own and those below it."""
    found: dict[str, list[Section]] = {}
    held: list[Section] | None = None
    for section in page.sections:
        title = section.title.removesuffix("()").strip()
        if folded(title) in names and title.lower() not in SUBTITLES and folded(title) not in found:
            held = found[folded(title)] = []
        if held is not None:
            held.append(section)
    return found


def _told(page: Page, sections: list[Section], method: Method) -> Method:
    """The operation with what its sections tell."""
    parts = {section.title.lower(): section for section in reversed(sections)}
    shown_values = examples(line.text for section in sections for line in section.code())
    told = list(_parameters(page, parts, method.dialect))
    known = any("parameters" in title for title in parts)
    if method.dialect is Dialect.GO:
        told = [_go_required(member, sections) for member in told]
    kept = tuple(replace(member, example=shown_values.get(member.name)) for member in told)
    headers = parts.get("http request headers")
    return replace(
        method,
        description=_description(sections[0], method.summary),
        members=kept if known else None,
        returns=_returns(parts, sections[0]),
        schemes=_schemes(parts.get("authorization")),
        sends=_media_types(headers, "content-type"),
        accepts=_media_types(headers, "accept"),
        statuses=_statuses(page, parts.get("http response details")),
    )


def _parameters(page: Page, parts: Mapping[str, Section], dialect: Dialect) -> Iterator[Member]:
    seen: set[str] = set()
    for title, path in (("path parameters", True), ("parameters", False), ("other parameters", False)):
        if title in parts:
            said = path or dialect is not Dialect.GO  # whose tables never say «optional»
            for member in members(page, parts[title], path=path, said=said):
                if member.name not in seen:
                    seen.add(member.name)
                    yield member


def _go_required(member: Member, sections: list[Section]) -> Member:
    """Whether Go's example calls that parameter optional."""
    if member.path:
        return member
    named = re.compile(rf"\s*{re.escape(member.name)}\s*:=.*//(.*)")
    for section in sections:
        for line in section.code():
            if found := named.match(line.text):
                return replace(member, required="(optional)" not in found[1])
    return member


def _description(section: Section, summary: str) -> str:
    kept: list[str] = []
    for line in section.prose():
        text = line.text.strip()
        if not text.startswith((">", _BACK, "|")) and "|" not in text[:3]:
            kept.append(plain(text))
    told = " ".join(kept)
    return told.removeprefix(summary).strip() if summary else told


def _returns(parts: Mapping[str, Section], first: Section) -> str | None:
    section = parts.get("return type")
    if section is not None:
        for line in section.prose():
            text = bare(line.text.strip())
            return "" if _EMPTY.fullmatch(text) else text
    for line in first.lines:
        found = _SIGNATURE.match(line.text)
        if found and "(" in found[1]:
            words = plain(found[1]).split("(")[0].split()
            return " ".join(words[:-1]) if words else None
    return None


def _schemes(section: Section | None) -> tuple[str, ...] | None:
    if section is None:
        return None
    for line in section.prose():
        if line.text.startswith(_BACK):
            continue
        named = tuple(text for text, target in links(line.text) if "#" in target)
        if named:
            return tuple(dict.fromkeys(named))
        if re.search(r"no authori[sz]ation required", line.text, re.I):
            return ()
    return None


def _media_types(section: Section | None, name: str) -> tuple[str, ...] | None:
    for line in section.prose() if section else ():
        told, _, rest = plain(line.text).lstrip("-* ").partition(":")
        if told.strip().lower() == name:
            if re.search(r"not defined", rest, re.I):
                return ()
            return tuple(part.strip() for part in rest.split(",") if "/" in part and " " not in part.strip())
    return None


def _statuses(page: Page, section: Section | None) -> tuple[Status, ...] | None:
    if section is None:
        return None
    made: dict[str, Status] = {}
    for row in rows(section, "status code", "description", "response headers"):
        code = plain(row.cell("status code"))
        name = "default" if code in {"0", "default"} else code.upper()
        if name == "default" or _STATUS.fullmatch(code):
            made.setdefault(
                name,
                Status(
                    name,
                    plain(row.cell("description")),
                    tuple(_headers(row.cell("response headers"))),
                    page.at(row.line),
                ),
            )
    return tuple(made.values()) or None


def _headers(cell: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"<br\s*/?>", cell, flags=re.I):
        if found := _HEADER.match(plain(part)):
            yield found[1], found[2].strip()


def _server(page: Page) -> tuple[str, str] | None:
    for section in page.sections:
        for line in section.prose():
            if found := _SERVER.search(line.text):
                return found[1].rstrip("."), page.at(line.number)
    return None


def model_page(page: Page) -> ModelPage | None:
    """The page as one of a model; None where it has neither properties nor values."""
    titled = next((section for section in page.sections if section.title), None)
    if titled is None:
        return None
    dialect = dialect_of(page)
    name = re.split(r"[.\\]", titled.title)[-1].strip()
    told: list[Member] = []
    has_table = False
    enums: dict[str, tuple[str | float | int | bool | None, ...]] = {}
    any_of: list[str] = []
    for section in page.sections:
        title = section.title.lower()
        if title == "properties":
            has_table = True
            told.extend(members(page, section))
        elif title == "enum" or title.startswith("enum:"):
            enums[section.title.partition(":")[2].strip()] = values(section)
        elif _ANY_OF.fullmatch(title):
            any_of.extend(text for line in section.prose() for text, _ in links(line.text))
    enums = {key: found for key, found in enums.items() if found}
    if not re.fullmatch(r"\w+", name) or not (has_table or enums or any_of):
        return None
    described = _description(titled, "")
    kept = tuple({member.name: member for member in reversed(told)}.values())[::-1]
    return ModelPage(name, page.at(titled.line), dialect, described, kept if has_table else None, enums,
                     tuple(dict.fromkeys(any_of)))  # fmt: skip


def readme_page(page: Page) -> Readme:
    """What the page tells of the whole API."""
    title = next((section.title for section in page.sections if section.title), "")
    version = ""
    for section in page.sections:
        for line in section.prose():
            if not version and (found := _VERSION.fullmatch(line.text)):
                version = found[1]
    listed = {(verb, path): (method_name(name), page.at(line)) for name, verb, path, _, line in _listed(page)}
    return Readme(title, version, _server(page), dict(described(page)), listed)


def spellings(pages: Iterable[Page]) -> Iterator[tuple[str, str]]:
    """Names that JSON in fences of any page shows, with their places."""
    key = re.compile(r"[\"']([A-Za-z_]\w*)[\"']\s*:")
    for page in pages:
        for section in page.sections:
            for line in section.code():
                if line.language == "json":
                    for found in key.finditer(line.text):
                        yield found[1], page.at(line.number)
