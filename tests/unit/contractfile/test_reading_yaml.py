"""YAML 1.2, bounded, with positions."""

from __future__ import annotations

import time

import pytest

from assay.contractfile.positions import Document
from assay.contractfile.read import read
from assay.model.contract import Json
from assay.model.problem import Place


def value(text: str, *, fast: bool = True) -> Json:
    """The value of `v:` in that text."""
    document = read("f.yaml", f"v: {text}\n", fast=fast)
    assert isinstance(document, Document), document
    return document.value["v"]


def rules(text: str, *, fast: bool = True) -> list[str]:
    """The rules that refuse that text."""
    found = read("f.yaml", text, fast=fast)
    assert not isinstance(found, Document), found
    return [problem.rule for problem in found]


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None), ("~", None), ("null", None), ("Null", None), ("true", True), ("FALSE", False),
        ("0", 0), ("-7", -7), ("+7", 7), ("010", 10), ("0o10", 8), ("0x1F", 31),
        ("1.5", 1.5), (".5", 0.5), ("1e3", 1000.0),
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("off", "off"), ("y", "y"), ("tRUE", "tRUE"),
        ("2024-01-02T12:00:00Z", "2024-01-02T12:00:00Z"), ("2026-01-01", "2026-01-01"),
        ("1:30", "1:30"), ("1_000", "1_000"), ("0b11", "0b11"), ("1.2.3", "1.2.3"),
        ("'1'", "1"), ('"true"', "true"), ("!!str 404", "404"), ("=", "="), ("--", "--"), (".", "."),
    ],
)  # fmt: skip
def test_scalars_are_those_of_yaml_12(text: str, expected: Json, fast: bool) -> None:
    """Plain words mean what the core schema (YAML 1.2.2 §10.3) says: no dates, no `yes`, no base 60."""
    found = value(text, fast=fast)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a: [1", "yaml-syntax"),
        ("a:\n\t- b", "yaml-syntax"),
        ("a: *x", "yaml-syntax"),
        ("a: \x01", "yaml-syntax"),
        ("a: \ud83d", "yaml-syntax"),
        ("a: 1\n---\nb: 1", "yaml-documents"),
        ("a: !!python/object:os.system {}", "yaml-tag"),
        ("a: !mine x", "yaml-tag"),
        ("a: !!binary aGk=", "yaml-tag"),
        ("a: {<<: {b: 1}}", "yaml-merge-key"),
        ("a: &a [*a]", "cyclic-alias"),
        ("a: 1\na: 2", "duplicate-key"),
        ("200: 1", "key-not-text"),
        ("true: 1", "key-not-text"),
        ("? [a]\n: 1", "key-not-text"),
        ("a: .nan", "not-a-json-number"),
        ("a: -.Inf", "not-a-json-number"),
        ("a: 1e999", "not-a-json-number"),
        ("a: " + "9" * 5000, "not-a-json-number"),
        ("", "empty-file"),
        ("# nothing", "empty-file"),
        ("- a", "not-a-mapping"),
        ("just text", "not-a-mapping"),
        ("x" * (1024 * 1024 + 1), "file-too-large"),
        ("a: " + "[" * 5000, "yaml-too-deep"),
        ("".join(" " * i + "a:\n" for i in range(300)), "yaml-too-deep"),
        ("a: [" + "1," * 200_000 + "1]", "yaml-too-large"),
    ],
)
def test_what_is_no_contract_is_refused(text: str, rule: str, fast: bool) -> None:
    """Each kind of unreadable file is refused under its own rule, by both parsers."""
    assert rules(text, fast=fast) == [rule]


def test_status_keys_may_be_numbers() -> None:
    """`200:` below `responses` and `provoke` is the text `200`; and twice is twice."""
    document = read("f.yaml", "responses: {200: a, 404: b}\nprovoke: {503: c}\n")
    assert isinstance(document, Document)
    assert document.value == {"responses": {"200": "a", "404": "b"}, "provoke": {"503": "c"}}
    assert rules('responses: {200: a, "200": b}') == ["duplicate-key"]


def bomb(levels: int, width: int) -> str:
    """Each list holds the one above it many times over."""
    lines = ["a0: &a0 [lol, lol, lol]"]
    lines += [f"a{i + 1}: &a{i + 1} [{', '.join([f'*a{i}'] * width)}]" for i in range(levels)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (bomb(9, 10), "yaml-too-large"),
        (bomb(30, 2), "yaml-too-large"),
        (bomb(300, 1), "yaml-too-deep"),
        ("a: &a " + "x" * 100_000 + "\nb: [" + "*a, " * 1000 + "*a]", "yaml-too-large"),
    ],
)
def test_bombs_are_refused_fast(text: str, rule: str) -> None:
    """Files that expand to billions of values, to great depth or to gigabytes of text cost no time."""
    started = time.perf_counter()
    assert rules(text) == [rule]
    assert time.perf_counter() - started < 1


def test_aliases_are_allowed() -> None:
    """An honest alias stands for its anchor's value."""
    assert value("[&a {b: 1}, *a]") == [{"b": 1}, {"b": 1}]


def test_all_problems_of_a_file_are_told() -> None:
    """Reading goes on after a problem that leaves the rest readable."""
    assert rules("a: 1\na: 2\nb: .nan\n<<: {}\n") == ["duplicate-key", "not-a-json-number", "yaml-merge-key"]


def test_places() -> None:
    """Keys and values, in block and in flow style, are found by their pointers, and lines count from 1."""
    document = read("f.yaml", "a:\n  - x\n  - {b/c: 1, d: {e: 2}}\n")
    assert isinstance(document, Document)
    assert document.place("") == Place("f.yaml", 1, 1, "")
    assert document.place("/a/1") == Place("f.yaml", 3, 5, "/a/1")
    assert document.place("/a/1/b~1c") == Place("f.yaml", 3, 6, "/a/1/b~1c")
    assert document.value_place("/a/1/b~1c") == Place("f.yaml", 3, 11, "/a/1/b~1c")
    assert document.value_place("/a/1/d") == Place("f.yaml", 3, 14, "/a/1/d")
    assert document.place("/a/1/nowhere/x") == Place("f.yaml", 3, 5, "/a/1/nowhere/x")


def test_names() -> None:
    """A spot is called what a reader would call it."""
    document = read("f.yaml", "a:\n  - {b/c: [1]}\n")
    assert isinstance(document, Document)
    assert document.name("") == "this file"
    assert document.name("/a/0/b~1c") == "'b/c'"
    assert document.name("/a/0/b~1c/0") == "item 1 of 'b/c'"
