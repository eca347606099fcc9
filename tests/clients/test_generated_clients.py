"""A client that a stranger's generator made of `assay bundle` talks to `assay mock`: whole lifecycles, typed.

Nobody here knows of contract folders but the two commands. The generator reads OpenAPI; the client knows what it read.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from http import HTTPStatus
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from assay.__main__ import main
from assay.app.load import load
from assay.mock.engine import Engine
from assay.serve.http import serve

ROOT = Path(__file__).parents[2]
FOLDERS = {
    "iplaygames": ROOT / "contracts",
    "equos": ROOT / "contracts",
    "orders": ROOT / "examples" / "orders" / "contracts",
}


class Generated:
    """One API's client: the modules of its package, and somebody who is let in at a mock of his own."""

    def __init__(self, package: str, url: str) -> None:
        self._package = package
        self._url = url
        self.usual = self.module("client").AuthenticatedClient(base_url=url, token="any-token")

    @property
    def stranger(self) -> Any:
        """Somebody whose token is not accepted."""
        return self.module("client").AuthenticatedClient(base_url=self._url, token="invalid-token")

    def module(self, name: str) -> ModuleType:
        """A module of the package."""
        return import_module(f"{self._package}.{name}")

    def model(self, name: str) -> Any:
        """The class that was made of a component."""
        return getattr(self.module("models"), name)

    def ask(self, operation: str, *arguments: str, client: Any = None, **named: Any) -> tuple[int, Any]:
        """Status and typed result of an operation, `tag.operation_id` as the generator writes it."""
        answer = self.module(f"api.{operation}").sync_detailed(
            *arguments, client=client or self.usual, **named
        )
        assert isinstance(answer.status_code, HTTPStatus)
        return int(answer.status_code), answer.parsed


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Each API bundled, and a client package generated of the file, by name; importable while the tests run."""
    place = tmp_path_factory.mktemp("clients")
    (place / "config.yaml").write_text("post_hooks: []\n", encoding="utf-8")
    for api, folder in FOLDERS.items():
        document = place / f"{api}.yaml"
        assert main(["bundle", str(folder), "--api", api, "-o", str(document)]) == 0
        # a program of its own: it leaves nothing behind in this process
        made = subprocess.run(
            [sys.executable, "-m", "openapi_python_client", "generate", "--path", document.name, "--meta", "none",
             "--output-path", f"client_of_{api}", "--config", "config.yaml", "--fail-on-warning"],
            cwd=place, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(place))
    yield {api: f"client_of_{api}" for api in FOLDERS}
    sys.path.remove(str(place))


def _client(api: str, packages: dict[str, str]) -> Iterator[Generated]:
    with serve(Engine(load(str(FOLDERS[api]), date(2026, 1, 1)))) as server:
        yield Generated(packages[api], server.url)


@pytest.fixture
def games(packages: dict[str, str]) -> Iterator[Generated]:
    """The client of iPlayGames, and a mock."""
    yield from _client("iplaygames", packages)


@pytest.fixture
def passes(packages: dict[str, str]) -> Iterator[Generated]:
    """The client of Equos, and a mock."""
    yield from _client("equos", packages)


@pytest.fixture
def shop(packages: dict[str, str]) -> Iterator[Generated]:
    """The client of the orders example, and a mock."""
    yield from _client("orders", packages)


def test_a_multi_session_from_start_to_end(games: Generated) -> None:
    """Start → status → end; every answer is the component that the contract names."""
    wanted = games.model("StartMultiSessionRequest")(
        player_id="player_1", currency="USD", country_code="US", ip_address="192.168.1.1", game_ids=["1", "2"]
    )
    status, started = games.ask("multi_sessions.start_a_multi_session", body=wanted)
    assert (status, type(started)) == (201, games.model("StartedMultiSession"))
    token = started.data.multi_session_id
    assert isinstance(token, str)
    assert token
    assert [game.position for game in started.data.games] == list(range(started.data.total_games))

    status, running = games.ask("multi_sessions.get_multi_session_status", token)
    assert (status, type(running)) == (200, games.model("MultiSessionStatus"))
    assert (running.success, running.data.status) == (True, "active")

    status, over = games.ask("multi_sessions.end_multi_session", token)
    assert (status, type(over), over.success) == (200, games.model("Acknowledgement"), True)

    # of an ended one the documentation says nothing; the contract tells the mock what to do
    status, ended = games.ask("multi_sessions.get_multi_session_status", token)
    assert (status, ended.data.status, ended.data.active_sessions) == (200, "ended", 0)


@pytest.mark.parametrize("operation", ["get_multi_session_status", "end_multi_session"])
def test_a_multi_session_that_nobody_started(operation: str, games: Generated) -> None:
    """404, and its documented body."""
    status, answer = games.ask(f"multi_sessions.{operation}", "never-issued")
    assert (status, type(answer)) == (404, games.model("Acknowledgement"))
    assert (answer.success, answer.message) == (False, "Multi-session not found")


def test_a_multi_session_without_credentials(games: Generated) -> None:
    """401, in one of the two documented bodies."""
    wanted = games.model("StartMultiSessionRequest")("player_1", "USD", "US", "192.168.1.1")
    status, answer = games.ask("multi_sessions.start_a_multi_session", client=games.stranger, body=wanted)
    assert status == 401
    assert isinstance(answer, (games.model("Acknowledgement"), games.model("InactiveKey")))


def test_a_session_pass_from_start_to_the_second_stop(passes: Generated) -> None:
    """Start → stop → stop again, which answers null: the client has None, where it had a session before."""
    wanted = passes.model("CreateSessionPassRequest")(
        name="Call",
        avatar=passes.model("AvatarReference")(id="avatar-1"),
        agent=passes.model("AgentReference")(id="agent-1"),
        consumer_identity=passes.model("ParticipantIdentity")(identity="user-1", name="Ada"),
    )
    status, answer = passes.ask("session_passes.session_passes_controller_start_v3", body=wanted)
    assert (status, type(answer)) == (201, passes.model("CreateEquosSessionResponse"))
    session = answer.session
    assert (session.name, session.avatar_id, session.status) == ("Call", "avatar-1", "starting")
    assert not session.ended_at

    status, stopped = passes.ask("session_passes.session_passes_controller_stop_v3", session.id)
    assert (status, type(stopped), stopped.id) == (200, passes.model("EquosSession"), session.id)
    assert isinstance(stopped.ended_at, datetime)

    again = passes.ask("session_passes.session_passes_controller_stop_v3", session.id)
    unknown = passes.ask("session_passes.session_passes_controller_stop_v3", "never-issued")
    assert again == unknown == (200, None)


def test_an_order_from_draft_to_gone(shop: Generated) -> None:
    """Create → read → patch → pay → cancel → list → delete, and what the states refuse on the way."""
    item, problem, order = shop.model("Item"), shop.model("Problem"), shop.model("Order")
    status, draft = shop.ask("orders.create_order", body=shop.model("NewOrder")(item=item.TEA, quantity=3))
    assert (status, type(draft)) == (201, order)
    assert (draft.state, draft.item, draft.total, draft.note) == ("draft", item.TEA, 1050, None)
    assert shop.ask("orders.get_order", draft.id) == (200, draft)

    change = shop.model("OrderPatch")(quantity=4, note="ring twice")
    status, patched = shop.ask("orders.patch_order", draft.id, body=change)
    assert (status, patched.quantity, patched.note, patched.total) == (200, 4, "ring twice", 1400)
    assert patched.version == draft.version + 1

    assert [shop.ask(f"orders.{step}_order", draft.id)[1].state for step in ("pay", "cancel")] == [
        "paid",
        "cancelled",
    ]
    status, refused = shop.ask("orders.pay_order", draft.id)
    assert (status, type(refused), refused.status) == (409, problem, 409)

    state = shop.model("ListOrdersState")
    status, page = shop.ask("orders.list_orders", state=state.CANCELLED)
    assert (status, type(page)) == (200, shop.model("OrderPage"))
    assert [(type(one), one.id) for one in page.items] == [(order, draft.id)]
    assert shop.ask("orders.list_orders", state=state.DRAFT)[1].items == []

    assert shop.ask("orders.delete_order", draft.id) == (204, None)
    status, gone = shop.ask("orders.get_order", draft.id)
    assert (status, type(gone), gone.status) == (404, problem, 404)


def test_the_shop_lets_nobody_in_without_a_token(shop: Generated) -> None:
    """401 where the contract wants a token, and none is needed where it says `security: []`."""
    status, answer = shop.ask("orders.list_orders", client=shop.stranger)
    assert (status, type(answer)) == (401, shop.model("Problem"))
    lamp = shop.model("Item").LAMP
    status, stock = shop.ask("stock.get_stock", lamp, client=shop.stranger)
    assert (status, type(stock), stock.sku) == (200, shop.model("Stock"), lamp)
