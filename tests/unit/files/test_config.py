"""`files.config`: named targets, and mistakes in them that are told as the user's."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.files.config import ConfigError, read_targets

URL = 'url = "http://localhost:9"\n'


def given(folder: Path, text: str, name: str = "assay.toml") -> str:
    """The folder, with that file in it."""
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder)


def test_a_target_is_read_with_all_its_keys(tmp_path: Path) -> None:
    """What is written is what is meant."""
    keys = 'auth-env = {a = "A"}\nrate = 2\ntimeout = 3\nverify = false\npolite = false\nvalues = {id = 7}\n'
    one = read_targets(given(tmp_path, "[targets.x]\n" + URL + keys))["x"]
    assert (one.url, one.auth_env, one.rate, one.timeout) == ("http://localhost:9", {"a": "A"}, 2.0, 3.0)
    assert (one.verify, one.polite, one.values) == (False, False, {"id": 7})


def test_one_variable_stands_for_every_scheme(tmp_path: Path) -> None:
    """A plain name is what most people need."""
    assert read_targets(given(tmp_path, "[targets.x]\n" + URL + 'auth-env = "A"'))["x"].auth_env == {"*": "A"}


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
