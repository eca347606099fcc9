"""Arazzo, Hurl and Postman: valid by their standards, with nothing in them that is taken for something else."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft4Validator, Draft202012Validator

from assay.model.contract import Operation
from assay.model.lifecycle import Eventually
from assay.openapi.arazzo import arazzo
from assay.openapi.hurl import hurl
from assay.openapi.postman import postman
from assay.openapi.text import text
from assay.openapi.workflow import Ask, Book, Expected, Fact, Given, Input, Mixed, Shape, Step, Workflow
from fakes.books import APIS, secrets, written
from fakes.hurl_runner import entries

STANDARDS = Path(__file__).parents[2] / "standards"
BOOKS = {name: written(api) for name, api in APIS.items()}
OPERATION: Operation = APIS["orders"].operation("createOrder")
READ: Operation = APIS["orders"].operation("getOrder")


@cache
def arazzo_schema() -> Draft202012Validator:
    """What the OpenAPI Initiative says that a description is."""
    return Draft202012Validator(
        yaml.safe_load((STANDARDS / "arazzo-1.0.schema.yaml").read_text(encoding="utf-8"))
    )


@cache
def postman_schema() -> Draft4Validator:
    """What Postman says that a collection is."""
    written = (STANDARDS / "postman-collection-2.1.0.schema.json").read_text(encoding="utf-8")
    return Draft4Validator(json.loads(written))


def of(step: Step, *others: Step, inputs: tuple[Input, ...] = ()) -> Book:
    """A book of one workflow."""
    workflow = Workflow("one", "orders/one", "one", (*others, step))
    return Book(APIS["orders"], {one.name: one for one in inputs}, (workflow,), {})


def step(ask: Ask, expected: Expected | None = None, **changed: Any) -> Step:
    """A step that is answered 200."""
    return Step(changed.pop("id", "it"), "asks", "orders/it", ask, expected or Expected((200,)), **changed)


def described(book: Book) -> Any:
    """The only workflow of the book, as Arazzo; its reason where it is left out."""
    document, omitted = arazzo(book, "./orders.yaml")
    return document["workflows"][0] if document["workflows"] else omitted["orders/one"]


def conditions(*facts: Fact) -> list[str]:
    """The conditions of those facts."""
    told = described(
        of(step(Ask(READ, path={"id": "1"}), Expected((200,), facts=facts)), inputs=(Input("in", ""),))
    )
    return [criterion["condition"] for criterion in told["steps"][0]["successCriteria"]][1:]


@pytest.mark.parametrize("name", APIS)
def test_arazzo_is_valid_by_its_own_schema(name: str) -> None:
    """Also once it was written and read, in both styles; and the schema can refuse."""
    document = arazzo(BOOKS[name], f"./{name}.yaml")[0]
    assert [error.message for error in arazzo_schema().iter_errors(document)] == []
    assert yaml.safe_load(text(document, "yaml")) == json.loads(text(document, "json")) == document
    assert not arazzo_schema().is_valid({**document, "workflows": [{"steps": []}]})


@pytest.mark.parametrize("name", APIS)
def test_a_collection_is_valid_by_its_own_schema(name: str) -> None:
    """And the schema can refuse."""
    document = postman(BOOKS[name])[0]
    assert [error.message for error in postman_schema().iter_errors(document)] == []
    assert not postman_schema().is_valid({**document, "item": [{"request": 1}]})


@pytest.mark.parametrize("name", APIS)
def test_no_format_has_a_value_for_a_secret(name: str) -> None:
    """Arazzo asks for it, Hurl has a variable, Postman one without a value."""
    wanted = set(secrets(BOOKS[name]))
    assert wanted
    for workflow in arazzo(BOOKS[name], "x")[0]["workflows"]:
        inputs = workflow.get("inputs", {"properties": {}})
        for token in wanted & set(inputs["properties"]):
            assert "default" not in inputs["properties"][token]
            assert token in inputs["required"]
    values = {variable["key"]: variable["value"] for variable in postman(BOOKS[name])[0]["variable"]}
    written = hurl(BOOKS[name])[0]
    for token in wanted:
        assert f"{{{{{token}}}}}" in written
        assert values[token] == ""


@pytest.mark.parametrize("name", APIS)
def test_each_format_names_each_clause(name: str) -> None:
    """What it shows, what it leaves out and why."""
    book = BOOKS[name]
    shown = [workflow.clause for workflow in book.workflows]
    document, omitted = arazzo(book, "x")
    assert [workflow["x-assay-clause"] for workflow in document["workflows"]] == shown
    assert (
        {one["clause"]: one["because"] for one in document.get("x-assay-omitted", ())}
        == omitted
        == book.omitted
    )
    collection = postman(book)[0]
    left = set(book.omitted) ^ set(postman(book)[1])
    assert [folder["description"] for folder in collection["item"]] == [
        one for one in shown if one not in left
    ]
    assert left == {w.clause for w in book.workflows if any(s.eventually for s in w.steps)}
    written = hurl(book)[0]
    for clause, why in book.omitted.items():
        assert f"#   {clause}: {why}\n" in written
        assert f"* {clause}: {why}" in collection["info"]["description"]
    firsts = [entry.comments[-2] for entry in entries(written) if len(entry.comments) > 1]
    assert firsts == shown


def test_arazzo_spells_what_is_given() -> None:
    """Inputs and outputs of steps, alone, in a text, and deep in a body."""
    first = step(
        Ask(OPERATION, body={}, media_type="application/json"),
        id="first",
        outputs={"id": "$response.body#/id"},
    )
    ask = Ask(
        OPERATION,
        headers={"Authorization": Mixed(("Bearer ", Given("token")))},
        query={"of": Given("id", "first"), "n": 3},
        body={"a": [Given("list", like=["x"])], "b": Mixed(("things/", Given("id", "first"))), "c": "plain"},
        media_type="application/json",
    )
    told = described(of(step(ask), first, inputs=(Input("token", "a token"), Input("list", "some", ["x"]))))
    assert told["inputs"] == {
        "type": "object",
        "required": ["token"],
        "properties": {
            "token": {"type": "string", "format": "password", "description": "a token"},
            "list": {"description": "some", "default": ["x"]},
        },
    }
    assert told["steps"][1]["parameters"] == [
        {"name": "of", "in": "query", "value": "$steps.first.outputs.id"},
        {"name": "n", "in": "query", "value": 3},
        {"name": "Authorization", "in": "header", "value": "Bearer {$inputs.token}"},
    ]
    assert told["steps"][1]["requestBody"] == {
        "contentType": "application/json",
        "payload": {"a": ["$inputs.list"], "b": "things/{$steps.first.outputs.id}", "c": "plain"},
    }


def test_arazzo_conditions_are_those_that_all_runners_read_alike() -> None:
    """Statuses, values and presence; what has a grammar of its own is left to the JSON Schema."""
    assert conditions(
        Fact(("a", "b"), 1), Fact(("a",), True), Fact(("n",), None), Fact(("s",), "plain text"),
        Fact(("p",), Shape.PRESENT), Fact(("x/y",), 2), Fact(("i",), Given("in")), Fact(("f",), 1.0),
    ) == [
        "$response.body#/a/b == 1",
        "$response.body#/a == true",
        "$response.body#/n == null",
        "$response.body#/s == 'plain text'",
        "$response.body#/p != null",
        "$response.body#/i == $inputs.in",
        "$response.body#/f == 1",
    ]  # fmt: skip
    odd = ["it's", "$5", "{a}", "a || b", "é", 'a"b', "a\nb", "a = b", "a<b"]
    assert (
        conditions(*(Fact(("s",), text) for text in odd), Fact(("s",), Shape.THERE), Fact(("a b",), 1)) == []
    )


def test_arazzo_of_several_statuses_and_headers() -> None:
    """Any of the statuses; each of the headers."""
    told = described(of(step(Ask(READ, path={"id": "1"}), Expected((200, 304), headers=("ETag",)))))
    assert told["steps"][0]["successCriteria"] == [
        {"condition": "$statusCode == 200 || $statusCode == 304"},
        {"condition": "$response.header.ETag != null"},
    ]


def test_arazzo_asks_again_for_what_takes_time() -> None:
    """As often as it takes until it must have come."""
    late = step(
        Ask(READ, path={"id": "1"}),
        Expected((200,), facts=(Fact(("s",), "b"),)),
        eventually=Eventually(5.0, 0.4),
    )
    assert described(of(late))["steps"][0]["onFailure"] == [
        {"name": "not-yet", "type": "retry", "retryAfter": 0.4, "retryLimit": 13}
    ]
    assert arazzo_schema().is_valid(arazzo(of(late), "x")[0])


def test_arazzo_asks_again_only_where_a_condition_tells_when_to_stop() -> None:
    """What it cannot tell apart it would take for what it waits for."""
    ask, facts = Ask(READ, path={"id": "1"}), (Fact(("s",), "it's"), Fact(("p",), Shape.PRESENT))
    late = step(ask, Expected((200,), facts=facts), eventually=Eventually(5.0, 0.4), telling=facts[:1])
    assert "no condition that all runners read alike" in described(of(late))
    assert "onFailure" in described(of(replace(late, telling=None)))["steps"][0]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"body": {"a": ["$inputs.token"]}}, "would be taken for a runtime expression"),
        ({"body": "{$request.body#/x}"}, "would be taken for a runtime expression"),
        ({"headers": {"X": "$url"}}, "would be taken for a runtime expression"),
        ({"query": {"a": [1, 2]}}, "many spellings"),
    ],
)
def test_arazzo_leaves_out_what_it_cannot_say(changed: dict[str, Any], why: str) -> None:
    """With the reason; a text with a mere dollar sign it can say."""
    assert why in described(of(step(Ask(OPERATION, **changed))))
    assert described(of(step(Ask(OPERATION, body={"price": "$5"}))))["steps"][0]["requestBody"][
        "payload"
    ] == {"price": "$5"}


def test_arazzo_cannot_wait_and_the_others_can() -> None:
    """Hurl delays the entry, Postman its script."""
    book = of(step(Ask(READ, path={"id": "1"}), wait=1.5))
    assert described(book) == "Arazzo cannot wait (1.5s have to pass)"
    (entry,) = entries(hurl(book)[0])
    assert entry.sections["Options"] == ["delay: 1500ms"]
    events = postman(book)[0]["item"][0]["item"][0]["event"]
    assert [event["listen"] for event in events] == ["prerequest", "test"]
    assert "1500" in events[0]["script"]["exec"][0]


def test_an_operation_whose_id_could_be_something_else_is_named_by_its_place() -> None:
    """A dot would lead into another description."""
    odd = replace(READ, id="orders.get")
    told = described(of(step(Ask(odd, path={"id": "1"}))))["steps"][0]
    assert told["operationPath"] == "{$sourceDescriptions.orders.url}#/paths/~1orders~1{id}/get"
    assert "operationId" not in told


def test_hurl_escapes_what_would_end_a_value() -> None:
    """In lines, in quoted texts, in paths; JSON and URLs by their own rules."""
    ask = Ask(
        OPERATION,
        query={"q": "a b&c#d", "list": [1, "x"]},
        headers={"X": "a#b\\c"},
        cookies={"c": Given("id")},
        body={
            'k"': 'v"\n',
            "n": Given("n", like=3),
            "s": Given("s", like="x"),
            "m": Mixed(('"', Given("s"))),
        },
        media_type="application/merge-patch+json",
    )
    facts = (
        Fact(("a b", "c"), 'x"y\\z\n'),
        Fact(("0", "n"), 1.5),
        Fact(("n",), None),
        Fact(("t",), Shape.THERE),
    )
    book = of(
        step(ask, Expected((200, 201), facts=facts)),
        inputs=(Input("id", ""), Input("n", "", 3), Input("s", "", "x")),
    )
    (entry,) = entries(hurl(book)[0])
    assert entry.url == "{{base_url}}/orders?q=a%20b%26c%23d&list=1&list=x"
    assert entry.headers == [("X", "a\\#b\\\\c"), ("Content-Type", "application/merge-patch+json")]
    assert entry.sections["Cookies"] == ["c: {{id}}"]
    assert entry.body == '{\n  "k\\"": "v\\"\\n",\n  "n": {{n}},\n  "s": "{{s}}",\n  "m": "\\"{{s}}"\n}\n'
    assert entry.status == "*"
    assert entry.sections["Asserts"] == [
        "status toString matches /^(200|201)$/",
        'jsonpath "$[\'a b\'].c" == "x\\"y\\\\z\\u{a}"',
        'jsonpath "$[0].n" == 1.5',
        'jsonpath "$.n" == null',
        'jsonpath "$.t" exists',
    ]


def test_hurl_asks_again_for_what_takes_time() -> None:
    """By its own options."""
    (entry,) = entries(hurl(of(step(Ask(READ, path={"id": "1"}), eventually=Eventually(5.0, 0.4))))[0])
    assert entry.sections["Options"] == ["retry: 13", "retry-interval: 400ms"]


@pytest.mark.parametrize(
    "changed",
    [
        {"body": {"a": "{{x}}"}},
        {"body": {"{{x}}": 1}},
        {"headers": {"X": "{{x}}"}},
        {"headers": {"X": "a\r\nY: b"}},
    ],
)
def test_hurl_leaves_out_what_it_cannot_say(changed: dict[str, Any]) -> None:
    """Braces that would be a variable, and a value of two lines."""
    written, omitted = hurl(of(step(Ask(OPERATION, **changed))))
    assert list(omitted) == ["orders/one"]
    assert list(entries(written)) == []
    assert "# Left out:\n#   orders/one: " in written


def test_names_of_variables_do_not_meet() -> None:
    """An input that is called as another variable would be does not become it."""
    first = step(
        Ask(OPERATION), id="it", outputs={"id": "$response.body#/id", "tag": "$response.header.ETag"}
    )
    inputs = (Input("base_url", "", "x"), Input("w1-it-id", "", "y"), Input("9", "", "z"))
    last = step(
        Ask(READ, path={"id": Mixed((Given("base_url"), Given("w1-it-id"), Given("id", "it"), Given("9")))}),
        id="z",
    )
    one, two = entries(hurl(of(last, first, inputs=inputs))[0])
    assert one.url == "{{base_url-2}}/orders"
    assert one.sections["Captures"] == ['w1-it-id-2: jsonpath "$.id"', 'w1-it-tag: header "ETag"']
    assert two.url == "{{base_url-2}}/orders/{{base_url}}{{w1-it-id}}{{w1-it-id-2}}{{v-9}}"


def test_words_of_contracts_stay_comments() -> None:
    """Whatever line breaks a title has."""
    book = of(step(Ask(READ, path={"id": "1"})))
    odd = replace(book, api=replace(book.api, title="Orders\nGET http://elsewhere/"))
    assert len(list(entries(hurl(odd)[0]))) == 1


def test_postman_spells_what_is_given() -> None:
    """Variables in URLs, headers and bodies; outputs are kept for later."""
    ask = Ask(
        READ,
        path={"id": Given("id", "first")},
        query={"q": "a b"},
        headers={"X": Given("x")},
        cookies={"c": "1"},
    )
    first = step(Ask(OPERATION, body={"n": Given("n", like=[1])}, media_type="application/json"), id="first",
                 outputs={"id": "$response.body#/id"})  # fmt: skip
    book = of(step(ask), first, inputs=(Input("x", "an x", "1"), Input("n", "", [1]), Input("token", "")))
    collection = postman(book)[0]
    assert postman_schema().is_valid(collection)
    made, read = collection["item"][0]["item"]
    assert read["request"]["url"] == {
        "raw": "{{baseUrl}}/orders/{{w1-first-id}}?q=a%20b",
        "host": ["{{baseUrl}}"],
        "path": ["orders", "{{w1-first-id}}"],
        "query": [{"key": "q", "value": "a%20b"}],
    }
    assert read["request"]["header"] == [{"key": "X", "value": "{{x}}"}, {"key": "Cookie", "value": "c=1"}]
    assert made["request"]["body"]["raw"] == '{\n  "n": {{n}}\n}'
    assert 'pm.collectionVariables.set("w1-first-id", at(["id"]))' in made["event"][0]["script"]["exec"][-1]
    assert [(v["key"], v["value"]) for v in collection["variable"]] == [
        ("baseUrl", "http://127.0.0.1:8000"), ("x", "1"), ("n", "[1]"), ("token", "")
    ]  # fmt: skip


def test_postman_cannot_ask_again() -> None:
    """It is left out, with the reason."""
    assert (
        "cannot ask again"
        in postman(of(step(Ask(READ, path={"id": "1"}), eventually=Eventually(1, 0.1))))[1]["orders/one"]
    )


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
BODIES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


@given(BODIES, TEXTS, st.lists(st.builds(Fact, st.tuples(TEXTS), SCALARS), max_size=2))
def test_any_request_is_said_or_left_out(body: Any, header: str, facts: list[Fact]) -> None:
    """In every format what is written is of its form, and holds the very body."""
    book = of(step(Ask(OPERATION, headers={"X": header}, body=body), Expected((200,), facts=tuple(facts))))
    document = arazzo(book, "x")[0]
    if document["workflows"]:
        assert arazzo_schema().is_valid(document)
        assert (
            json.loads(text(document, "json"))["workflows"][0]["steps"][0]["requestBody"]["payload"] == body
        )
    written, omitted = hurl(book)
    asked = list(entries(written))
    assert len(asked) == 1 - len(omitted)
    for entry in asked:
        assert json.loads(entry.body) == body
    collection, left = postman(book)
    assert postman_schema().is_valid(collection)
    for folder in collection["item"]:
        assert json.loads(folder["item"][0]["request"]["body"]["raw"]) == body
    assert bool(left) == (not collection["item"])
