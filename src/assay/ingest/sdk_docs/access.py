"""The ways in, as a README describes them and as examples show them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from assay.ingest.sdk_docs.markdown import Page, Section, plain
from assay.ingest.sdk_docs.pages import Scheme

_FIELD: Final = re.compile(r"\s*[*-]\s+\*\*([^*]+)\*\*\s*:?\s*(.*)")
_SCOPE: Final = re.compile(r"\s*[*-]\s+(.+?):\s+(.*)")
_PLACES: Final = (("query", "query"), ("cookie", "cookie"), ("header", "header"))
#: a comment of an example: `// Configure Bearer access token for authorization: default`
_COMMENT: Final = re.compile(
    r"configure\s+(.+?)\s+(?:for\s+)?authorization(?:\s*\(([^()]*)\))?\s*:\s*(\S+)", re.I
)
#: characters of a comment
_LONGEST: Final = 500
#: PHP's and C#'s examples name the header or parameter of a key
_KEY: Final = re.compile(r"(?:setApiKey|AddApiKey)\(\s*[\"']([^\"']+)[\"']")
#: flows as generators call them -> as OpenAPI does, with the URLs that each needs (OpenAPI 3.1 §4.8.29)
_FLOWS: Final = {
    "implicit": "implicit", "password": "password", "application": "clientCredentials",
    "clientcredentials": "clientCredentials", "accesscode": "authorizationCode",
    "authorizationcode": "authorizationCode",
}  # fmt: skip
NEEDS: Final = {
    "implicit": ("authorizationUrl",), "password": ("tokenUrl",), "clientCredentials": ("tokenUrl",),
    "authorizationCode": ("authorizationUrl", "tokenUrl"),
}  # fmt: skip


def described(page: Page) -> Iterator[tuple[str, Scheme]]:
    """The schemes that a README has a section for."""
    inside, level = False, 0
    for section in page.sections:
        title = section.title.lower()
        if title in {"documentation for authorization", "authorization", "authentication"}:
            inside, level = True, section.level
        elif inside and section.level <= level and section.title:
            inside = False
        elif inside and section.title:
            scheme = _scheme(page, section)
            if scheme is not None:
                yield section.title, scheme


def _scheme(page: Page, section: Section) -> Scheme | None:
    told: dict[str, str] = {}
    scopes: dict[str, str] = {}
    last = ""
    for line in section.prose():
        if found := _FIELD.fullmatch(line.text):
            if last == "scopes" and line.text[:1].isspace():
                scopes[plain(found[1])] = plain(found[2]).lstrip(": ")
                continue
            last = plain(found[1]).lower().rstrip(":")
            told[last] = plain(found[2])
        elif last == "scopes" and (found := _SCOPE.fullmatch(line.text)):
            scopes[plain(found[1])] = plain(found[2])
    if "type" not in told:
        return None
    kind = told["type"].lower()
    at = page.at(section.line)
    if "oauth" in kind:
        flow = _FLOWS.get(re.sub(r"[^a-z]", "", told.get("flow", "").lower()), "")
        urls = {"authorizationUrl": told.get("authorization url", ""), "tokenUrl": told.get("token url", "")}
        return Scheme(
            "oauth2", at, flow=flow, urls={key: url for key, url in urls.items() if url}, scopes=scopes
        )
    if "key" in kind:
        where = told.get("location", "").lower()
        place = next((place for word, place in _PLACES if word in where), "")
        return Scheme("apiKey", at, name=told.get("api key parameter name", ""), place=place)
    return _http(kind, at)


def _http(kind: str, at: str) -> Scheme:
    if "bearer" in kind:
        found = re.search(r"\(([^()]+)\)", kind)
        return Scheme("http", at, "bearer", format=found[1].upper() if found else "")
    if "basic" in kind:
        return Scheme("http", at, "basic")
    return Scheme("", at)


def shown(page: Page) -> Mapping[str, Scheme]:
    """The schemes that comments of examples name, the first of each."""
    made: dict[str, Scheme] = {}
    for section in page.sections:
        last = ""
        for line in section.code():
            if found := _COMMENT.search(line.text[:_LONGEST]):
                last = found[3].strip("`'\".,;")
                kind = f"{found[1]} {f'({found[2]})' if found[2] else ''}".lower()
                at = page.at(line.number)
                if last not in made:
                    made[last] = _told(kind, at)
            elif last and made[last].type == "apiKey" and (key := _KEY.search(line.text)):
                made[last] = Scheme("apiKey", page.at(line.number), name=key[1])
    return made


def _told(kind: str, at: str) -> Scheme:
    if "oauth" in kind:
        return Scheme("oauth2", at)
    if "key" in kind:
        return Scheme("apiKey", at)
    return _http(kind, at)
