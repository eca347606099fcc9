"""One API of our own, as openapi-generator's templates would document it in seven languages."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass

BASE = "https://api.library.example/v1"


@dataclass(frozen=True)
class Language:
    """How one language spells names and types, and how its template writes pages."""

    name: str
    fence: str
    #: pipes around the rows
    boxed: bool
    property: Callable[[str], str]
    parameter: Callable[[str], str]
    method: Callable[[str], str]
    #: of `string`, `integer`, `int64`, `number`, `boolean`, `moment`
    types: dict[str, str]
    list_of: Callable[[str], str]
    map_of: Callable[[str], str]
    model: Callable[[str], str] = lambda name: name
    #: does the page have a table of statuses?
    statuses: bool = True
    title: Callable[[str], str] = lambda name: name
    heading: Callable[[str], str] = lambda name: f"## {name}"
    entities: bool = False


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def same(name: str) -> str:
    return name


def anchored(name: str) -> str:
    return f'<a id="{name}"></a>\n# **{name}**'


_SCRIPT = {"string": "String", "integer": "Number", "int64": "Number", "number": "Number", "boolean": "Boolean",
           "moment": "Date"}  # fmt: skip
_TYPED = {"string": "string", "integer": "number", "int64": "number", "number": "number", "boolean": "boolean",
          "moment": "string"}  # fmt: skip

LANGUAGES = {
    language.name: language
    for language in (
        Language("javascript", "javascript", False, camel, camel, camel, _SCRIPT, lambda t: f"[{t}]",
                 lambda t: f"{{String: {t}}}", statuses=False, title=lambda n: f"LibraryApi.{n}"),
        Language("typescript", "typescript", True, same, camel, camel, _TYPED, lambda t: f"Array<{t}>",
                 lambda t: f"{{ [key: string]: {t}; }}", heading=lambda n: f"# **{n}**", entities=True),
        Language("go", "go", False, pascal, camel, pascal,
                 {"string": "string", "integer": "int32", "int64": "int64", "number": "float32", "boolean": "bool",
                  "moment": "time.Time"}, lambda t: f"[]{t}", lambda t: f"map[string]{t}", statuses=False,
                 title=lambda n: f"\\{n}"),
        Language("python", "python", False, same, same, same,
                 {"string": "str", "integer": "int", "int64": "int", "number": "float", "boolean": "bool",
                  "moment": "datetime"}, lambda t: f"List[{t}]", lambda t: f"Dict[str, {t}]",
                 title=lambda n: f"library_client.{n}", heading=lambda n: f"# **{n}**"),
        Language("java", "java", True, camel, camel, camel,
                 {"string": "String", "integer": "Integer", "int64": "Long", "number": "BigDecimal",
                  "boolean": "Boolean", "moment": "OffsetDateTime"}, lambda t: f"List<{t}>",
                 lambda t: f"Map<String, {t}>", heading=anchored, entities=True),
        Language("php", "php", True, camel, camel, camel,
                 {"string": "string", "integer": "int", "int64": "int", "number": "float", "boolean": "bool",
                  "moment": "\\DateTime"}, lambda t: f"{t}[]", lambda t: f"array<string,{t}>",
                 model=lambda n: f"\\Library\\Client\\Model\\{n}", statuses=False,
                 title=lambda n: f"Library\\Client\\{n}", heading=lambda n: f"## `{n}()`"),
        Language("csharp", "csharp", True, pascal, camel, pascal,
                 {"string": "string", "integer": "int", "int64": "long", "number": "decimal", "boolean": "bool",
                  "moment": "DateTime"}, lambda t: f"List<{t}>", lambda t: f"Dictionary<string, {t}>",
                 title=lambda n: f"Library.Client.Api.{n}", heading=anchored, entities=True),
    )
}  # fmt: skip


class Pages:
    """Writes the pages of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def files(self) -> dict[str, str]:
        """All of them, by path."""
        models = {
            "Loan": [
                ("id", "string", "Names the loan.", True), ("due_at", "moment", "", True),
                ("copies", "integer", "", False), ("fine", "number", "", False), ("renewed", "boolean", "", False),
                ("book_number", "int64", "", False), ("marks", ("list", "string"), "", False),
                ("notes", ("map", "string"), "", False), ("shelf", ("model", "Shelf"), "", False),
            ],
            "Shelf": [("name", "string", "", True), ("level", "integer", "", False)],
            "NewLoan": [("book_number", "int64", "Which book.", True), ("days", "integer", "For how long.", False)],
        }  # fmt: skip
        made = {f"docs/{name}.md": self.model(name, rows) for name, rows in models.items()}
        made["docs/LoansApi.md"] = self.api()
        made["README.md"] = README
        return made

    def type(self, told: object) -> str:
        """A type's cell."""
        language = self.language
        if isinstance(told, str):
            return f"**{language.types[told]}**"
        kind, inner = told  # type: ignore[misc]
        if kind == "map":
            return f"**{self._entities(language.map_of(language.types[inner]))}**"
        if inner in language.types:
            return f"**{self._entities(language.list_of(language.types[inner]))}**"
        name = language.model(inner)
        text = self._entities(language.list_of(name)) if kind == "list" else name
        if language.name == "typescript" and kind != "model":
            return f"**{text}**"
        return f"[**{text}**]({inner}.md)"

    def _entities(self, text: str) -> str:
        return html.escape(text) if self.language.entities else text

    def row(self, *cells: str) -> str:
        """A row of a table."""
        told = " | ".join(cells)
        return f"| {told} |" if self.language.boxed else told

    def table(self, *headers: str) -> list[str]:
        return [self.row(*headers), self.row(*("-------------" for _ in headers))]

    def model(self, name: str, rows: list[tuple[str, object, str, bool]]) -> str:
        """The page of a model."""
        language = self.language
        lines = ["", f"# {language.title(name)}", "", "## Properties", "",
                 *self.table("Name", "Type", "Description", "Notes")]  # fmt: skip
        for property_, told, description, required in rows:
            pointer = "Pointer to " if language.name == "go" and not required else ""
            notes = "" if required else "[optional] "
            lines.append(
                self.row(
                    f"**{language.property(property_)}**", f"{pointer}{self.type(told)}", description, notes
                )
            )
        return "\n".join([*lines, "", "[[Back to Model list]](../README.md#models)", ""])

    def api(self) -> str:
        """The page of the operations."""
        language = self.language
        listed = [("borrow", "POST", "/loans", "Borrow a book"), ("get_loan", "GET", "/loans/{loan_id}", "Get a loan"),
                  ("list_loans", "GET", "/loans", "List loans"),
                  ("return_loan", "POST", "/loans/{loan_id}/return", "Give a book back")]  # fmt: skip
        lines = [f"# {language.title('LoansApi')}", "", f"All URIs are relative to *{BASE}*", "",
                 *self.table("Method", "HTTP request", "Description")]  # fmt: skip
        for name, verb, path, summary in listed:
            called = language.method(name)
            lines.append(self.row(f"[**{called}**](LoansApi.md#{called})", f"**{verb}** {path}", summary))
        loan = ("model", "Loan")
        lines += self.operation("borrow", "Borrow a book", [("new_loan", ("model", "NewLoan"), "", True)], loan,
                                "application/json", {"201": "Borrowed.", "422": "No such book."})  # fmt: skip
        number = [("loan_id", "string", "Which loan.", True)]
        lines += self.operation(
            "get_loan", "Get a loan", number, loan, "", {"200": "The loan.", "404": "No such loan."}
        )
        lines += self.operation("list_loans", "List loans", [("limit", "integer", "", False)], ("list", "Loan"), "",
                                {"200": "Loans."})  # fmt: skip
        lines += self.operation("return_loan", "Give a book back", number, None, "", {"204": "Given back."})
        return "\n".join(lines) + "\n"

    def operation(
        self, name: str, summary: str, parameters: list[tuple[str, object, str, bool]], returns: object, sends: str,
        statuses: dict[str, str],
    ) -> list[str]:  # fmt: skip
        """The section of an operation."""
        language = self.language
        called = language.method(name)
        lines = ["", *language.heading(called).split("\n"), "", f"> {called}()", "", summary, "", "### Example", "",
                 f"```{language.fence}", "# not a heading", "// Configure Bearer token for authorization: members",
                 "```", "", "### Parameters", ""]  # fmt: skip
        if parameters:
            lines += self.table("Name", "Type", "Description ", "Notes")
            for parameter, told, description, required in parameters:
                notes = "" if required else "[optional]"
                lines.append(
                    self.row(f" **{language.parameter(parameter)}**", self.type(told), description, notes)
                )
        else:
            lines.append("This endpoint does not need any parameter.")
        told = self.type(returns) if returns else "void (empty response body)"
        lines += ["", "### Return type", "", told, "", "### Authorization", "", "[members](../README.md#members)", "",
                  "### HTTP request headers", "", f" - **Content-Type**: {sends or 'Not defined'}",
                  " - **Accept**: application/json", ""]  # fmt: skip
        if language.statuses:
            lines += ["### HTTP response details", "| Status code | Description | Response headers |",
                      "|-------------|-------------|------------------|"]  # fmt: skip
            lines += [f"| **{code}** | {text} |  -  |" for code, text in statuses.items()]
        return [*lines, "", "[[Back to top]](#) [[Back to README]](../README.md)"]


README = """\
# library client

- API version: 2.1.0

## Documentation for Authorization

### members

- **Type**: Bearer authentication
"""


def pages(name: str) -> dict[str, str]:
    """The pages of that language."""
    return Pages(LANGUAGES[name]).files()
