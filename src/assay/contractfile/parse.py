"""The door: texts of contract files become contracts, or all problems of all files at once.

A file goes through these gates, and only what passed one reaches the next, so that one cause makes one
problem: YAML that is JSON; the published schema of its kind; references and schemas inside it. What is left
of an api then becomes the model. What only shows between files (a blank cell, a path used twice) is the
business of `rules.lint`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from assay.contractfile.api import build_api, build_pending, build_waivers, digest
from assay.contractfile.conform import conform
from assay.contractfile.lifecycle import build_lifecycle
from assay.contractfile.operation import build_operation
from assay.contractfile.positions import Atlas, Document
from assay.contractfile.read import read
from assay.contractfile.references import Components, references
from assay.contractfile.schema_objects import check_schemas
from assay.contractfile.tree import Folder, arrange
from assay.contractfile.walk import Part, parts_of_api, parts_of_contract, parts_of_lifecycle
from assay.model.contract import Api, ContractSet, Json
from assay.model.problem import Problem, Severity, Silenced
from assay.model.verdict import Pending, Waiver

#: the key that says which kind of file one is looking at
_MARKS: Final = {"contract": "operation", "api": "title", "lifecycle": "lifecycle", "waivers": "waivers"}
_HOMES: Final = {
    "contract": "beside api.yaml",
    "api": "to a file named api.yaml",
    "lifecycle": "into the api's folder `lifecycles/`",
    "waivers": "to a file named waivers.yaml beside api.yaml",
}


#: yields the OpenAPI objects of one kind of file
_Walk = Callable[[Mapping[str, Json]], Iterable[Part]]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What the files come to."""

    #: None when any problem is an error
    contracts: ContractSet | None
    #: sorted by place
    problems: tuple[Problem, ...]
    #: what could be understood in spite of the problems, so that lint can speak at the same time; apis that
    #: lack something say so (`Api.complete`)
    partial: ContractSet = field(default_factory=lambda: ContractSet((), ""), repr=False)
    #: what would be among the problems, had nobody silenced it
    silenced: tuple[Silenced, ...] = ()


def parse(files: Mapping[str, str], *, root: str = "contracts") -> Parsed:
    """Contracts from texts by path: every `*.yaml` and `*.yml` below the contracts folder.

    Paths are as the user would type them, with `/`. `root` is the folder itself, named when it is empty.
    Never raises for anything a file holds.
    """
    folders, problems = arrange(files, root)
    collected = list(problems)
    atlas: dict[str, Document] = {}
    keyed: dict[tuple[str, str, str], Json] = {}
    apis = []
    for folder in folders:
        reader = _Reader(files, folder)
        api = reader.api()
        collected.extend(reader.problems)
        atlas.update(reader.documents)
        keyed.update(reader.keyed)
        if api is not None:
            apis.append(api)
    partial = ContractSet(tuple(apis), digest(keyed), Atlas(atlas))
    found = arranged(collected)
    sound = not any(problem.severity is Severity.ERROR for problem in found)
    return Parsed(partial if sound else None, found, partial)


def arranged(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems sorted by place, each once."""
    return tuple(sorted(set(problems)))


@dataclass(slots=True)
class _Reader:
    """Reads the files of one api."""

    files: Mapping[str, str]
    folder: Folder
    problems: list[Problem] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)
    #: documents by api, kind and name, for the digest
    keyed: dict[tuple[str, str, str], Json] = field(default_factory=dict)
    #: files with an error: they are not among what can be understood
    faulty: set[str] = field(default_factory=set)

    def api(self) -> Api | None:
        """The api as far as it can be understood; None when its `api.yaml` cannot."""
        document = self._document("api", self.folder.api)
        contracts = [self._document("contract", path) for path in self.folder.contracts]
        lifecycles = [self._document("lifecycle", path) for path in self.folder.lifecycles]
        waivers, pending = self._decisions()
        components = Components(document) if document else None
        if document and components:
            self._check_components(document, components)
        for doc in filter(None, contracts):
            self._check(doc, parts_of_contract, components)
        for doc in filter(None, lifecycles):
            self._check(doc, parts_of_lifecycle, components)
        if document is None or components is None or document.file in self.faulty:
            return None
        name, inherited = self.folder.name, document.value.get("security", [])
        return build_api(
            name,
            document,
            (build_operation(doc, name, components, inherited) for doc in self._sound(contracts)),
            (build_lifecycle(doc, name) for doc in self._sound(lifecycles)),
            waivers,
            pending,
            complete=not self.faulty,
        )

    def _sound(self, documents: Iterable[Document | None]) -> Iterable[Document]:
        return (document for document in documents if document and document.file not in self.faulty)

    def _document(self, kind: str, path: str) -> Document | None:
        """The document of that file when it is what it should be; notes what keeps it from being that."""
        document = read(path, self.files[path])
        if not isinstance(document, Document):
            self._note(document)
            return None
        self.documents[path] = document
        conformance = conform(kind, document)
        if conformance.problems:
            misplaced = _misplaced(kind, document)
            self._note((misplaced,) if misplaced else conformance.problems)
            if misplaced or kind == "api" or not conformance.usable:
                return None
        name = document.value.get(_MARKS[kind], "") if kind in {"contract", "lifecycle"} else ""
        self.keyed[self.folder.name, kind, str(name)] = document.value
        return document

    def _check_components(self, document: Document, components: Components) -> None:
        """Checks what is shared: every reference leads somewhere, and none in a circle."""
        parts = list(parts_of_api(document.value))
        found = list(references(parts))
        self._note(components.check_circles(found))
        self._note(components.check(found, document))
        self._note(check_schemas(parts, document))

    def _check(self, document: Document, walk: _Walk, components: Components | None) -> None:
        """Checks references, where there are components to refer to, and schemas of a file."""
        parts = list(walk(document.value))
        if components:
            self._note(components.check(references(parts), document))
        self._note(check_schemas(parts, document))

    def _decisions(self) -> tuple[tuple[Waiver, ...], tuple[Pending, ...]]:
        document = self._document("waivers", self.folder.waivers) if self.folder.waivers else None
        if document is None:
            return (), ()
        waivers, problems = build_waivers(document)
        self._note(problems)
        return waivers, build_pending(document)

    def _note(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.problems.append(problem)
            if problem.severity is Severity.ERROR:
                self.faulty.add(problem.place.file)


def _misplaced(kind: str, document: Document) -> Problem | None:
    """One problem instead of many when a file of another kind lies here."""
    if _MARKS[kind] in document.value:
        return None
    for other in ("lifecycle", "waivers", "contract"):
        if other != kind and _MARKS[other] in document.value:
            message = f"Cannot read this file as {_a(kind)}: because it is {_a(other)}."
            return document.problem("stray-file", f"/{_MARKS[other]}", message, f"Move it {_HOMES[other]}.")
    return None


def _a(kind: str) -> str:
    names = {
        "contract": "an endpoint file",
        "api": "an api.yaml",
        "lifecycle": "a lifecycle",
        "waivers": "a waivers.yaml",
    }
    return names[kind]
