"""The credentials of a target: read from where the configuration says, or had from whoever issues them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from urllib.parse import urlencode, urlsplit

from assay.app.errors import EnvironmentFailure, UsageError
from assay.contractfile.suggest import choose
from assay.drive.asking import Ask
from assay.drive.auth import ANY, CredentialError, Ear, Secrets
from assay.drive.carried import Carried, check
from assay.drive.clock import SystemClock
from assay.drive.hook import Hook
from assay.drive.keeper import Fixed, Issue, Issued, IssueError, Keeper, Keyring, Living
from assay.drive.login import Credence, Login, Place
from assay.drive.oauth import Grant, TokenEndpoint
from assay.files import ways
from assay.files.config import TargetConfig
from assay.files.credentials import Source, SourceError
from assay.files.errors import ConfigError
from assay.files.hooks import loaded
from assay.files.network import only_allowed
from assay.files.wfc import users
from assay.model.contract import ContractSet, Operation
from assay.model.terms import Json

#: those who ask when nobody else is named
USUAL = "the usual principal"
#: of a login without a type of its own
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"


@dataclass
class Known:
    """Who can ask, with what."""

    usual: Secrets
    #: further principals by name
    others: Mapping[str, Secrets]
    ring: Keyring
    ears: Sequence[Ear] = ()

    def sign_in(self) -> None:
        """Has every credential that has to be had from somebody: so that a slip is told before anything is tested.

        Raises `UsageError` where it is refused, `EnvironmentFailure` where nobody answers.
        """
        try:
            for secrets in (self.usual, *self.others.values()):
                for living in secrets.living.values():
                    living.now()
        except IssueError as error:
            raise (EnvironmentFailure if error.unreachable else UsageError)(str(error)) from None
        except CredentialError as error:
            raise UsageError(str(error)) from None


def nobody() -> Known:
    """No credentials."""
    return Known(Secrets({}), MappingProxyType({}), Keyring(SystemClock()))


def credentials(
    config: TargetConfig,
    environ: Mapping[str, str],
    contracts: ContractSet | None,
    asking: Callable[[str], Ask],
) -> Known:
    """The credentials of the usual principal and of the others.

    `asking` makes what sends to the origin of a URL; nothing is sent before a credential is needed. Without `contracts`
    there is no login by an operation, only the secrets it needs. Raises `CredentialError` and `UsageError`.
    """
    making = _Making(config, environ, contracts, asking)
    try:
        return making.all()
    except (ConfigError, SourceError) as error:
        raise CredentialError(str(error)) from None


@dataclass
class _Making:
    config: TargetConfig
    environ: Mapping[str, str]
    contracts: ContractSet | None
    asking: Callable[[str], Ask]
    ring: Keyring = field(default_factory=lambda: Keyring(SystemClock()))
    ears: list[Ear] = field(default_factory=list)
    #: what makes an account -> whose it is
    accounts: dict[object, str] = field(default_factory=dict)

    def all(self) -> Known:
        config = self.config
        usual, others = self._of_file() if config.auth_file else (None, {})
        if usual is None:
            usual = self._secrets("", config.auth, config.auth_env, "--auth-env")
        for name in dict.fromkeys((*config.principals, *config.auth_of)):
            if name in others:
                raise ConfigError(
                    f"Cannot use the principal {name!r}: because {config.auth_file} names it, too. Rename one of them."
                )
            others[name] = self._secrets(
                name, config.auth_of.get(name, {}), config.principals.get(name, {}), f"--principal {name}=VAR"
            )
        return Known(usual, others, self.ring, tuple(self.ears))

    def _of_file(self) -> tuple[Secrets, dict[str, Secrets]]:
        """Those whom the file of Web Fuzzing Commons names; the first of them is the usual one."""
        found = users(self.config.auth_file)
        only_allowed(
            f"the auth file {self.config.auth_file}",
            self.config.hosts,
            (
                (key.replace("url", "externalEndpointURL"), host)
                for key, host in ways.hosts_of(found.ways.values())
            ),
        )
        self.ring.learn(found.secrets)
        first, *rest = found.ways
        usual = self._secrets("", {ANY: found.ways[first]}, {}, "")
        return usual, {name: self._secrets(name, {ANY: found.ways[name]}, {}, "") for name in rest}

    def _secrets(
        self, principal: str, named: Mapping[str, ways.Way], variables: Mapping[str, str], option: str
    ) -> Secrets:
        if not named:
            found = Secrets.from_environment(variables, self.environ, option)
            for value in found.values.values():
                self._claim(value, principal)
            return found
        values: dict[str, str] = {}
        living: dict[str, Living] = {}
        who = principal or USUAL
        for scheme, way in named.items():
            name = f"the credential of {who}" if scheme == ANY else f"the credential «{scheme}» of {who}"
            match way:
                case Source(kind="env"):
                    values[scheme] = self._read(way)
                    self._claim(values[scheme], principal)
                case Source():
                    value = self._read(way)
                    check(value, scheme)
                    self._claim(value, principal)
                    keeper = self._keeper(name, who, partial(self._again, way))
                    keeper.prime(Issued(value))
                    living[scheme] = keeper
                case ways.Basic():
                    values[scheme] = f"{way.user}:{self._read(way.password)}"
                    self._claim(way.user, principal)
                case ways.Constant():
                    self._claim(way.headers, principal)
                    living[scheme] = Fixed(name, Carried(way.headers))
                case ways.OAuth():
                    living[scheme] = self._oauth(name, who, principal, way)
                case ways.Login():
                    living[scheme] = self._login(name, who, principal, way)
                case ways.Python():
                    given = None if way.given is None else self._resolved(way.given)
                    self._claim((way.where, repr(given)), principal)
                    living[scheme] = Hook(way.where, loaded(way.where, given), self.ring)
        return Secrets(values, living)

    def _keeper(self, name: str, who: str, issue: Issue) -> Keeper:
        return Keeper(name, who, issue, self.ring)

    def _read(self, source: Source) -> str:
        value = source.read(self.environ)
        self.ring.learn([value])
        return value

    def _again(self, source: Source, _left: Mapping[str, str]) -> Issued:
        """What a file or command says now. Raises `IssueError`."""
        try:
            value = self._read(source)
            check(value, source.words[0])
        except (SourceError, CredentialError) as error:
            raise IssueError(str(error)) from None
        return Issued(value)

    def _oauth(self, name: str, who: str, principal: str, way: ways.OAuth) -> Keeper:
        secret = self._read(way.secret) if way.secret is not None else ""
        refresh = self._read(way.refresh) if way.refresh is not None else ""
        self._claim(refresh or ("oauth", way.url, way.client, *sorted(way.more.items())), principal)
        grant = Grant(way.url, who, way.client, secret, refresh, way.scope, way.in_body, way.more)
        return self._keeper(name, who, TokenEndpoint(grant, self._lazily(way.url)))

    def _login(self, name: str, who: str, principal: str, way: ways.Login) -> Keeper:
        method, url = self._where(way)
        body, kind = self._body(way)
        headers = [
            (key, value if isinstance(value, str) else self._read(value)) for key, value in way.headers
        ]
        given = {key.lower() for key, _ in headers}
        if kind and "content-type" not in given:
            headers.append(("Content-Type", kind))
        self._claim((method, url, body, tuple(headers)), principal)
        place = Place(way.sent.where, way.sent.name, way.sent.template) if way.sent is not None else None
        login = Login(Credence(method, url, who, tuple(headers), body, way.token, place), self._lazily(url))

        def hears(asked: str, target: str, response: object) -> None:
            issued = login.overheard(asked, target, response)  # type: ignore[arg-type]
            if issued is not None:
                self.ring.overhear(issued, login.header, login.pointer)

        self.ears.append(hears)
        return self._keeper(name, who, login)

    def _where(self, way: ways.Login) -> tuple[str, str]:
        """Method and URL of a login. Raises `ConfigError`."""
        if way.url:
            return way.method, way.url
        if not way.operation:
            return way.method, self.config.url.rstrip("/") + way.path
        if self.contracts is None:
            return "POST", self.config.url
        api, operation = _operation(self.contracts, way.operation)
        if "{" in operation.path:
            raise ConfigError(
                f"Cannot log in by {way.operation}: because its path {operation.path} has parameters. "
                "Say method and path instead of the operation."
            )
        root = self.config.urls.get(api, self.config.url).rstrip("/")
        return operation.method.upper(), root + operation.path

    def _body(self, way: ways.Login) -> tuple[bytes | None, str]:
        """The body of a login, and its media type."""
        if way.raw:
            return way.raw.encode(), way.content_type
        if way.body is None:
            return None, ""
        value = self._resolved(way.body)
        if way.form:
            return urlencode(value).encode("ascii"), way.content_type or _FORM
        return json.dumps(value, ensure_ascii=False).encode(), way.content_type or _JSON

    def _resolved(self, value: Json) -> Json:
        """The value with every source in it read."""
        if isinstance(value, Source):
            return self._read(value)
        if isinstance(value, Mapping):
            return {key: self._resolved(member) for key, member in value.items()}
        if isinstance(value, list):
            return [self._resolved(member) for member in value]
        return value

    def _lazily(self, url: str) -> Ask:
        """What sends to the origin of that URL, opened when it is first needed."""
        parts = urlsplit(url)
        kept: list[Ask] = []

        def ask(request):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            if not kept:
                kept.append(self.asking(f"{parts.scheme}://{parts.netloc}"))
            return kept[0](request)

        return ask

    def _claim(self, account: object, principal: str) -> None:
        """Raises `UsageError` where two principals have a credential or an account in common."""
        owner = self.accounts.setdefault(account, principal)
        if owner != principal:
            other = owner or "the usual one"
            raise UsageError(
                f"Cannot use the principal {principal!r}: because it has the same credential as {other}. "
                "Give each principal a credential of its own."
            )


def _operation(contracts: ContractSet, wanted: str) -> tuple[str, Operation]:
    """The API and operation that `wanted` names: `operation`, or `api/operation`. Raises `ConfigError`."""
    every = list(_operations(contracts))
    found = [(api, one) for api, one in every if wanted in {one.id, f"{api}/{one.id}"}]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(f"{api}/{one.id}" for api, one in found)
        raise ConfigError(f"Cannot log in by {wanted}: because several APIs have it. Name one of {names}.")
    raise ConfigError(
        f"Cannot log in by {wanted}: because no contract has that operation. "
        f"{choose(wanted, [one.id for _, one in every])}"
    )


def _operations(contracts: ContractSet) -> Iterator[tuple[str, Operation]]:
    for api in contracts.apis:
        for operation in api.operations:
            yield api.name, operation
