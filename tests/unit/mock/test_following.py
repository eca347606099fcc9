"""Claims about what is worked out of all instances and then follows the world."""

from __future__ import annotations

import random

import pytest

from assay.mock.document import Documents
from assay.mock.following import Following
from assay.mock.world import Instance, World
from fakes.asking_the_mock import Asker, law, stating
from unit.mock.test_lists import LISTING


class Noted(Following):
    """Keeps the ids of all instances, and counts how often it began anew and looked at one."""

    def __init__(self):
        super().__init__("orders", "order")
        self.ids, self.begun, self.looked = set(), 0, 0

    def _clear(self):
        self.ids, self.begun = set(), self.begun + 1

    def _leave(self, key):
        self.ids.discard(key)

    def _enter(self, key, instance):
        self.ids.add(key)
        self.looked += 1


def _grown(world: World, names: range) -> World:
    for number in names:
        key = ("orders", "order", str(number))
        world = world.with_new(key, Instance(str(number), "draft", {}, None))
    return world


def test_one_change_is_one_look():
    """Of a world that has changed since, only what has changed is looked at, however much there is."""
    noted, world = Noted(), _grown(World(), range(500))
    noted.follow(world)
    assert (noted.begun, noted.looked) == (1, 500)
    for number in range(500, 540):
        world = _grown(world, range(number, number + 1))
        noted.follow(world)
        noted.follow(world)
    assert (noted.begun, noted.looked, len(noted.ids)) == (1, 540, 540)


def test_another_world_is_worked_out_anew():
    """An older world that is put back, and one that is too far ahead, are seen as they are."""
    noted, early = Noted(), _grown(World(), range(3))
    late = _grown(early, range(3, 300))
    for world, size in ((early, 3), (late, 300), (early, 3), (World(), 0), (late, 300)):
        noted.follow(world)
        assert len(noted.ids) == size


def test_other_lifecycles_are_none_of_its_business():
    """What happens to other things is passed over."""
    noted = Noted()
    noted.follow(_grown(World(), range(2)).with_new(("orders", "bill", "1"), Instance("1", "open", {}, None)))
    assert len(noted.ids) == 2


@pytest.mark.parametrize("seed", range(4))
def test_a_list_is_what_a_new_mock_would_show(seed):
    """After any changes, and in old worlds, every page is the one that a mock shows which has just been started."""
    chance = random.Random(seed)
    order = chance.choice(
        ["oldest-first", "newest-first", {"by": "#/item"}, {"by": "#/total", "descending": True}]
    )
    laws = stating(law("list-agrees", **LISTING, order=order), law("isolation", principals=True))
    ask, worlds, made = Asker(laws), [], []
    for _ in range(25):
        what = chance.random()
        if what < 0.5 or not made:
            body = {"item": chance.choice(["mug", "lamp"]), "quantity": chance.randint(1, 3)}
            made.append(ask("POST", "/orders", body, who=chance.choice(["alice", "bob"])).body["id"])
        elif what < 0.8:
            way = chance.choice(["pay", "cancel"])
            ask("POST", f"/orders/{chance.choice(made)}/{way}", who=chance.choice(["alice", "bob"]))
        elif what < 0.9:
            ask("DELETE", f"/orders/{chance.choice(made)}", who=chance.choice(["alice", "bob"]))
        else:
            worlds.append(ask.world)
            ask.world = chance.choice([*worlds, ask.world])
        path = f"/orders?limit={chance.randint(1, 4)}" + chance.choice(["", "&state=paid", "&state=draft"])
        who, anew = chance.choice(["alice", "bob"]), Asker(laws)
        anew.world = World(ask.world.instances, ask.world.created)
        for _ in range(3):
            page = ask("GET", path, who=who)
            assert page.body == anew("GET", path, who=who).body
            if page.body["next"] is None:
                break
            path = f"{path.partition('&cursor')[0]}&cursor={page.body['next']}"


def test_only_the_page_is_composed():
    """Among many orders, a list looks up the documents of those that it shows."""
    ask = Asker(stating(law("list-agrees", **LISTING)))
    for _ in range(200):
        ask.order()
    ask("GET", "/orders?limit=3")
    looked = []
    known = Documents.of
    try:
        Documents.of = lambda self, one, scope: looked.append(one.id) or known(self, one, scope)
        page = ask("GET", "/orders?limit=3&state=draft").body
    finally:
        Documents.of = known
    assert (len(page["items"]), page["total"]) == (3, 200)
    assert len(looked) <= 3
