"""Claims about credentials that are had from somebody, run out and are renewed, at a live target."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from assay.drive import keeper
from fakes.gate import Gate
from fakes.raw_server import RawServer
from fakes.tickets import Tickets, answering
from miniatures import wire
from miniatures.wire import Reply, Request, Running

PASSWORD = "pa55word-of-alice"
LOGIN = """
[targets.x.auth.login]
path = "/login"
body = { user = "alice", password = { env = "PASSWORD" } }
token = "$response.body#/session/token"
"""
CLIENT = """
[targets.x.auth.oauth]
token-url = "URL/oauth/token"
client-id = "alice"
client-secret = { env = "PASSWORD" }
"""
REFRESH = """
[targets.x.auth.oauth]
token-url = "URL/oauth/token"
client-id = "app"
refresh-token = { env = "REFRESH" }
"""


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD", PASSWORD)
    monkeypatch.setenv("REFRESH", "first-refresh-token")


@contextmanager
def gate(auth: str, server: Tickets, *keys: str) -> Iterator[Running]:
    """A server, and a configuration that names it `x`."""
    with wire.start(server) as running:
        lines = ["[targets.x]", f'url = "{running.url}"', "rate = 2000", *keys]
        Path("assay.toml").write_text("\n".join(lines) + "\n" + auth.replace("URL", running.url), "utf-8")
        yield running


def latest() -> dict:
    return json.loads(Path("reports/latest/report.json").read_text("utf-8"))


def nothing_is_told(secrets: list[str], *said: str) -> None:
    """None of these stands in any file of this folder but its configuration, nor in what was said."""
    assert secrets
    files = [path for path in Path().rglob("*") if path.is_file() and path.suffix not in {".toml", ".py"}]
    assert any(path.name == "log.jsonl" for path in files)
    for secret in secrets:
        for path in files:
            assert secret.encode() not in path.read_bytes(), (secret, path)
        assert not any(secret in text for text in said), secret


def renewals() -> list[str]:
    return [note["text"] for note in latest()["notes"] if note["kind"] == "renewed"]


@pytest.mark.parametrize("transport", ["lean", "requests"])
@pytest.mark.parametrize(("auth", "way"), [(LOGIN, "login"), (CLIENT, "client"), (REFRESH, "refresh")])
def test_a_token_is_had_renewed_when_it_runs_out_and_never_shown(
    project: Path, assay, auth: str, way: str, transport: str
) -> None:
    """Each token is good for forty requests: the run goes on with the next, and nobody is accused."""
    server = Gate(lasts=40, refresh={"first-refresh-token"})
    with gate(auth, server, f'transport = "{transport}"', "max-in-flight = 8"):
        said = assay("run", "--target", "x", "-q")
    assert said.code == 0, said.out + said.err
    assert server.had.total() == server.had[way] >= 3
    assert [
        left for token, left in server.issued.items() if left > 0 and token != list(server.issued)[-1]
    ] == []
    (note,) = renewals()
    assert note.startswith("the credential of the usual principal was renewed after a 401")
    times = server.had[way] - 1
    assert note.endswith(f"({times} times)") or times == 1
    nothing_is_told([*server.every, PASSWORD, "first-refresh-token"], said.out, said.err)


def test_what_tests_a_wrong_or_missing_credential_renews_nothing(project: Path, assay) -> None:
    server = Gate()
    with gate(LOGIN, server):
        assert assay("run", "--target", "x", "-q").code == 0
    assert server.had == {"login": 1}
    told = {c["id"]: c["standing"] for c in latest()["clauses"]}
    assert told["tickets/openTicket/status/401"] == "verified"
    assert renewals() == []


def test_a_target_that_refuses_everybody_is_not_asked_for_tokens_again_and_again(
    project: Path, assay
) -> None:
    class Refuses(Gate):
        def _honest(self, request: Request) -> Reply:
            reply = super()._honest(request)
            return reply if request.path == "/login" else answering(401)

    server = Refuses()
    with gate(LOGIN, server):
        said = assay("run", "--target", "x", "-q", "--max-time", "5")
    assert said.code == 3
    assert not latest()["violations"]
    assert 2 <= server.had["login"] <= 5


def test_a_wrong_refusal_is_still_told(project: Path, assay) -> None:
    """401 where 404 is documented: the token is renewed once in vain, and the answer is a broken promise."""

    class Confuses(Gate):
        def _honest(self, request: Request) -> Reply:
            reply = super()._honest(request)
            return answering(401) if reply.status == 404 else reply

    server = Confuses()
    with gate(LOGIN, server):
        assert assay("run", "--target", "x", "-q").code == 1
    assert any("absent/closeTicket" in one["clause"] for one in latest()["violations"])
    assert server.had["login"] <= 8


def test_a_token_that_cannot_be_renewed_accuses_nobody(project: Path, assay) -> None:
    class Locks(Gate):
        def _login(self, request: Request) -> Reply:
            return answering(503) if self.had["login"] else super()._login(request)

    with gate(LOGIN, Locks(lasts=60)):
        said = assay("run", "--target", "x", "-q")
    assert said.code == 5
    assert not latest()["violations"]
    assert "could not be renewed after a 401" in " ".join(renewals())
    assert "answered 503" in " ".join(renewals())


@pytest.mark.parametrize(
    ("auth", "by", "kind"),
    [
        (
            LOGIN.replace("token = ", "#").rstrip() + "\ncookies = true\n",
            "cookie",
            "{type: apiKey, in: cookie, name: sid}",
        ),
        (
            LOGIN.replace("$response.body#/session/token", "$response.header.X-Session"),
            "header",
            "{type: apiKey, in: header, name: X-Key}",
        ),
        (LOGIN.replace("body = ", "form = "), "query", "{type: apiKey, in: query, name: key}"),
        (
            LOGIN.replace("[targets.x.auth.login]", "[targets.x.auth.key.login]"),
            "bearer",
            "{type: http, scheme: bearer}",
        ),
    ],
)
def test_a_login_may_be_read_and_carried_in_every_way(
    project: Path, assay, auth: str, by: str, kind: str
) -> None:
    api = project / "contracts/tickets/api.yaml"
    api.write_text(api.read_text().replace("{type: http, scheme: bearer}", kind))
    server = Gate(lasts=60, carried=by)
    with gate(auth, server):
        said = assay("run", "--target", "x", "-q")
    assert said.code == 0, said.out + said.err
    assert server.had["login"] >= 2
    nothing_is_told([*server.every, PASSWORD], said.out, said.err)


@pytest.mark.parametrize("most", [200, 3])
@pytest.mark.parametrize("where", ["body#/session/token", "header.X-Session"])
def test_a_login_may_be_an_operation_of_the_contracts(
    project: Path, assay, monkeypatch: pytest.MonkeyPatch, most: int, where: str
) -> None:
    """Whatever it issues while it is tested itself is masked like our own, however much that is."""
    monkeypatch.setattr(keeper, "OVERHEARD", most)
    (project / "contracts/tickets/login.yaml").write_text(
        "operation: logIn\nmethod: post\npath: /login\nsource: manual\nsecurity: []\n"
        "requestBody:\n  required: true\n  content:\n    application/json:\n"
        "      schema: {type: object, required: [user, password], properties: {user: {const: alice}, "
        "password: {type: string, maxLength: 40}}}\n"
        "responses:\n"
        '  "200": {description: In., content: {application/json: {schema: {type: object}}}}\n'
        '  "400": {description: What?, content: {application/json: {schema: {type: object}}}}\n'
        '  "403": {description: No., content: {application/json: {schema: {type: object}}}}\n'
    )

    class Anybody(Gate):
        tells = ""

        def _login(self, request: Request) -> Reply:
            """Lets alice in whatever her password: so the tests of it are issued tokens, too."""
            try:
                asked = json.loads(request.body)
            except ValueError:
                return answering(400)
            if not isinstance(asked, dict) or not isinstance(asked.get("password"), str):
                return answering(400)
            reply = super()._login(
                replace(request, body=json.dumps({**asked, "password": PASSWORD}).encode())
            )
            if self.tells.startswith("header"):
                return replace(reply, body=b"{}", headers=reply.headers[1:])
            return replace(reply, headers=())

    server = Anybody(lasts=80)
    auth = LOGIN.replace('path = "/login"', 'operation = "logIn"').replace("body#/session/token", where)
    server.tells = where
    with gate(auth, server):
        said = assay("run", "--target", "x", "-q")
    assert said.code in {0, 1}, said.out + said.err
    assert server.had["login"] > 5
    nothing_is_told([*server.every, PASSWORD], said.out, said.err)


def test_the_client_may_be_shown_in_the_body_and_parameters_besides(project: Path, assay) -> None:
    server = Gate()
    auth = CLIENT + 'client-auth = "body"\nscope = ["a", "b"]\nparameters = { audience = "urn:x" }\n'
    with gate(auth, server):
        assert assay("run", "--target", "x", "-q").code == 0
    (shown,) = server.shown
    assert shown == {
        "grant_type": "client_credentials", "client_id": "alice", "client_secret": PASSWORD, "scope": "a b",
        "audience": "urn:x",
    }  # fmt: skip


def test_each_refresh_token_is_used_once(project: Path, assay) -> None:
    """A server that gives a new one with each answer gets that one back (RFC 6749 §6)."""
    server = Gate(lasts=30, refresh={"first-refresh-token"})
    with gate(REFRESH, server):
        assert assay("run", "--target", "x", "-q").code == 0
    used = [asked["refresh_token"] for asked in server.shown]
    assert len(used) == len(set(used)) >= 3


def test_a_secret_with_odd_characters_is_encoded_and_masked(project: Path, assay, monkeypatch) -> None:
    odd = 's3cr%t "x"/+ä&='
    monkeypatch.setenv("PASSWORD", odd)
    server = Gate(users={"alice": odd})
    with gate(CLIENT, server):
        said = assay("run", "--target", "x", "-q")
    assert said.code == 0, said.err
    assert server.shown[0]["by"] == "basic"
    nothing_is_told([odd, *server.every], said.out, said.err)


def test_a_command_is_run_again_when_its_token_is_refused(project: Path, assay) -> None:
    Path("n").write_text("0")
    program = (
        "from pathlib import Path; n = int(Path('n').read_text()) + 1; Path('n').write_text(str(n)); "
        "print(f'let-me-in-{n}')"
    )
    command = json.dumps([sys.executable, "-c", program])

    class Changes(Tickets):
        number = 1

        def _honest(self, request: Request) -> Reply:
            if self.asked == 60:
                self.number = 2
            self.token = f"let-me-in-{self.number}"
            return super()._honest(request)

    with gate(f"auth = {{command = {command}}}\n", Changes()):
        said = assay("run", "--target", "x", "-q")
    assert said.code == 0, said.out
    assert Path("n").read_text() == "2"
    nothing_is_told(["let-me-in-1", "let-me-in-2"], said.out, said.err)


def test_two_principals_log_in_each_for_himself(project: Path, assay, monkeypatch) -> None:
    monkeypatch.setenv("BOBS", "pa55word-of-bob")
    bob = (
        LOGIN.replace("targets.x", "targets.x.principals.bob")
        .replace("alice", "bob")
        .replace("PASSWORD", "BOBS")
    )
    server = Gate(users={"alice": PASSWORD, "bob": "pa55word-of-bob"})
    with gate(LOGIN + bob, server):
        said = assay("run", "--target", "x", "-q")
    assert said.code == 0, said.err
    assert server.had["login"] == 2
    nothing_is_told([*server.every, PASSWORD, "pa55word-of-bob"], said.out, said.err)


def test_one_user_with_two_passwords_is_one_account(project: Path, assay, monkeypatch) -> None:
    monkeypatch.setenv("OTHER", "another-pa55word")
    alice = '[targets.x.auth]\nuser = "alice"\npassword = {env = "PASSWORD"}\n'
    bob = alice.replace("targets.x", "targets.x.principals.bob").replace("PASSWORD", "OTHER")
    with gate(alice + bob, Gate()):
        said = assay("run", "--target", "x")
    assert said.code == 2
    assert "'bob': because it has the same credential as the usual one" in said.err


@pytest.mark.parametrize("auth", [LOGIN, CLIENT])
def test_two_principals_with_one_account_are_refused(project: Path, assay, auth: str) -> None:
    with gate(auth + auth.replace("targets.x", "targets.x.principals.bob"), Gate()) as running:
        said = assay("run", "--target", "x")
    assert said.code == 2
    assert "'bob': because it has the same credential as the usual one" in said.err
    assert running.seen == []


def test_two_principals_who_are_given_one_token_are_refused(project: Path, assay, monkeypatch) -> None:
    class Same(Gate):
        def issue(self, way: str) -> str:
            return "the-very-same-token"

    bob = LOGIN.replace("targets.x", "targets.x.principals.bob").replace("alice", "bob")
    with gate(LOGIN + bob, Same(users={"alice": PASSWORD, "bob": PASSWORD})):
        said = assay("run", "--target", "x")
    assert said.code == 2
    assert "because it was given the same credential as the usual principal" in said.err
    assert "the-very-same-token" not in said.err


@pytest.mark.parametrize(
    ("auth", "code", "why"),
    [
        (
            LOGIN.replace("/login", "/nothing"),
            2,
            "issued no token: it answered 401. Check what is sent to it.",
        ),
        (LOGIN.replace("/session/token", "/token"), 2, "$response.body#/token finds no text in its answer"),
        (CLIENT.replace('"alice"', '"eve"'), 2, "it answered 401 invalid_client. Check `client-id`"),
        (REFRESH, 2, "it answered 400 invalid_grant. The refresh token ran out"),
        (
            CLIENT.replace("URL/oauth", "http://127.0.0.1:9"),
            4,
            "the token endpoint 127.0.0.1:9 does not answer",
        ),
        (
            CLIENT.replace("URL", "http://localhost:9"),
            2,
            "`token-url` leads to localhost, which is not among its `allowed-hosts`",
        ),
        (LOGIN.replace('path = "', 'url = "http://evil.example'), 2, "`url` leads to evil.example"),
        (
            LOGIN.replace('path = "/login"', 'operation = "openTiket"'),
            2,
            "Cannot log in by openTiket: because no contract has that operation",
        ),
        (LOGIN.replace("token = ", "tokn = "), 2, "`tokn` is not a key of it"),
        (
            LOGIN.replace('{ env = "PASSWORD" }', '"hunter2hunter2"'),
            2,
            "`password` stands there in plain text",
        ),
        (
            CLIENT.replace('{ env = "PASSWORD" }', '"hunter2hunter2"'),
            2,
            "`client-secret` stands there in plain text",
        ),
        (CLIENT.replace("client-secret", "client-secrt"), 2, "`client-secrt` is not a key of it"),
        (CLIENT.replace("oauth]", "oath]"), 2, "Did you mean `oauth`?"),
        (CLIENT + 'client-auth = "head"\n', 2, "`client-auth` is neither basic nor body"),
        (LOGIN.replace("$response.body", "$request.body"), 2, "`token` is no expression about the answer"),
        (LOGIN.replace('path = "', 'path = "x'), 2, "`path` does not begin with /"),
        (
            'auth = {python = "s.py:S", with = {key = "hunter2hunter2"}}\n',
            2,
            "`key` stands there in plain text",
        ),
        ('auth = {user = "alice"}\n', 2, "`password` is missing"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_tested(
    project: Path, assay, auth: str, code: int, why: str
) -> None:
    with gate(auth, Gate()) as running:
        said = assay("run", "--target", "x")
    assert said.code == code, said.out + said.err
    assert why in said.err
    assert PASSWORD not in said.err
    assert "hunter2" not in said.err
    assert all(request.path in {"/login", "/oauth/token", "/nothing"} for request in running.seen)


def test_user_and_password_may_stand_apart(project: Path, assay) -> None:
    api = project / "contracts/tickets/api.yaml"
    api.write_text(api.read_text().replace("{type: http, scheme: bearer}", "{type: http, scheme: basic}"))

    class Knows(Tickets):
        def _honest(self, request: Request) -> Reply:
            given = request.headers.get("authorization", "")
            known = "Basic YWxpY2U6cGE1NXdvcmQtb2YtYWxpY2U="
            inside = {**request.headers, "authorization": f"Bearer {self.token}" if given == known else ""}
            return super()._honest(Request(request.method, request.path, "", inside, request.body))

    with gate('auth = {user = "alice", password = {env = "PASSWORD"}}\n', Knows()):
        said = assay("run", "--target", "x", "-q")
    assert said.code == 0, said.out
    nothing_is_told([PASSWORD], said.out, said.err)


@pytest.mark.parametrize("transport", ["lean", "requests"])
def test_credentials_never_cross_to_another_origin(project: Path, assay, transport: str) -> None:
    """A redirect is an answer to judge: whoever it leads to hears nothing, and so it is with a login's."""
    with RawServer(lambda connection, _number: connection.read() and None) as other:

        def leads_away(_number: int, request: Request, reply: Reply) -> Reply:
            away = (("Location", f"{other.url}{request.path}"),)
            return Reply(307, b"", None, headers=away) if request.path.endswith("/close") else reply

        with gate(LOGIN, Gate(leads_away), f'transport = "{transport}"'):
            assert assay("run", "--target", "x", "-q", "--max-time", "10").code == 1
        assert any("307" in one["message"] for one in latest()["violations"])

        def leads_login_away(_number: int, request: Request, reply: Reply) -> Reply:
            return Reply(307, b"", None, headers=(("Location", f"{other.url}/login"),))

        for auth in (LOGIN, CLIENT):
            with gate(auth, Gate(leads_login_away), f'transport = "{transport}"'):
                said = assay("run", "--target", "x", "-q")
            assert said.code == 2
            assert "answered 307, and redirects are not followed" in said.err
        assert other.accepted == 0
        assert other.heads == []
