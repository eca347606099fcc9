"""Models as components, and the types of parameters and answers as schemas that lead to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from assay.ingest.notes import Block
from assay.ingest.sdk_docs.asked import Asked
from assay.ingest.sdk_docs.dialects import Dialect, folded
from assay.ingest.sdk_docs.members import literal
from assay.ingest.sdk_docs.pages import Member, ModelPage
from assay.ingest.sdk_docs.types import Types
from assay.ingest.sdk_docs.wire import Wire
from assay.model.pointer import escape, tokens
from assay.model.terms import Json

UNSURE = "the pages do not tell how this is spelt on the wire"
Value = str | float | int | bool | None


@dataclass(slots=True)
class Models:
    """The models of a source. What is referred to and has no page is a component, too: anything."""

    pages: Mapping[str, ModelPage]
    wire: Wire
    asked: Asked
    places: dict[str, str]
    components: Block = field(default_factory=Block)
    #: models without a page: name -> where they are named
    missing: dict[str, str] = field(default_factory=dict)
    #: models that hold a name which stays open, themselves
    unsure: set[str] = field(default_factory=set)
    #: models that requests hold
    sent: set[str] = field(default_factory=set)
    #: what each model refers to
    uses: dict[str, set[str]] = field(default_factory=dict)

    def build(self) -> None:
        """Makes the components, and those that nothing describes."""
        for page in self.pages.values():
            self.components[page.name] = self._model(page)
            self.places[f"/components/schemas/{escape(page.name)}"] = page.at

    def complete(self) -> None:
        """Adds what was referred to and has no page."""
        for name, at in self.missing.items():
            self.components[name] = Block({"description": "No page describes it."})
            self.places[f"/components/schemas/{escape(name)}"] = at
            self.asked.ask_of(at, "What do these look like: {}? No page of them is here.", name, whole=True)
        for name in sorted(self.held(self.sent)):
            self._known_good(self.components[name], name)

    def _known_good(self, made: Block, name: str) -> None:
        """Draws a line where pages leave open what is surely accepted: beyond it nothing is held against anybody."""
        page = self.pages.get(folded(name))
        if page is None or (page.members is not None and not page.members):
            made["x-known-good"] = False
            made.remark(
                "x-known-good", "guessed: nothing is known to be accepted, because no page describes it"
            )
        elif page.members and any(member.required is None for member in page.members):
            names = list(made["properties"])
            again = [key for key in names if name in self.held(_referred(made["properties"][key]))]
            made["x-known-good"] = Block(
                {
                    "required": [key for key in names if key not in again],
                    "propertyNames": Block({"enum": names}),
                }
            )
            because = "its page does not say which members are required"
            made.remark("x-known-good", f"guessed: what has all members is accepted, because {because}")

    def schema(
        self, member: Member, dialect: Dialect, used: set[str], page: ModelPage | None = None
    ) -> Block:
        """The schema of a member, with what its row adds to the type."""
        made = self.type(member.type, dialect, member.at, used, page, name=member.name)
        if page is not None and not _is_enum(made):
            own = page.enums.get(_title(page, member.name)) if _title(page, member.name) else None
            made = _with_values(made, own) if own else made
        if member.choices:
            made = _with_values(made, tuple(literal(text) for text in member.choices))
        if member.description:
            made["description"] = member.description
        default = _default(made, member.default)
        if default is not None:
            made["default"] = default
        if member.read_only:
            made["readOnly"] = True
        return made

    def type(
        self,
        text: str,
        dialect: Dialect,
        at: str,
        used: set[str],
        page: ModelPage | None = None,
        name: str = "",
    ) -> Block:
        """The schema of a type."""

        def refer(called: str) -> Json:
            own = page.enums.get(called) if page is not None else None
            if own:
                return enumerated(own)
            known = self.pages.get(folded(called))
            target = known.name if known else called
            if known is None:
                self.missing.setdefault(called, at)
            used.add(target)
            return f"#/components/schemas/{escape(target)}"

        types = Types(refer, dialect)
        made = types.schema(text)
        if types.unread:
            self.asked.doubt(at, f"read the type '{text[:60]}'", "no language writes one so", "anything")
        if types.dates:
            question = (
                f"Is each of these a day, or a moment with its time: {{}}? {dialect} has one type for both."
            )
            self.asked.ask_of(at, question, f"`{name or text}`", whole=True)
        return made

    def structured(self, text: str, dialect: Dialect) -> bool:
        """True for a type that only a body can hold: a model that is no enum, or a list of such."""

        def refer(called: str) -> Json:
            known = self.pages.get(folded(called))
            plain = known is not None and known.members is None and not known.any_of
            return Block({"type": "string"}) if plain else "model"

        found = Types(refer, dialect).schema(text)
        while isinstance(found, dict) and isinstance(found.get("items"), Block):
            found = found["items"]
        return "$ref" in found or "anyOf" in found or found.get("type") == "object" or not found

    def held(self, used: Iterable[str]) -> set[str]:
        """The models in `used` and all that they refer to."""
        seen: set[str] = set()
        waiting = [*used]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting.extend(self.uses.get(name, ()))
        return seen

    def _model(self, page: ModelPage) -> Block:
        used = self.uses.setdefault(page.name, set())
        made = Block()
        if page.description:
            made["description"] = page.description
        if page.members is None and page.any_of:
            made["anyOf"] = [self.type(name, page.dialect, page.at, used) for name in page.any_of]
            return made
        if page.members is None:
            made.update(enumerated(page.enums.get("", next(iter(page.enums.values()), ()))))
            return made
        if not page.members:  # a union, a list, or an object without members: the table is empty for each
            self.asked.ask_of(
                page.at,
                "What do these look like: {}? The tables of their pages are empty.",
                page.name,
                whole=True,
            )
            return made
        made["type"] = "object"
        properties, required = Block(), []
        for member in page.members:
            name, sure = self.wire.name(member.name, page.dialect, member.at, model=True)
            if not sure:
                self.unsure.add(page.name)
            properties[name] = self.schema(never_null(member), page.dialect, used, page)
            self.places[f"/components/schemas/{escape(page.name)}/properties/{escape(name)}"] = member.at
            if member.required:
                required.append(name)
            elif member.required is None:
                question = "Which members do these always have: {}? Their pages do not say."
                self.asked.ask_of(page.at, question, page.name, whole=True)
        if properties:
            made["properties"] = properties
        if required:
            made["required"] = required
        if page.name in self.unsure:
            made.remark("properties", f"guessed: these names as {page.dialect} spells them, because {UNSURE}")
        return made


def _referred(schema: Json) -> Iterator[str]:
    """The models that a schema refers to itself."""
    if isinstance(schema, Mapping):
        for key, value in schema.items():
            if key == "$ref" and isinstance(value, str):
                yield tokens(value.partition("#")[2])[-1]
            else:
                yield from _referred(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _referred(value)


def never_null(member: Member) -> Member:
    """C# writes `string?` for what may be left out, too."""
    if member.required is False and member.type.endswith("?"):
        return replace(member, type=member.type[:-1])
    return member


def _title(page: ModelPage, name: str) -> str:
    wanted = folded(name)
    return next((title for title in page.enums if folded(title) in {wanted, f"{wanted}enum"}), "")


def enumerated(values: tuple[Value, ...]) -> Block:
    """The schema of those values."""
    made = Block()
    kinds = {_kind(value) for value in values}
    if len(kinds) == 1:
        made["type"] = kinds.pop()
    elif kinds == {"integer", "number"}:
        made["type"] = "number"
    if values:
        made["enum"] = [*values]
    return made


def _kind(value: Value) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    return "number" if isinstance(value, float) else "string"


def _is_enum(made: Block) -> bool:
    items = made.get("items")
    return "enum" in made or "$ref" in made or (isinstance(items, Block) and _is_enum(items))


def _with_values(made: Block, values: tuple[Value, ...]) -> Block:
    if isinstance(made.get("items"), Block):
        made["items"] = enumerated(values)
        return made
    return made if "$ref" in made else enumerated(values)


def _default(made: Block, text: str) -> Json:
    """That default, where it is of the schema's type; else None."""
    if not text:
        return None
    value, kind = literal(text), made.get("type")
    if kind == "string" and not isinstance(value, str):
        value = text
    told = _kind(value)
    if kind != told and (kind, told) != ("number", "integer"):
        return None
    return value if "enum" not in made or value in made["enum"] else None
