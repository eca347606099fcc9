"""`patch-merges` against the orders example."""

from __future__ import annotations

import pytest
from examples.orders.server import Orders
from examples.orders.wrong import (
    patch_drops_the_note,
    patch_ignores_null,
    patch_null_is_empty_text,
    patch_resets_quantity,
)
from tests.laws.bench import drilled, law, orders_api
from tests.laws.drill import kinds, missing, step, table

from assay.laws.writing import clients_part
from assay.model.verdict import VerdictKind

NAME = "patch-merges"
CLAUSE = f"lifecycle/order/law/{NAME}"


def test_the_honest_server_keeps_it() -> None:
    """Nothing is told of a server that merges as RFC 7396 says, and that is seen, in few requests."""
    seen = drilled(Orders, law(NAME, answer=True))
    assert seen.violated == set()
    assert seen.kinds(CLAUSE) == {VerdictKind.HOLDS}
    assert seen.notes == ()
    assert seen.requests <= 60


@pytest.mark.parametrize(
    "wrong", [patch_drops_the_note, patch_ignores_null, patch_null_is_empty_text, patch_resets_quantity]
)
def test_what_is_merged_otherwise_breaks_it(wrong) -> None:
    """What is not named and changes, or is removed and stays, is told, in at most six requests."""
    seen = drilled(wrong.Wrong, law(NAME, answer=True))
    assert CLAUSE in seen.violated
    assert len(seen.shortest(CLAUSE).history) <= 6


def _where(before, patch, after) -> list[VerdictKind]:
    return kinds(
        NAME,
        {"fields": ["where"]},
        step("before", "getOrder", body={"where": before} if before is not None else {}),
        step("patch", "patchOrder", body={}, sent=patch, media_type="application/merge-patch+json"),
        step("after", "getOrder", body=after),
    )


@pytest.mark.parametrize(
    ("patch", "after", "kind"),
    [
        ({"where": {"street": "B"}}, {"where": {"street": "B", "city": "X"}}, VerdictKind.HOLDS),
        ({"where": {"street": "B"}}, {"where": {"street": "B"}}, VerdictKind.VIOLATED),
        ({"where": {"street": "B"}}, {"where": {"street": "A", "city": "X"}}, VerdictKind.VIOLATED),
        ({"where": {"street": None}}, {"where": {"city": "X"}}, VerdictKind.HOLDS),
        ({"where": {"street": None}}, {"where": {"street": None, "city": "X"}}, VerdictKind.HOLDS),
        ({"where": {"street": None}}, {"where": {"street": "A", "city": "X"}}, VerdictKind.VIOLATED),
        ({"where": None}, {}, VerdictKind.HOLDS),
        ({"where": None}, {"where": {"street": "A", "city": "X"}}, VerdictKind.VIOLATED),
        ({}, {"where": {"street": "A", "city": "X"}}, VerdictKind.HOLDS),
        ({}, {"where": {"street": "A"}}, VerdictKind.VIOLATED),
        ({}, {}, VerdictKind.VIOLATED),
    ],
)
def test_objects_are_merged_member_by_member(patch, after, kind) -> None:
    """RFC 7396 §2 on objects within objects; null and absent are both gone."""
    assert _where({"street": "A", "city": "X"}, patch, after) == [kind]


def test_a_patch_that_did_not_go_through_tells_nothing() -> None:
    """A step before that was answered wrongly, or refused, leaves it untold."""
    before = step("before", "getOrder", body={"item": "tea"})
    refused = step("patch", "patchOrder", 409, sent={"item": "mug"})
    after = step("after", "getOrder", body={"item": "tea"})
    assert kinds(NAME, {}, before, refused, after) == [VerdictKind.INCONCLUSIVE]


def test_it_says_what_it_cannot_try() -> None:
    """Without an operation that takes merge patches, or that shows an instance, that is said."""
    assert missing(NAME, table(["patchOrder"]))[0].startswith("no operation takes merge patches")
    assert missing(NAME, table(fields=False), read="getStock")[0].startswith("no member is known")


def test_what_the_request_schema_does_not_name_is_the_servers() -> None:
    """Inside an object that the client writes, an id or a time is the server's: it may change with every patch."""
    api = orders_api()
    schema = {"type": "object", "properties": {"city": {"type": "string"}, "way": {"type": "object"}}}
    shown = {"city": "Ulm", "way": {"any": 1}, "geocodedAt": 5}
    assert clients_part(api, schema, shown) == {"city": "Ulm", "way": {"any": 1}}
    assert clients_part(api, {"type": "array", "items": schema}, [shown]) == [
        {"city": "Ulm", "way": {"any": 1}}
    ]
    for open_to_all in ({**schema, "additionalProperties": True}, {"type": "object"}, {}, True):
        assert clients_part(api, open_to_all, shown) == shown
    read_only = {**schema, "properties": {**schema["properties"], "city": {"readOnly": True}}}
    assert clients_part(api, read_only, shown) == {"way": {"any": 1}}
