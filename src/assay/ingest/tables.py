"""A first lifecycle for each resource: what can be told is a cell, what is guessed has a remark, the rest is silent.

The table stands on names and paths, so all of it is `exemplified` unless the source says so in words: no guess of ours
fails a build.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from assay.ingest import verbs
from assay.ingest.imported import Doubt
from assay.ingest.notes import Block, Notes
from assay.ingest.operations import Found
from assay.ingest.resources import Resource, Survey, named
from assay.ingest.words import a, identifier, kebab
from assay.model.terms import Json

_SAFE: Final = frozenset({"get", "head", "options"})
#: answers that mean that there is nothing (RFC 9110 §15.5.5, §15.5.11)
_GONE: Final = ("404", "410")
#: what stands behind the id where all of it is meant
_WHOLE: Final = ("", "status", "state", "info", "details", "json")
#: answers for what is so already: conflict, gone, not modified, not found, unprocessable
_ALREADY: Final = ("409", "304", "410", "404", "400", "422")


@dataclass(slots=True)
class _Action:
    """An operation that brings an instance somewhere."""

    found: Found
    verb: str
    state: str


@dataclass(slots=True)
class Table:
    """Makes the lifecycle file of one resource."""

    resource: Resource
    survey: Survey
    notes: Notes
    first: str = ""
    actions: list[_Action] = field(default_factory=list)
    #: state -> the operations of which nothing is said in it
    silent: dict[str, list[str]] = field(default_factory=dict)

    def made(self) -> Block | None:
        """The content of the file; None, with a question, where nothing leads anywhere or nothing can be told."""
        self._actions()
        resource = self.resource
        cells = Block()
        cells[resource.creator.id] = self._creation()
        cells.remark(resource.creator.id, f"guessed: it creates {a(resource.name)}, by its {self._how()}")
        for one in resource.members:
            row = self._row(one)
            if row is not None:
                cells[one.id] = row
        if len(cells) == 1:
            self.survey.questions.append(
                f"What happens to {a(resource.name)}? Nothing that is done to one is documented."
            )
            return None
        used = [one for one in resource.members if one.id in cells]
        carried = {
            name: "path" for name in resource.carried if any(f"{{{name}}}" in one.path for one in used)
        }
        instance = Block({"created-by": resource.creator.id, "id": resource.id, "carried-in": Block(carried)})
        if not resource.linked:
            instance.remark("id", f"guessed: this names the {resource.name}, because {resource.why}")
        table = Block({"lifecycle": resource.name, "source": self._source(resource.creator)})
        table["strength"] = "exemplified"
        table.remark(
            "strength",
            "this table was inferred; call documented what the documentation says in so many words",
        )
        table |= {"instance": instance, "states": self._states(), "cells": cells}
        self._tell()
        return table

    def _how(self) -> str:
        return "Link" if self.resource.linked else "name and path"

    def _source(self, one: Found) -> str:
        told = self.survey.contracts[one.file].get("source", "openapi")
        return str(told)

    # -- states ------------------------------------------------------------------------------------------------------

    def _actions(self) -> None:
        resource = self.resource
        verb = verbs.verb([resource.creator.path.rpartition("/")[2], resource.creator.id], verbs.CREATE)
        values = self._values()
        self.first = self._called(verbs.CREATE.get(verb or "", "present"), values)
        for one in resource.members:
            if not self.survey.successes(one):
                continue
            found = self._verb(one)
            if found is not None:
                self.actions.append(_Action(one, found, self._called(verbs.CHANGE[found], values)))
        if any(action.state == self.first for action in self.actions):
            self.first = "created" if self.first != "created" else "new"

    def _values(self) -> list[str]:
        """The words that the documentation has for the status of one, from the schemas of what is answered."""
        found: list[str] = []
        for one in (self.resource.creator, *self.resource.members):
            for status in self.survey.successes(one):
                for _, schema in self.survey.statuses(self.survey.body(one, status)):
                    found += [value for value in schema.get("enum", ()) if isinstance(value, str)]
        return list(dict.fromkeys(found))

    def _called(self, state: str, values: list[str]) -> str:
        """What the documentation calls that state, if it has a word for it."""
        word = identifier(verbs.word_for(state, values) or state, state)
        return state if word == "absent" else word

    def _verb(self, one: Found) -> str | None:
        """The verb by which it brings an instance somewhere."""
        last = one.path.rstrip("/").rpartition("/")[2]
        at_item = "{" in last
        if one.method == "delete":
            return (verbs.verb([one.id], verbs.DELETE) or "delete") if at_item else None
        if one.method in _SAFE or at_item:
            return None
        if _carries_data(self.survey.contracts[one.file]):
            return None
        below = one.path.partition("}")[2].strip("/")
        return verbs.verb([last], verbs.CHANGE) if "/" not in below else None

    def _final(self, state: str) -> bool:
        """True for a state that no verb takes back."""
        brings = [action for action in self.actions if action.state == state]
        return not any(verbs.opposite(a.verb, b.verb) for a in brings for b in self.actions)

    def _states(self) -> Block:
        states = Block({"absent": Block(), self.first: Block()})
        states.remark(self.first, f"guessed: what it is called, by {self.resource.creator.id}")
        for action in self.actions:
            if action.state not in states:
                states[action.state] = Block({"final": True}) if self._final(action.state) else Block()
                states.remark(action.state, f"guessed: by the name of {action.found.id}")
        return states

    # -- cells -------------------------------------------------------------------------------------------------------

    def _creation(self) -> Block:
        creator = self.resource.creator
        pointer = self.resource.id.partition("#")[2]
        name = pointer.strip("/").split("/")[0]
        ways = [
            self._way(status, to=self.first)
            for status in self.survey.successes(creator)
            if not name or name in self.survey.properties(self.survey.body(creator, status))
        ]
        return Block({"absent": ways[0] if len(ways) == 1 else ways or self._way("201", to=self.first)})

    def _way(self, status: str, to: str | None = None) -> Block:
        made = Block({"status": int(status)})
        if to is not None:
            made["to"] = to
        return made

    def _row(self, one: Found) -> Block | None:
        """The cells of one operation; None, with a question, where it may do anything."""
        if not self.survey.successes(one):
            self.survey.questions.append(
                f"What does {one.id} answer about {a(self.resource.name)}? No 2xx is documented, so no table has it."
            )
            return None
        action = next((action for action in self.actions if action.found is one), None)
        keeps = (
            one.method in _SAFE
            or (one.method in {"put", "patch"} and ("{" in one.path.rstrip("/").rpartition("/")[2]))
            or verbs.verb([one.path.rpartition("/")[2]], verbs.KEEP) is not None
        )
        if action is None and not keeps:
            self.survey.questions.append(
                f"What does {one.id} do to {a(self.resource.name)}? Its name does not tell, so no table has it."
            )
            return None
        row = Block({"absent": self._absent(one)})
        row_states = [self.first, *dict.fromkeys(a.state for a in self.actions)]
        for state in row_states:
            row[state] = self._cell(one, action, state, row, row_states)
        self._remark_absent(row)
        return row

    def _cell(
        self, one: Found, action: _Action | None, state: str, row: Block, row_states: list[str]
    ) -> Json:
        success = self.survey.successes(one)
        if action is None:
            if self._final(state) and state != self.first:
                return self._after(one, state, row)
            if self._partial(one) and sum(not self._final(known) for known in row_states) > 1:
                return self._nothing_said(one, state)
            return self._ways(success)
        if state == action.state:
            return self._again(one, action, row)
        if state == self.first or any(
            verbs.opposite(action.verb, other.verb) for other in self.actions if other.state == state
        ):
            row.remark(state, f"guessed: it leads to {action.state}, by its name")
            ways = self._ways(success, to=action.state)
            if any(verbs.null_when(one.texts())) and isinstance(ways, Block):
                ways["body"] = Block({"not": Block({"type": "null"})})  # null is for the others
            return ways
        return self._nothing_said(one, state)

    def _partial(self, one: Found) -> bool:
        """True for what is asked of a part of it, such as its processes: there may be none in some states."""
        below = one.path.partition("}")[2].strip("/")
        return below.lower() not in _WHOLE

    def _ways(self, statuses: list[str], to: str | None = None) -> Json:
        ways = [self._way(status, to=to) for status in statuses]
        return ways[0] if len(ways) == 1 else ways

    def _again(self, one: Found, action: _Action, row: Block) -> Json:
        """What is answered where the instance is there already."""
        success = self.survey.successes(one)
        _, null = verbs.null_when(one.texts())
        if null and success:
            row.remark(action.state, "guessed: null, because its description says so of what is over already")
            return Block(
                {
                    "status": int(success[0]),
                    "body": "nothing",
                    "strength": "documented",
                    "source": self._source(one),
                }
            )
        if said := self._said(one, verbs.status_already(one.texts())):
            row.remark(
                action.state,
                f"guessed: {said['status']}, because its description says so of what is so already",
            )
            return said
        for status in _ALREADY:
            told = self.survey.told(one, status)
            if told and verbs.says_already(told):
                row.remark(
                    action.state, f"guessed: {status}, because its description says «already» or alike"
                )
                return self._way(status)
        if verbs.says_idempotent(one.texts()) and success:
            row.remark(
                action.state, "guessed: the same again, because its description says that it is idempotent"
            )
            return self._ways(success)
        return self._nothing_said(one, action.state)

    def _after(self, one: Found, state: str, row: Block) -> Json:
        """What a read or an update answers once the instance is over."""
        if said := self._said(one, verbs.status_already(one.texts())):
            row.remark(state, f"guessed: {said['status']}, because its description says so of what is over")
            return said
        for status in ("410", "404"):
            told = self.survey.told(one, status)
            if told and verbs.says_already(told):
                row.remark(state, f"guessed: {status}, because its description says so of what is over")
                return self._way(status)
        return self._nothing_said(one, state)

    def _absent(self, one: Found) -> Json:
        success = self.survey.successes(one)
        null, _ = verbs.null_when(one.texts())
        if null and success:
            return Block(
                {
                    "status": int(success[0]),
                    "body": "nothing",
                    "strength": "documented",
                    "source": self._source(one),
                }
            )
        if said := self._said(one, verbs.status_unknown(one.texts())):
            return said
        responses = self.survey.contracts[one.file]["responses"]
        for status in _GONE:
            if status in responses:
                return self._way(status)
        return self._nothing_said(one, "absent")

    def _said(self, one: Found, statuses: list[str]) -> Block | None:
        """A cell for the first of the statuses that prose names and responses have.

        It is a guess all the same that the sentence is about this very thing.
        """
        documented = self.survey.contracts[one.file]["responses"]
        status = next((status for status in statuses if status in documented), None)
        return None if status is None else Block({"status": int(status), "source": self._source(one)})

    def _remark_absent(self, row: Block) -> None:
        cell = row["absent"]
        if isinstance(cell, Mapping) and "status" in cell:
            if cell.get("body") == "nothing":
                row.remark("absent", "guessed: null, because its description says so of what is not found")
            else:
                row.remark("absent", f"guessed: {cell['status']} is for an id that was never issued")

    def _nothing_said(self, one: Found, state: str) -> Json:
        """A silent cell; the mock needs an answer that the operation documents."""
        self.silent.setdefault(state, []).append(one.id)
        success = self.survey.successes(one)
        gone = [status for status in _GONE if status in self.survey.contracts[one.file]["responses"]]
        deleted = state in {"deleted", "removed", "absent"}
        chosen = gone[0] if deleted and gone else success[0]
        mock = Block({"status": int(chosen)})
        word = self._status_word(one, chosen, state)
        if word is not None:
            mock["body"] = word
        return Block({"silent": Block({"mock": mock})})

    def _status_word(self, one: Found, status: str, state: str) -> Json:
        """A patch for the mock's answer where a status has a documented word for that state."""
        if state == "absent" or status[0] != "2":
            return None
        for pointer, schema in self.survey.statuses(self.survey.body(one, status)):
            values = [value for value in schema.get("enum", ()) if isinstance(value, str)]
            word = verbs.word_for(state, values)
            if word is not None:
                patch: Json = word
                for part in reversed(pointer.strip("/").split("/")):
                    patch = Block({part: patch})
                return patch
        return None

    def _tell(self) -> None:
        """One doubt for the table, and one question for its silent cells."""
        resource = self.resource
        file = f"lifecycles/{kebab(resource.name)}.yaml"
        because = "documents have no lifecycles" + ("" if not resource.linked else " beside Links")
        states = ", ".join([self.first, *dict.fromkeys(action.state for action in self.actions)])
        pointer, cannot = self.notes.source(resource.creator.at), f"Cannot know how {a(resource.name)} lives"
        self.notes.doubts.append(
            Doubt(pointer, f"{cannot}: because {because}.", f"{states}; marked in the file", file)
        )
        if self.silent:
            shown = "; ".join(f"when it is {state}, to {named(ids)}" for state, ids in self.silent.items())
            self.survey.questions.append(
                f"What is answered about {a(resource.name)} {shown}? The table leaves it silent."
            )


def _carries_data(contract: Mapping[str, Json]) -> bool:
    """True for a request that has to bring a body that is no JSON: a file is put there, whatever the path says."""
    body = contract.get("requestBody", {})
    return body.get("required") is True and not any("json" in kind for kind in body.get("content", {}))


def lifecycles(survey: Survey, notes: Notes) -> dict[str, Block]:
    """The lifecycle files by path; what is left open is among the survey's questions."""
    files: dict[str, Block] = {}
    for resource in survey.resources():
        table = Table(resource, survey, notes).made()
        if table is not None:
            files[f"lifecycles/{kebab(resource.name)}.yaml"] = table
            if resource.linked:
                _take_links(resource, survey, table)
    return files


def _take_links(resource: Resource, survey: Survey, table: Mapping[str, Json]) -> None:
    """Takes away the links that the lifecycle says now: a bundle makes them again."""
    for response in survey.contracts[resource.creator.file]["responses"].values():
        links = response.get("links", {})
        for name in [
            n
            for n, link in links.items()
            if link.get("operationId") in table["cells"] and _plain(link, resource)
        ]:
            del links[name]
        if "links" in response and not links:
            del response["links"]


def _plain(link: Mapping[str, Json], resource: Resource) -> bool:
    """True for a link that hands over the id, and nothing else."""
    parameters = link.get("parameters")
    return (
        link.keys() <= {"operationId", "parameters"}
        and isinstance(parameters, Mapping)
        and set(parameters.values()) == {resource.id}
        and all(name.removeprefix("path.") in resource.carried for name in parameters)
    )
