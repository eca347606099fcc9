"""Claims about pages of SDKs: what each part of them becomes, and what is asked."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from assay.ingest.imported import Imported, Origin
from assay.ingest.openapi import read_document
from assay.ingest.sdk_docs import Names, SdkDocs, read_pages
from assay.ingest.version import NoDocument
from unit.ingest.sdk_templates import BASE, LANGUAGES, pages
from unit.ingest.test_import_anything import errors
from unit.ingest.test_import_openapi import value

#: languages whose pages have a table of statuses
_TOLD = [name for name, language in LANGUAGES.items() if language.statuses]
_ALL = list(LANGUAGES)


def imported(docs: SdkDocs) -> Imported:
    """The contracts of those pages, which lint has nothing against."""
    made = read_document(docs.document, name="library", doubts=docs.doubts, questions=docs.questions,
                         origin=Origin("sdk-docs", "pages of its SDK", docs.places))  # fmt: skip
    assert errors(made) == []
    return made


def page(rows: str = "", *, name: str = "lend", verb: str = "POST", path: str = "/loans", sends: str = "Not defined",
         returns: str = "void (empty response body)", more: str = "", first: str = "") -> str:  # fmt: skip
    """A page with one operation."""
    table = f"Name | Type | Description | Notes\n--- | --- | --- | ---\n{rows}" if rows else "No parameter."
    return (
        f"# LoansApi\n\nAll URIs are relative to *{BASE}*\n\nMethod | HTTP request | Description\n--- | --- | ---\n"
        f"[**{name}**](LoansApi.md#{name}) | **{verb}** {path} | Lend.\n\n"
        f"## {name}\n\n{first}\n\n"
        f"### Parameters\n\n{table}\n\n### Return type\n\n{returns}\n\n"
        "### Authorization\n\nNo authorization required\n\n"
        f"### HTTP request headers\n\n- **Content-Type**: {sends}\n- **Accept**: application/json\n\n{more}\n"
    )


def operation(text: str, path: str = "/loans", verb: str = "post", **beside: str) -> Any:
    """The operation that a page tells."""
    docs = read_pages({"LoansApi.md": text, **{f"{name}.md": model for name, model in beside.items()}})
    imported(docs)
    return docs.document["paths"][path][verb]


def model(
    rows: str, more: str = "", title: str = "Loan", columns: str = "Name | Type | Description | Notes"
) -> str:
    """A page of a model."""
    rule = " | ".join("---" for _ in columns.split("|"))
    return f"# {title}\n\n## Properties\n\n{columns}\n{rule}\n{rows}\n\n{more}\n"


def schema(rows: str, more: str = "", **options: str) -> Any:
    """The component that a model's page becomes."""
    docs = read_pages({"LoansApi.md": page(), "Loan.md": model(rows, more, **options)})
    imported(docs)
    return docs.document["components"]["schemas"]["Loan"]


# -- seven languages -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", _ALL)
def test_all_languages_tell_the_same_operations(name: str) -> None:
    """Methods, paths, ids, parameters, bodies and the way in are the same, whatever language documents them."""
    docs = read_pages(pages(name), Names.SNAKE)
    imported(docs)
    found = {
        (verb, path): (
            one["operationId"],
            [
                (p["name"], p["in"], p.get("required", False), p["schema"]["type"])
                for p in one.get("parameters", ())
            ],
            one.get("requestBody", {}).get("content"),
            one["security"],
        )
        for path, item in docs.document["paths"].items()
        for verb, one in item.items()
    }
    number = "number" if name in {"javascript", "typescript"} else "integer"
    new = {"application/json": {"schema": {"$ref": "#/components/schemas/NewLoan"}}}
    way = [{"members": []}]
    assert found == {
        ("post", "/loans"): ("borrow", [], new, way),
        ("get", "/loans/{loan_id}"): ("getLoan", [("loan_id", "path", True, "string")], None, way),
        ("get", "/loans"): ("listLoans", [("limit", "query", False, number)], None, way),
        ("post", "/loans/{loan_id}/return"): ("returnLoan", [("loan_id", "path", True, "string")], None, way),
    }
    assert docs.document["servers"] == [{"url": BASE}]
    assert docs.document["info"]["version"] == "2.1.0"
    assert docs.document["components"]["securitySchemes"] == {"members": {"type": "http", "scheme": "bearer"}}


def _folded(found: Any) -> Any:
    """A schema without what some languages cannot say: which kind of number, and whether a text is a moment."""
    if isinstance(found, dict):
        kept = {key: _folded(item) for key, item in found.items() if key != "format"}
        return kept | ({"type": "number"} if kept.get("type") == "integer" else {})
    return found


@pytest.mark.parametrize("name", _ALL)
def test_all_languages_tell_the_same_schemas(name: str) -> None:
    """Members, what is required and what refers to what are the same, up to what a language has no word for."""
    docs = read_pages(pages(name), Names.SNAKE)
    schemas = _folded(docs.document["components"]["schemas"])
    assert schemas["Loan"]["required"] == ["id", "due_at"]
    assert schemas["Loan"]["properties"] == {
        "id": {"type": "string", "description": "Names the loan."},
        "due_at": {"type": "string"},
        "copies": {"type": "number"},
        "fine": {"type": "number"},
        "renewed": {"type": "boolean"},
        "book_number": {"type": "number"},
        "marks": {"type": "array", "items": {"type": "string"}},
        "notes": {"type": "object", "additionalProperties": {"type": "string"}},
        "shelf": {"$ref": "#/components/schemas/Shelf"},
    }
    assert set(schemas) == {"Loan", "Shelf", "NewLoan"}
    assert not docs.doubts


@pytest.mark.parametrize("name", _TOLD)
def test_statuses_are_those_of_the_table(name: str) -> None:
    """Where a page lists statuses, they are the contract's, and the return type is the body of the success."""
    borrow = read_pages(pages(name), Names.SNAKE).document["paths"]["/loans"]["post"]["responses"]
    assert borrow == {
        "201": {
            "description": "Borrowed.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Loan"}}},
        },
        "422": {"description": "No such book."},
    }


@pytest.mark.parametrize("name", [name for name in _ALL if name not in _TOLD])
def test_no_status_is_invented(name: str) -> None:
    """Where a page lists none, any success has the documented body, anything else is observed, and it is asked."""
    docs = read_pages(pages(name), Names.SNAKE)
    borrow = docs.document["paths"]["/loans"]["post"]["responses"]
    assert set(borrow) == {"2XX", "default"}
    assert borrow["default"]["strength"] == "silent"
    asked = [question for question in docs.questions if "Which status does" in question]
    assert len(asked) == 4
    line = pages(name)["docs/LoansApi.md"].splitlines().index("## `borrow()`" if name == "php" else
        f"## {LANGUAGES[name].method('borrow')}") + 1  # fmt: skip
    assert any(
        question.startswith(f"docs/LoansApi.md:{line}: Which status does borrow answer") for question in asked
    )


# -- names of the wire -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["javascript", "java", "php", "go", "csharp", "python"])
def test_names_that_languages_rename_are_asked(name: str) -> None:
    """One question has all of them, the files mark the guess, and nothing that depends on them can fail."""
    docs = read_pages(pages(name))
    (asked,) = [question for question in docs.questions if "spelt on the wire" in question]
    spell = LANGUAGES[name].property
    assert f"`{spell('due_at')}`" in asked
    assert f"`{spell('book_number')}`" in asked
    assert "--names" in asked
    assert "loan_id" not in asked
    made = imported(docs)
    assert "# guessed: these names as" in made.files["api.yaml"]
    borrow = value(made, "borrow.yaml")["responses"]
    assert {answer["strength"] for answer in borrow.values()} == {"silent"}
    assert any(status in borrow for status in ("4XX", "default"))
    loan = value(made, "get-loan.yaml")["responses"]
    assert next(answer for status, answer in loan.items() if status[0] == "2")["strength"] == "silent"
    assert not any(answer.get("strength") for status, answer in loan.items() if status == "404")


def test_an_answer_makes_contracts_firm() -> None:
    """With `names` nothing of it is asked, and nothing is silent that the pages say."""
    for names, spelt in ((Names.SNAKE, "due_at"), (Names.CAMEL, "dueAt"), (Names.AS_WRITTEN, "dueAt")):
        docs = read_pages(pages("java"), names)
        assert not any("spelt on the wire" in question for question in docs.questions)
        assert spelt in docs.document["components"]["schemas"]["Loan"]["properties"]
        assert "strength" not in value(imported(docs), "borrow.yaml")["responses"]["201"]
    assert (
        "DueAt"
        in read_pages(pages("go"), Names.AS_WRITTEN).document["components"]["schemas"]["Loan"]["properties"]
    )
    assert (
        "dueAt"
        in read_pages(pages("python"), Names.CAMEL).document["components"]["schemas"]["Loan"]["properties"]
    )


def test_pages_that_keep_names_are_believed() -> None:
    """TypeScript pages with an underscore in a member have the names of the wire: nothing is asked."""
    docs = read_pages(pages("typescript"))
    assert "due_at" in docs.document["components"]["schemas"]["Loan"]["properties"]
    assert not any("spelt on the wire" in question for question in docs.questions)


def test_evidence_tells_names_and_is_cited() -> None:
    """JSON in a fence, and a variable of a path, show names as they are: they are used, and said where from."""
    files = {
        "docs/Usage.md": '# Usage\n\n```json\n{"due_at": "x", "book_number": 1}\n```\n',
        **pages("javascript"),
    }
    docs = read_pages(files)
    assert not any("spelt on the wire" in question for question in docs.questions)
    assert {"due_at", "book_number"} <= set(docs.document["components"]["schemas"]["Loan"]["properties"])
    cited = {doubt.message: doubt.guess for doubt in docs.doubts}
    assert (
        cited["Cannot keep the name 'dueAt': because docs/Usage.md:4 has it as it is on the wire."]
        == "due_at"
    )


def test_names_told_in_two_ways_are_asked() -> None:
    """Evidence that contradicts itself is none."""
    fence = '```json\n{"due_at": 1, "dueAt": 1, "book_number": 1}\n```\n'
    docs = read_pages({"Usage.md": f"# Usage\n\n{fence}", **pages("javascript")})
    (asked,) = [question for question in docs.questions if "spelt on the wire" in question]
    assert "`dueAt`" in asked
    assert "`bookNumber`" not in asked


# -- parameters --------------------------------------------------------------------------------------------------------


def test_places_of_parameters_are_guessed_and_asked() -> None:
    """What is neither path nor body goes to the query, what looks like a field to the header: marked and asked."""
    rows = " **limit** | **Number**| How many. | [optional] \n **xRequestId** | **String**|  | [optional] \n"
    docs = read_pages({"LoansApi.md": page(rows, verb="GET")})
    found = docs.document["paths"]["/loans"]["get"]["parameters"]
    assert [(one["name"], one["in"]) for one in found] == [("limit", "query"), ("X-Request-Id", "header")]
    text = imported(docs).files["lend.yaml"]
    assert "# guessed: query, because no page says where parameters stand" in text
    assert any("`limit` of lend, `xRequestId` of lend" in question for question in docs.questions)
    assert "exemplified" not in text


def test_a_guess_that_a_request_needs_weakens_its_answers() -> None:
    """Where a required parameter may stand elsewhere, a refusal proves little: its answers are exemplified."""
    table = "### HTTP response details\n\nStatus code | Description | Response headers\n--|--|--\n**200** | Fine. | -"
    found = operation(page(" **q** | **String**|  | \n", verb="GET", more=table), verb="get")
    assert found["responses"]["200"]["strength"] == "exemplified"
    assert found["responses"]["4XX"]["strength"] == "silent"


@pytest.mark.parametrize(
    ("rows", "sends", "body"),
    [
        (" **loan** | [**Loan**](Loan.md)|  | \n", "application/json", "application/json"),
        (" **loan** | [**[Loan]**](Loan.md)|  | \n **q** | **String**|  | [optional] \n", "application/json",
         "application/json"),
        (" **loan** | [**Loan**](Loan.md)|  | \n", "Not defined", "application/json"),
        (" **text** | **String**|  | \n", "text/plain", "text/plain"),
        (" **name** | **String**|  | \n", "application/x-www-form-urlencoded", "application/x-www-form-urlencoded"),
    ],
)  # fmt: skip
def test_the_body_is_found(rows: str, sends: str, body: str) -> None:
    """By its type, and by what is sent."""
    found = operation(page(rows, sends=sends))
    assert list(found["requestBody"]["content"]) == [body]
    asked = " ".join(read_pages({"LoansApi.md": page(rows, sends=sends)}).questions)
    assert ("the body of lend?" in asked) is (sends == "Not defined")
    assert found["requestBody"]["required"] is True


def test_defaults_enums_and_examples_of_parameters() -> None:
    """What a row and the example tell beside the type is kept; what generators make up is not."""
    rows = (
        " **order** | **String**| | [optional] [default to &#39;asc&#39;] \n"
        " **limit** | **Number**| | [optional] [default to 20] \n **far** | **Boolean**| | [default to undefined] \n"
        " **kind** | **String**| | [optional] [enum: old, new] \n **code** | **String**| | [optional] \n"
    )
    first = '```javascript\nlet order = "order_example"; // String |\nlet code = "A-7"; // String |\n```'
    found = {
        one["name"]: one for one in operation(page(rows, verb="GET", first=first), verb="get")["parameters"]
    }
    assert found["order"]["schema"] == {"type": "string", "default": "asc"}
    assert "example" not in found["order"]
    assert found["limit"]["schema"] == {"type": "number", "default": 20}
    assert found["far"]["schema"] == {"type": "boolean"}
    assert found["far"]["required"] is True
    assert found["kind"]["schema"] == {"type": "string", "enum": ["old", "new"]}
    assert found["code"]["example"] == "A-7"


def test_go_tells_in_its_example_what_is_optional() -> None:
    """Its tables never do: without an example it is asked, and nothing is required."""
    rows = " **limit** | **int32** |  | \n **q** | **string** |  | \n **x** | **string** |  | \n"
    first = '```go\n\tlimit := int32(5) // int32 |  (optional)\n\tq := "q_example" // string | \n```'
    text = page(rows, verb="Get", first=first).replace("### Parameters", "### Other Parameters")
    docs = read_pages({"LoansAPI.md": text})
    found = {
        one["name"]: one.get("required") for one in docs.document["paths"]["/loans"]["get"]["parameters"]
    }
    assert found == {"limit": None, "q": True, "x": None}
    assert any("required: `x` of lend?" in question for question in docs.questions)


# -- answers -----------------------------------------------------------------------------------------------------------


def test_headers_defaults_and_classes_of_answers() -> None:
    """`0` is `default`; headers are named in a cell; the bodies of errors are asked."""
    table = (
        "### HTTP response details\n| Status code | Description | Response headers |\n|-----|-----|-----|\n"
        "**200** | Fine. |  * X-Left - calls left <br>  * X-Until -  <br>  |\n**4xx** | No. | - |\n"
        "**0** | Else. | - |\n"
    )
    found = operation(page(returns="**String**", more=table))["responses"]
    assert list(found) == ["200", "4XX", "default"]
    assert found["200"]["headers"] == {"X-Left": {"description": "calls left"}, "X-Until": {}}
    assert found["200"]["content"] == {"application/json": {"schema": {"type": "string"}}}
    docs = read_pages({"LoansApi.md": page(more=table.replace("4xx", "409"))})
    assert any("bodies of these errors: lend 409?" in question for question in docs.questions)


def test_null_that_the_prose_tells_is_allowed_and_asked() -> None:
    """A type drops it: «returns null if …» is taken over, marked, and asked."""
    text = page(returns="[**Loan**](Loan.md)").replace("Lend.", "Ends it. Returns null if already ended.")
    docs = read_pages({"LoansApi.md": text, "Loan.md": model("**id** | **String** |  | ")})
    content = docs.document["paths"]["/loans"]["post"]["responses"]["2XX"]["content"]["application/json"][
        "schema"
    ]
    assert content["anyOf"][1] == {"type": "null"}
    assert any("the JSON text null, or nothing at all" in question for question in docs.questions)


# -- models ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [
        '## Enum: StateEnum\n\n* `OPEN` (value: `"open"`)\n\n* `GONE` (value: `"gone"`)\n',
        "## Enum: StateEnum\n\n| Name | Value |\n|-- | --|\n| OPEN | &quot;open&quot; |\n| GONE | &quot;gone&quot; |\n",
    ],
)  # fmt: skip
def test_enums_of_members(more: str) -> None:
    """Lists and tables of values belong to the member that is called like them."""
    found = schema("**state** | **String** |  | [optional] \n**states** | **[String]** | | \n", more)
    assert found["properties"]["state"] == {"type": "string", "enum": ["open", "gone"]}
    assert found["required"] == ["states"]


def test_values_of_enums_are_scalars() -> None:
    """Whatever stands for a value is one: what no enum holds stays a text."""
    listed = "".join(f"* `A` (value: `{value}`)\n" for value in ("[1]", "NaN", "null", "True", "1.5", "'a'"))
    files = {"LoansApi.md": page(), "Size.md": f"# Size\n\n## Enum\n\n{listed}"}
    found = read_pages(files).document["components"]["schemas"]["Size"]["enum"]
    assert found == ["[1]", "NaN", "null", True, 1.5, "a"]


def test_types_that_nobody_can_read() -> None:
    """Nested without end, or of signs alone: anything, with a doubt."""
    for type_ in ("[]" * 4000 + "string", "List<" * 4000, "<<<", "?" * 4000, "{" * 4000):
        docs = read_pages({"LoansApi.md": page(), "Loan.md": model(f"**a** | `{type_}` |  | [optional] \n")})
        assert any("read the type" in doubt.message for doubt in docs.doubts)
        imported(docs)


def test_long_lines_take_no_time() -> None:
    """Lines that patterns would go over again and again are read as far as a page goes."""
    for piece in (
        "[a]",
        "|",
        "-",
        "**",
        "configure ",
        "(value: ",
        "[default to ",
        "](",
        "<",
        "`",
        "`a` | ",
        "get ",
    ):
        line = piece * 40_000
        text = page(
            f" **a** | **String** | {line} | {line}\n", first=f"```js\n{line}\n```\n{line}", more=f"* {line}"
        )
        with contextlib.suppress(NoDocument):
            imported(read_pages({"LoansApi.md": text, "Loan.md": model(line, f"## Enum: A\n\n* {line}")}))


def test_enums_of_their_own() -> None:
    """A page of values alone is an enum."""
    files = {
        "LoansApi.md": page(),
        "Size.md": "# Size\n\n## Enum\n\n* `A` (value: `1`)\n\n* `B` (value: `-2`)\n",
    }
    assert read_pages(files).document["components"]["schemas"]["Size"] == {"type": "integer", "enum": [1, -2]}


def test_pages_that_do_not_say_what_is_required() -> None:
    """With two columns nothing is required, and it is asked."""
    docs = read_pages({"LoansApi.md": page(), "Loan.md": model("`id` | string\n", columns="Name | Type")})
    assert docs.document["components"]["schemas"]["Loan"] == {
        "type": "object",
        "properties": {"id": {"type": "string"}},
    }
    assert any("Which members do these always have: Loan?" in question for question in docs.questions)


def test_empty_tables_promise_nothing() -> None:
    """A union, a list and an object without members have the same page: it may be anything, and is asked."""
    assert schema("") == {}


def test_what_is_surely_accepted() -> None:
    """A request whose body nobody describes is never valid; one whose page hides what is required has all members."""
    lend = page(
        " **loan** | [**Loan**](Loan.md)|  | \n", sends="application/json", returns="[**Away**](Away.md)"
    )
    bare = read_pages({"LoansApi.md": lend}).document["components"]["schemas"]
    assert bare["Loan"]["x-known-good"] is False
    assert "x-known-good" not in bare["Away"]
    loan = model(
        "`id` | string\n`shelf` | [Shelf](Shelf.md)\n`next` | [Loan](Loan.md)\n", columns="Name | Type"
    )
    docs = read_pages({"LoansApi.md": lend, "Loan.md": loan, "Shelf.md": model("", title="Shelf")})
    schemas = docs.document["components"]["schemas"]
    assert schemas["Loan"]["x-known-good"] == {
        "required": ["id", "shelf"], "propertyNames": {"enum": ["id", "shelf", "next"]}
    }  # fmt: skip
    assert schemas["Shelf"]["x-known-good"] is False
    assert "# guessed: what has all members is accepted" in imported(docs).files["api.yaml"]


def test_missing_models_are_asked_once() -> None:
    """What is referred to and has no page is anything, by its name, so that somebody can fill it in."""
    docs = read_pages({"LoansApi.md": page(" **a** | [**Away**](Away.md)| | \n", returns="[**Gone**](Gone.md)",
                                           sends="application/json")})  # fmt: skip
    assert set(docs.document["components"]["schemas"]) == {"Away", "Gone"}
    (asked,) = [question for question in docs.questions if "look like" in question]
    assert "Away, Gone" in asked


@pytest.mark.parametrize(
    ("type_", "meant"),
    [
        ("**Number**", {"type": "number"}), ("Pointer to **int64**", {"type": "integer", "format": "int64"}),
        ("**[]time.Time**", {"type": "array", "items": {"type": "string", "format": "date-time"}}),
        ("**NullableString**", {"type": ["string", "null"]}), ("**map[string]interface{}**", {"type": "object"}),
        ("**List&lt;Map&lt;String, Long&gt;&gt;**",
         {"type": "array",
          "items": {"type": "object", "additionalProperties": {"type": "integer", "format": "int64"}}}),
        ("**Array<&#39;a&#39; &#124; &#39;b&#39;>**",
         {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}),
        ("`string | null`", {"type": ["string", "null"]}), ("**Dict[str, object]**", {"type": "object"}),
        ("[**number**]", {"type": "number"}),
        ("[**[String]**](String.md)", {"type": "array", "items": {"type": "string"}}),
        ("**array&lt;string,int&gt;**", {"type": "object", "additionalProperties": {"type": "integer"}}),
        ("**Object**", {}), ("**Guid**", {"type": "string", "format": "uuid"}), ("**\\SplFileObject**",
         {"type": "string", "format": "binary"}), ("**System.IO.Stream**", {"type": "string", "format": "binary"}),
        ("**Optional[int]**", {"type": ["integer", "null"]}), ("**byte[]**", {"type": "string"}),
        ("[**\\Lib\\Model\\Book[]**](../Model/Book.md)",
         {"type": "array", "items": {"$ref": "#/components/schemas/Book"}}),
        ("**date**", {"type": "string"}), ("**LocalDate**", {"type": "string", "format": "date"}),
    ],
)  # fmt: skip
def test_types_become_schemas(type_: str, meant: Any) -> None:
    """A type says what it says in its language, and no more."""
    found = schema(f"**a** | {type_} |  | [optional] \n")["properties"]["a"]
    assert found == meant


# -- ways in -----------------------------------------------------------------------------------------------------------


def _secured(readme: str = "", comment: str = "") -> SdkDocs:
    text = page(first=f"```javascript\n{comment}\n```").replace(
        "No authorization required", "[key](../README.md#key)"
    )
    return read_pages({"LoansApi.md": text, **({"README.md": f"# Library\n\n{readme}"} if readme else {})})


@pytest.mark.parametrize(
    ("readme", "meant"),
    [
        ("- **Type**: API key\n- **API key parameter name**: X-Card\n- **Location**: HTTP header\n",
         {"type": "apiKey", "name": "X-Card", "in": "header"}),
        ("- **Type**: API key\n- **API key parameter name**: card\n- **Location**: URL query string\n",
         {"type": "apiKey", "name": "card", "in": "query"}),
        ("- **Type**: HTTP basic authentication\n", {"type": "http", "scheme": "basic"}),
        ("- **Type**: Bearer authentication (JWT)\n", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}),
        ("- **Type**: OAuth\n- **Flow**: accessCode\n- **Authorization URL**: https://a.example/auth\n"
         "- **Token URL**: https://a.example/token\n- **Scopes**: \n  - read:loans: read them\n",
         {"type": "oauth2", "flows": {"authorizationCode": {
             "authorizationUrl": "https://a.example/auth", "tokenUrl": "https://a.example/token",
             "scopes": {"read:loans": "read them"}}}}),
    ],
)  # fmt: skip
def test_ways_in_of_a_readme(readme: str, meant: Any) -> None:
    """Its section says what a scheme is."""
    docs = _secured(f"## Documentation For Authorization\n\n### key\n\n{readme}\n## Author\n")
    imported(docs)
    assert docs.document["components"]["securitySchemes"] == {"key": meant}
    assert not any("'key'" in question for question in docs.questions)


def test_ways_in_of_examples_and_of_nothing() -> None:
    """A comment tells the kind; what it does not tell is guessed, marked and asked."""
    docs = _secured(comment="// Configure API key authorization: key")
    assert docs.document["components"]["securitySchemes"] == {
        "key": {"type": "apiKey", "name": "key", "in": "header"}
    }
    assert "# guessed: header, because no page says it" in imported(docs).files["api.yaml"]
    assert any("In which header, cookie or query parameter goes the key 'key'?" in q for q in docs.questions)
    docs = _secured()
    assert "# guessed: a bearer token" in imported(docs).files["api.yaml"]
    assert any("What is 'key'" in question for question in docs.questions)


def test_two_ways_in_side_by_side_are_asked() -> None:
    """Pages do not say whether both are needed: one is taken to suffice. Names may be of any characters."""
    text = page().replace("No authorization required", "[key](../README.md#key), [a{b](../README.md#ab)")
    docs = read_pages({"LoansApi.md": text})
    assert docs.document["paths"]["/loans"]["post"]["security"] == [{"key": []}, {"a{b": []}]
    assert any("Does one of key and a{b suffice for lend" in question for question in docs.questions)


# -- sources -----------------------------------------------------------------------------------------------------------


def test_what_tells_no_operation_is_refused() -> None:
    """A model alone, a README alone, prose alone: each is told what is missing."""
    listed = (
        "# Library\n\nClass | Method | HTTP request\n--|--|--\n*A* | [**a**](docs/A.md#a) | **GET** /a \n"
    )
    for files, because in (
        ({"Loan.md": model("**id** | **String** |  | ")}, "the page tells no operation"),
        ({"a.md": "# Hello", "b.md": ""}, "none of 2 pages tells any operation"),
        ({"README.md": listed}, "its README lists 1 operations"),
    ):
        with pytest.raises(NoDocument, match=because):
            read_pages(files)


def test_pages_of_two_apis_are_refused() -> None:
    """Two base URLs are two APIs."""
    other = page(path="/others").replace(BASE, "https://other.example")
    with pytest.raises(NoDocument, match="several base URLs"):
        read_pages({"LoansApi.md": page(), "OthersApi.md": other})


def test_an_operation_that_two_languages_describe_is_one() -> None:
    """Pages of one API in two languages are one API; the description that tells statuses counts."""
    files = {f"js/{name}": text for name, text in pages("javascript").items()}
    files |= {f"java/{name}": text for name, text in pages("java").items()}
    docs = read_pages(files, Names.SNAKE)
    assert len(imported(docs).files) >= 5
    assert "201" in docs.document["paths"]["/loans"]["post"]["responses"]
    assert not docs.doubts


def test_places_are_lines() -> None:
    """The contract says which line of which page it was made of."""
    made = imported(read_pages(pages("java"), Names.SNAKE))
    line = pages("java")["docs/LoansApi.md"].splitlines().index("# **getLoan**") + 1
    assert value(made, "get-loan.yaml")["source"] == f"sdk-docs#docs/LoansApi.md:{line}"
    assert value(made, "api.yaml")["sources"]["sdk-docs"]["title"] == "Loans 2.1.0, pages of its SDK"
