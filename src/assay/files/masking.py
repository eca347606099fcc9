"""What people want masked, as they write it: `[tool.assay.redact]`, and `redact` of a target."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assay.contractfile.suggest import choose
from assay.evidence.rules import NO_RULES, Path, Rules, path_of

_KEYS = ("headers", "parameters", "pointers", "personal", "patterns")
#: a header field's name is a token (RFC 9110 §5.1)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class RuleError(ValueError):
    """A rule that cannot be used, and how to mend it. The fault of whoever configured it."""


def rules(where: str, table: object) -> Rules:
    """The rules of a table. Raises `RuleError`, naming `where` it stands."""
    if table is None:
        return NO_RULES
    if not isinstance(table, dict):
        raise RuleError(
            f"Cannot use {where}: because `redact` is not a table. Write it as one, or leave it out."
        )
    for key in table:
        if key not in _KEYS:
            raise RuleError(
                f"Cannot use {where}: because `{key}` is no rule for redaction. {choose(key, _KEYS)}"
            )
    return Rules(
        headers=frozenset(_header(where, name) for name in _texts(where, table, "headers")),
        parameters=frozenset(_texts(where, table, "parameters")),
        pointers=tuple(_path(where, "pointers", text) for text in _texts(where, table, "pointers")),
        personal=tuple(_path(where, "personal", text) for text in _texts(where, table, "personal")),
        patterns=tuple(_pattern(where, text) for text in _texts(where, table, "patterns")),
    )


def _texts(where: str, table: Mapping[str, Any], key: str) -> list[str]:
    found = table.get(key, [])
    if not isinstance(found, list) or not all(isinstance(text, str) and text for text in found):
        raise RuleError(f'Cannot use {where}: because `{key}` is not a list of texts. Write {key} = ["…"].')
    return found


def _header(where: str, name: str) -> str:
    if not _TOKEN.fullmatch(name):
        raise RuleError(
            f"Cannot use {where}: because {name!r} in `headers` is no name of a header field. "
            "Write one like X-Session-Id."
        )
    return name.lower()


def _path(where: str, key: str, text: str) -> Path:
    try:
        return path_of(text)
    except ValueError as error:
        raise RuleError(
            f"Cannot use {where}: because {text!r} in `{key}` is no place in a body: {error}. Write one like "
            "/player/email, /items/*/phone or /**/email."
        ) from None


def _pattern(where: str, text: str) -> str:
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise RuleError(
            f"Cannot use {where}: because {text!r} in `patterns` is no regular expression: {error}. Mend it."
        ) from None
    if pattern.search("") is not None:
        raise RuleError(
            f"Cannot use {where}: because {text!r} in `patterns` matches nothing at all, and so everywhere. "
            "Write one that needs at least one character."
        )
    return text
