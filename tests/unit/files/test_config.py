"""`files.config`: named targets, and mistakes in them that are told as the user's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assay.files.config import ConfigError, read_principals, read_targets

URL = 'url = "http://localhost:9"\n'


def given(folder: Path, text: str, name: str = "assay.toml") -> str:
    """The folder, with that file in it."""
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder)


def test_a_target_is_read_with_all_its_keys(tmp_path: Path) -> None:
    """What is written is what is meant."""
    keys = 'auth-env = {a = "A"}\nrate = 2\ntimeout = 3\nverify = false\npolite = false\nvalues = {id = 7}\n'
    keys += 'max-in-flight = 8\ntransport = "requests"\n'
    one = read_targets(given(tmp_path, "[targets.x]\n" + URL + keys))["x"]
    assert (one.url, one.auth_env, one.rate, one.timeout) == ("http://localhost:9", {"a": "A"}, 2.0, 3.0)
    assert (one.verify, one.polite, one.values) == (False, False, {"id": 7})
    assert (one.max_in_flight, one.transport) == (8, "requests")


def test_what_is_not_written_is_left_to_the_profile_or_usual(tmp_path: Path) -> None:
    """How many at a time is the profile's matter; requests are carried by the lean transport."""
    one = read_targets(given(tmp_path, "[targets.x]\n" + URL))["x"]
    assert (one.rate, one.max_in_flight, one.transport, one.polite) == (None, None, "lean", True)


def test_one_variable_stands_for_every_scheme(tmp_path: Path) -> None:
    """A plain name is what most people need."""
    assert read_targets(given(tmp_path, "[targets.x]\n" + URL + 'auth-env = "A"'))["x"].auth_env == {"*": "A"}


def test_principals_are_named_with_their_variables(tmp_path: Path) -> None:
    """A plain name, or a table as for the target itself: one variable for every scheme, or one for each."""
    lines = 'principals = {bob = "B", eve = {auth-env = "E"}, "old.hand" = {auth-env = {a = "A"}}}\n'
    one = read_targets(given(tmp_path, "[targets.x]\n" + URL + lines))["x"]
    assert one.principals == {"bob": {"*": "B"}, "eve": {"*": "E"}, "old.hand": {"a": "A"}}


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('principals = "bob"', "`principals` is not a table"),
        ("principals = {bob = 5}", "principal 'bob': because `auth-env` names no environment variable"),
        ('principals = {bob = ""}', "principal 'bob': because `auth-env` names no environment variable"),
        ("principals = {bob = {}}", "principal 'bob': because it has no credential"),
        ('principals = {bob = {auth-env = "B", rate = 3}}', "principal 'bob': because all it can have"),
        ("principals = {bob = {auth-env = {}}}", "principal 'bob': because it has no credential"),
        ('principals = {"a b" = "B"}', "'a b' is no name for a principal"),
        ('principals = {"" = "B"}', "'' is no name for a principal"),
    ],
)
def test_a_principal_that_cannot_be_is_told(tmp_path: Path, line: str, what: str) -> None:
    """The target and the principal are named, and what is wrong with it."""
    with pytest.raises(ConfigError, match=rf"target 'x'.*{re.escape(what)}"):
        read_targets(given(tmp_path, "[targets.x]\n" + URL + line))


def test_principals_of_the_command_line_are_pairs() -> None:
    """NAME=VAR, as often as there are others; the same pair twice is one."""
    assert read_principals(()) == {}
    assert read_principals(("bob=B", "eve=E=F", "bob=B")) == {"bob": "B", "eve": "E=F"}


@pytest.mark.parametrize("texts", [("bob",), ("=B",), ("bob=",), ("a b=B",), ("bob=B", "bob=C")])
def test_a_pair_that_is_none_is_told(texts: tuple[str, ...]) -> None:
    """What cannot be meant is not guessed at."""
    with pytest.raises(ConfigError, match="Cannot use the principal"):
        read_principals(texts)


@pytest.mark.parametrize(
    "line",
    [
        "auth-env = 5",
        'auth-env = ["A"]',
        'auth-env = ""',
        "auth-env = {a = 4}",
        'values = "x"',
        "values = [1]",
        "rate = nan",
        "rate = inf",
        "rate = true",
        "max-in-flight = 0",
        "max-in-flight = -1",
        "max-in-flight = 257",
        "max-in-flight = 2.0",
        "max-in-flight = true",
        'max-in-flight = "8"',
        'transport = "curl"',
        "transport = 5",
        'transport = ["lean"]',
        "timeout = inf",
        'timeout = "5"',
        'polite = "no"',
        "verify = 0",
        'verify = "no-such.pem"',
        "Rate = 4",
    ],
)
def test_a_value_of_the_wrong_kind_is_the_users_mistake(tmp_path: Path, line: str) -> None:
    """The target and the key are named; it is never a fault of ours, and never quietly something else."""
    key = line.partition(" ")[0]
    with pytest.raises(ConfigError, match=rf"target 'x': because .*{key}"):
        read_targets(given(tmp_path, "[targets.x]\n" + URL + line))


@pytest.mark.parametrize("text", ["targets = 3", "[[targets]]", "targets = 'x'", "[targets]\nx = 'http://a'"])
def test_targets_that_are_no_table_are_told(tmp_path: Path, text: str) -> None:
    """Whatever TOML can say there."""
    with pytest.raises(ConfigError, match=r"^Cannot use .*assay\.toml.*: because"):
        read_targets(given(tmp_path, text))


@pytest.mark.parametrize("text", ["tool = 3", "[tool]\nassay = 3", "[tool.assay]\ntargets = 'x'"])
def test_a_pyproject_that_is_no_table_is_told(tmp_path: Path, text: str) -> None:
    """The same, three tables deep."""
    with pytest.raises(ConfigError, match="is not a table"):
        read_targets(given(tmp_path, text, "pyproject.toml"))


@pytest.mark.parametrize("name", ["mock", '"http://a"', '""'])
def test_a_name_that_could_never_be_asked_for_is_refused(tmp_path: Path, name: str) -> None:
    """`--target mock` is the embedded mock: who named a server so would test the mock, and not know."""
    with pytest.raises(ConfigError, match="Give it another name"):
        read_targets(given(tmp_path, f"[targets.{name}]\n" + URL))
