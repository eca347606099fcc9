"""Documents become the model."""

from __future__ import annotations

import json
import pickle
import time
from datetime import date

import pytest

from assay.contractfile.lifecycle import seconds
from assay.contractfile.parse import parse
from assay.contractfile.read import read
from assay.model.contract import Api, ContractSet, Operation, Parameter, Promise, Provocation, Strength
from assay.model.lifecycle import (
    ABSENT,
    Eventually,
    Expiry,
    Field,
    FieldKind,
    Law,
    Nothing,
    State,
    Transition,
    duration,
)
from assay.model.problem import Place
from assay.model.verdict import Waiver
from cases.reading import good_files


def contracts(**changed: str) -> ContractSet:
    """The good contracts with files replaced; `close_basket` is `shop/close-basket.yaml`."""
    files = good_files()
    for name, text in changed.items():
        path = f"shop/{name.replace('__', '/').replace('_', '-')}.yaml"
        files[path] = text
    parsed = parse(files)
    assert parsed.contracts is not None, parsed.problems
    return parsed.contracts


def shop(**changed: str) -> Api:
    """The api of those contracts."""
    return contracts(**changed).api("shop")


def close(text: str) -> Operation:
    """The operation of that endpoint file."""
    return shop(close_basket=text).operation("closeBasket")


HEAD = "operation: closeBasket\nmethod: post\npath: /baskets/{id}/close\nsource: docs#close\n"


def test_an_api_has_what_its_file_says() -> None:
    """Names, servers, schemes, sources and what an OpenAPI document needs."""
    api = shop()
    assert (api.name, api.title, api.version, api.servers) == (
        "shop",
        "Shop",
        "1.0",
        ("https://shop.example",),
    )
    assert api.security_schemes == {"token": {"type": "http", "scheme": "bearer"}}
    assert api.sources["docs"].title == "The shop's documentation"
    assert [operation.id for operation in api.operations] == ["openBasket", "closeBasket"]
    assert api.complete
    assert api.document == {
        "info": {"title": "Shop", "version": "1.0"},
        "servers": [{"url": "https://shop.example"}],
        "security": [{"token": []}],
    }


def test_an_operation_has_what_its_file_says() -> None:
    """References of parameters, bodies and responses are followed, those of schemas kept."""
    operation = shop().operation("closeBasket")
    assert (operation.api, operation.method, operation.path) == ("shop", "post", "/baskets/{id}/close")
    assert operation.parameters == (Parameter("id", "path", True, {"type": "string"}),)
    ok, missing = operation.replies
    assert (ok.status, ok.strength, ok.source) == ("200", Strength.DOCUMENTED, "docs#close")
    assert ok.content[0].schema == {"$ref": "#/components/schemas/Basket"}
    assert (missing.status, missing.strength, missing.description) == (
        "404",
        Strength.EXEMPLIFIED,
        "no such basket",
    )
    assert missing.content[0].media_type == "application/json"
    assert missing.place == Place("shop/close-basket.yaml", 9, 3, "/responses/404")
    assert operation.promises == (
        Promise(
            id="same-basket",
            on=("200",),
            body={"properties": {"id": {"const": "$request.path.id"}}},
            headers={},
            rule=None,
            strength=Strength.DOCUMENTED,
            source="docs#close",
            place=Place("shop/close-basket.yaml", 11, 5, "/promises/0"),
        ),
    )
    assert operation.place == Place("shop/close-basket.yaml", 1, 1, "/operation")


def test_the_document_is_plain_openapi() -> None:
    """Our own keys are taken out, also beside a `$ref`; what OpenAPI knows stays as written."""
    document = shop().operation("closeBasket").document
    assert set(document) == {"parameters", "responses"}
    assert document["responses"]["404"] == {"$ref": "#/components/responses/NotFound"}


def test_answer_times_are_kept_in_milliseconds_and_apart_from_openapi() -> None:
    """OpenAPI has no such key, and clients and engines have nothing to make of it."""
    operation = close(HEAD + "slo: {p50: 200ms, p99: 1.5s}\nresponses: {200: {description: ok}}\n")
    assert operation.slo == {"p50": 200.0, "p99": 1500.0}
    assert "slo" not in operation.document
    assert close(HEAD + "responses: {200: {description: ok}}\n").slo == {}


def test_security_is_inherited_unless_written() -> None:
    """No `security` means that of the api, `[]` means open; alternatives keep their order (OpenAPI §4.8)."""
    responses = "responses: {200: {description: ok}}\n"
    assert close(HEAD + responses).security == (("token",),)
    assert close(HEAD + responses + "security: []\n").security == ()
    optional = close(HEAD + responses + "security: [{}, {token: []}]\n")
    assert optional.security == ((), ("token",))
    assert not optional.secured


def test_requests_examples_and_provocations() -> None:
    """Bodies, examples by name, supplied values and provocations reach the model."""
    text = HEAD + (
        "parameters:\n"
        "  - {name: id, in: path, required: true, example: b7, schema: {type: string, x-supplied: basket}}\n"
        "requestBody:\n"
        "  required: true\n"
        "  content:\n"
        "    application/json:\n"
        "      {schema: {type: object}, examples: {usual: {value: {a: 1}}, far: {externalValue: x}}}\n"
        "    text/plain: {schema: {type: string, examples: [hi]}}\n"
        "responses:\n"
        "  2XX: {description: ok, headers: {X-Id: {required: true, schema: {type: string}}}}\n"
        "  '503': {description: busy, source: docs#busy}\n"
        "provoke:\n"
        "  '503': {header: {X-Busy: true}, query: {n: 1}, body: null}\n"
        "  2XX: {unreachable: it is a secret}\n"
    )
    operation = close(text)
    assert operation.parameters[0].examples == ("b7",)
    assert operation.parameters[0].supplied == "basket"
    assert operation.body is not None
    assert operation.body.required
    assert operation.body.content[0].examples == {"usual": {"a": 1}}
    assert operation.body.content[1].examples == {"example-1": "hi"}
    assert operation.replies[0].headers[0].name == "X-Id"
    assert operation.replies[0].headers[0].required
    assert operation.replies[1].source == "docs#busy"
    assert operation.provoke == {
        "503": Provocation("503", headers={"X-Busy": "true"}, query={"n": 1}),
        "2XX": Provocation("2XX", unreachable="it is a secret"),
    }


LIFECYCLE = """
lifecycle: basket
strength: exemplified
source: docs#life
instance: {created-by: openBasket, id: $response.body#/id, carried-in: {id: path}}
states: {open: null, closed: {final: true, description: done}}
cells:
  openBasket: {absent: {status: 201, to: open, set: {sum: 0}}}
  closeBasket:
    absent: {status: 404, body: nothing, strength: documented, source: docs#x}
    open:
      - {status: 200, to: closed, when: "request.method == 'POST'", strength: documented}
      - {status: 200, body: {type: object}, mock: {body: {id: null}}}
    closed: {silent: {mock: {status: 404, body: {a: 1}}}, source: docs#y}
fields:
  sum: {kind: server, at: {closeBasket: $response.body#/total}}
  name: {kind: echo, sent: $request.body#/name, strength: documented}
laws: [unique-ids, atomic: {operation: closeBasket, strength: documented}]
"""


def test_a_lifecycle_has_what_its_file_says() -> None:
    """States with `absent`, cells of all forms, fields and laws; strength and source come from the top."""
    lifecycle = shop(lifecycles__basket=LIFECYCLE).lifecycles[0]
    assert (lifecycle.name, lifecycle.created_by, lifecycle.id_expression) == (
        "basket",
        "openBasket",
        "$response.body#/id",
    )
    assert lifecycle.carried_in == {"id": "path"}
    assert lifecycle.states == (State(ABSENT), State("open"), State("closed", final=True, description="done"))
    opened = lifecycle.cell(ABSENT, "openBasket")
    assert opened is not None
    assert opened.transitions == (Transition(201, to="open", set={"sum": 0}),)
    assert (opened.strength, opened.source) == (Strength.EXEMPLIFIED, "docs#life")
    absent = lifecycle.cell(ABSENT, "closeBasket")
    assert absent is not None
    assert absent.transitions[0].body is Nothing.NOTHING
    assert (absent.strength, absent.source) == (Strength.DOCUMENTED, "docs#x")
    either = lifecycle.cell("open", "closeBasket")
    assert either is not None
    assert either.strength is Strength.EXEMPLIFIED, "alternatives stand as firmly as the weakest of them"
    assert either.transitions[0].when == "request.method == 'POST'"
    assert either.transitions[1].mock_body == {"id": None}
    closed = lifecycle.cell("closed", "closeBasket")
    assert closed is not None
    assert closed.silent
    assert closed.transitions == ()
    assert closed.mock == Transition(404, mock_body={"a": 1})
    assert (closed.strength, closed.source) == (Strength.SILENT, "docs#y")
    assert [f.kind for f in lifecycle.fields] == [FieldKind.SERVER, FieldKind.ECHO]
    assert lifecycle.fields[1] == Field(
        "name",
        FieldKind.ECHO,
        "$request.body#/name",
        {},
        Strength.DOCUMENTED,
        "docs#life",
        lifecycle.fields[1].place,
    )
    assert lifecycle.laws[1] == Law(
        "atomic", {"operation": "closeBasket"}, Strength.DOCUMENTED, "docs#life", lifecycle.laws[1].place
    )


TIMELY = """
lifecycle: basket
instance: {created-by: openBasket, id: $response.body#/id, carried-in: {id: path}}
states: {open: {}, closed: {}}
cells:
  openBasket: {absent: {status: 201, to: open, set: {count: {rule: "instance.total + 1"}}}}
  closeBasket:
    absent: {status: 404}
    open:
      eventually:
        within: 5s
        every: 200ms
        status: 200
        to: closed
        strength: exemplified
        source: docs#z
        meanwhile: {status: 404}
    closed: [{status: 200}, {expires: {after: 1.5h}, status: 404}, {expires: {after: 2m, slack: 3s}, status: 404}]
fields:
  total: {kind: derived, rule: "instance.count * 2", at: {openBasket: $response.body#/total}}
  count: {kind: volatile}
"""


def test_times_and_rules() -> None:
    """Durations are seconds; what comes in the end is the cell's one way, and what is left out has its default."""
    lifecycle = shop(lifecycles__basket=TIMELY).lifecycles[0]
    late = lifecycle.cell("open", "closeBasket")
    assert late is not None
    assert late.transitions == (Transition(200, to="closed"),)
    assert late.eventually == Eventually(5.0, 0.2, (Transition(404),))
    assert (late.strength, late.source) == (Strength.EXEMPLIFIED, "docs#z")
    closed = lifecycle.cell("closed", "closeBasket")
    assert closed is not None
    assert closed.plain == (Transition(200),)
    assert [way.expires for way in closed.expired] == [Expiry(5400.0, 540.0), Expiry(120.0, 3.0)]
    opened = lifecycle.cell(ABSENT, "openBasket")
    assert opened is not None
    assert opened.transitions[0].set == {"count": {"rule": "instance.total + 1"}}
    assert (lifecycle.fields[0].kind, lifecycle.fields[0].rule) == (FieldKind.DERIVED, "instance.count * 2")


@pytest.mark.parametrize(("written", "expected"), [("200ms", 0.2), ("5s", 5), ("1.5h", 5400), ("2d", 172800)])
def test_durations(written: str, expected: float) -> None:
    """A number and a unit, in seconds; and back in the unit that fits best."""
    assert seconds(written) == expected
    assert seconds(duration(expected)) == expected


@pytest.mark.parametrize("written", ["", "5", "5 s", "s", "-1s", "1e3s", "5sec", "٥s"])
def test_no_durations(written: str) -> None:
    """Anything else is refused."""
    with pytest.raises(ValueError, match="no duration"):
        seconds(written)


@pytest.mark.parametrize(
    ("field", "rule"),
    [("{kind: derived}", "missing-key"), ("{kind: server, rule: instance.x}", "unknown-key"),
     ("{kind: derived, rule: instance.x, sent: $request.body#/x}", "unknown-key")],
)  # fmt: skip
def test_only_derived_fields_have_a_rule(field: str, rule: str) -> None:
    """A rule belongs to derived fields, which need one and are never sent."""
    text = TIMELY.replace(
        '{kind: derived, rule: "instance.count * 2", at: {openBasket: $response.body#/total}}', field
    )
    assert text != TIMELY
    files = {**good_files(), "shop/lifecycles/basket.yaml": text}
    assert [problem.rule for problem in parse(files).problems] == [rule]


def test_waivers() -> None:
    """Decisions name a clause or a fingerprint and a last day."""
    text = (
        "waivers:\n"
        "  - {clause: shop/closeBasket/answers, reason: r, owner: o, until: 2026-02-28}\n"
        "  - {fingerprint: abcdef123456, reason: r, owner: o, until: '2026-03-01'}\n"
    )
    place = Place("shop/waivers.yaml", 2, 5, "/waivers/0")
    first, second = shop(waivers=text).waivers
    assert first == Waiver("shop/closeBasket/answers", "r", "o", date(2026, 2, 28), place)
    assert second.matches == "abcdef123456"


def test_the_digest_is_about_content() -> None:
    """Neither file order, nor file names, nor formatting changes it; any value does."""
    plain = contracts()
    files = good_files()
    renamed = {
        ("shop/z.yaml" if path.endswith("close-basket.yaml") else path): text for path, text in files.items()
    }
    assert parse(dict(reversed(renamed.items()))).contracts.digest == plain.digest  # type: ignore[union-attr]
    as_json = {path: json.dumps(read(path, text).value) for path, text in files.items()}  # type: ignore[union-attr]
    assert parse(as_json).contracts.digest == plain.digest  # type: ignore[union-attr]
    changed = files["shop/open-basket.yaml"].replace("opened", "made")
    assert contracts(open_basket=changed).digest != plain.digest
    assert len(plain.digest) == 64


def test_one_api_folder_is_contracts_too() -> None:
    """A path that is itself an api's folder works like a folder with one api."""
    files = {path: text for path, text in good_files().items() if path.startswith("shop/")}
    parsed = parse({f"somewhere/else/{path}": text for path, text in files.items()})
    assert parsed.contracts is not None
    assert [api.name for api in parsed.contracts.apis] == ["shop"]


def test_a_broken_file_leaves_the_rest() -> None:
    """What could be understood is there for lint, and says that it is not all; contracts there are none."""
    parsed = parse({**good_files(), "shop/close-basket.yaml": "a: ["})
    assert parsed.contracts is None
    api = parsed.partial.api("shop")
    assert [operation.id for operation in api.operations] == ["openBasket"]
    assert not api.complete


def test_warnings_do_not_stop() -> None:
    """Contracts with warnings only are contracts."""
    text = good_files()["shop/open-basket.yaml"].replace(
        "{$ref: '#/components/schemas/Basket'}", "{nullable: true}"
    )
    parsed = parse({**good_files(), "shop/open-basket.yaml": text})
    assert [problem.rule for problem in parsed.problems] == ["unknown-schema-keyword"]
    assert parsed.contracts is not None


def test_contracts_travel_between_processes() -> None:
    """A contract set survives pickling, places included: workers get it whole."""
    plain = contracts()
    copy = pickle.loads(pickle.dumps(plain))
    assert copy == plain
    assert copy.locate("shop/api.yaml", "/title") == Place("shop/api.yaml", 1, 1, "/title")
    assert copy.locate("unknown.yaml", "/x") == Place("unknown.yaml", pointer="/x")


def test_a_thousand_files_load_quickly() -> None:
    """A thousand endpoint files are read and validated in seconds, also when each uses another component."""
    files = good_files()
    schemas = "".join(f"    S{i}: {{type: object}}\n" for i in range(1000))
    files["shop/api.yaml"] = files["shop/api.yaml"].replace("  responses:\n", f"{schemas}  responses:\n")
    for i in range(1000):
        text = (
            good_files()["shop/close-basket.yaml"]
            .replace("closeBasket", f"close{i}")
            .replace("/close", f"/close{i}")
        )
        files[f"shop/close-{i}.yaml"] = text.replace("schemas/Basket", f"schemas/S{i}")
    started = time.perf_counter()
    parsed = parse(files)
    # about half a second alone; the rest is for busy machines
    assert time.perf_counter() - started < 10
    assert parsed.contracts is not None
    assert len(parsed.contracts.api("shop").operations) == 1002
