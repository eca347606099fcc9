"""The operations of an OpenAPI 3 document: their names, and each as the content of a contract file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final

from assay.ingest import words
from assay.ingest.library import Lost
from assay.ingest.notes import Block, Notes, Spot, show
from assay.ingest.parts import Parts, extensions, parameter_problem
from assay.ingest.promises import take_back
from assay.ingest.security import Security
from assay.model.terms import Json

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
#: members of a Path Item Object that are no operations (OpenAPI 3.1 §4.8.9)
_AROUND: Final = frozenset({"$ref", "summary", "description", "servers", "parameters"})
_VARIABLE: Final = re.compile(r"\{([^{}/]+)\}")
_STATUS: Final = re.compile(r"[1-5]([0-9][0-9]|XX)|default")
#: file names that mean something else in a contracts folder
_RESERVED: Final = frozenset({"api", "waivers"})


@dataclass(slots=True)
class Found:
    """One operation of the source."""

    id: str
    method: str
    path: str
    #: the file of its contract
    file: str
    value: Mapping[str, Json]
    at: Spot
    #: parameters that hold for the whole path, and where they stand
    around: Json = None
    around_at: Spot = field(default_factory=Spot)

    def texts(self) -> str:
        """What the documentation says of it in prose."""
        told = [self.value.get("summary"), self.value.get("description")]
        return " ".join(text for text in told if isinstance(text, str))


@dataclass(slots=True)
class Operations:
    """Finds and converts operations. `only`: ids, names or patterns; empty for all."""

    notes: Notes
    parts: Parts
    security: Security
    only: Collection[str] = ()
    #: the key of `sources` that stands for the document
    source: str = "openapi"
    #: operation id as the document has it -> as the contracts have it
    renamed: dict[str, str] = field(default_factory=dict)
    #: contents of contracts by file
    made: dict[str, Block] = field(default_factory=dict)

    def find(self, paths: Json) -> list[Found]:
        """Every operation below those paths, named, in their order."""
        found: list[Found] = []
        ids: set[str] = set()
        files: set[str] = set(_RESERVED)
        places: dict[tuple[str, str], str] = {}
        for path, method, value, at, item, item_at in self._raw(paths):
            said = value.get("operationId")
            operation = self._id(said, method, path, at, ids)
            if self.only and not _wanted(self.only, operation, method, path, value):
                continue
            place = method, _VARIABLE.sub("{}", path)
            if place in places:
                because = f"'{places[place]}' has that method and path"
                self.notes.doubt(at, f"take '{operation}' over", because)
                continue
            places[place] = operation
            ids.add(operation)
            if isinstance(said, str):
                self.renamed.setdefault(said, operation)
            name = (
                words.kebab(words.told_name(operation, method, path)) or words.kebab(operation) or "operation"
            )
            name = words.free(name[:100].strip("-"), files)
            files.add(name)
            found.append(
                Found(
                    operation,
                    method,
                    path,
                    f"{name}.yaml",
                    value,
                    at,
                    item.get("parameters"),
                    item_at / "parameters",
                )
            )
        return found

    def _raw(
        self, paths: Json
    ) -> Iterator[tuple[str, str, Mapping[str, Json], Spot, Mapping[str, Json], Spot]]:
        root = Spot() / "paths"
        if not isinstance(paths, Mapping):
            self.notes.doubt(root, f"use {show(paths)} as `paths`", "it holds path items by path")
            return
        for key, item in paths.items():
            if key.startswith("x-"):
                continue
            path = self._path(key, root / key)
            try:
                item, at = self.parts.resolved(item, root / key)  # noqa: PLW2901 - the item itself
            except Lost as lost:
                self.notes.doubt(root / key, f"follow '{item['$ref']}'", str(lost))
                continue
            if not isinstance(item, Mapping):
                self.notes.doubt(
                    root / key, f"use {show(item)} as a path item", "it holds operations by method"
                )
                continue
            for method, value in item.items():
                if method in _AROUND or method.startswith("x-"):
                    continue
                if method not in METHODS:
                    told = (
                        f"ask {method.upper()} {path}" if method.isalpha() else f"use '{method}' as a method"
                    )
                    self.notes.doubt(at / method, told, f"methods are {', '.join(METHODS)}")
                elif not isinstance(value, Mapping):
                    self.notes.doubt(at / method, f"use {show(value)} as an operation", "it is a mapping")
                else:
                    yield path, method, value, at / method, item, at

    def _path(self, path: str, at: Spot) -> str:
        """The path as a template that can be filled."""
        said = path
        path = path.split("#", maxsplit=1)[0].split("?", maxsplit=1)[0]
        path = re.sub(r"\s", "%20", path)
        path = path if path.startswith("/") else f"/{path}"
        path = re.sub(r"\{([^{}=/]+)=[^{}]*\}", r"{\1}", path)  # gRPC transcoding: {name=projects/*}
        path = path.replace("{}", "")
        names: set[str] = set()

        def once(match: re.Match[str]) -> str:
            name = words.free(match[1], names, "_")
            names.add(name)
            return f"{{{name}}}"

        path = _VARIABLE.sub(once, path)
        rest = _VARIABLE.sub("", path)
        if "{" in rest or "}" in rest:
            path = "".join(
                piece if _VARIABLE.fullmatch(piece) else piece.replace("{", "%7B").replace("}", "%7D")
                for piece in re.split(r"(\{[^{}/]+\})", path)
            )
        if path != said:
            self.notes.doubt(at, f"use the path {show(said)}", "it is no path template", path)
        return path

    def _id(self, said: Json, method: str, path: str, at: Spot, taken: set[str]) -> str:
        if isinstance(said, str) and said:
            name = words.identifier(said, words.operation_name(method, path))
        else:
            name = words.identifier(words.operation_name(method, path), "operation")
        if name == "lifecycle":  # clause ids of tables begin so
            name = "lifecycleOperation"
        chosen = words.free(name, taken, "_")
        if isinstance(said, str) and said and chosen != said:
            why = (
                "another one has it"
                if chosen != name
                else "clause ids are made of letters, digits, `.`, `_`, `-`"
            )
            self.notes.doubt(at / "operationId", f"call an operation {show(said)}", why, chosen)
        return chosen

    def convert(self, found: Found) -> Block:
        """The content of its contract file."""
        self.notes.home = found.file
        value, at = found.value, found.at
        made = Block({"operation": found.id, "method": found.method, "path": found.path})
        for key in ("summary", "description"):
            if isinstance(value.get(key), str) and value[key].strip():
                made[key] = words.short(value[key])
        if made.get("description") == made.get("summary"):
            made.pop("description", None)
        if isinstance(value.get("deprecated"), bool):
            made["deprecated"] = value["deprecated"]
        tags = value.get("tags")
        if isinstance(tags, list) and (kept := [tag for tag in tags if isinstance(tag, str)]):
            made["tags"] = kept
        docs = external(value.get("externalDocs"))
        if docs:
            made["externalDocs"] = docs
        made["source"] = f"{self.source}#{self.notes.source(at)}"
        if "security" in value:
            security = self.security.requirements(value["security"], at / "security")
            if security is not None:
                made["security"] = security
        self._parameters(made, found)
        self._request_body(made, found)
        made["responses"] = self._responses(made, value.get("responses"), at / "responses")
        extensions(made, value)
        take_back(made, at, self.notes)
        for key, why in _LEFT_OUT.items():
            if value.get(key):
                self.notes.doubt(at / key, f"keep the {key} of '{found.id}'", why)
        self.made[found.file] = made
        return made

    # -- what is asked -----------------------------------------------------------------------------------------------

    def _parameters(self, made: Block, found: Found) -> None:
        """The path's parameters and the operation's own, which come first where both have one (§4.8.9)."""
        kept: dict[tuple[str, str], Block] = {}
        for listed, at, own in (
            (found.around, found.around_at, False),
            (found.value.get("parameters"), found.at / "parameters", True),
        ):
            if listed is None:
                continue
            if not isinstance(listed, list):
                self.notes.doubt(at, f"use {show(listed)} as parameters", "they are a list")
                continue
            here: set[tuple[str, str]] = set()
            for index, item in enumerate(listed):
                self._take(kept, here, item, at / index, found, own=own)
        variables = _VARIABLE.findall(found.path)
        for name in variables:
            if ("path", name) not in kept:
                parameter = Block(
                    {"name": name, "in": "path", "required": True, "schema": Block({"type": "string"})}
                )
                kept["path", name] = parameter
                self.notes.guess(parameter, "schema", found.at, f"tell what '{{{name}}}' in {found.path} is",
                                 "no parameter describes it", "any text")  # fmt: skip
        if kept:
            made["parameters"] = list(kept.values())

    def _take(
        self, kept: dict[tuple[str, str], Block], here: set[tuple[str, str]], item: Json, at: Spot,
        found: Found, *, own: bool,
    ) -> None:  # fmt: skip
        try:
            meant, _ = self.parts.resolved(item, at)
        except Lost as lost:
            self.notes.doubt(at, f"follow '{item['$ref']}'", str(lost))
            return
        if problem := parameter_problem(meant):
            self.notes.doubt(at, "take this parameter over", problem)
            return
        key = meant["in"], meant["name"]
        if key in here:
            self.notes.doubt(at, f"take a second parameter '{key[1]}' over", f"the first in {key[0]} counts")
            return
        here.add(key)
        if key[0] == "path" and key[1] not in _VARIABLE.findall(found.path):
            if own:
                because = f"{found.path} has no such variable"
                self.notes.doubt(at, f"take the path parameter '{key[1]}' over", because)
            return
        parameter = self.parts.parameter(item, at)
        if parameter is not None:
            kept[key] = parameter

    def _request_body(self, made: Block, found: Found) -> None:
        value, at = found.value.get("requestBody"), found.at / "requestBody"
        if value is None:
            return
        try:
            meant, _ = self.parts.resolved(value, at)
        except Lost as lost:
            self.notes.doubt(at, f"follow '{value['$ref']}'", str(lost))
            return
        if (
            not isinstance(meant, Mapping)
            or not isinstance(meant.get("content"), Mapping)
            or not meant["content"]
        ):
            self.notes.doubt(at, "take the request body over", "no media type of it is documented")
            return
        body = self.parts.body(value, at)
        if body is not None:
            made["requestBody"] = body

    # -- what is answered --------------------------------------------------------------------------------------------

    def _responses(self, made: Block, value: Json, at: Spot) -> Block:
        responses = Block()
        if isinstance(value, Mapping):
            for status, item in value.items():
                name = status.upper() if re.fullmatch(r"[1-5]xx", status) else status
                if name.startswith("x-"):
                    continue
                if not _STATUS.fullmatch(name):
                    self.notes.doubt(
                        at / status, f"use '{status}' as a status", "it is no status, class or `default`"
                    )
                    continue
                responses[name] = self.parts.response(name, item, at / status)
        elif value is not None:
            self.notes.doubt(at, f"use {show(value)} as `responses`", "they stand by status")
        if not any(status[0] in "23d" for status in responses):
            what = "a success" if responses else "an answer"
            responses["2XX"] = Block({"description": "Not documented.", "strength": "silent"})
            self.notes.guess(responses, "2XX", at, f"tell what {what} of '{made['operation']}' looks like",
                             "no 2xx is documented", "any success, observed and never failed")  # fmt: skip
        return responses


#: what contracts have no place for
_LEFT_OUT: Final = {
    "callbacks": "a contract is about requests to the API, not from it",
    "servers": "contracts share the servers of their api.yaml",
}


def external(value: Json) -> Block:
    """An External Documentation Object (§4.8.11); empty for what is none."""
    made = Block()
    if isinstance(value, Mapping) and isinstance(value.get("url"), str):
        if isinstance(value.get("description"), str):
            made["description"] = words.short(value["description"])
        made["url"] = value["url"]
    return made


def _wanted(only: Collection[str], operation: str, method: str, path: str, value: Mapping[str, Json]) -> bool:
    """True when a pattern speaks of that operation: of its id, its path, its method and path, or a tag."""
    tags = value.get("tags")
    names = [operation, path, f"{method.upper()} {path}", *(t for t in (tags or ()) if isinstance(t, str))]
    return any(fnmatchcase(name, pattern) for name in names for pattern in only)
