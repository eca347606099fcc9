"""Claims about requests that somebody's own Python signs, and about users that a file of Web Fuzzing Commons names."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fakes.gate import Gate
from fakes.tickets import Tickets, answering
from miniatures import wire
from miniatures.wire import Reply, Request, Running
from unit.cli.test_cli_auth import PASSWORD, latest, nothing_is_told, renewals

PAGE = Path(__file__).parents[3] / "docs/authentication.md"
SCHEME = "{type: http, scheme: bearer}"


def example(marker: str, kind: str) -> str:
    """The block of the page that begins with that comment."""
    (found,) = re.findall(rf"```{kind}\n(# {re.escape(marker)}\n.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return found


@contextmanager
def serving(server: Tickets, *keys: str) -> Iterator[Running]:
    with wire.start(server) as running:
        lines = ["[targets.x]", f'url = "{running.url}"', "rate = 2000", *keys, ""]
        Path("assay.toml").write_text("\n".join(lines), "utf-8")
        yield running


class Signed(Tickets):
    """Lets in who signs as the page does."""

    def _honest(self, request: Request) -> Reply:
        given = request.headers.get("x-signature", "")
        target = request.path + (f"?{request.query}" if request.query else "")
        told = "\n".join(
            [
                request.method,
                target,
                request.headers.get("x-date", ""),
                hashlib.sha256(request.body).hexdigest(),
            ]
        )
        wanted = hmac.new(b"key-of-the-client", told.encode(), "sha256").hexdigest()
        known = hmac.compare_digest(given, wanted) and request.headers.get("x-key-id") == "tests"
        inside = {**request.headers, "authorization": f"Bearer {self.token}" if known else ""}
        return super()._honest(Request(request.method, request.path, "", inside, request.body))


@pytest.mark.parametrize("transport", ["lean", "requests"])
@pytest.mark.parametrize(
    "kind", ["{type: apiKey, in: header, name: X-Signature}", "{type: http, scheme: hmac}"]
)
def test_the_example_of_the_page_signs(project: Path, assay, monkeypatch, transport: str, kind: str) -> None:
    """Requests are let in, wrong signatures are not, and neither key nor signature is ever written down."""
    api = project / "contracts/tickets/api.yaml"
    api.write_text(api.read_text().replace(SCHEME, kind))
    Path("signing.py").write_text(example("signing.py", "python"))
    monkeypatch.setenv("HMAC_KEY", "key-of-the-client")
    keys = example("assay.toml, signed", "toml").partition("auth = ")[2]

    def echoes(_number: int, request: Request, reply: Reply) -> Reply:
        """What was signed comes back."""
        if reply.status != 200:
            return reply
        body = {**json.loads(reply.body), "seen": request.headers.get("x-signature")}
        return Reply(200, json.dumps(body).encode())

    with serving(Signed(echoes), f'transport = "{transport}"', f"auth = {keys}") as running:
        said = assay("run", "--target", "x", "-q")
    assert said.code == 0, said.out + said.err
    assert {c["standing"] for c in latest()["clauses"] if c["id"].endswith("openTicket/status/401")} == {
        "verified"
    }
    signatures = {request.headers.get("x-signature", "") for request in running.seen}
    real = [one for one in signatures if re.fullmatch("[0-9a-f]{64}", one)]
    assert len(real) > 20
    nothing_is_told([*real, "key-of-the-client"], said.out, said.err)


def test_a_function_may_add_a_parameter(project: Path, assay) -> None:
    Path("signing.py").write_text(
        "def sign(request):\n    mark = '&' if '?' in request.url else '?'\n"
        "    request.url += mark + 'sig=' + 'abcdef' * len('four')\n    return request\n"
    )

    class Looks(Tickets):
        def _honest(self, request: Request) -> Reply:
            known = "sig=" + "abcdef" * 4 in request.query
            inside = {**request.headers, "authorization": f"Bearer {self.token}" if known else ""}
            return super()._honest(Request(request.method, request.path, "", inside, request.body))

    with serving(Looks(), 'auth = {python = "signing.py:sign"}'):
        said = assay("run", "--target", "x", "-q")
    assert said.code == 0, said.out
    nothing_is_told(["abcdef" * 4], said.out, said.err)


def test_an_authentication_of_requests_can_be_named(project: Path, assay, monkeypatch) -> None:
    api = project / "contracts/tickets/api.yaml"
    api.write_text(api.read_text().replace(SCHEME, "{type: http, scheme: basic}"))
    monkeypatch.setenv("PASSWORD", PASSWORD)

    class Knows(Tickets):
        def _honest(self, request: Request) -> Reply:
            known = request.headers.get("authorization") == "Basic YWxpY2U6cGE1NXdvcmQtb2YtYWxpY2U="
            inside = {**request.headers, "authorization": f"Bearer {self.token}" if known else ""}
            return super()._honest(Request(request.method, request.path, "", inside, request.body))

    key = 'auth = {python = "requests.auth:HTTPBasicAuth", with = {username = "alice", password = {env = "PASSWORD"}}}'
    with serving(Knows(), key):
        said = assay("run", "--target", "x", "-q")
    assert said.code == 0, said.out + said.err
    nothing_is_told([PASSWORD], said.out, said.err)


def test_a_hook_that_can_renew_is_asked_once(project: Path, assay) -> None:
    Path("signing.py").write_text(
        "class Signer:\n    def __init__(self):\n        self.number = 1\n"
        "    @property\n    def secrets(self):\n        return [f'let-me-in-{self.number}']\n"
        "    def __call__(self, request):\n"
        "        request.headers['Authorization'] = f'Bearer let-me-in-{self.number}'\n"
        "    def renew(self):\n        self.number += 1\n        return True\n"
    )

    class Changes(Tickets):
        def _honest(self, request: Request) -> Reply:
            self.token = f"let-me-in-{1 + self.asked // 150}"
            return super()._honest(request)

    server = Changes()
    with serving(server, 'auth = {python = "signing.py:Signer"}', "max-in-flight = 8"):
        said = assay("run", "--target", "x", "-q")
    assert said.code == 0, said.out + said.err
    assert renewals()[0].startswith("signing.py:Signer was renewed after a 401")
    nothing_is_told([f"let-me-in-{n}" for n in range(1, 2 + server.asked // 150)], said.out, said.err)


@pytest.mark.parametrize(
    ("code", "name", "why"),
    [
        ("def sign(request): ...", "signing.py:sing", "signing.py has no `sing`. Did you mean `sign`?"),
        ("sign = 3", "signing.py:sign", "because it cannot be called"),
        ("raise ValueError('hunter2')", "signing.py:sign", "cannot be loaded (ValueError)"),
        (
            "class Sign:\n    def __init__(self, key): ...",
            "signing.py:Sign",
            "Sign raised TypeError when it was made",
        ),
        ("", "nothing.py:sign", "there is no such file"),
        ("", "no_such_module_here:sign", "there is no such module"),
        ("", "signing.py", "`python` names no function"),
    ],
)
def test_a_hook_that_is_none_is_told(project: Path, assay, code: str, name: str, why: str) -> None:
    Path("signing.py").write_text(code + "\n")
    with serving(Tickets(), f'auth = {{python = "{name}"}}') as running:
        said = assay("run", "--target", "x")
    assert said.code == 2
    assert why in said.err
    assert "hunter2" not in said.err
    assert running.seen == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("raise ValueError('hunter2')", "it raised ValueError in line 2 of sign"),
        ("request.body = b'{}'", "it changes the body, which is what is tested"),
        ("request.url = 'http://127.0.0.1:1/tickets'", "it leads the request elsewhere"),
        ("request.headers['Host'] = 'evil.example'", "it sets host, which belongs to the message"),
        ("request.register_hook('response', print)", "it wants to see answers (register_hook)"),
        ("request.headers['X-A'] = 'a\\r\\nb'", "the header 'X-A' is malformed"),
    ],
)
def test_a_hook_does_not_do_what_it_may_not(project: Path, assay, body: str, why: str) -> None:
    """Such requests are not sent, and a run in which none could be says why."""
    Path("signing.py").write_text(f"def sign(request):\n    {body}\n")
    with serving(Tickets(), 'auth = {python = "signing.py:sign"}') as running:
        said = assay("run", "--target", "x", "-q")
    assert said.code == 3, said.out
    notes = " ".join(note["text"] for note in latest()["notes"])
    assert why in notes
    assert "hunter2" not in notes + said.out
    assert all("x-a" not in request.headers for request in running.seen)


# -- the file of Web Fuzzing Commons

TEMPLATE = """\
authTemplate:
  loginEndpointAuth:
    endpoint: /login
    verb: POST
    contentType: application/json
    token:
      extractFrom: body
      extractSelector: /session/token
      sendIn: header
      sendName: Authorization
      sendTemplate: "Bearer {token}"
"""
TWO = """\
auth:
  - name: alice
    loginEndpointAuth:
      payloadUserPwd: {username: alice, usernameField: user, password: pa55word-of-alice, passwordField: password}
  - name: "bob b."
    loginEndpointAuth:
      payloadRaw: '{"user": "bob", "password": "pa55word-of-bob"}'
"""
USERS = {"alice": PASSWORD, "bob": "pa55word-of-bob"}


@pytest.mark.parametrize("suffix", ["yaml", "json", "toml"])
def test_the_users_of_a_file_log_in(project: Path, assay, suffix: str) -> None:
    """The first is the usual principal, the others are further ones; passwords and tokens are masked."""
    import yaml  # noqa: PLC0415

    document = yaml.safe_load(TWO + TEMPLATE)
    texts = {"yaml": TWO + TEMPLATE, "json": json.dumps(document), "toml": _toml(document)}
    Path(f"auth.{suffix}").write_text(texts[suffix])
    server = Gate(users=USERS, lasts=60)
    with serving(server, f'auth-file = "auth.{suffix}"'):
        said = assay("run", "--target", "x", "-q")
    Path(f"auth.{suffix}").unlink()
    assert said.code == 0, said.out + said.err
    assert server.had["login"] >= 3
    nothing_is_told([*server.every, *USERS.values()], said.out, said.err)


def _toml(document: dict) -> str:
    """Inline tables all the way down."""

    def told(value: object) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key} = {told(member)}" for key, member in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(told, value)) + "]"
        return json.dumps(value)

    return "\n".join(f"{key} = {told(value)}" for key, value in document.items())


@pytest.mark.parametrize(
    ("text", "by"),
    [
        (
            "auth:\n  - {name: a, fixedHeaders: [{name: Authorization, value: Bearer let-me-in-fixed}]}\n",
            "fixed",
        ),
        (
            "auth:\n  - name: a\n    loginEndpointAuth: {endpoint: /login, verb: POST, expectCookies: true, "
            'contentType: application/x-www-form-urlencoded, payloadRaw: "user=alice&password=pa55word-of-alice"}\n',
            "cookie",
        ),
        (
            "auth:\n  - name: a\n    loginEndpointAuth: {endpoint: /login, verb: POST, "
            'payloadRaw: \'{"user": "alice", "password": "pa55word-of-alice"}\', token: {extractFrom: header, '
            "extractSelector: X-Session, sendIn: query, sendName: key}}\n",
            "query",
        ),
        (
            "auth:\n  - name: a\n    loginEndpointAuth: {endpoint: /login, verb: POST, "
            'payloadRaw: \'{"user": "alice", "password": "pa55word-of-alice"}\', token: {extractFromField: '
            '/session/token, httpHeaderName: Authorization, headerPrefix: "Bearer "}}\n',
            "bearer",
        ),
    ],
)
def test_every_way_of_the_format_lets_in(project: Path, assay, text: str, by: str) -> None:
    Path("auth.yaml").write_text(text)
    server = Gate(users=USERS, carried="bearer" if by == "fixed" else by)
    server.issued["let-me-in-fixed"] = 1_000_000
    with serving(server, 'auth-file = "auth.yaml"'):
        said = assay("run", "--target", "x", "-q")
    Path("auth.yaml").unlink()
    assert said.code == 0, said.out + said.err
    nothing_is_told([*server.every, PASSWORD, "let-me-in-fixed"], said.out, said.err)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("auth: [", "because it is not YAML from line"),
        ("auth: []", "`auth` lists nobody"),
        ("auth:\n  - {nam: a}", "it has no `nam`. Did you mean 'name'?"),
        ("auth:\n  - {name: a}", "it needs either fixedHeaders or loginEndpointAuth"),
        ("auth:\n  - {name: a, requireMockHandling: true}", "it needs mocks inside of the API"),
        ("auth:\n  - {name: a, createUsers: {}}", "users would be made for it"),
        (TWO.replace('"bob b."', "alice") + TEMPLATE, "two users are called 'alice'"),
        (
            TWO + TEMPLATE.replace("endpoint: /login", "externalEndpointURL: https://sso.example/login"),
            "`externalEndpointURL` leads to sso.example",
        ),
        (TWO + TEMPLATE.replace("verb: POST", "verb: PUSH"), "`verb` is none of POST, GET"),
        (
            TWO + TEMPLATE.replace("extractSelector", "extractSelectr"),
            "it has no `extractSelectr`. Did you mean 'extractSelector'?",
        ),
        (TWO + TEMPLATE.replace("{token}", "token"), "sendTemplate lacks {token}"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_and_never_quoted(
    project: Path, assay, text: str, why: str
) -> None:
    Path("auth.yaml").write_text(text)
    with serving(Gate(users=USERS), 'auth-file = "auth.yaml"') as running:
        said = assay("run", "--target", "x")
    assert said.code == 2, said.out
    assert why in said.err
    assert "pa55word" not in said.err
    assert running.seen == []


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ('auth-file = "none.yaml"', "Cannot read the auth file none.yaml: because No such file or directory"),
        ('auth-file = "auth.yaml"\nauth-env = "X"', "it has both `auth-file` and `auth-env`"),
        ("auth-file = 1", "`auth-file` is no path"),
        ('auth-fil = "x"', "Did you mean `auth-file`?"),
    ],
)
def test_a_slip_about_the_file_is_told(project: Path, assay, key: str, why: str) -> None:
    with serving(Tickets(), key):
        said = assay("run", "--target", "x")
    assert said.code == 2
    assert why in said.err


def test_a_refused_login_of_the_file_is_told(project: Path, assay) -> None:
    Path("auth.yaml").write_text(TWO + TEMPLATE)

    class Locked(Gate):
        def _login(self, request: Request) -> Reply:
            return answering(403, {"why": PASSWORD})

    with serving(Locked(), 'auth-file = "auth.yaml"'):
        said = assay("run", "--target", "x")
    assert said.code == 2
    assert "Cannot authenticate as the usual principal: because POST /login of 127.0.0.1" in said.err
    assert PASSWORD not in said.err
