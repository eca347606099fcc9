"""Targets: the embedded mock, a URL, or a name from the configuration; opened, and closed again."""

from __future__ import annotations

import secrets as randomness
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assay import __version__
from assay.app.errors import EnvironmentFailure, UsageError
from assay.app.profile import Profile
from assay.contractfile.suggest import nearest
from assay.drive.auth import Auth, CredentialError, Secrets
from assay.drive.clock import MovedClock, SystemClock
from assay.drive.pace import Hold, Holding, Pace, Pacing
from assay.drive.retry import SAFE_METHODS
from assay.drive.session import HttpSender, Limits
from assay.evidence.redact import Policy
from assay.evidence.rules import NO_RULES, Rules
from assay.evidence.sweep import NOTHING, Sweep
from assay.files.config import ConfigError, TargetConfig, read_principals, read_rules, read_targets
from assay.files.credentials import Source, SourceError
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

MOCK = "mock"
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
            polite=self.config.polite and not self.is_mock,
            max_in_flight=self.max_in_flight,
            retries=self.config.retries,
        )
        sender = HttpSender(
            self.config.urls.get(api.name, self.url),
            Auth(api.security_schemes, self.secrets, self.others),
            limits,
            SystemClock(),
            verify=self.config.verify,
            certificate=self.config.client_certificate,
            headers=self._manners(),
            pace=shared,
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
            self._policy = Policy(Auth({}, self.secrets, self.others).secrets, rules=self.rules)
        return self._policy

    @property
    def sweep(self) -> Sweep:
        """Looks for every known secret, in whatever form it is sent, in what was written."""
        return Sweep(Auth({}, self.secrets, self.others).secrets)

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
        return bool(self.secrets.values)

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
    rules = _rules()
    if wanted == MOCK:
        return replace(_mock(contracts, profile, seed), rules=rules)
    config = _wanted(wanted, auth_env, principals)
    _agreed(config, contracts, writes)
    try:
        found, others = _credentials(config, environ)
        _all_different({"": found, **others})
        target = Target(
            wanted if "://" not in wanted else config.url, config.url, found, config, profile, config.values,
            others=others, runs=runs, rules=rules.also(config.redact),
            writes=bool(writes) and not config.read_only,
        )  # fmt: skip
        for api in contracts.apis:
            target.sender(api)
    except (CredentialError, ValueError) as error:
        raise UsageError(str(error)) from None
    return target


def _agreed(config: TargetConfig, contracts: ContractSet, writes: str) -> None:
    """Raises `UsageError` for APIs that nobody tests, and for leave to write that is about another target."""
    known = [api.name for api in contracts.apis]
    for name in config.urls:
        near = nearest(name, known)
        if name not in known and near is not None:
            raise UsageError(
                f"Cannot use the target {config.name!r}: because `urls` names the API {name!r}. Did you mean {near!r}?"
            )
    if writes and writes != config.name:
        raise UsageError(
            f"Cannot allow writes to {writes!r}: because the target is {config.name!r}. Say its name, if that is meant."
        )


def wanted(name: str) -> TargetConfig:
    """The configuration of a target, by its name or URL. Raises `UsageError`."""
    return _config(name)


def sweep_of(
    wanted: str, auth_env: str | None, principals: Mapping[str, str], environ: Mapping[str, str]
) -> Sweep:
    """Looks for the credentials of a target that nobody opened here; for nothing where it has none."""
    if wanted == MOCK:
        return NOTHING
    try:
        found, others = _credentials(_wanted(wanted, auth_env, principals), environ)
    except (UsageError, CredentialError):
        return NOTHING
    return Sweep(Auth({}, found, others).secrets)


def _wanted(wanted: str, auth_env: str | None, principals: Mapping[str, str]) -> TargetConfig:
    """The configuration of a target, and what was said on the command line. Raises `UsageError`."""
    config = _config(wanted)
    if auth_env is not None:
        config = replace(config, auth_env={"*": auth_env}, auth={})
    if principals:
        given = {name: {"*": variable} for name, variable in principals.items()}
        kept = {name: sources for name, sources in config.auth_of.items() if name not in given}
        config = replace(config, principals={**config.principals, **given}, auth_of=kept)
    return config


def _credentials(config: TargetConfig, environ: Mapping[str, str]) -> tuple[Secrets, Mapping[str, Secrets]]:
    """The secrets of the usual principal and of the others, by name. Raises `CredentialError`."""
    others = {
        name: _read(config.auth_of.get(name, {}), environ)
        or Secrets.from_environment(variables, environ, f"--principal {name}=VAR")
        for name, variables in config.principals.items()
    }
    return _read(config.auth, environ) or Secrets.from_environment(config.auth_env, environ), others


def _read(sources: Mapping[str, Source], environ: Mapping[str, str]) -> Secrets | None:
    """The secrets of those sources; None where there are none. Raises `CredentialError`."""
    if not sources:
        return None
    try:
        return Secrets({scheme: source.read(environ) for scheme, source in sources.items()})
    except SourceError as error:
        raise CredentialError(str(error)) from None


def _rules() -> Rules:
    """What is to be masked at every target, with a key for pseudonyms that nobody knows. Raises `UsageError`."""
    try:
        return replace(read_rules(), key=randomness.token_bytes(32))
    except ConfigError as error:
        raise UsageError(str(error)) from None


def _all_different(secrets: Mapping[str, Secrets]) -> None:
    """Raises `UsageError` where two principals have a credential in common: they would be one to the target."""
    owners: dict[str, str] = {}
    for name, kept in secrets.items():
        for value in set(kept.values.values()):
            if value in owners:
                other = owners[value] or "the usual one"
                raise UsageError(
                    f"Cannot use the principal {name!r}: because it has the same credential as {other}. "
                    "Give each principal a credential of its own."
                )
            owners[value] = name


def principals(given: Iterable[str]) -> Mapping[str, str]:
    """What texts like `bob=BOB_TOKEN` name: principal -> environment variable. Raises `UsageError`."""
    try:
        return read_principals(given)
    except ConfigError as error:
        raise UsageError(str(error)) from None


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


def _config(wanted: str) -> TargetConfig:
    if "://" in wanted:
        if urlsplit(wanted).scheme not in {"http", "https"}:
            raise UsageError(f"Cannot use {wanted!r} as a target: because it is not an http or https URL.")
        return TargetConfig(wanted, wanted)
    try:
        targets = read_targets()
    except ConfigError as error:
        raise UsageError(str(error)) from None
    if wanted in targets:
        return targets[wanted]
    close = get_close_matches(wanted, [MOCK, *targets], n=1)
    known = (
        f"Did you mean {close[0]!r}?"
        if close
        else f"Known: {', '.join([MOCK, *sorted(targets)])}; or give a URL."
    )
    raise UsageError(
        f"Cannot find the target {wanted!r}: because neither pyproject.toml nor assay.toml names it. {known}"
    )
