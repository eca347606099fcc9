"""Which operations speak of one kind of thing: what creates it, what names it, what is done to it.

Evidence, firm to weak: Links (an answer's id is another operation's parameter, in so many words), then paths (what is
below `/sessions/{id}` is about a session, and a POST to `/sessions`, `/sessions/start` creates one), then names.
Without a creator, or without an id in its answer, there is no lifecycle: then a question is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from assay.ingest import verbs
from assay.ingest.operations import Found
from assay.ingest.words import a, singular, words
from assay.model.pointer import escape, tokens
from assay.model.terms import Json

_VARIABLE: Final = re.compile(r"\{([^{}/]+)\}")
#: levels of an answer at which an id is looked for
_DEEPEST: Final = 3
_EXPRESSION: Final = re.compile(r"\$response\.body#(/.*)")


@dataclass(slots=True)
class Resource:
    """One kind of thing."""

    #: singular, kebab-case
    name: str
    creator: Found
    #: runtime expression that finds the id in the creator's answer, and why it is thought to
    id: str
    why: str
    #: parameter -> location
    carried: dict[str, str]
    #: operations that carry the id, in their order
    members: list[Found]
    #: True where Links say it
    linked: bool = False


@dataclass(slots=True)
class Survey:
    """Looks for resources among operations. `contracts` are their contents by file, `api` that of `api.yaml`."""

    found: list[Found]
    contracts: Mapping[str, Mapping[str, Json]]
    api: Mapping[str, Json]
    questions: list[str] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)
    #: operation -> the Link Objects that lead there, with whose they are
    _lead: dict[str, list[tuple[Found, Mapping[str, Json]]]] = field(default_factory=dict)

    def resources(self) -> list[Resource]:
        """All of them, in the order of their creators."""
        anchors: dict[str, list[Found]] = {}
        for one in self.found:
            if (anchor := _anchor(one.path)) is not None:
                anchors.setdefault(_VARIABLE.sub("{}", anchor), []).append(one)
        made: list[Resource] = []
        deep = [one.id for one in self.found if len(_VARIABLE.findall(one.path)) > 1]
        if deep:
            self.questions.append(
                f"Which parents do {named(deep)} need? Their paths have several variables, so no lifecycle has them."
            )
        for anchor, members in anchors.items():
            resource = self._resource(anchor, members)
            if resource is not None:
                self._taken.add(resource.creator.id)
                made.append(resource)
        order = {one.id: index for index, one in enumerate(self.found)}
        made.sort(key=lambda resource: order[resource.creator.id])
        return _named_apart(made)

    def _resource(self, anchor: str, members: list[Found]) -> Resource | None:
        collection = anchor.removesuffix("/{}")
        noun = _noun(collection)
        variables = list(dict.fromkeys(_VARIABLE.findall(one.path)[0] for one in members))
        if linked := self._linked(noun, members):
            return linked
        creator = self._creator(collection, noun)
        if creator is None:
            self.questions.append(
                f"Which operation creates {a(noun)}? None was found that issues the id in "
                f"{named([one.id for one in members])}."
            )
            return None
        if not self.successes(creator):
            self.questions.append(
                f"What does {creator.id} answer when it created {a(noun)}? {self._why_no_success(creator)}"
            )
            return None
        expressions = self._ids(creator, variables, noun)
        if len(expressions) != 1:
            told = (
                f"{len(expressions)} members fit: {', '.join(expressions)}"
                if expressions
                else "no member fits"
            )
            self.questions.append(
                f"Where does the answer of {creator.id} name the {noun} it created? {told}."
            )
            return None
        expression, why = next(iter(expressions.items()))
        last = tokens(expression.partition("#")[2])[-1]
        if last in _asked(self, creator):
            self.questions.append(
                f"Who chooses the id of {a(noun)}? The request of {creator.id} has to have '{last}'; a lifecycle needs "
                "an id that the answer issues."
            )
            return None
        carried = dict.fromkeys(variables, "path")
        return Resource(noun, creator, expression, why, carried, members)

    # -- links -------------------------------------------------------------------------------------------------------

    def _linked(self, noun: str, members: list[Found]) -> Resource | None:
        """The resource that Link Objects speak of, where one leads to a member."""
        if not self._lead:
            self._lead = {one.id: [] for one in self.found}
            for creator in self.found:
                if creator.method in {"post", "put"}:
                    for link in self._links(creator):
                        self._lead.get(link.get("operationId", ""), []).append((creator, link))
        ids = {one.id for one in members}
        for target in members:
            for creator, link in self._lead[target.id]:
                expression = _handed_over(link, target)
                if expression is not None and creator.id not in ids and creator.id not in self._taken:
                    variables = dict.fromkeys((_VARIABLE.findall(one.path)[0] for one in members), "path")
                    return Resource(
                        noun, creator, expression, "a Link says so", variables, members, linked=True
                    )
        return None

    def _links(self, one: Found) -> Iterator[Mapping[str, Json]]:
        """The Link Objects of its successful answers."""
        for status, response in self.contracts[one.file]["responses"].items():
            meant = self.resolve(response)
            if status[0] == "2":
                for link in meant.get("links", {}).values():
                    yield self.resolve(link)

    # -- who creates -------------------------------------------------------------------------------------------------

    def _creator(self, collection: str, noun: str) -> Found | None:
        """What creates one: a POST to the collection, or to a verb below it, or one that is named so."""
        posts = [
            one
            for one in self.found
            if one.method == "post" and "{" not in one.path and one.id not in self._taken
        ]
        for one in posts:
            if one.path.rstrip("/") == collection:
                return one
        for one in posts:
            above, _, last = one.path.rstrip("/").rpartition("/")
            if above == collection and verbs.verb([last], verbs.CREATE):
                return one
        return next((one for one in posts if verbs.creates(one.id, noun)), None)

    # -- what names it -----------------------------------------------------------------------------------------------

    def _ids(self, creator: Found, variables: Iterable[str], noun: str) -> dict[str, str]:
        """The expressions that fit best for an id, each with why; none where nothing fits."""
        variables = list(variables)
        best: dict[str, str] = {}
        rank = 99
        for status in self.successes(creator):
            for pointer, schema in self.members(self.body(creator, status)):
                name = tokens(pointer)[-1]
                if not _identifies(self.resolve(schema)):
                    continue
                fits = _fit(name, variables, noun)
                if fits is None:
                    continue
                score, why = fits[0] * 10 + len(tokens(pointer)), fits[1]
                if score < rank:
                    best, rank = {}, score
                if score == rank:
                    best[f"$response.body#{pointer}"] = why
        return best

    def members(self, schema: Json, pointer: str = "", depth: int = 0) -> Iterator[tuple[str, Json]]:
        """Every member of an object, those inside it too, with its pointer."""
        for name, member in self.properties(schema).items():
            here = f"{pointer}/{escape(name)}"
            yield here, member
            if depth + 1 < _DEEPEST:
                yield from self.members(member, here, depth + 1)

    def statuses(self, schema: Json) -> Iterator[tuple[str, Mapping[str, Json]]]:
        """The members of an answer that tell its state, each with its pointer."""
        for pointer, member in self.members(schema):
            meant = self.resolve(member)
            if tokens(pointer)[-1].lower() in {"status", "state"} and isinstance(meant, Mapping):
                yield pointer, meant

    def properties(self, schema: Json) -> Mapping[str, Json]:
        """The members that a schema describes, also by `allOf`."""
        meant = self.resolve(schema)
        if not isinstance(meant, Mapping):
            return {}
        found: dict[str, Json] = {}
        parts = [*meant.get("allOf", ())]
        if not parts and "properties" not in meant:  # an object, or null
            ways = [way for way in meant.get("anyOf", ()) if self.resolve(way) != {"type": "null"}]
            parts = ways if len(ways) == 1 else []
        for part in parts:
            found.update(self.properties(part))
        found.update(meant.get("properties", {}))
        return found

    def required(self, schema: Json) -> set[str]:
        """The members that a schema asks for, also by `allOf`."""
        meant = self.resolve(schema)
        if not isinstance(meant, dict):
            return set()
        return {name for part in meant.get("allOf", ()) for name in self.required(part)} | set(
            meant.get("required", ())
        )

    # -- contracts ---------------------------------------------------------------------------------------------------

    def successes(self, one: Found) -> list[str]:
        """The 2xx it documents."""
        responses = self.contracts[one.file]["responses"]
        return [
            s for s, r in responses.items() if s[0] == "2" and s.isdigit() and r.get("strength") != "silent"
        ]

    def _why_no_success(self, one: Found) -> str:
        quiet = [
            status for status in self.contracts[one.file]["responses"] if re.fullmatch("2[0-9]{2}", status)
        ]
        return f"Its {quiet[0]} is `silent`." if quiet else "No 2xx is documented."

    def body(self, one: Found, status: str) -> Json:
        """The schema of that answer's JSON."""
        content = self.resolve(self.contracts[one.file]["responses"][status]).get("content", {})
        for media_type, media in content.items():
            if "json" in media_type or media_type == "*/*":
                return media.get("schema", {})
        return {}

    def told(self, one: Found, status: str) -> str:
        """What the source says of an answer in prose and in examples."""
        response = self.contracts[one.file]["responses"].get(status)
        if response is None:
            return ""
        meant = self.resolve(response)
        told = [str(response.get("description", meant.get("description", "")))]
        for media in meant.get("content", {}).values():
            told += [str(media[key]) for key in ("example", "examples") if key in media]
            schema = self.resolve(media.get("schema", {}))
            if isinstance(schema, Mapping):
                told += [str(schema[key]) for key in ("description", "example", "examples") if key in schema]
        return " ".join(told)

    def resolve(self, value: Json) -> Json:
        """What `value` means once references are followed; circles were cut."""
        for _ in range(50):
            if not isinstance(value, dict) or not isinstance(value.get("$ref"), str):
                break
            node: Json = self.api
            for token in tokens(value["$ref"].removeprefix("#")):
                node = node.get(token, {}) if isinstance(node, Mapping) else {}
            value = node
        return value


def _handed_over(link: Mapping[str, Json], target: Found) -> str | None:
    """The expression of a Link that fills the one variable of the target's path."""
    parameters = link.get("parameters")
    for name, expression in parameters.items() if isinstance(parameters, Mapping) else ():
        location, _, bare = name.rpartition(".")
        fills = location in {"", "path"} and bare in _VARIABLE.findall(target.path)
        if fills and isinstance(expression, str) and _EXPRESSION.fullmatch(expression):
            return expression
    return None


def _anchor(path: str) -> str | None:
    """The path up to its one variable; None where it has none, several, or one at the beginning."""
    found = list(_VARIABLE.finditer(path))
    if len(found) != 1:
        return None
    before = path[: found[0].start()]
    if before.rstrip("/").rpartition("/")[2].lower() == found[0][1].lower():
        return None  # looked up by another key: /flows/name/{name}
    whole = path[found[0].end() : found[0].end() + 1] in {"", "/"}
    return path[: found[0].end()] if before.endswith("/") and before.strip("/") and whole else None


def _noun(collection: str) -> str:
    parts = words(collection.rpartition("/")[2])
    return "-".join([*parts[:-1], singular(parts[-1])]) if parts else "thing"


def _fit(name: str, variables: list[str], noun: str) -> tuple[int, str] | None:
    """How well a member's name fits, less being better, and why."""
    told = words(name)
    about = words(noun)
    if name in variables:
        return 0, f"it is called {name}, as the parameter is"
    for kind in ("id", "uuid", "token", "key"):
        if told == [*about, kind]:
            return 1, f"it is called {name}"
        if told == [*about[-1:], kind]:
            return 2, f"it is called {name}"
    if told in (["id"], ["uuid"]):
        return 3, f"it is called {name}"
    return None


def _identifies(schema: Json) -> bool:
    """True for texts and whole numbers."""
    if not isinstance(schema, Mapping):
        return False
    kinds = schema.get("type")
    told = kinds if isinstance(kinds, list) else [kinds]
    return any(kind in ("string", "integer") for kind in told)


def _asked(survey: Survey, creator: Found) -> set[str]:
    """The members that the creating request has to bring."""
    body = survey.resolve(survey.contracts[creator.file].get("requestBody", {}))
    names: set[str] = set()
    for media in body.get("content", {}).values():
        schema = media.get("schema", {})
        properties = survey.properties(schema)
        for name in survey.required(schema):
            member = survey.resolve(properties.get(name, {}))
            if not (isinstance(member, dict) and member.get("readOnly") is True):
                names.add(name)
    return names


def _named_apart(resources: list[Resource]) -> list[Resource]:
    """Two things of one name get the word before it, too."""
    seen: dict[str, int] = {}
    for resource in resources:
        seen[resource.name] = seen.get(resource.name, 0) + 1
    taken: set[str] = set()
    for resource in resources:
        if seen[resource.name] > 1:
            before = [part for part in resource.members[0].path.split("/") if part and "{" not in part]
            index = next((i for i, part in enumerate(before) if _noun(part) == resource.name), 0)
            above = words(before[index - 1]) if index else []
            resource.name = "-".join([*above, resource.name])
        number, name = 2, resource.name
        while resource.name in taken:
            resource.name, number = f"{name}-{number}", number + 1
        taken.add(resource.name)
    return resources


def named(ids: list[str]) -> str:
    """The first few of them, and how many more there are."""
    return ", ".join(ids[:4]) + (f" and {len(ids) - 4} more" if len(ids) > 4 else "")
