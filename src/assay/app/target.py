"""Targets: the embedded mock, a URL, or a name from the configuration; opened, and closed again."""

from __future__ import annotations

import secrets as randomness
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assay import __version__
from assay.app.credentials import Known, credentials, nobody
from assay.app.errors import EnvironmentFailure, UsageError
from assay.app.named import MOCK, agreed, configured, principals
from assay.app.named import config_of as wanted
from assay.app.named import rules as rules_of_project
from assay.app.profile import Profile
from assay.drive.asking import Ask
from assay.drive.auth import Auth, CredentialError, Secrets, forms
from assay.drive.clock import MovedClock, SystemClock
from assay.drive.pace import Hold, Holding, Pace, Pacing
from assay.drive.proxy import Proxy
from assay.drive.retry import SAFE_METHODS
from assay.drive.session import HttpSender, Limits
from assay.evidence.redact import Policy
from assay.evidence.rules import NO_RULES, Rules, path_of
from assay.evidence.sweep import NOTHING, Sweep
from assay.files.config import TargetConfig
from assay.files.credentials import SourceError
from assay.files.hold import SharedHold
from assay.files.pace import Shared
from assay.inputs.known_good import Supply, examples
from assay.model.contract import Api, ContractSet, Operation
from assay.model.copied import replace
from assay.ports import Clock, Send

if TYPE_CHECKING:
    from assay.mock.answering import Answering
    from assay.mock.engine import Engine
    from assay.serve.http import Server

__all__ = ["MOCK", "SECOND", "Target", "open_mock", "open_target", "principals", "sweep_of", "wanted"]

#: seconds within which the processes of a run come back to a target that was busy
_APART = 0.5
#: the further principal of the embedded mock
SECOND = "second"


@dataclass
class Target:
    """An opened target. Close it when done."""

    #: `mock`, or the base URL
    name: str
    url: str
    secrets: Secrets
    config: TargetConfig
    profile: Profile
    #: what the user says exists there; the mock has every example
    values: Mapping[str, object]
    is_mock: bool = False
    #: secrets of further principals, by name
    others: Mapping[str, Secrets] = field(default_factory=dict)
    #: runs that ask it at the same time, as workers do: they share its rate
    runs: int = 1
    #: what is to be masked besides secrets
    rules: Rules = NO_RULES
    #: the file in which all processes of a run keep the rate together; None: each has its share
    pace: Path | None = None
    #: the run that asks; empty: nobody says
    run: str = ""
    #: whoever started the run allowed it to write
    writes: bool = False
    #: what all requests go through
    proxy: Proxy | None = None
    #: how credentials are had and renewed, and what of them is known
    known: Known = field(default_factory=nobody)
    _server: Server | None = None
    _time: Clock | None = None
    _policy: Policy | None = None
    _senders: list[HttpSender] = field(default_factory=list)
    _pace: Pace | None = None
    _holds: dict[str, Holding] = field(default_factory=dict)

    def sender(self, api: Api) -> Send:
        """A driver for one API of the target."""
        rate = self.config.rate or (None if self.is_mock else self.profile.rate)
        shared = self._shared(rate)
        limits = Limits(
            timeout=self.config.timeout or self.profile.timeout,
            connect=self.config.connect_timeout,
            polite=self.config.polite and not self.is_mock,
            max_in_flight=self.max_in_flight,
            retries=self.config.retries,
        )
        sender = HttpSender(
            self.config.urls.get(api.name, self.url),
            Auth(api.security_schemes, self.secrets, self.others, self.known.ears),
            limits,
            SystemClock(),
            verify=self.config.verify,
            certificate=self.config.client_certificate,
            headers=self._manners(),
            marks=self._marks(),
            pace=shared,
            proxy=self.proxy,
            hold=self._held(self.config.urls.get(api.name, self.url)),
            late=randomness.SystemRandom().uniform(0, _APART) if self.runs > 1 else 0.0,
            transport=self.config.transport,
        )
        self._senders.append(sender)
        return sender

    def _shared(self, rate: float | None) -> Pacing | None:
        """What keeps the rate of all APIs, and of all runs that ask at the same time where they can be told."""
        if rate is None:
            return None
        if self.pace is not None and Shared.works:
            return Shared(self.pace, rate, SystemClock())
        if self._pace is None:
            self._pace = Pace(rate / self.runs, 1, SystemClock())
        return self._pace

    def _held(self, url: str) -> Holding:
        """What knows until when that host is left alone: all APIs that are there, and all runs that ask it."""
        origin = "://".join(urlsplit(url)[:2])
        if self.pace is None or self.runs == 1:
            return self._holds.setdefault(origin, Hold())
        name = f"{self.pace.name}-{sha256(origin.encode()).hexdigest()[:12]}"
        return SharedHold(self.pace.with_name(name))

    def _manners(self) -> tuple[tuple[str, str], ...]:
        """What every request says of us: who we are, which run it is, and what the user wants said besides."""
        if self.is_mock:
            return ()
        about = "; ".join(filter(None, (f"run {self.run}" if self.run else "", self.config.contact)))
        agent = f"assay/{__version__}" + (f" ({about})" if about else "")
        marked = ((self.config.run_header, self.run),) if self.config.run_header and self.run else ()
        return (("User-Agent", agent), *marked, *self.config.headers)

    def _marks(self) -> tuple[tuple[str, str], ...]:
        """What requests say that may make something: that a run made it."""
        name = self.config.mark_header
        return ((name, f"assay {self.run}".strip()),) if name and not self.is_mock else ()

    def forbids(self, operation: Operation) -> str:
        """Why an operation is not to be asked there; empty where it may be: methods that are safe always may."""
        if not (self.config.read_only or self.config.production) or self.writes:
            return ""
        if operation.method.upper() in SAFE_METHODS:
            return ""
        if self.config.production:
            return (
                f"the target {self.config.name} is production: {operation.method.upper()} is sent only with "
                f"--allow-writes {self.config.name}"
            )
        return f"the target {self.config.name} is read-only: {operation.method.upper()} is not sent"

    @property
    def max_in_flight(self) -> int:
        """Requests of this run that may be under way at a time: its share of what the target is to bear, at least 1.

        One at the embedded mock, which shares our core.
        """
        if self.is_mock:
            return 1
        return max(1, (self.config.max_in_flight or self.profile.max_in_flight) // self.runs)

    def clock(self, clock: Clock) -> Clock:
        """The clock by which the target's time passes, given that of the machine: the embedded mock's can be moved.

        Always the same one: who asks by another would find things older than they are.
        """
        if self._time is None:
            self._time = clock if self._server is None else MovedClock(clock, self._server.advance)
        return self._time

    def supply(self, api: Api) -> Supply:
        """What is known to exist there for that API."""
        return examples(api) if self.is_mock else Supply(dict(self.values))

    @property
    def policy(self) -> Policy:
        """What must never be written down: one policy for all, for what one part of a run learns another may quote."""
        if self._policy is None:
            self._policy = Policy(self._secrets, rules=self.rules)
            self.known.ring.listen(self._learn)
        return self._policy

    def _learn(self, secrets: Sequence[str], names: Sequence[str], places: Sequence[str]) -> None:
        """Masks what was issued, and what is made for single requests, from now on."""
        named = frozenset(name.lower() for name in names)
        pointers = tuple(map(path_of, places))
        rules = Rules(headers=named, parameters=named, made=named, pointers=pointers)
        if self._policy is not None:
            self._policy.learn(forms(secrets), rules)

    @property
    def _secrets(self) -> tuple[str, ...]:
        """Every secret that is known by now, in every form in which it is sent."""
        shown = (self.proxy.secret,) if self.proxy is not None and self.proxy.secret else ()
        return (*Auth({}, self.secrets, self.others).secrets, *forms((*self.known.ring.secrets, *shown)))

    @property
    def sweep(self) -> Sweep:
        """Looks for every known secret, in whatever form it is sent, in what was written."""
        return Sweep(self._secrets)

    @property
    def principals(self) -> tuple[str, ...]:
        """Who can ask: the usual one first, as the empty name."""
        return ("", *self.others)

    @property
    def label(self) -> str:
        """The target as a report names it: `mock`, a URL, or a name with its URL."""
        return self.name if self.is_mock or "://" in self.name else f"{self.name} ({self.url})"

    @property
    def has_credentials(self) -> bool:
        """True when the user gave a credential."""
        return bool(self.secrets)

    def renew(self) -> None:
        """Starts over: connections are closed, and the embedded mock forgets everything."""
        for sender in self._senders:
            sender.close()
        self._senders.clear()
        self._time = None
        if self._server is not None:
            self._server.reset()

    def close(self) -> None:
        """Closes connections, and stops the embedded mock."""
        for sender in self._senders:
            sender.close()
        if self._server is not None:
            self._server.stop()


def open_target(
    wanted: str,
    contracts: ContractSet,
    profile: Profile,
    seed: int,
    auth_env: str | None,
    environ: Mapping[str, str],
    runs: int = 1,
    principals: Mapping[str, str] = MappingProxyType({}),
    writes: str = "",
) -> Target:
    """Opens what the user named; `runs` is how many processes of one run ask it at the same time.

    `principals` names further principals and the environment variables with their credentials, besides those that the
    configuration names; `writes` the target that may be written to although it is production.

    Raises `UsageError` for a name or URL that cannot be used, `EnvironmentFailure` when the mock cannot start.
    """
    rules = rules_of_project()
    if wanted == MOCK:
        return replace(_mock(contracts, profile, seed), rules=rules)
    config = configured(wanted, auth_env, principals)
    agreed(config, contracts, writes)
    try:
        proxy = _proxy(config, environ)
        known = credentials(config, environ, contracts, partial(_asking, config, profile, proxy))
        target = Target(
            wanted if "://" not in wanted else config.url, config.url, known.usual, config, profile, config.values,
            others=known.others, runs=runs, rules=rules.also(config.redact), proxy=proxy, known=known,
            writes=bool(writes) and not config.read_only,
        )  # fmt: skip
        for api in contracts.apis:
            target.sender(api)
    except (CredentialError, ValueError) as error:
        raise UsageError(str(error)) from None
    return target


def sweep_of(
    wanted: str,
    auth_env: str | None,
    principals: Mapping[str, str],
    environ: Mapping[str, str],
    issued: Sequence[str] = (),
) -> Sweep:
    """Looks for the credentials of a target that nobody opened here; for nothing where it has none.

    `issued` are those that others had issued meanwhile.
    """
    if wanted == MOCK:
        return NOTHING
    try:
        config = configured(wanted, auth_env, principals)
        known = credentials(config, environ, None, _nobody)
        proxy = _proxy(config, environ)
    except (UsageError, CredentialError):
        return NOTHING
    shown = (proxy.secret,) if proxy is not None else ()
    values = forms((*known.ring.secrets, *shown, *issued))
    return Sweep((*Auth({}, known.usual, known.others).secrets, *values))


def _nobody(_url: str) -> Ask:
    raise AssertionError("nothing is sent to look for secrets")


def _proxy(config: TargetConfig, environ: Mapping[str, str]) -> Proxy | None:
    """The proxy that the configuration names. Raises `CredentialError` and `ValueError`."""
    if config.proxy is None:
        return None
    try:
        return Proxy.of(config.proxy if isinstance(config.proxy, str) else config.proxy.read(environ))
    except SourceError as error:
        raise CredentialError(str(error).replace("authenticate", "use the proxy")) from None


def _asking(config: TargetConfig, profile: Profile, proxy: Proxy | None, origin: str) -> Ask:
    """What asks for credentials there: as the target is asked, without those it asks for."""
    return HttpSender(
        origin,
        Auth({}),
        Limits(
            timeout=config.timeout or profile.timeout, connect=config.connect_timeout, polite=config.polite
        ),
        SystemClock(),
        verify=config.verify,
        certificate=config.client_certificate,
        transport=config.transport,
        proxy=proxy,
    )


def _mock(contracts: ContractSet, profile: Profile, seed: int) -> Target:
    return open_mock(contracts, profile, seed, lambda engine: engine)


def open_mock(
    contracts: ContractSet,
    profile: Profile,
    seed: int,
    around: Callable[[Engine], Answering],
    timeout: float | None = None,
) -> Target:
    """An embedded mock; `around` may put something around its engine. Raises `EnvironmentFailure`."""
    from assay.mock.engine import Engine, MockOptions  # noqa: PLC0415 - a server only where one is wanted
    from assay.serve.http import serve  # noqa: PLC0415

    token, other = (f"assay-{randomness.token_hex(12)}" for _ in range(2))
    options = MockOptions(seed=seed, token=token, others={SECOND: other})
    try:
        server = serve(around(Engine(contracts, options)))
    except OSError as error:
        raise EnvironmentFailure(str(error)) from error
    config = TargetConfig(MOCK, server.url, timeout=timeout)
    others = {SECOND: Secrets({"*": other})}
    return Target(
        MOCK,
        server.url,
        Secrets({"*": token}),
        config,
        profile,
        {},
        is_mock=True,
        others=others,
        _server=server,
    )
