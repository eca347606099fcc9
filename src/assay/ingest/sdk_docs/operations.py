"""Methods of an SDK as OpenAPI operations: what the pages say, what is put where they are silent, what is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from assay.ingest.notes import Block
from assay.ingest.sdk_docs.asked import Asked, listed
from assay.ingest.sdk_docs.pages import Method
from assay.ingest.sdk_docs.placement import FORMS, Placed, placed
from assay.ingest.sdk_docs.schemas import UNSURE, Models, never_null
from assay.ingest.sdk_docs.wire import Wire
from assay.ingest.verbs import null_when
from assay.ingest.words import words
from assay.model.pointer import escape

_PLACES: Final = "no page says where parameters stand"


@dataclass(slots=True)
class Operations:
    """Builds operations, one after another."""

    models: Models
    wire: Wire
    asked: Asked
    places: dict[str, str]

    def build(self, method: Method) -> Block:
        """That method as an Operation Object."""
        return _Building(self, method).operation()


class _Building:
    """One operation."""

    def __init__(self, all_: Operations, method: Method) -> None:
        self.models, self.wire, self.asked, self.places = all_.models, all_.wire, all_.asked, all_.places
        self.method = method
        self.pointer = f"/paths/{escape(method.path)}/{method.verb}"
        #: why an answer to a request proves nothing yet; empty where it does
        self.silent = ""
        #: why it proves little
        self.weak = ""
        self.asks: set[str] = set()

    def operation(self) -> Block:
        method = self.method
        made = Block({"operationId": method.name})
        if method.group:
            made["tags"] = [method.group]
        if method.summary:
            made["summary"] = method.summary
        if method.description:
            made["description"] = method.description
        self.places[self.pointer] = method.at
        if method.members is None:
            self.asked.ask(method.at, f"Which parameters does {method.name} have? No table tells them.")
        self._request(made)
        made["responses"] = self._responses()
        if method.schemes is None:
            self.asked.ask_of(method.at, "Who may call these: {}? No section tells the way in.", method.name)
        else:
            made["security"] = [{name: []} for name in method.schemes]
        return made

    # -- what is asked -----------------------------------------------------------------------------------------------

    def _request(self, made: Block) -> None:
        method = self.method
        parameters: list[Block] = []
        form: list[Placed] = []
        for one in placed(method, lambda text: self.models.structured(text, method.dialect)):
            if one.where == "form":
                form.append(one)
            elif one.where == "body":
                made["requestBody"] = self._body(one)
            else:
                self.places[f"{self.pointer}/parameters/{len(parameters)}"] = one.member.at
                parameters.append(self._parameter(one))
        if parameters:
            made["parameters"] = parameters
        if form:
            made["requestBody"] = self._form(form)
        elif method.sends and "requestBody" not in made:
            question = (
                f"What is the body of {method.name}? It sends {listed(method.sends)}, and no parameter is it."
            )
            self.asked.ask(method.at, question)
        self.models.sent |= self.asks
        if self.models.unsure & self.models.held(self.asks):
            self.silent = self.silent or "the names in its body are not known as they are on the wire"

    def _parameter(self, one: Placed) -> Block:
        member, method = one.member, self.method
        name, sure = one.name, True
        if one.where != "path":
            name, sure = self.wire.name(member.name, method.dialect, member.at, model=False)
        if one.where == "header":
            name, sure = "-".join(word.capitalize() for word in words(member.name)), True
        made = Block({"name": name, "in": one.where})
        if one.where == "path" or member.required:
            made["required"] = True
        elif member.required is None:
            question = "Which of these parameters are required: {}? This page does not say."
            self.asked.ask_of(method.at, question, f"`{member.name}` of {method.name}")
            self.silent = self.silent or f"whether `{member.name}` is required is not documented"
        made["schema"] = self.models.schema(never_null(member), method.dialect, self.asks)
        if description := made["schema"].pop("description", ""):
            made["description"] = description
        if member.example is not None and _is_text(made["schema"]):
            made["example"] = member.example
        if not sure:
            made.remark("name", f"guessed: {name}, because {UNSURE}")
            self.silent = f"`{member.name}` is not known as it is on the wire"
        if not one.sure:
            made.remark("in", f"guessed: {one.where}, because {_PLACES}")
            question = "Are these parameters of the query, or fields of the header: {}? The pages do not say; " \
                "what looks like a field is taken for one, the rest for the query."  # fmt: skip
            self.asked.ask_of(method.at, question, f"`{member.name}` of {method.name}")
            if member.required:
                self.weak = f"where `{member.name}` stands is not documented"
        return made

    def _body(self, one: Placed) -> Block:
        member, method = one.member, self.method
        made = Block()
        if member.description:
            made["description"] = member.description
        if member.required:
            made["required"] = True
        elif member.required is None:
            self.asked.ask(method.at, f"Must {method.name} have a body? The page does not say.")
            self.silent = self.silent or "whether it needs a body is not documented"
        schema = self.models.schema(never_null(member), method.dialect, self.asks)
        schema.pop("description", None)
        kinds = method.sends or ()
        if not kinds:
            made.remark("content", "guessed: JSON, because no content type is documented")
            self.asked.ask(method.at, f"Which content type does {method.name} take? No page says it.")
        made["content"] = Block({kind: Block({"schema": schema}) for kind in kinds or ("application/json",)})
        if not one.sure:
            made.remark("content", f"guessed: `{member.name}` is the body, because {_PLACES}")
            self.asked.ask(method.at, f"Is `{member.name}` the body of {method.name}? No page says it.")
            self.weak = f"what its body is, is not documented: `{member.name}` is taken for it"
        self.places[f"{self.pointer}/requestBody"] = member.at
        return made

    def _form(self, form: list[Placed]) -> Block:
        method = self.method
        schema = Block({"type": "object", "properties": Block()})
        required: list[str] = []
        for one in form:
            member = one.member
            name, sure = self.wire.name(member.name, method.dialect, member.at, model=False)
            schema["properties"][name] = self.models.schema(never_null(member), method.dialect, self.asks)
            if member.required:
                required.append(name)
            if not sure:
                schema.remark(
                    "properties", f"guessed: these names as {method.dialect} spells them, because {UNSURE}"
                )
                self.silent = f"`{member.name}` is not known as it is on the wire"
        if required:
            schema["required"] = required
        if not all(one.sure for one in form):
            names = listed(f"`{one.member.name}`" for one in form)
            self.asked.ask(
                method.at,
                f"Are {names} of {method.name} all in its form? No page says whether one is of the query or header.",
            )
            schema.remark("properties", f"guessed: all of them are in the form, because {_PLACES}")
        kinds = [kind for kind in method.sends or () if kind.lower() in FORMS]
        self.places[f"{self.pointer}/requestBody"] = form[0].member.at
        made = Block({"content": Block({kind: Block({"schema": schema}) for kind in kinds})})
        if required:
            made["required"] = True
        return made

    # -- what is answered --------------------------------------------------------------------------------------------

    def _responses(self) -> Block:
        method = self.method
        made = Block()
        used: set[str] = set()
        content = self._content(used)
        unsure = bool(self.models.unsure & self.models.held(used))
        for status in method.statuses or ():
            answer = Block()
            if status.description:
                answer["description"] = status.description
            if status.headers:
                answer["headers"] = Block(
                    {name: Block({"description": told} if told else {}) for name, told in status.headers}
                )
            self.places[f"{self.pointer}/responses/{status.code}"] = status.at
            made[status.code] = answer
        successes = [code for code in made if code.startswith("2")]
        if not successes:
            made = self._undocumented(made, content)
            successes = ["2XX"]
        if content is not None and successes:
            made[successes[0]]["content"] = content
            if len(successes) > 1:
                told = f"Which of {listed(successes)} of {method.name} carries {method.returns}?"
                self.asked.ask(
                    method.at, f"{told} The page says it of none; it is taken to be {successes[0]}."
                )
                made[successes[0]].remark(
                    "content", "guessed: of this status, because the page says it of none"
                )
        errors = [code for code in made if code[0] in "45" and code.isdigit()]
        if errors:
            question = "What are the bodies of these errors: {}? The pages tell the body of successes only."
            self.asked.ask_of(method.at, question, f"{method.name} {', '.join(errors)}")
        elif method.statuses and not any(code[0] in "45d" for code in made):
            question = "Which statuses refuse a request: {}? The page lists successes only."
            self.asked.ask_of(method.at, question, method.name)
        if method.returns is None:
            self.asked.ask(method.at, f"What does {method.name} answer with? No page tells its return type.")
        self._weaken(made, successes, unsure=unsure)
        return made

    def _undocumented(self, documented: Block, content: Block | None) -> Block:
        """Answers where no success is documented: any success, and where no status is at all, anything."""
        method = self.method
        named = f" Its answer is called {method.returns}." if method.returns else ""
        what = "on success" if documented else "on success, and which when it refuses"
        self.asked.ask(
            method.at, f"Which status does {method.name} answer with {what}? The page lists none.{named}"
        )
        success = Block({"description": "Any success: no status is documented."})
        success.remark(
            "description", "guessed: any success has the documented body, because no status is documented"
        )
        if content is None:
            success["strength"] = "silent"
        made = Block({"2XX": success, **documented})
        if not documented:
            rest = Block({"description": "Anything else: no status is documented.", "strength": "silent"})
            made["default"] = rest
        return made

    def _content(self, used: set[str]) -> Block | None:
        method = self.method
        if not method.returns:
            return None
        schema = self.models.type(method.returns, method.dialect, method.at, used)
        if any(null_when(f"{method.summary}. {method.description}")) and "null" not in schema.get("type", ()):
            schema = Block({"anyOf": [schema, Block({"type": "null"})]})
            schema.remark(
                "anyOf",
                "guessed: null, too, because the prose says that it is answered, and the type does not",
            )
            self.asked.ask(method.at, f"Is the body of {method.name} the JSON text null, or nothing at all, where its "
                           "page says that null is returned?")  # fmt: skip
        kinds = method.accepts or ("application/json",)
        if not method.accepts:
            self.asked.ask(method.at, f"Which content type does {method.name} answer with? No page says it.")
        return Block({kind: Block({"schema": schema}) for kind in kinds})

    def _weaken(self, made: Block, successes: list[str], *, unsure: bool) -> None:
        """Takes back what could be held against a server that is right, as long as a question is open."""
        if self.silent or self.weak:
            for answer in made.values():
                if answer.get("strength") != "silent":
                    answer["strength"] = "silent" if self.silent else "exemplified"
                    answer.remark("strength", f"guessed: {self.silent or self.weak}")
            if not any(code in made for code in ("4XX", "default")):
                made["4XX"] = Block({"description": "A refusal that no page tells.", "strength": "silent"})
                made["4XX"].remark("strength", f"guessed: {self.silent or self.weak}")
        elif unsure:
            for code in successes:
                made[code]["strength"] = "silent"
                made[code].remark(
                    "strength", "guessed: the names in this body are not known as they are on the wire"
                )


def _is_text(schema: Block) -> bool:
    return schema.get("type") == "string" and "enum" not in schema and "format" not in schema
