"""The mock as a server of its own: the contracts' tables run forwards, for people and programs to talk to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from assay.app.errors import EnvironmentFailure, UsageError
from assay.app.load import load
from assay.drive.auth import ANY, Auth, Secrets
from assay.evidence.curl import curl
from assay.evidence.marks import mark
from assay.inputs.known_good import Supply
from assay.inputs.valid import Maker
from assay.inputs.wire import build
from assay.model.contract import Api, ContractSet, Operation
from assay.serve.control.gate import PREFIX
from assay.serve.loopback import is_loopback

if TYPE_CHECKING:
    from assay.mock.engine import Engine
    from assay.mock.faults.faulty import Faulty

#: stands for a token in the example; the mock accepts it where any will do
_ANY_TOKEN = "any-token"  # noqa: S105 - not a secret
#: names that marks may carry
_SHELL_NAME = re.compile(r"[A-Z_]+")


@dataclass(frozen=True, slots=True)
class MockSettings:
    """What the user asked for."""

    path: str = "contracts"
    host: str = "127.0.0.1"
    #: 0: any free one
    port: int = 8000
    #: milliseconds by which each reply is delayed
    latency: float = 0.0
    seed: int = 0
    #: environment variable with the one token it accepts; None: any that does not begin with `invalid`
    token_env: str | None = None
    #: send no byte where the contract says `nothing`, instead of `null`
    null_as_empty: bool = False
    #: origins whose pages may ask, with credentials; empty: any may, those of this machine with them; None: no page may
    cors: tuple[str, ...] | None = ()
    #: is the control endpoint there? None: where nobody but this machine can reach it
    control: bool | None = None
    #: what goes wrong, as people write it
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """One thing that may be asked of the mock."""

    method: str
    path: str
    operation: str
    api: str
    secured: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """What the mock serves, told once it does."""

    url: str
    routes: tuple[Route, ...]
    #: a shell line that works as it stands; empty when there is nothing to ask
    example: str
    #: which tokens are accepted, in words; empty when no operation is secured
    token_rule: str
    #: where the control endpoint is, or why it is nowhere
    control: str = ""
    #: what a reader of the contracts might not expect
    notes: tuple[str, ...] = ()


def serve_mock(
    settings: MockSettings, today: date, environ: Mapping[str, str], ready: Callable[[Offer], None]
) -> None:
    """Serves until SIGINT or SIGTERM; `ready` is called when it does.

    Raises `ContractError`, `UsageError` for settings that cannot be, `EnvironmentFailure` for a taken port.
    """
    from assay.mock.engine import Engine, MockOptions  # noqa: PLC0415 - a server only where one is wanted
    from assay.serve.control.gate import NotAlone  # noqa: PLC0415
    from assay.serve.cors import Cors  # noqa: PLC0415
    from assay.serve.http import CannotServe, run_forever  # noqa: PLC0415

    contracts = load(settings.path, today)
    token = _token(settings.token_env, environ)
    engine = Engine(
        contracts, MockOptions(seed=settings.seed, token=token, null_as_empty=settings.null_as_empty)
    )
    control = _wants_control(settings)
    notes = (
        *_notes(contracts, control=control),
        *(f"wrong on purpose: {fault}" for fault in settings.faults),
    )
    faulty = _faulty(engine, settings) if control or settings.faults else None

    def announce(url: str) -> None:
        where = f"{url}{PREFIX}/" if control else _why_no_control(settings)
        ready(replace(offer(contracts, url, settings.token_env), control=where, notes=notes))

    try:
        run_forever(
            faulty or engine,
            settings.host,
            settings.port,
            announce,
            settings.latency / 1000,
            cors=None if settings.cors is None else Cors(settings.cors),
            control=control,
        )
    except NotAlone as error:
        raise UsageError(str(error)) from None
    except CannotServe as error:
        raise EnvironmentFailure(error.strerror or str(error)) from None


def _faulty(engine: Engine, settings: MockSettings) -> Faulty:
    """The engine with its faults. Raises `UsageError` for one that there is not."""
    from assay.mock.faults.faulty import Faulty  # noqa: PLC0415
    from assay.mock.faults.read import FaultError, parse  # noqa: PLC0415

    try:
        return Faulty(engine, [parse(fault, engine.contracts) for fault in settings.faults])
    except FaultError as error:
        raise UsageError(str(error)) from None


def _wants_control(settings: MockSettings) -> bool:
    return is_loopback(settings.host) if settings.control is None else settings.control


def _why_no_control(settings: MockSettings) -> str:
    if settings.control is False:
        return "off, as you asked"
    return f"off, because others can reach {settings.host}"


def _notes(contracts: ContractSet, *, control: bool) -> Iterator[str]:
    """What is answered otherwise than a reader of one contract would think. Raises `UsageError` where it cannot be."""
    if control:
        yield from _overlaid(contracts)
    first: dict[tuple[str, str], str] = {}
    for api in contracts.apis:
        for operation in api.operations:
            at = operation.method.upper(), operation.path
            other = first.setdefault(at, api.name)
            if other != api.name:
                yield f"{' '.join(at)} is {other}'s; {api.name}'s is at /{api.name}{operation.path}"


def _overlaid(contracts: ContractSet) -> Iterator[str]:
    """Paths of contracts of which the control endpoint takes something away; all of it is refused."""
    for api in contracts.apis:
        for operation in api.operations:
            first = operation.path.split("/")[1]
            if PREFIX in (f"/{first}", f"/{api.name}"):
                raise UsageError(
                    f"Cannot serve the control endpoint: because {operation.id} of {api.name} has a path below "
                    f"{PREFIX} itself. Do give --no-control."
                )
            if _may_be(first, PREFIX.strip("/")):
                yield f"{PREFIX}/ is the control endpoint's, also for {operation.method.upper()} {operation.path}"


def _may_be(template: str, segment: str) -> bool:
    """True where a parameter of the path template could have a value with which it is that segment."""
    texts = map(re.escape, re.split(r"\{[^{}]*\}", template))
    return "{" in template and re.fullmatch(".+".join(texts), segment) is not None


def _token(variable: str | None, environ: Mapping[str, str]) -> str | None:
    if variable is None:
        return None
    token = environ.get(variable, "")
    if not token or token != token.strip():
        why = (
            "is not set"
            if variable not in environ
            else "is empty"
            if not token.strip()
            else "has spaces around it"
        )
        raise UsageError(
            f"Cannot take the token from {variable}: because that variable {why}. Do export it first."
        )
    return token


def offer(contracts: ContractSet, url: str, token_env: str | None) -> Offer:
    """What the mock of these contracts serves at `url`."""
    routes = tuple(
        Route(operation.method.upper(), operation.path, operation.id, api.name, operation.secured)
        for api in contracts.apis
        for operation in api.operations
    )
    secured = any(route.secured for route in routes)
    if not secured:
        rule = ""
    elif token_env is not None:
        rule = f"the token in ${token_env} is accepted, any other gets 401"
    else:
        rule = "any token is accepted but one that begins with 'invalid', which gets 401"
    return Offer(url, routes, _example(contracts, url, token_env), rule)


def _example(contracts: ContractSet, url: str, token_env: str | None) -> str:
    """The first operation that needs nothing to exist before it: a creator if there is one."""
    creators = [
        (api, api.operation(cycle.created_by))
        for api in contracts.apis
        for cycle in api.lifecycles
        if any(operation.id == cycle.created_by for operation in api.operations)
    ]
    others = [(api, operation) for api in contracts.apis for operation in api.operations]
    return next((_line(api, operation, url, token_env) for api, operation in (*creators, *others)), "")


def _line(api: Api, operation: Operation, url: str, token_env: str | None) -> str:
    maker = Maker(api, operation, Supply(dict(api.supplies)))
    request = build(api, operation, maker.minimal.case(operation, "an example", "mock"), None)
    carried = Auth(api.security_schemes, Secrets({ANY: _ANY_TOKEN})).carried(
        request.credentials, request.schemes
    )
    headers = [*request.headers, *carried.headers]
    if carried.cookies:
        headers.append(("Cookie", "; ".join(f"{name}={value}" for name, value in carried.cookies)))
    query = "&".join(f"{name}={value}" for name, value in carried.query)
    path = request.path + (("&" if "?" in request.path else "?") + query if query else "")
    if token_env is not None:
        # the reader's shell expands it, so that the token itself is never shown
        held = mark(token_env if _SHELL_NAME.fullmatch(token_env) else "TOKEN")
        headers = [(name, value.replace(_ANY_TOKEN, held)) for name, value in headers]
        path = path.replace(_ANY_TOKEN, held)
    body = request.body.decode("utf-8", "replace") if request.body is not None else None
    return curl(request.method, url + path, headers, body)
