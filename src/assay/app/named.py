"""Targets by name: what the configuration says of them, and what the command line says besides."""

from __future__ import annotations

import secrets as randomness
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from urllib.parse import urlsplit

from assay.app.errors import UsageError
from assay.contractfile.suggest import nearest
from assay.evidence.rules import Rules
from assay.files.config import ConfigError, TargetConfig, read_principals, read_rules, read_targets
from assay.model.contract import ContractSet
from assay.model.copied import replace

MOCK = "mock"


def config_of(wanted: str) -> TargetConfig:
    """The configuration of a target, by its name or URL. Raises `UsageError`."""
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


def configured(wanted: str, auth_env: str | None, principals: Mapping[str, str]) -> TargetConfig:
    """The configuration of a target, and what was said on the command line. Raises `UsageError`."""
    config = config_of(wanted)
    if auth_env is not None:
        config = replace(config, auth_env={"*": auth_env}, auth={}, auth_file="")
    if principals:
        given = {name: {"*": variable} for name, variable in principals.items()}
        kept = {name: sources for name, sources in config.auth_of.items() if name not in given}
        config = replace(config, principals={**config.principals, **given}, auth_of=kept)
    return config


def rules() -> Rules:
    """What is to be masked at every target, with a key for pseudonyms that nobody knows. Raises `UsageError`."""
    try:
        return replace(read_rules(), key=randomness.token_bytes(32))
    except ConfigError as error:
        raise UsageError(str(error)) from None


def principals(given: Iterable[str]) -> Mapping[str, str]:
    """What texts like `bob=BOB_TOKEN` name: principal -> environment variable. Raises `UsageError`."""
    try:
        return read_principals(given)
    except ConfigError as error:
        raise UsageError(str(error)) from None


def agreed(config: TargetConfig, contracts: ContractSet, writes: str) -> None:
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
