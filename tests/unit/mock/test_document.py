"""Claims about the document of an instance: what writes make of it, and who shows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from assay.model.lifecycle import FieldKind
from fakes.asking_the_mock import Asker, law, stating

_PRICES = {"tea": 350, "mug": 900, "pot": 2400, "lamp": 12900}


@pytest.fixture
def ask():
    """A client of the orders mock."""
    return Asker()


def _plain(cycle):
    """The table without remembered fields, effects and bodies: nothing but the laws says what becomes of an order."""
    cells = {
        name: {
            state: replace(
                cell,
                transitions=tuple(replace(way, set={}, body=None, when=None) for way in cell.transitions),
            )
            for state, cell in row.items()
        }
        for name, row in cycle.cells.items()
    }
    return replace(cycle, cells=cells, fields=())


def test_a_read_shows_what_was_created(ask):
    """GET answers the very document and ETag of the 201, and Location leads to it."""
    made = ask("POST", "/orders", {"item": "tea", "quantity": 4, "note": "für \u2615"})
    read = ask("GET", made.reply.header("Location"))
    assert (read.status, read.body, read.etag) == (200, made.body, made.etag)
    assert made.body["note"] == "für \u2615"
    assert made.body["createdAt"] == made.body["updatedAt"]


@pytest.mark.parametrize("item", sorted(_PRICES))
def test_the_total_follows_item_and_quantity(ask, item):
    """What a rule derives is right after creation, after a replacement and after a patch of either factor."""
    made = ask.order(item=item, quantity=3)
    assert made["total"] == 3 * _PRICES[item]
    path = f"/orders/{made['id']}"
    assert ask("PUT", path, {"item": "tea", "quantity": 5}).body["total"] == 1750
    assert ask("PATCH", path, {"item": item}).body["total"] == 5 * _PRICES[item]
    assert ask("PATCH", path, {"quantity": 7}).body["total"] == 7 * _PRICES[item]
    assert ask("GET", path).body["total"] == 7 * _PRICES[item]
    assert ask("POST", f"{path}/pay").body["total"] == 7 * _PRICES[item]


def test_a_promise_alone_makes_the_total():
    """Without a derived field the equality that a promise states is solved."""
    contracts = stating(
        change=lambda cycle: replace(
            cycle, fields=tuple(f for f in cycle.fields if f.kind is not FieldKind.DERIVED)
        )
    )
    ask = Asker(contracts)
    made = ask.order(item="pot", quantity=3)
    assert made["total"] == 7200
    assert ask("PATCH", f"/orders/{made['id']}", {"quantity": 1}).body["total"] == 2400


def test_a_replacement_replaces(ask):
    """What a PUT leaves out is what the law says, and all the rest is what was sent."""
    made = ask.order(note="gift wrap")
    put = ask("PUT", f"/orders/{made['id']}", {"item": "pot", "quantity": 5})
    assert (put.body["item"], put.body["quantity"], put.body["note"]) == ("pot", 5, None)
    assert ask("GET", f"/orders/{made['id']}").body == put.body
    assert (put.body["id"], put.body["createdAt"]) == (made["id"], made["createdAt"])


def test_a_patch_merges(ask):
    """What a merge patch names is replaced, what it does not name stays, null removes (RFC 7396)."""
    made = ask.order(item="lamp", note="gift wrap")
    path = f"/orders/{made['id']}"
    patched = ask("PATCH", path, {"quantity": 9}).body
    assert (patched["item"], patched["quantity"], patched["note"]) == ("lamp", 9, "gift wrap")
    assert ask("PATCH", path, {"note": None}).body["note"] is None
    assert ask("GET", path).body["quantity"] == 9


def test_the_laws_alone_write():
    """Without fields and effects in the table it is the laws that say what a PUT and a PATCH leave."""
    ask = Asker(stating(law("put-replaces", absent={"note": "none"}), law("patch-merges"), change=_plain))
    path = f"/orders/{ask.order(note='gift wrap')['id']}"
    assert ask("PATCH", path, {"quantity": 3}).body["note"] == "gift wrap"
    assert ask("PUT", path, {"item": "tea", "quantity": 4}).body["note"] == "none"
    assert ask("GET", path).body["item"] == "tea"
    ask = Asker(stating(law("put-replaces"), change=_plain))
    path = f"/orders/{ask.order(note='gift wrap')['id']}"
    assert ask("PUT", path, {"item": "tea", "quantity": 4}).body["note"] is None


def test_changes_are_counted(ask):
    """Each change raises the version by one and moves `updatedAt`, also two at one moment; no change moves nothing."""
    ask.step = timedelta(0)
    seen = [ask.order()]
    path = f"/orders/{seen[0]['id']}"
    seen += [ask("PATCH", path, {"quantity": quantity}).body for quantity in (3, 4)]
    seen.append(ask("POST", f"{path}/pay").body)
    assert [one["version"] for one in seen] == [1, 2, 3, 4]
    moments = [datetime.fromisoformat(one["updatedAt"]) for one in seen]
    assert moments == sorted(set(moments))
    assert ask("POST", f"{path}/pay").status == 409
    assert ask("GET", path).body == seen[-1]


@pytest.mark.parametrize(
    ("method", "body"), [("PUT", {"item": "mug", "quantity": 2, "note": "x"}), ("PATCH", {})]
)
def test_what_changes_nothing_counts_nothing(ask, method, body):
    """An equal PUT and an empty patch leave version, `updatedAt` and ETag as they were."""
    made = ask("POST", "/orders", {"item": "mug", "quantity": 2, "note": "x"})
    same = ask(method, f"/orders/{made.body['id']}", body)
    assert (same.status, same.body, same.etag) == (200, made.body, made.etag)


def test_an_action_changes_only_what_it_is_there_for(ask):
    """Paying changes the state, the version and `updatedAt`, and nothing else."""
    made = ask.order(note="n")
    paid = ask("POST", f"/orders/{made['id']}/pay").body
    assert paid["state"] == "paid"
    assert {name for name in made if made[name] != paid[name]} == {"state", "version", "updatedAt"}


def test_worlds_are_values(ask):
    """An old world still answers as it did, and the same requests make the same answers again."""
    made = ask.order()
    before = ask.world
    first = ask("PATCH", f"/orders/{made['id']}", {"quantity": 50}).body
    ask.world, ask.now = before, ask.now - ask.step
    assert ask("PATCH", f"/orders/{made['id']}", {"quantity": 50}).body == first
    ask.world = before
    assert ask("GET", f"/orders/{made['id']}").body == made
