"""What lies in what, as URLs say it: a book is made on the very shelf below which it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assay.inputs.known_good import Supply
from assay.model.case import Case, Subject, SubjectKind
from assay.model.contract import Api
from assay.plan.prerequisites import Prerequisites
from assay.plan.witness import Planner
from fakes.contracts import made

_ANY = "{type: object, required: [id], properties: {id: {type: string}}}"


def _maker(operation: str, path: str, *needs: str) -> str:
    parameters = "".join(
        f"\n  - {{name: {need}, in: path, required: true, schema: {{type: string, x-supplied: {need}}}}}"
        for need in needs
    )
    return f"""
operation: {operation}
method: post
path: {path}
{"parameters:" + parameters if needs else ""}
responses:
  "201": {{description: made, content: {{application/json: {{schema: {_ANY}}}}}}}
"""


def _reader(operation: str, path: str, *needs: str, carries: bool = True) -> str:
    carried = "\n  - {name: id, in: path, required: true, schema: {type: string}}" if carries else ""
    document = _maker(operation, path, *needs).replace("method: post", "method: get")
    return document.replace("parameters:", f"parameters:{carried}").replace('"201"', '"200"')


def _life(name: str, maker: str, reader: str) -> str:
    return f"""
lifecycle: {name}
instance: {{created-by: {maker}, id: $response.body#/id, carried-in: {{id: path}}}}
states: {{there: {{}}}}
cells:
  {maker}: {{absent: {{status: 201, to: there}}}}
  {reader}: {{absent: silent, there: {{status: 200}}}}
"""


def _library() -> Api:
    """Pages lie in books, books on shelves."""
    return made(
        _maker("makeShelf", "/shelves"),
        _reader("getShelf", "/shelves/{id}").replace("responses", "parameters:\n  - {name: id, in: path, "
                "required: true, schema: {type: string}}\nresponses"),
        _maker("makeBook", "/shelves/{shelf}/books", "shelf"),
        _reader("getBook", "/shelves/{shelf}/books/{id}", "shelf"),
        _maker("makePage", "/shelves/{shelf}/books/{book}/pages", "shelf", "book"),
        _reader("getPage", "/shelves/{shelf}/books/{book}/pages/{id}", "shelf", "book"),
        _reader("listPages", "/shelves/{shelf}/books/{book}/pages", "shelf", "book", carries=False),
        _life("shelf", "makeShelf", "getShelf"),
        _life("book", "makeBook", "getBook"),
        _life("page", "makePage", "getPage"),
        supplies={
            "shelf": {"example": "s", "from": {"lifecycle": "shelf"}},
            "book": {"example": "b", "from": {"lifecycle": "book"}},
        },
    )  # fmt: skip


API = _library()
NOTHING = Supply({})
PLANNER = Planner(API, NOTHING)


def _case(operation: str, symbol: str | None, kind: SubjectKind = SubjectKind.KNOWN, who: str = "") -> Case:
    subject = Subject(kind, symbol) if symbol is not None else None
    return replace(PLANNER.usual(operation, subject), principal=who)


def _made(symbol: str, who: str = "") -> Case:
    return _case("makePage", symbol, SubjectKind.NEW, who)


def _places(cases: Sequence[Case]) -> list[tuple[str, str | None, dict[str, str]]]:
    return [(case.operation, case.subject and case.subject.symbol, dict(case.refs)) for case in cases]


def _complete(*cases: Case) -> list[tuple[str, str | None, dict[str, str]]]:
    return _places(Prerequisites(API, NOTHING, PLANNER.usual).complete(cases))


def test_a_book_is_made_on_the_shelf_below_which_it_is_asked_for():
    """One shelf and one book on it, however the needs are nested."""
    shelf, book, page, look = _complete(_made("i1"), _case("getPage", "i1"))
    on = {"path.shelf": f"$instances.{shelf[1]}.id"}
    assert (shelf[0], book[0], page[0], look[0]) == ("makeShelf", "makeBook", "makePage", "getPage")
    assert book[2] == on
    assert page[2] == look[2] == {**on, "path.book": f"$instances.{book[1]}.id"}


def test_two_things_lie_apart():
    """Where nobody asks what lies there, each has its own."""
    asked = [operation for operation, _, _ in _complete(_made("i1"), _made("i2"))]
    assert asked == ["makeShelf", "makeBook"] * 2 + ["makePage"] * 2


def test_what_a_list_is_to_show_lies_where_it_is_listed():
    """A list of what lies in a book tells nothing of a page in another one."""
    *first, one, two, listed = _complete(_made("i1"), _made("i2"), _case("listPages", None))
    assert [operation for operation, _, _ in first] == ["makeShelf", "makeBook"]
    assert one[2] == two[2] == listed[2]


def test_the_lists_of_two_people_are_two():
    """What bob made lies where bob lists, and what somebody else asks about his page is asked there."""
    cases = _made("i1"), _made("i2", "bob"), _case("listPages", None), _case("listPages", None, who="bob")
    *first, mine, bobs, my_list, his_list, strange = _complete(*cases, _case("getPage", "i2"))
    assert len(first) == 4
    assert mine[2] == my_list[2] != bobs[2]
    assert bobs[2] == his_list[2] == strange[2]


def test_a_list_deeper_than_all_that_was_made_has_a_place_of_its_own():
    """A book was made, pages are listed: the book whose pages are listed is on the shelf below which they are."""
    book = _case("makeBook", "i1", SubjectKind.NEW)
    *_, made_for_it, _, listed = _complete(book, _case("listPages", None))
    assert made_for_it[0] == "makeBook"
    assert listed[2] == {**made_for_it[2], "path.book": f"$instances.{made_for_it[1]}.id"}
