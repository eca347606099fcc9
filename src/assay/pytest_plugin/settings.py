"""What the user asked for: command line, then environment, then ini file, then the default."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

if TYPE_CHECKING:
    from assay.app.run import RunOptions


@dataclass(frozen=True, slots=True)
class _Option:
    name: str
    help: str
    metavar: str = ""
    default: str = ""
    #: a folder: relative to where the command was typed, or to the root folder where an ini file or the
    #: default names it
    folder: bool = False
    several: bool = False

    @property
    def flag(self) -> str:
        return f"--assay-{self.name}"

    @property
    def kind(self) -> Literal["args", "string"]:
        return "args" if self.several else "string"

    @property
    def key(self) -> str:
        return f"assay_{self.name.replace('-', '_')}"

    @property
    def variable(self) -> str:
        return self.key.upper()


_OPTIONS = (
    _Option("contracts", "folder with the contracts", "PATH", "contracts", folder=True),
    _Option(
        "target", "`mock`, a base URL, or a target named in pyproject.toml or assay.toml", "NAME|URL", "mock"
    ),
    _Option("profile", "how hard to try: gate, staging, nightly, or one of the project's own", "NAME"),
    _Option("api", "test this API only; may be given again", "NAME", several=True),
    _Option("seed", "repeat the run that printed this seed", "N"),
    _Option("auth-env", "environment variable that holds the bearer token", "VAR"),
    _Option(
        "principal",
        "somebody else who asks, and the environment variable that holds his token; may be given again",
        "NAME=VAR",
        several=True,
    ),
    _Option("reports", "folder for logs and reports", "DIR", "reports", folder=True),
    _Option("corpus", "folder where requests are kept between runs", "DIR", ".assay/corpus", folder=True),
    _Option("max-time", "end the run after so many seconds", "SECONDS"),
    _Option("allow-writes", "name of a production target that may be written to", "NAME"),
    _Option(
        "flaky",
        "what violations that do not always come back do: `fail`, or `pass`; else as the profile says",
        "fail|pass",
    ),
    _Option(
        "report",
        "one more format of the report, as FORMAT or FORMAT=PATH (junit, markdown, sarif, ...); may be given again",
        "FORMAT[=PATH]",
        several=True,
    ),
    _Option("history", "where runs are kept: a file, a URL of PostgreSQL, or off", "FILE|URL|off"),
)
_STRICT = _Option("strict", "exemplified clauses, and reachable ones nobody witnessed, fail too")
_BY_NAME = {option.name: option for option in _OPTIONS}
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"", "0", "false", "no", "off"}

_CHOSE_DIST = pytest.StashKey[bool]()


def add_options(parser: pytest.Parser) -> None:
    """Declares flags and ini keys; environment variables need no declaration."""
    group = parser.getgroup("assay", "contract testing (assay)")
    for option in _OPTIONS:
        action = "append" if option.several else "store"
        text = f"{option.help} (default: {option.default})" if option.default else option.help
        group.addoption(
            option.flag, action=action, dest=option.key, metavar=option.metavar, default=None, help=text
        )
        parser.addini(option.key, f"{option.help}; as {option.flag}", option.kind, default=None)
    group.addoption(_STRICT.flag, action="store_true", dest=_STRICT.key, default=None, help=_STRICT.help)
    parser.addini(_STRICT.key, f"{_STRICT.help}; as {_STRICT.flag}", "bool", default=False)


def run_options(config: pytest.Config) -> RunOptions:
    """The options of the run. Raises `UsageError` for a value that cannot be used."""
    from assay.app.errors import UsageError  # noqa: PLC0415 - only where it is needed
    from assay.app.run import RunOptions  # noqa: PLC0415 - only where it is needed
    from assay.app.target import principals  # noqa: PLC0415 - only where it is needed

    seed = _value(config, _BY_NAME["seed"])
    if seed and not seed.isdigit():
        raise UsageError(
            f"Cannot use the seed {seed!r}: because it is not a whole number. Give the one a run printed."
        )
    flaky = _value(config, _BY_NAME["flaky"])
    if flaky not in {"", "fail", "pass"}:
        raise UsageError(
            f"Cannot use --assay-flaky {flaky!r}: because it is neither fail nor pass. Give one of them."
        )
    try:
        strict = _strict(config)
    except ValueError as error:
        raise UsageError(str(error)) from None
    return RunOptions(
        path=contracts_path(config),
        target=_value(config, _BY_NAME["target"]),
        profile=_value(config, _BY_NAME["profile"]),
        apis=_values(config, _BY_NAME["api"]),
        seed=int(seed) if seed else None,
        auth_env=_value(config, _BY_NAME["auth-env"]) or None,
        principals=principals(_values(config, _BY_NAME["principal"])),
        strict=strict,
        reports=_value(config, _BY_NAME["reports"]),
        corpus=_value(config, _BY_NAME["corpus"]),
        history=_value(config, _BY_NAME["history"]) or None,
        flaky=flaky or None,
        max_time=_seconds(_value(config, _BY_NAME["max-time"])),
        allow_writes=_value(config, _BY_NAME["allow-writes"]),
        formats=_formats(config, _BY_NAME["report"]),
    )


def _seconds(text: str) -> float | None:
    if not text:
        return None
    from assay.app.errors import UsageError  # noqa: PLC0415 - only where it is needed

    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < math.inf:
        raise UsageError(
            f"Cannot use --assay-max-time {text!r}: because it is no number above 0. Give seconds."
        )
    return seconds


def contracts_path(config: pytest.Config) -> str:
    """The contracts folder, as the user would type it."""
    return _value(config, _BY_NAME["contracts"])


def contracts_present(config: pytest.Config) -> bool:
    """True when the contracts folder holds at least one API. Costs one look into it."""
    return next(Path(contracts_path(config)).glob("*/api.y*ml"), None) is not None


def remember_dist(config: pytest.Config) -> None:
    """Notes whether `--dist` or `-d` was given; later `-n` makes that impossible to tell."""
    given = config.getoption("dist", default="no") != "no" or bool(
        config.getoption("distload", default=False)
    )
    config.stash[_CHOSE_DIST] = given


def chose_dist(config: pytest.Config) -> bool:
    """True when the user chose how tests are distributed."""
    return config.stash.get(_CHOSE_DIST, False)


def distributes(config: pytest.Config) -> bool:
    """True in the controller of a session that runs on workers."""
    return bool(
        config.getoption("dist", default="no") != "no"
        and config.getoption("tx", default=None)
        and not config.getoption("collectonly", default=False)
        and not hasattr(config, "workerinput")
    )


def _value(config: pytest.Config, option: _Option) -> str:
    given = config.getoption(option.key) or os.environ.get(option.variable)
    if given:
        return str(given)
    written = str(config.getini(option.key) or option.default)
    if not option.folder or not written:
        return written
    # a run from a sub-folder must find the project's contracts
    return _from_here(config, written)


def _values(config: pytest.Config, option: _Option) -> tuple[str, ...]:
    given = config.getoption(option.key) or os.environ.get(option.variable, "").split()
    return tuple(given or config.getini(option.key) or ())


def _formats(config: pytest.Config, option: _Option) -> tuple[str, ...]:
    """What is asked for; a path of the ini file is meant from the root folder, whence ever the tests are run."""
    if config.getoption(option.key) or os.environ.get(option.variable):
        return _values(config, option)
    written = (text.partition("=") for text in _values(config, option))
    return tuple(
        name + equals + (path if path in {"", "-"} else _from_here(config, path))
        for name, equals, path in written
    )


def _from_here(config: pytest.Config, path: str) -> str:
    return Path(os.path.relpath(config.rootpath / path)).as_posix()


def _strict(config: pytest.Config) -> bool:
    if config.getoption(_STRICT.key):
        return True
    text = os.environ.get(_STRICT.variable)
    if text is None:
        return bool(config.getini(_STRICT.key))
    if text.lower() not in _TRUE | _FALSE:
        raise ValueError(
            f"Cannot use {_STRICT.variable}={text!r}: because it is not yes or no. Set it to 1 or 0."
        )
    return text.lower() in _TRUE
