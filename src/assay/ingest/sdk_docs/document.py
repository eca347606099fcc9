"""Pages of an SDK as one OpenAPI 3.1 document, with what they leave open.

Theory of operation. Each page is read by itself (`reader`); models become components (`schemas`), methods become
operations (`operations`); where parameters stand is inferred (`placement`), and names of the wire are looked for
(`wire`). Nothing is concluded silently: what the pages do not say is a question with its place, and what had to be
put there is marked in the contract. A contract never holds against a server what only an open question would.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from assay.ingest.imported import Doubt
from assay.ingest.notes import Block
from assay.ingest.sdk_docs import reader
from assay.ingest.sdk_docs.access import NEEDS
from assay.ingest.sdk_docs.asked import Asked, listed
from assay.ingest.sdk_docs.dialects import Dialect, folded
from assay.ingest.sdk_docs.markdown import Page, read
from assay.ingest.sdk_docs.operations import Operations
from assay.ingest.sdk_docs.pages import ApiPage, Method, ModelPage, Readme, Scheme
from assay.ingest.sdk_docs.schemas import Models
from assay.ingest.sdk_docs.wire import Names, Wire
from assay.ingest.version import NoDocument
from assay.model.pointer import escape
from assay.model.terms import Json

_LOCAL: Final = re.compile(r"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?:[:/]|$)", re.I)
#: words of titles that tell what an SDK is, not what its API is about
_NOISE: Final = frozenset({
    "client", "api", "apis", "model", "sdk", "lib", "library", "for", "the", "rest", "openapi", "swagger", "generated",
    "go", "golang", "python", "php", "java", "javascript", "typescript", "csharp", "c#", "node", "docs",
    "documentation",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class SdkDocs:
    """What pages come to."""

    #: OpenAPI 3.1
    document: Mapping[str, Json]
    #: each with its place: `PetApi.md:12: …?`
    questions: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    #: pointers of the document -> `FILE:LINE`
    places: Mapping[str, str]


@dataclass(slots=True)
class _Source:
    """The pages by kind."""

    apis: list[ApiPage]
    models: dict[str, ModelPage]
    readme: Readme
    pages: list[Page]


def read_pages(pages: Mapping[str, str], names: Names | None = None) -> SdkDocs:
    """The document that pages come to: texts by path. `names`: how names are spelt on the wire, where that is known.

    Raises `NoDocument` where no page tells an operation, and for pages of several APIs.
    """
    source = _sorted(pages)
    asked, places = Asked(), {"": source.apis[0].file if source.apis else "pages"}
    methods = _methods(source, asked)
    if not methods:
        raise NoDocument(_nothing(source, len(pages)))
    wire = Wire(names)
    wire.gather(source.apis, source.models.values(), reader.spellings(source.pages))
    models = Models(source.models, wire, asked, places)
    models.build()
    operations = Operations(models, wire, asked, places)
    document = _head(source, asked, places)
    paths = Block()
    for method in methods:
        paths.setdefault(method.path, Block())[method.verb] = operations.build(method)
    models.complete()
    document["paths"] = paths
    document["components"] = Block({"schemas": models.components})
    if schemes := _security(source, methods, asked, places):
        document["components"]["securitySchemes"] = schemes
    _names(wire, asked)
    return SdkDocs(document, asked.complete(), tuple(asked.doubts), places)


def _sorted(pages: Mapping[str, str]) -> _Source:
    source = _Source([], {}, Readme(), [])
    for file in sorted(pages, key=lambda file: (file.count("/"), file)):
        page = read(file, pages[file])
        source.pages.append(page)
        if posixpath.basename(file).lower().startswith("readme"):
            told = reader.readme_page(page)
            if told.schemes or told.listed or not source.readme.title:
                source.readme = told
        elif api := reader.api_page(page):
            source.apis.append(api)
        elif model := reader.model_page(page):
            known = source.models.get(folded(model.name))
            if known is None or _told(model) > _told(known):
                source.models[folded(model.name)] = model
    spoken = {method.dialect for api in source.apis for method in api.methods}
    if len(spoken) == 1 and Dialect.UNKNOWN not in spoken:  # pages of models have no example to tell it
        (dialect,) = spoken
        source.models = {key: replace(model, dialect=dialect) for key, model in source.models.items()}
    return source


def _told(model: ModelPage) -> tuple[bool, int]:
    """How much a page tells: of two of one model, the one that tells which members are required comes first."""
    members = model.members or ()
    return any(member.required is not None for member in members), len(members)


def _nothing(source: _Source, number: int) -> str:
    what = "the page tells" if number == 1 else f"none of {number} pages tells"
    if source.readme.listed:
        return (
            f"Cannot import this: because its README lists {len(source.readme.listed)} operations, and the pages that "
            "describe them are not here. Name the folder that holds them, often `docs`."
        )
    no = " no" if number == 1 else " any"
    return (
        f"Cannot import this: because {what}{no} operation: a table with the columns Method and HTTP request, as "
        "openapi-generator writes it. Name a page such as PetApi.md, or the folder that holds it."
    )


def _methods(source: _Source, asked: Asked) -> list[Method]:
    """Every operation once: of two descriptions of one, the one that tells statuses, else the first."""
    found: dict[tuple[str, str], Method] = {}
    for api in source.apis:
        for method in api.methods:
            key = method.verb, re.sub(r"\{[^{}]*\}", "{}", method.path)
            known = found.get(key)
            if known is None:
                found[key] = method
                continue
            first, second = (method, known) if method.statuses and not known.statuses else (known, method)
            found[key] = first
            if first.dialect is second.dialect:
                because = f"{first.at} describes that method and path, too"
                asked.doubt(second.at, f"take '{second.name}' over", because)
    if found and source.readme.listed:
        told = {
            (verb, re.sub(r"\{[^{}]*\}", "{}", path)): at for (verb, path), at in source.readme.listed.items()
        }
        away = [name for key, (name, _) in told.items() if key not in found]
        if away:
            place = next(at for key, (_, at) in told.items() if key not in found)
            asked.doubt(place, f"take {listed(away, 8)} over", "no page that describes them is here")
    return [*found.values()]


def _head(source: _Source, asked: Asked, places: dict[str, str]) -> Block:
    made = Block({"openapi": "3.1.0"})
    made["info"] = Block({"title": _title(source), "version": source.readme.version or "unknown"})
    if not source.readme.version:
        asked.ask(places[""], "Which version of the API is this? No README beside the pages says it.")
    servers = [api.server for api in source.apis if api.server] or (
        [source.readme.server] if source.readme.server else []
    )
    known: dict[str, str] = {}
    for told in servers:
        if told:
            known.setdefault(told[0], told[1])
    if len(known) > 1:
        told_at = listed((f"{url} ({at})" for url, at in known.items()), 4)
        raise NoDocument(
            f"Cannot import these as one API: because the pages have several base URLs: {told_at}. Import the pages of "
            "each by themselves."
        )
    first = source.apis[0].methods[0].at
    if not known:
        asked.ask(first, "What is the base URL? No page says what paths are relative to.")
    made["servers"] = []
    for index, (url, at) in enumerate(known.items()):
        made["servers"].append(Block({"url": url}))
        places[f"/servers/{index}"] = at
        if _LOCAL.match(url):
            asked.ask(at, f"What is the base URL? {url} is where somebody's own machine listens.")
    return made


def _title(source: _Source) -> str:
    """What the API is called: by the namespace of its pages, the class of the only one, the README, or its host."""
    server = next((api.server for api in source.apis if api.server and not _LOCAL.match(api.server[0])), None)
    host = re.match(r"https?://([^/:]+)", server[0]) if server else None
    parts = [part for part in host[1].split(".")[:-1] if part not in {"api", "www"}] if host else []
    groups = {api.methods[0].group for api in source.apis}
    if len(groups) == 1 and (only := groups.pop()):
        return only
    spaces = {_namespace(api.title) for api in source.apis}
    if len(spaces) == 1 and (space := spaces.pop()):
        return next((part for part in parts if folded(part) == folded(space)), space)
    return _telling(source.readme.title) or _telling(" ".join(parts)) or "API"


def _namespace(title: str) -> str:
    return _telling(" ".join(re.split(r"[.\\_\s]+", title)[:-1]))


def _telling(text: str) -> str:
    """The words that tell what an API is about."""
    kept = [
        re.sub(r"(?<=[a-z])Api$", "", word)
        for word in re.split(r"[\s_@/-]+", text)
        if word.lower() not in _NOISE
    ]
    return " ".join(word for word in kept if word)


def _security(source: _Source, methods: list[Method], asked: Asked, places: dict[str, str]) -> Block:
    made = Block()
    shown: dict[str, Scheme] = {}
    for api in source.apis:
        for name, scheme in api.schemes.items():
            if name not in shown or (scheme.name and not shown[name].name):
                shown[name] = scheme
    used = {name: method.at for method in reversed(methods) for name in method.schemes or ()}
    for method in methods:
        if len(method.schemes or ()) > 1:
            named = " and ".join(method.schemes or ())
            question = (
                f"Does one of {named} suffice for {{}}, or are all needed? The pages list them side by side; "
            )
            asked.ask_of(method.at, f"{question}one is taken to suffice.", method.name)
    described = source.readme.schemes
    for name in dict.fromkeys([*(name for name in described if name in used), *used]):
        way = described.get(name) or shown.get(name)
        at = way.at if way else used[name]
        places[f"/components/securitySchemes/{escape(name)}"] = at
        told = _scheme(name, way, asked) if way else None
        if told is not None:
            made[name] = told
        else:
            asked.ask(
                at,
                f"What is '{name}': a bearer token, a key in a header, or something else? No page says it.",
            )
    return made


def _scheme(name: str, scheme: Scheme, asked: Asked) -> Block | None:
    if scheme.type == "http":
        made = Block({"type": "http", "scheme": scheme.scheme})
        if scheme.format:
            made["bearerFormat"] = scheme.format
        return made
    if scheme.type == "apiKey":
        made = Block({"type": "apiKey", "name": scheme.name or name, "in": scheme.place or "header"})
        missing = [key for key, told in (("name", scheme.name), ("in", scheme.place)) if not told]
        for key in missing:
            made.remark(key, f"guessed: {made[key]}, because no page says it")
        if missing:
            asked.ask(scheme.at, f"In which header, cookie or query parameter goes the key '{name}'? No page says it; "
                      f"it is taken to be the {made['in']} {made['name']}.")  # fmt: skip
        return made
    if scheme.type == "oauth2":
        flows = Block()
        if scheme.flow:
            flow = Block({key: scheme.urls[key] for key in NEEDS[scheme.flow] if key in scheme.urls})
            flow["scopes"] = Block(dict(scheme.scopes))
            if all(key in flow for key in NEEDS[scheme.flow]):
                flows[scheme.flow] = flow
        if not flows:
            asked.ask(
                scheme.at, f"How is a token for '{name}' had? No page tells all of a flow of OAuth 2.0."
            )
        return Block({"type": "oauth2", "flows": flows})
    return None


def _names(wire: Wire, asked: Asked) -> None:
    """What became of names that languages rename."""
    for name, (known, told, at) in wire.cited.items():
        asked.doubt(at, f"keep the name '{name}'", f"{told} has it as it is on the wire", known)
    if not wire.open:
        return
    dialects = list(dict.fromkeys(dialect for dialect, _ in wire.open.values()))
    at = next(iter(wire.open.values()))[1]
    names = listed((f"`{name}`" for name in wire.open), 400)
    said = " and ".join(dialects)
    number = "A name" if len(wire.open) == 1 else f"{len(wire.open)} names"
    asked.ask(
        at,
        f"How are names of several words spelt on the wire: camelCase or snake_case? {said} pages spell them as the "
        f"language does, so they do not tell it of {names}. Say it with --names; until then no request or answer that "
        "holds one is judged by them.",
    )
    asked.doubt(
        at, f"tell how {number.lower()} of several words {'is' if len(wire.open) == 1 else 'are'} spelt on the wire",
        f"{said} pages spell names as the language does", "as the pages spell them, and what depends on them is silent",
    )  # fmt: skip
